"""The demo: invented, the same each time, made by the same operations as real data, and refused where anything is."""

from __future__ import annotations

from datetime import datetime

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from survey.campaigns.models import Campaign, Plan, Wave
from survey.collection.models import Collector
from survey.core.tokens import Signer
from survey.demo.model import Respondents
from survey.demo.operations import NotEmpty, load_demo, publish_questionnaires
from survey.instruments.queries import definition_of, latest_version
from survey.organisations.models import Organisation
from survey.responses.models import Response, WaveSummary
from tests.factories import make_organisation

SIGNER = Signer("a secret that is long enough for a test")


def test_the_demo_has_what_a_newcomer_needs(session: Session, now: datetime) -> None:
    loaded = load_demo(session, signer=SIGNER, now=now)
    assert 1200 <= loaded.responses <= 1800
    assert session.scalar(select(func.count()).select_from(Response)) == loaded.responses
    assert all(place.is_demo for place in session.scalars(select(Organisation)))
    schools = session.scalars(select(Organisation).where(Organisation.kind == "school")).all()
    assert len(schools) == 3
    assert session.scalar(select(func.count()).select_from(Campaign)) == 2
    states = {(wave.campaign_id, wave.kind, wave.state) for wave in session.scalars(select(Wave))}
    assert len(states) == 4
    assert {state for _campaign, _kind, state in states} == {"open", "closed"}
    collector = session.scalars(select(Collector).where(Collector.code == loaded.code)).one()
    assert collector.wave.state == "open"
    assert collector.wave.audience == "parents"


def test_the_teacher_of_the_demo_finds_a_class_to_start_and_classes_that_have_had_theirs(
    session: Session, now: datetime
) -> None:
    load_demo(session, signer=SIGNER, now=now)
    sessions = session.scalars(select(Collector).where(Collector.mode == "class_session")).all()
    held = {(one.wave.state, one.organisation.code, one.group.name) for one in sessions if one.group is not None}
    assert ("closed", "DEMO-BANMAI", "6A") in held
    assert ("open", "DEMO-BANMAI", "7A") in held
    assert ("open", "DEMO-BANMAI", "6A") not in held


def test_the_demo_shows_every_way_to_receive_answers(session: Session, now: datetime) -> None:
    load_demo(session, signer=SIGNER, now=now)
    used = set(session.scalars(select(Collector.mode).distinct()))
    assert used == {"poster", "meeting", "class_session", "cards", "paper", "kiosk"}
    meetings = select(func.count()).select_from(Response).join(Collector, Response.collector_id == Collector.id)
    assert session.scalar(meetings.where(Collector.mode == "meeting"))


def test_closed_waves_are_frozen_and_plans_locked(session: Session, now: datetime) -> None:
    load_demo(session, signer=SIGNER, now=now)
    closed = session.scalars(select(Wave.id).where(Wave.state == "closed")).all()
    frozen = set(session.scalars(select(WaveSummary.wave_id)))
    assert set(closed) == frozen
    assert all(plan.content_hash and plan.locked_at for plan in session.scalars(select(Plan)))


def test_both_forms_are_answered_in_every_wave(session: Session, now: datetime) -> None:
    load_demo(session, signer=SIGNER, now=now)
    rows = session.execute(select(Response.wave_id, Response.form).distinct()).all()
    waves = {wave for wave, _form in rows}
    assert len(rows) == 2 * len(waves)


def test_the_same_seed_draws_the_same_answers(session: Session, now: datetime) -> None:
    publish_questionnaires(session, now=now)
    definition = definition_of(session, latest_version(session, "parents").id)
    first, second = (Respondents(definition, seed=3) for _ in range(2))
    assert [first.answer("A", 1.0) for _ in range(40)] == [second.answer("A", 1.0) for _ in range(40)]
    assert Respondents(definition, seed=4).answer("A", 1.0) != Respondents(definition, seed=3).answer("A", 1.0)


def test_whoever_knows_more_scores_more(session: Session, now: datetime) -> None:
    publish_questionnaires(session, now=now)
    definition = definition_of(session, latest_version(session, "staff").id)
    people = Respondents(definition)

    def right(mean: float) -> int:
        items = definition.items_of("A")
        return sum(
            answer == item.key
            for _ in range(200)
            for item, answer in zip(items, people.answer("A", mean), strict=True)
            if item.scored
        )

    assert right(-1.0) < right(1.0) < right(3.0)


def test_the_demo_goes_into_an_empty_database_only(session: Session, now: datetime) -> None:
    make_organisation(session, "Trường có thật", code="THAT")
    with pytest.raises(NotEmpty):
        load_demo(session, signer=SIGNER, now=now)
    assert session.scalar(select(func.count()).select_from(Response)) == 0


def test_publishing_twice_keeps_one_version(session: Session, now: datetime) -> None:
    publish_questionnaires(session, now=now)
    publish_questionnaires(session, now=now)
    assert latest_version(session, "parents").number == 1
