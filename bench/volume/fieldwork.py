"""Wards full of answers: schools with classes, campaigns before and after, made by the product's own operations.

Only the answers themselves are written row by row: drawn from twenty thousand filled-in forms that the product scored,
nearly all of them different, as those of real parents are.
"""

from __future__ import annotations

import gc
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from survey.accounts.models import Role, User
from survey.campaigns.models import Wave
from survey.campaigns.operations import create_campaign, open_wave
from survey.campaigns.queries import wave_definition
from survey.collection.models import Collector
from survey.collection.operations import make_poster_collectors
from survey.core.clock import local_date
from survey.core.vocabulary import TOPICS
from survey.demo.model import Respondents
from survey.organisations.models import Group, Headcount, Organisation
from survey.responses.closing import close_wave
from survey.responses.sheets import Sheet

SCHOOLS, CLASSES, PARENTS = 20, 30, 40
# Answers of one ward in one wave: five of six parents.
ANSWERED = 5 / 6
WARD_ANSWERS = round(2 * SCHOOLS * CLASSES * PARENTS * ANSWERED)
FILLED_IN = 20_000
_CHUNK = 20_000
_COLUMNS = (
    *("organisation_id", "wave_id", "group_id", "collector_id", "received_on", "language", "id", "token_hash"),
    *("form", "answers", "score", "pattern"),
)


@dataclass(frozen=True, slots=True)
class Ward:
    """A ward, its campaign, and what a session cookie of its officer says."""

    organisation_id: int
    campaign_id: int
    officer: str
    answers: int


class _Filled(NamedTuple):
    """A form as a parent filled it in: packed, and judged by the product."""

    form: str
    answers: bytes
    score: int
    pattern: int


def make_wards(session: Session, answers: int, *, now: datetime) -> Iterator[Ward]:
    """Make wards with a campaign whose two waves have closed, until there are so many answers."""
    for number in range(max(1, round(answers / WARD_ANSWERS))):
        ward = _make_ward(session, f"{number:04}", PARENTS, now)
        yield _run_campaign(session, ward, ANSWERED, now, closes=True)
        # Hundreds of thousands of records come and go with each ward: looked through once, not all the time.
        gc.collect()
        _show(f"{(number + 1) * WARD_ANSWERS:,} of {answers:,} answers stored, counted and frozen")
    sys.stderr.write("\n")


def make_open_ward(session: Session, answers: int, *, now: datetime) -> Ward:
    """Make a ward whose second wave is open and has so many answers."""
    ward = _make_ward(session, "OPEN", max(PARENTS, round(answers / SCHOOLS / CLASSES / ANSWERED)), now)
    return _run_campaign(session, ward, ANSWERED, now, closes=False)


def _show(words: str) -> None:
    sys.stderr.write(f"\r  {words}")
    sys.stderr.flush()


def _make_ward(session: Session, code: str, parents: int, now: datetime) -> Organisation:
    ward = _place(session, "ward", f"Xã {code}", f"W{code}", None)
    for number in range(SCHOOLS):
        school = _place(session, "school", f"Trường {code}.{number}", f"S{code}.{number}", ward)
        groups = [
            Group(organisation_id=school.id, name=f"{6 + place % 4}{chr(65 + place // 4)}", grade=6 + place % 4)
            for place in range(CLASSES)
        ]
        session.add_all(groups)
        session.flush()
        as_of = local_date(now) - timedelta(days=90)
        session.add_all(
            Headcount(organisation_id=school.id, group_id=group.id, audience="parents", number=parents, as_of=as_of)
            for group in groups
        )
    session.flush()
    return ward


def _place(session: Session, kind: str, name: str, code: str, parent: Organisation | None) -> Organisation:
    place = Organisation(kind=kind, name=name, code=code, parent_id=parent.id if parent else None, path="")
    session.add(place)
    session.flush()
    place.path = f"{parent.path if parent else '/'}{place.id}/"
    return place


def _run_campaign(session: Session, ward: Organisation, share: float, now: datetime, *, closes: bool) -> Ward:
    today = local_date(now)
    campaign = create_campaign(
        session,
        organisation_id=ward.id,
        title=f"Chiến dịch {ward.name}",
        topics=TOPICS,
        starts=today - timedelta(days=60),
        ends=today + timedelta(days=10),
        audiences=["parents"],
        user_id=None,
        now=now,
    )
    number = 0
    for kind, ability in (("baseline", 0.0), ("follow_up", 1.5)):
        wave = session.scalars(select(Wave).where(Wave.campaign_id == campaign.id, Wave.kind == kind)).one()
        wave.opens, wave.closes = today, max(wave.closes, today)
        make_poster_collectors(session, wave_id=wave.id, now=now)
        open_wave(session, wave_id=wave.id, user_id=None, now=now)
        number += _answer(session, wave, share, ability, now)
        if closes or kind == "baseline":
            close_wave(session, wave_id=wave.id, user_id=None, now=now)
    ward_officer = _officer(session, ward, now)
    session.commit()
    return Ward(ward.id, campaign.id, ward_officer, number)


def _officer(session: Session, ward: Organisation, now: datetime) -> str:
    person = User(login=ward.code, name="Cán bộ", password_hash="-", session_key=ward.code, created_at=now)
    session.add(person)
    session.flush()
    session.add(Role(user_id=person.id, organisation_id=ward.id, role="officer"))
    return f"{person.id}:{person.session_key}"


def _answer(session: Session, wave: Wave, share: float, ability: float, now: datetime) -> int:
    chance = Random(wave.id)
    pool = _fill_in(session, wave, ability)
    day = local_date(now).isoformat()
    places = session.execute(
        select(Collector.organisation_id, Collector.group_id, Collector.id, Headcount.number)
        .join(Headcount, Headcount.group_id == Collector.group_id)
        .where(Collector.wave_id == wave.id)
        .order_by(Collector.id)
    )
    rows = [
        (
            organisation_id,
            wave.id,
            group_id,
            collector_id,
            day,
            "vi",
            chance.randbytes(16),
            chance.randbytes(16),
            *filled,
        )
        for organisation_id, group_id, collector_id, headcount in places.all()
        for filled in chance.choices(pool, k=round(share * headcount))
    ]
    # Handed to the driver as they are: there are millions.
    connection = session.connection()
    mark = "?" if connection.dialect.name == "sqlite" else "%s"
    statement = f"INSERT INTO response ({', '.join(_COLUMNS)}) VALUES ({', '.join([mark] * len(_COLUMNS))})"
    for start in range(0, len(rows), _CHUNK):
        connection.exec_driver_sql(statement, rows[start : start + _CHUNK])
    return len(rows)


# By what is asked and how able parents are: every ward draws from the same forms.
_pools: dict[tuple[str, float], Sequence[_Filled]] = {}


def _fill_in(session: Session, wave: Wave, ability: float) -> Sequence[_Filled]:
    """Return forms as parents of the demo's model fill them in, packed and scored by the product."""
    definition = wave_definition(session, wave)
    key = definition.content_hash, ability
    if key not in _pools:
        sheets = {form: Sheet(definition, form) for form in definition.forms}
        respondents = Respondents(definition, wave.id)
        _pools[key] = [_filled(sheets, respondents, ability) for _form in range(FILLED_IN)]
    return _pools[key]


def _filled(sheets: Mapping[str, Sheet], respondents: Respondents, ability: float) -> _Filled:
    form = respondents.next_form()
    sheet = sheets[form]
    answers = respondents.answer(form, ability)
    mastery = sheet.judge(answers)
    return _Filled(form, sheet.pack(answers), mastery.score, mastery.pattern)
