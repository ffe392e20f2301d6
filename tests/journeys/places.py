"""What can stand in the places of an address: one of each sort, from the demo and from a few things made beside it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from survey.accounts.models import Role, User
from survey.activities.models import Activity, CheckVisit, Difficulty, Effect, GoodModel
from survey.campaigns.models import Campaign, Plan, Wave
from survey.collection.models import Collector
from survey.collection.serials import create_cards
from survey.collection.windows import start_meeting
from survey.core.clock import local_date
from survey.core.periods import CutOff, parse_period
from survey.core.permissions import RoleName, Scope
from survey.core.vocabulary import Mode, WaveKind, WaveState
from survey.instruments.models import InstrumentVersion
from survey.organisations.models import Group, Organisation
from survey.paper.operations import create_sheets
from survey.reports.calls import build_period
from survey.reports.models import Release
from survey.reports.operations import IssuedFile, issue_report
from survey.reports.period_queries import period_input

# By the name of a place; by blueprint and name, or endpoint and name, where an address wants something of its own.
Places = Mapping[str, Sequence[object]]


@dataclass(frozen=True, slots=True)
class Made:
    """What was made beside the demo: a meeting that runs, a batch of cards and one of sheets, an issued report."""

    wave: Wave
    meeting_id: int
    cards: int
    sheets: int
    release: int


def make_more(session: Session, now: datetime) -> Made:
    """Make what the demo does not have, in the school's open wave of parents."""
    school = _school(session)
    wave = session.scalars(
        select(Wave).where(Wave.audience == "parents", Wave.state == WaveState.OPEN).order_by(Wave.id)
    ).first()
    assert wave is not None
    common: dict[str, Any] = {"wave": wave, "organisation_id": school.id, "group_id": None, "person": None, "now": now}
    meeting = start_meeting(session, present=40, minutes=60, **common)
    cards = create_cards(session, number=10, **common)
    sheets = create_sheets(session, number=2, **common)
    session.flush()
    return Made(wave, meeting.id, cards.id, sheets.id, _issued(session, school, now).id)


def _issued(session: Session, school: Organisation, now: datetime) -> Release:
    """Issue the report of this month."""
    today = local_date(now)
    own = frozenset({school.id})
    period = parse_period(f"{today:%Y-%m}", CutOff.CALENDAR)
    source = period_input(session, organisation_id=school.id, period=period, scope=Scope(own, own), today=today)
    return issue_report(
        session,
        report=build_period(source),
        title="Báo cáo tháng",
        number=1,
        changed="",
        files=[IssuedFile("bao-cao.html", "text/html", b"<p>x</p>")],
        user_id=None,
        now=now,
    )


def places_of(session: Session, made: Made, now: datetime) -> dict[str, Sequence[object]]:
    """Return what can stand in each place."""
    today = local_date(now)
    school = _school(session)
    ward = session.scalars(select(Organisation).where(Organisation.code == "DEMO-HOASIM")).one()
    return {
        **_campaigns(session),
        **_people(session, school),
        **_log(session, school),
        "organisation_id": sorted([ward.id, school.id]),
        "periods.organisation_id": [school.id],
        "releases.organisation_id": [school.id],
        "text": ["ABC"],
        "periods.text": [f"{today.year}-Q{(today.month + 2) // 3}"],
        "releases.text": [f"{today.year}-{today.month:02}"],
        "rest": ["x"],
        "time_code": ["ABCD"],
        "invitations.code": ["ABC"],
        "kind": list(WaveKind),
        "release_id": [made.release],
        "meeting_id": [made.meeting_id],
        "session_id": session.scalars(
            select(Collector.id).where(Collector.mode == Mode.CLASS_SESSION).order_by(Collector.id).limit(2)
        ).all(),
        "collector_id": session.scalars(
            select(Collector.id).where(Collector.wave_id == made.wave.id, Collector.mode == Mode.POSTER).limit(1)
        ).all(),
        "cards.wave_id": [made.wave.id],
        "batch_id": [made.cards],
        "paper.wave_id": [made.wave.id],
        "paper.batch_id": [made.sheets],
    }


def _school(session: Session) -> Organisation:
    return session.scalars(select(Organisation).where(Organisation.code == "DEMO-BANMAI")).one()


def _campaigns(session: Session) -> dict[str, Sequence[object]]:
    waves = session.scalars(select(Wave).order_by(Wave.id)).all()
    one_of_each_state = [wave for _state, wave in sorted({wave.state: wave for wave in waves}.items())]
    posters = select(Collector).join(Wave).where(Wave.audience == "parents", Collector.mode == Mode.POSTER)
    codes = {collector.wave.state: collector.code for collector in session.scalars(posters)}
    plans = session.scalars(select(Plan).where(Plan.audience == "staff"))
    versions = session.scalars(select(InstrumentVersion).where(InstrumentVersion.audience.in_(["staff", "community"])))
    groups = session.scalars(select(Group).where(Group.name.in_(["6A", "Giáo viên"])).order_by(Group.id).limit(2))
    return {
        "campaign_id": session.scalars(select(Campaign.id)).all(),
        "wave_id": [wave.id for wave in one_of_each_state],
        "plan_id": [plan.id for plan in plans],
        "version_id": [version.id for version in versions],
        "group_id": [group.id for group in groups],
        "code": list(codes.values()),
    }


def _people(session: Session, school: Organisation) -> dict[str, Sequence[object]]:
    role = session.scalars(
        select(Role).join(User).where(Role.organisation_id == school.id, Role.role == RoleName.TEACHER)
    ).first()
    assert role is not None
    return {"people.organisation_id": [school.id], "user_id": [role.user_id], "role_id": [role.id]}


def _log(session: Session, school: Organisation) -> dict[str, Sequence[object]]:
    found: dict[str, Sequence[object]] = {
        "activity_id": session.scalars(select(Activity.id).where(Activity.organisation_id == school.id).limit(1)).all(),
        "check_id": session.scalars(select(CheckVisit.id).order_by(CheckVisit.id)).all(),
    }
    for kind, model in (("effects", Effect), ("models", GoodModel), ("difficulties", Difficulty)):
        ids = session.scalars(select(model.id).where(model.organisation_id == school.id).limit(1)).all()  # type: ignore[attr-defined]
        found |= {f"entries.{kind}_{view}.entry_id": ids for view in ("edit", "ask_remove")}
    return found
