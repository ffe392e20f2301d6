"""Campaigns and waves: what is made by default, what may be changed when, what is locked."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from survey.audit.models import AuditEntry
from survey.campaigns.models import Campaign, Plan, Wave
from survey.campaigns.operations import (
    PlanInvalid,
    WaveConflict,
    create_campaign,
    default_dates,
    edit_plan,
    edit_wave_dates,
    open_wave,
    plan_hash,
    withdraw_item_before_opening,
)
from survey.campaigns.queries import audiences_present, plan_of, plan_rule, wave_definition
from survey.core.vocabulary import TOPICS, WaveKind
from survey.instruments.loader import load_instruments
from survey.instruments.operations import publish_instrument
from survey.instruments.queries import latest_version
from tests.factories import Cast

NOW = datetime(2026, 11, 21, 3, 0, tzinfo=UTC)


@pytest.fixture
def campaign(session: Session, cast: Cast, project: Path) -> Campaign:
    """A campaign of the school with all its audiences."""
    for definition in load_instruments(project / "questionnaires"):
        publish_instrument(session, definition, NOW)
    made = create_campaign(
        session,
        organisation_id=cast.school.id,
        title="Hiểu Nghị quyết 71",
        topics=TOPICS,
        starts=date(2026, 11, 21),
        ends=date(2026, 12, 31),
        audiences=audiences_present(session, cast.school.id),
        user_id=cast.administrator.id,
        now=NOW,
    )
    session.commit()
    return made


def wave(session: Session, campaign: Campaign, kind: str = "baseline", audience: str = "parents") -> Wave:
    query = select(Wave).where(Wave.campaign_id == campaign.id, Wave.kind == kind, Wave.audience == audience)
    return session.scalars(query).one()


def test_a_campaign_has_a_plan_and_two_waves_of_one_version_for_each_audience(
    session: Session, campaign: Campaign
) -> None:
    assert [plan.audience for plan in campaign.plans] == ["staff", "pupils_secondary", "pupils_primary", "parents"]
    for plan in campaign.plans:
        waves = [found for found in campaign.waves if found.audience == plan.audience]
        assert {found.kind for found in waves} == {"baseline", "follow_up"}
        assert {found.instrument_version_id for found in waves} == {plan.instrument_version_id}
        assert plan.target == Fraction(9, 10)
        assert plan_rule(plan).needed(10) == 8


@given(starts=st.dates(date(2026, 1, 1), date(2030, 1, 1)), days=st.integers(0, 400))
def test_default_dates_stay_inside_the_campaign_and_in_order(starts: date, days: int) -> None:
    ends = starts + timedelta(days=days)
    dates = default_dates(starts, ends)
    before, after = dates[WaveKind.BASELINE], dates[WaveKind.FOLLOW_UP]
    assert starts == before.opens <= before.closes <= ends
    assert starts <= after.opens <= after.closes == ends
    assert days == 0 or before.closes < after.opens


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"ends": date(2026, 11, 1)}, "dates_in_order"),
        ({"audiences": []}, "no_audience"),
        ({"topics": []}, "unknown_topic"),
        ({"topics": ["am_nhac"]}, "unknown_topic"),
    ],
)
def test_an_impossible_campaign_is_refused(
    session: Session, cast: Cast, change: dict[str, object], reason: str
) -> None:
    fields: dict[str, object] = {
        "topics": TOPICS,
        "starts": date(2026, 11, 21),
        "ends": date(2026, 12, 31),
        "audiences": ["parents"],
    }
    with pytest.raises(PlanInvalid) as caught:
        create_campaign(session, organisation_id=cast.school.id, title="T", user_id=None, now=NOW, **(fields | change))  # type: ignore[arg-type]
    assert caught.value.reason == reason


def test_the_first_wave_that_opens_locks_and_hashes_the_plan(session: Session, campaign: Campaign) -> None:
    baseline = wave(session, campaign)
    open_wave(session, wave_id=baseline.id, user_id=None, now=NOW)
    plan = plan_of(session, campaign.id, "parents")
    assert baseline.state == "open"
    assert baseline.opens == date(2026, 11, 21)
    assert plan.locked_at == NOW
    assert plan.content_hash == plan_hash(plan)
    assert plan_of(session, campaign.id, "staff").locked_at is None
    with pytest.raises(WaveConflict) as caught:
        edit_plan(
            session,
            plan=plan,
            target=Fraction(1, 2),
            cut=Fraction(4, 5),
            topic_cut=Fraction(1, 2),
            user_id=None,
            now=NOW,
        )
    assert caught.value.reason == "plan_locked"


def test_opening_early_moves_the_opening_day_to_today(session: Session, campaign: Campaign) -> None:
    follow_up = wave(session, campaign, "follow_up")
    assert follow_up.opens > date(2026, 11, 21)
    open_wave(session, wave_id=follow_up.id, user_id=None, now=NOW)
    assert follow_up.opens == date(2026, 11, 21)


def test_a_wave_opens_once(session: Session, campaign: Campaign) -> None:
    baseline = wave(session, campaign)
    open_wave(session, wave_id=baseline.id, user_id=None, now=NOW)
    with pytest.raises(WaveConflict) as caught:
        open_wave(session, wave_id=baseline.id, user_id=None, now=NOW)
    assert caught.value.reason == "not_draft"


def test_a_wave_whose_closing_day_has_passed_does_not_open(session: Session, campaign: Campaign) -> None:
    baseline = wave(session, campaign)
    with pytest.raises(WaveConflict) as caught:
        open_wave(session, wave_id=baseline.id, user_id=None, now=NOW + timedelta(days=60))
    assert caught.value.reason == "closing_date_passed"


@pytest.mark.parametrize(
    ("state", "opening", "reason"),
    [("open", "follow_up", "baseline_open"), ("closing", "follow_up", "baseline_open")],
)
def test_before_and_after_are_never_open_together(
    session: Session, campaign: Campaign, state: str, opening: str, reason: str
) -> None:
    wave(session, campaign, "baseline").state = state
    session.flush()
    with pytest.raises(WaveConflict) as caught:
        open_wave(session, wave_id=wave(session, campaign, opening).id, user_id=None, now=NOW)
    assert caught.value.reason == reason


def test_a_baseline_cannot_follow_its_follow_up(session: Session, campaign: Campaign) -> None:
    open_wave(session, wave_id=wave(session, campaign, "follow_up").id, user_id=None, now=NOW)
    with pytest.raises(WaveConflict) as caught:
        open_wave(session, wave_id=wave(session, campaign, "baseline").id, user_id=None, now=NOW)
    assert caught.value.reason == "follow_up_began"


def test_an_open_wave_can_only_change_its_closing_day(session: Session, campaign: Campaign) -> None:
    baseline = open_wave(session, wave_id=wave(session, campaign).id, user_id=None, now=NOW)
    longer = baseline.closes + timedelta(days=7)
    edit_wave_dates(session, wave_id=baseline.id, opens=baseline.opens, closes=longer, user_id=None, now=NOW)
    assert baseline.closes == longer
    with pytest.raises(WaveConflict):
        edit_wave_dates(
            session, wave_id=baseline.id, opens=baseline.opens + timedelta(1), closes=longer, user_id=None, now=NOW
        )
    with pytest.raises(PlanInvalid):
        edit_wave_dates(
            session,
            wave_id=baseline.id,
            opens=baseline.opens,
            closes=baseline.opens - timedelta(days=1),
            user_id=None,
            now=NOW,
        )


def test_a_rule_that_a_guesser_passes_is_refused(session: Session, campaign: Campaign) -> None:
    plan = plan_of(session, campaign.id, "parents")
    with pytest.raises(PlanInvalid) as caught:
        edit_plan(
            session,
            plan=plan,
            target=Fraction(9, 10),
            cut=Fraction(3, 10),
            topic_cut=Fraction(0),
            user_id=None,
            now=NOW,
        )
    assert caught.value.reason == "rule_too_easy"


def withdraw(session: Session, cast: Cast, item_id: str) -> tuple[str, ...]:
    return withdraw_item_before_opening(
        session,
        version_id=latest_version(session, "parents").id,
        organisation_id=cast.school.id,
        item_id=item_id,
        user_id=cast.administrator.id,
        now=NOW,
    )


def test_a_withdrawn_item_takes_its_parallel_with_it_and_is_frozen_at_opening(
    session: Session, cast: Cast, campaign: Campaign
) -> None:
    assert withdraw(session, cast, "PH-CDS-DV-B") == ("PH-CDS-DV-A", "PH-CDS-DV-B")
    baseline = wave(session, campaign)
    asked = wave_definition(session, baseline)
    assert {form: len(asked.scored_items(form)) for form in asked.forms} == {"A": 9, "B": 9}
    open_wave(session, wave_id=baseline.id, user_id=None, now=NOW)
    assert plan_of(session, campaign.id, "parents").withdrawn == ["PH-CDS-DV-A", "PH-CDS-DV-B"]
    with pytest.raises(WaveConflict) as caught:
        withdraw(session, cast, "PH-XHH-CN-A")
    assert caught.value.reason == "item_in_use"
    assert wave_definition(session, baseline) == asked


def test_every_change_leaves_an_audit_entry(session: Session, cast: Cast, campaign: Campaign) -> None:
    open_wave(session, wave_id=wave(session, campaign).id, user_id=cast.administrator.id, now=NOW)
    found = session.scalars(select(AuditEntry).where(AuditEntry.organisation_id == cast.school.id)).all()
    assert {(entry.action, entry.subject) for entry in found} == {("create", "campaign"), ("open", "wave")}
    assert {entry.user_id for entry in found} == {cast.administrator.id}


def test_plans_belong_to_one_audience(session: Session, campaign: Campaign) -> None:
    assert len({plan.audience for plan in session.scalars(select(Plan))}) == len(campaign.plans)
