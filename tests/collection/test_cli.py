"""The lists of campaigns and ways in on the command line."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from survey.campaigns.cli import commands as campaign_commands
from survey.campaigns.models import Wave
from survey.collection.cli import commands as collector_commands
from survey.collection.serials import create_cards
from survey.core.clock import local_date, utc_now
from survey.instruments.loader import load_instrument
from survey.instruments.operations import publish_instrument
from survey.overview.operations import start_campaign
from tests.factories import Cast


@pytest.fixture(autouse=True)
def campaign(session: Session, cast: Cast, project: Path) -> int:
    """A campaign of the school among parents."""
    publish_instrument(session, load_instrument(project / "questionnaires" / "parents.yaml"), utc_now())
    today = local_date(utc_now())
    made = start_campaign(
        session,
        organisation_id=cast.school.id,
        title="Hiểu Nghị quyết 71",
        topics=["doi_ngu"],
        starts=today,
        ends=today + timedelta(weeks=6),
        audiences=["parents"],
        user_id=cast.administrator.id,
        now=utc_now(),
    )
    session.commit()
    return made.id


def test_collectors_are_listed_with_what_a_load_generator_needs(app: Flask) -> None:
    listed = json.loads(app.test_cli_runner().invoke(collector_commands, ["list", "--json"]).stdout)
    assert len(listed) == 6
    for one in listed:
        assert one["url"] == f"http://hr.test/S/{one['code']}"
        assert (one["mode"], one["audience"], one["organisation"], one["state"]) == (
            "poster",
            "parents",
            "BANMAI",
            "draft",
        )
    assert {one["group"] for one in listed} == {"4A", "6A", "7A"}
    assert len({one["wave"] for one in listed}) == 2


def test_cards_are_listed_without_an_address_of_their_own(app: Flask, session: Session, campaign: int) -> None:
    wave = session.scalars(select(Wave).where(Wave.campaign_id == campaign).order_by(Wave.id)).first()
    assert wave is not None
    create_cards(
        session,
        wave=wave,
        organisation_id=wave.campaign.organisation_id,
        group_id=None,
        number=2,
        person=None,
        now=utc_now(),
    )
    session.commit()
    listed = json.loads(app.test_cli_runner().invoke(collector_commands, ["list", "--json"]).stdout)
    assert [(one["mode"], one["url"]) for one in listed if one["mode"] != "poster"] == [("cards", None)]
    assert "-  cards" in app.test_cli_runner().invoke(collector_commands, ["list"]).stdout


def test_campaigns_are_listed_with_their_waves(app: Flask, campaign: int) -> None:
    (listed,) = json.loads(app.test_cli_runner().invoke(campaign_commands, ["list", "--json"]).stdout)
    assert (listed["id"], listed["organisation"]) == (campaign, "BANMAI")
    assert [(wave["kind"], wave["state"]) for wave in listed["waves"]] == [
        ("baseline", "draft"),
        ("follow_up", "draft"),
    ]


@pytest.mark.parametrize(
    ("commands", "lines"), [(collector_commands, 6), (campaign_commands, 3)], ids=["collector", "campaign"]
)
def test_without_json_there_is_a_line_for_each(app: Flask, commands: object, lines: int) -> None:
    result = app.test_cli_runner().invoke(commands, ["list"])
    assert result.exit_code == 0
    assert len(result.stdout.splitlines()) == lines
