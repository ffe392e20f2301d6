"""Loads the demo through the same operations that people use: the same checks, scoring, storing and closing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from survey.accounts.models import User
from survey.campaigns.models import Campaign, Wave
from survey.campaigns.operations import create_campaign, edit_wave_dates, open_wave
from survey.campaigns.queries import wave_definition
from survey.collection.models import Collector
from survey.collection.operations import make_poster_collectors
from survey.collection.windows import start_class_session, start_meeting
from survey.config import PROJECT
from survey.core.clock import local_date, start_of
from survey.core.errors import Conflict
from survey.core.tokens import Signer
from survey.core.vocabulary import Audience, ReportingGroup, reporting_group
from survey.demo.activities import load_activities
from survey.demo.content import CAMPAIGNS, SCHOOLS, WARD, DemoCampaign, DemoOrganisation, DemoWave
from survey.demo.model import SEED, Respondents
from survey.demo.ways import load_ways
from survey.instruments.loader import load_instrument
from survey.instruments.operations import publish_instrument
from survey.organisations.models import Group, Headcount, Organisation
from survey.responses.closing import close_wave, start_closing
from survey.responses.operations import Submission, store_response

PUPILS = frozenset({Audience.PUPILS_PRIMARY, Audience.PUPILS_SECONDARY})
# Parents of these classes answered at a meeting, by the code on the screen.
CLASSES_WITH_MEETING = frozenset({"9A"})
AUDIENCE_FILES = ("staff", "pupils_secondary", "pupils_primary", "parents", "community")


@dataclass(frozen=True, slots=True)
class DemoLoaded:
    """What the demo brought: how many answers, and the code of an open way in for a newcomer."""

    responses: int
    code: str


class NotEmpty(Conflict):
    """The database already has organisations or people; the demo goes into an empty one only."""


def publish_questionnaires(session: Session, *, now: datetime) -> None:
    """Publish the questionnaires that the project brings, unless their present text is published already."""
    for name in AUDIENCE_FILES:
        publish_instrument(session, load_instrument(PROJECT / "questionnaires" / f"{name}.yaml"), now)


def load_demo(session: Session, *, signer: Signer, now: datetime) -> DemoLoaded:
    """Load the invented ward with its schools, campaigns and answers.

    Raises NotEmpty unless the database has neither organisations nor people.
    """
    if session.scalar(select(func.count()).select_from(Organisation)) or session.scalar(
        select(func.count()).select_from(User)
    ):
        raise NotEmpty
    first_day = local_date(now) + timedelta(days=min(wave.opens for plan in CAMPAIGNS for wave in plan.waves) - 14)
    publish_questionnaires(session, now=start_of(first_day))
    places = _make_places(session, first_day)
    responses = sum(_run_campaign(session, demo, places, signer, now) for demo in CAMPAIGNS)
    load_ways(session, school=places[SCHOOLS[0].code], now=now)
    load_activities(session, places=places, now=now)
    return DemoLoaded(responses, _open_code(session))


def _make_places(session: Session, as_of: date) -> dict[str, Organisation]:
    ward = _make_place(session, WARD, None, as_of)
    return {WARD.code: ward} | {school.code: _make_place(session, school, ward, as_of) for school in SCHOOLS}


def _make_place(session: Session, demo: DemoOrganisation, parent: Organisation | None, as_of: date) -> Organisation:
    place = Organisation(
        code=demo.code, name=demo.name, kind=demo.kind, parent_id=parent.id if parent else None, path="", is_demo=True
    )
    session.add(place)
    session.flush()
    place.path = f"{parent.path if parent else '/'}{place.id}/"
    for entry in demo.groups:
        group = Group(organisation_id=place.id, name=entry.name, grade=entry.grade, staff_kind=entry.staff_kind)
        session.add(group)
        session.flush()
        for audience, number in entry.headcounts.items():
            session.add(
                Headcount(organisation_id=place.id, group_id=group.id, audience=audience, number=number, as_of=as_of)
            )
    session.flush()
    return place


def _run_campaign(
    session: Session, demo: DemoCampaign, places: Mapping[str, Organisation], signer: Signer, now: datetime
) -> int:
    today = local_date(now)
    starts = today + timedelta(days=demo.waves[0].opens)
    campaign = create_campaign(
        session,
        organisation_id=places[demo.owner].id,
        title=demo.title,
        topics=("chuyen_doi_so", "xa_hoi_hoa", "phan_luong", "doi_ngu", "co_so_vat_chat"),
        starts=starts,
        ends=today + timedelta(days=demo.waves[-1].closes),
        audiences=demo.audiences,
        user_id=None,
        now=start_of(starts),
    )
    where = {places[code].id: demo.tired.get(code, 1.0) for code in demo.places}
    return sum(_run_wave(session, campaign, demo_wave, where, signer, now) for demo_wave in demo.waves)


def _run_wave(
    session: Session, campaign: Campaign, demo: DemoWave, where: Mapping[int, float], signer: Signer, now: datetime
) -> int:
    """Open the wave in every audience, let people answer, and close it if its time is over."""
    opens = local_date(now) + timedelta(days=demo.opens)
    closes = local_date(now) + timedelta(days=demo.closes)
    number = 0
    for wave in session.scalars(
        select(Wave).where(Wave.campaign_id == campaign.id, Wave.kind == demo.kind).order_by(Wave.id)
    ).all():
        morning = start_of(opens) + timedelta(hours=7)
        edit_wave_dates(session, wave_id=wave.id, opens=opens, closes=closes, user_id=None, now=morning)
        make_poster_collectors(session, wave_id=wave.id, now=morning, organisations=where)
        open_wave(session, wave_id=wave.id, user_id=None, now=morning)
        number += _answer_wave(session, wave, demo, where, signer, morning)
        if demo.closes < 0:
            evening = start_of(closes) + timedelta(hours=18)
            start_closing(session, wave_id=wave.id, user_id=None, now=evening)
            close_wave(session, wave_id=wave.id, user_id=None, now=evening + timedelta(hours=1))
    return number


def _answer_wave(
    session: Session, wave: Wave, demo: DemoWave, where: Mapping[int, float], signer: Signer, opened: datetime
) -> int:
    definition = wave_definition(session, wave)
    respondents = Respondents(definition, SEED + wave.id)
    number = 0
    rows = session.execute(
        select(Collector, Group, Headcount.number)
        .join(Group, Collector.group_id == Group.id)
        .join(Headcount, (Headcount.group_id == Group.id) & (Headcount.audience == wave.audience))
        .where(Collector.wave_id == wave.id)
        .order_by(Collector.id)
    ).all()
    for collector, group, headcount in rows:
        kind = reporting_group(wave.audience, group.staff_kind) or ReportingGroup.TEACHERS
        mean = demo.ability[kind] + respondents.class_effect()
        moment = opened + timedelta(days=1, hours=1)
        code = _code_in_use(session, collector, demo, headcount, moment)
        for _ in range(round(headcount * demo.response[wave.audience] * where[collector.organisation_id])):
            _answer(session, code, respondents, mean, signer, moment)
            number += 1
    return number


def _code_in_use(session: Session, poster: Collector, demo: DemoWave, present: int, moment: datetime) -> str:
    """Return the code by which a group answered: of a session in class, of a meeting, or else of its poster."""
    group = poster.group
    if group is not None and _has_session(poster.wave, demo, group):
        return _class_code(session, poster, present, moment)
    if group is not None and poster.wave.audience == Audience.PARENTS and group.name in CLASSES_WITH_MEETING:
        return _meeting_code(session, poster, present, moment)
    return poster.code


def _has_session(wave: Wave, demo: DemoWave, group: Group) -> bool:
    """Whether the answers of a group came in by a session in class: those of all pupils, but for one class.

    6A of the wave that is still open is left for whoever signs in as its teacher.
    """
    is_open = demo.closes >= 0
    return wave.audience in PUPILS and not (is_open and group.name == "6A")


def _class_code(session: Session, poster: Collector, headcount: int, moment: datetime) -> str:
    """Start a session with the class of a poster and return its code."""
    started = start_class_session(
        session,
        wave=poster.wave,
        organisation_id=poster.organisation_id,
        group_id=poster.group_id or 0,
        present=headcount,
        minutes=40,
        person=None,
        now=moment,
    )
    return started.code


def _meeting_code(session: Session, poster: Collector, present: int, moment: datetime) -> str:
    """Hold a meeting of the parents of a class and return its code."""
    return start_meeting(
        session,
        wave=poster.wave,
        organisation_id=poster.organisation_id,
        group_id=poster.group_id,
        present=present,
        minutes=45,
        person=None,
        now=moment,
    ).code


def _answer(
    session: Session, code: str, respondents: Respondents, mean: float, signer: Signer, moment: datetime
) -> None:
    token = signer.read_token(code, signer.new_token(code, moment, respondents.next_form()))
    if token is None:
        raise RuntimeError("a token of our own was refused")
    submission = Submission(
        code=code,
        token=token,
        token_hash=signer.receipt_hash(signer.receipt(token)),
        answers=respondents.answer(token.form, mean),
    )
    store_response(session, submission, now=moment)


def _open_code(session: Session) -> str:
    """Return a parents' code of the wave that is left open, for the QR in the terminal."""
    code = session.scalars(
        select(Collector.code)
        .join(Wave, Collector.wave_id == Wave.id)
        .where(Wave.state == "open", Wave.audience == "parents")
        .order_by(Collector.id)
    ).first()
    if code is None:
        raise RuntimeError("the demo left no wave open")
    return code
