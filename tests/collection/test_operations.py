"""Poster codes: one for each class or kind of staff, made once, never for strangers' groups."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from random import Random

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from survey.campaigns.models import Campaign, Wave
from survey.campaigns.operations import create_campaign
from survey.collection.models import Collector
from survey.collection.operations import make_poster_collectors, prepare_collectors
from survey.collection.queries import collector_by_code, collector_by_id, collectors_of
from survey.core.codes import COLLECTOR_LENGTH, read_code
from survey.core.errors import Conflict, NotFound
from survey.core.permissions import Scope
from survey.instruments.loader import load_instruments
from survey.instruments.operations import publish_instrument
from survey.organisations.models import Group, Headcount
from tests.factories import Cast, make_group, make_organisation


@pytest.fixture
def campaign(session: Session, cast: Cast, project: Path, now: datetime) -> Campaign:
    """A campaign of the ward."""
    for definition in load_instruments(project / "questionnaires"):
        publish_instrument(session, definition, now)
    return create_campaign(
        session,
        organisation_id=cast.ward.id,
        title="Hiểu Nghị quyết 71",
        topics=["chuyen_doi_so"],
        starts=date(2026, 11, 21),
        ends=date(2026, 12, 31),
        audiences=["staff", "pupils_secondary", "pupils_primary", "parents", "community"],
        user_id=None,
        now=now,
    )


def wave(session: Session, campaign: Campaign, audience: str) -> Wave:
    query = select(Wave).where(Wave.campaign_id == campaign.id, Wave.audience == audience, Wave.kind == "baseline")
    return session.scalars(query).one()


def names(session: Session, collectors: object) -> list[str]:
    return sorted(
        f"{collector.organisation.code} {collector.group.name if collector.group else '*'}"
        for collector in collectors  # type: ignore[attr-defined]
    )


@pytest.mark.parametrize(
    ("audience", "groups"),
    [
        ("staff", ["Giáo viên", "Nhân viên"]),
        ("pupils_secondary", ["6A", "7A"]),
        ("pupils_primary", ["4A"]),
        ("parents", ["4A", "6A", "7A"]),
    ],
)
def test_every_group_of_the_audience_in_every_school_gets_one_code(
    session: Session, campaign: Campaign, now: datetime, audience: str, groups: list[str]
) -> None:
    made = prepare_collectors(session, wave_id=wave(session, campaign, audience).id, now=now)
    expected = sorted(f"{school} {group}" for school in ("BANMAI", "SUOIREO") for group in groups)
    assert names(session, made) == expected
    assert all(read_code(collector.code, COLLECTOR_LENGTH) == collector.code for collector in made)
    assert len({collector.code for collector in made}) == len(made)


def test_a_second_call_adds_only_what_is_new(session: Session, cast: Cast, campaign: Campaign, now: datetime) -> None:
    wave_id = wave(session, campaign, "parents").id
    prepare_collectors(session, wave_id=wave_id, now=now)
    assert prepare_collectors(session, wave_id=wave_id, now=now) == []
    make_group(session, cast.school, "8A", grade=8)
    assert names(session, prepare_collectors(session, wave_id=wave_id, now=now)) == ["BANMAI 8A"]


def test_codes_that_are_taken_are_drawn_again(
    session: Session, cast: Cast, campaign: Campaign, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    waves = [wave for wave in campaign.waves if wave.audience == "parents"]
    made = []
    for wave in waves:
        # The same dice for both waves: every first draw of the second one is taken.
        monkeypatch.setattr("survey.core.codes.secrets.choice", Random(71).choice)
        made += make_poster_collectors(session, wave_id=wave.id, now=now)
    assert len(waves) == 2
    assert len({collector.code for collector in made}) == len(made) > 2


def test_groups_that_ended_get_no_code(session: Session, cast: Cast, campaign: Campaign, now: datetime) -> None:
    session.get_one(Group, cast.own_class.id).ended_on = date(2026, 10, 1)
    made = prepare_collectors(session, wave_id=wave(session, campaign, "parents").id, now=now)
    assert "BANMAI 6A" not in names(session, made)


def test_an_organisation_with_people_but_without_groups_gets_one_code_for_everybody(
    session: Session, cast: Cast, campaign: Campaign, now: datetime
) -> None:
    club = make_organisation(session, "Hội khuyến học", kind="association", code="HKH", parent=cast.ward)
    session.add(Headcount(organisation_id=club.id, audience="community", number=60, as_of=date(2026, 9, 5)))
    session.flush()
    made = prepare_collectors(session, wave_id=wave(session, campaign, "community").id, now=now)
    assert names(session, made) == ["HKH *"]


def test_a_code_for_the_whole_audience_comes_on_request(
    session: Session, cast: Cast, campaign: Campaign, now: datetime
) -> None:
    made = make_poster_collectors(
        session,
        wave_id=wave(session, campaign, "staff").id,
        now=now,
        organisations=[cast.school.id],
        whole_audience=True,
    )
    assert names(session, made) == ["BANMAI *", "BANMAI Giáo viên", "BANMAI Nhân viên"]


def test_a_closed_wave_gets_no_more_codes(session: Session, campaign: Campaign, now: datetime) -> None:
    closed = wave(session, campaign, "staff")
    closed.state = "closed"
    session.flush()
    with pytest.raises(Conflict):
        prepare_collectors(session, wave_id=closed.id, now=now)


def test_a_wave_that_is_not_there_is_not_found(session: Session, now: datetime) -> None:
    with pytest.raises(NotFound):
        prepare_collectors(session, wave_id=4711, now=now)


def test_a_code_is_found_however_it_is_typed(session: Session, campaign: Campaign, now: datetime) -> None:
    collector = prepare_collectors(session, wave_id=wave(session, campaign, "staff").id, now=now)[0]
    typed = f" {collector.code[:3].lower()}-{collector.code[3:]}".replace("1", "l").replace("0", "o")
    assert collector_by_code(session, typed) is collector
    assert collector_by_code(session, "0000001") is None


def test_queries_return_only_what_the_scope_covers(
    session: Session, cast: Cast, campaign: Campaign, now: datetime
) -> None:
    wave_id = wave(session, campaign, "parents").id
    made = prepare_collectors(session, wave_id=wave_id, now=now)
    school, group = cast.school.id, cast.own_class.id
    scopes = {
        "school": Scope(frozenset({school}), frozenset({school})),
        "class": Scope(frozenset({school}), frozenset(), frozenset({group})),
        "nowhere": Scope(frozenset(), frozenset()),
    }
    assert names(session, collectors_of(session, wave_id, scopes["school"])) == ["BANMAI 4A", "BANMAI 6A", "BANMAI 7A"]
    assert names(session, collectors_of(session, wave_id, scopes["class"])) == ["BANMAI 6A"]
    assert collectors_of(session, wave_id, scopes["nowhere"]) == []
    elsewhere = next(one for one in made if one.organisation_id == cast.other_school.id)
    with pytest.raises(NotFound):
        collector_by_id(session, elsewhere.id, scopes["school"])
    assert session.scalars(select(Collector).where(Collector.id == elsewhere.id)).one() is elsewhere
