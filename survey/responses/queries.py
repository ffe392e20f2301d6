"""Reads entrances and counts of stored answers. Never returns a single response; receipts stand in receipts.py."""

from __future__ import annotations

from collections import Counter, OrderedDict
from collections.abc import Collection, Iterable
from datetime import date

from sqlalchemy import RowMapping, bindparam, func, select
from sqlalchemy.orm import Session

from survey.campaigns.models import Campaign, Plan, Wave
from survey.campaigns.queries import plan_definition
from survey.collection.models import Collector, Serial
from survey.core.clock import local_date, utc_now
from survey.core.codes import CARD_LENGTH
from survey.core.permissions import Scope
from survey.core.vocabulary import SERIAL_MODES, WaveState, audiences_of
from survey.instruments.definitions import InstrumentDefinition
from survey.organisations.models import Group, Organisation
from survey.responses.counting import count_wave
from survey.responses.counts import WaveCounts
from survey.responses.entrances import Entrance, GroupChoice
from survey.responses.models import Response
from survey.responses.summaries import frozen_counts

# By the hash of a locked plan, which never changes.
_definitions: OrderedDict[str, InstrumentDefinition] = OrderedDict()
_CACHED_DEFINITIONS = 64


# Built once: on the respondent's path putting a statement together costs more than running it.
_collector, _wave, _plan = Collector.__table__.c, Wave.__table__.c, Plan.__table__.c
_ENTRANCE = (
    select(
        _collector.code,
        _collector.id.label("collector_id"),
        _collector.mode,
        _collector.organisation_id,
        Organisation.__table__.c.name.label("organisation_name"),
        Organisation.__table__.c.is_demo,
        _collector.group_id,
        Group.__table__.c.name.label("group_name"),
        _wave.id.label("wave_id"),
        _wave.state,
        _wave.opens,
        _wave.closes,
        _wave.closing_at,
        _collector.opens.label("collector_opens"),
        _collector.closes.label("collector_closes"),
        _collector.time_limit_minutes,
        Campaign.__table__.c.title.label("campaign_title"),
        _wave.audience,
        _plan.id.label("plan_id"),
        _plan.content_hash.label("plan_hash"),
        _wave.instrument_version_id.label("wave_version_id"),
        _plan.instrument_version_id.label("plan_version_id"),
    )
    .select_from(Collector.__table__)
    .join(Wave.__table__, _collector.wave_id == _wave.id)
    .join(Campaign.__table__, _wave.campaign_id == Campaign.__table__.c.id)
    .join(Plan.__table__, (_plan.campaign_id == _wave.campaign_id) & (_plan.audience == _wave.audience))
    .join(Organisation.__table__, _collector.organisation_id == Organisation.__table__.c.id)
    .outerjoin(Group.__table__, _collector.group_id == Group.__table__.c.id)
)
# What leads to the definition and is no part of an entrance itself.
_OF_PLAN = frozenset({"plan_id", "plan_hash", "wave_version_id", "plan_version_id"})
_serial = Serial.__table__.c
_BY_CODE = _ENTRANCE.where(_collector.code == bindparam("known_code"))
_BY_SERIAL = (
    _ENTRANCE.add_columns(_serial.code.label("serial"), _serial.form.label("printed_form"), _serial.is_spent)
    .join(Serial.__table__, _serial.collector_id == _collector.id)
    .where(_serial.code == bindparam("known_code"))
)
# By whether it is a serial and whether the wave is to be held.
_STATEMENTS = {
    (is_serial, held): query.with_for_update(read=True, of=Wave.__table__) if held else query
    for is_serial, query in ((False, _BY_CODE), (True, _BY_SERIAL))
    for held in (False, True)
}


def entrance_by_code(session: Session, code: str, *, lock: bool = False) -> Entrance | None:
    """Return the way in with this code or serial (as `read_code` returns it), or None.

    lock: keeps the wave's state from changing until the transaction ends; for whoever is about to store an answer.
    """
    is_serial = len(code) == CARD_LENGTH + 1
    query = _STATEMENTS[is_serial, lock]
    row = session.connection().execute(query, {"known_code": code}).mappings().first()
    if lock and row is not None and row["wave_version_id"] != row["plan_version_id"]:
        # Waited for answers to be scored again: the wave held here is the new one, what was joined to it is not yet.
        row = session.connection().execute(query, {"known_code": code}).mappings().first()
    if row is None or (row["mode"] in SERIAL_MODES) != is_serial:
        return None
    definition_hash, definition = _definition(session, row)
    values = {name: row[name] for name in row if name not in _OF_PLAN}
    groups = () if row["group_id"] is not None else _groups(session, row["organisation_id"], row["audience"])
    return Entrance(**values, groups=groups, definition_hash=definition_hash, definition=definition)


def _definition(session: Session, row: RowMapping) -> tuple[str, InstrumentDefinition]:
    """Return what is asked, with a hash; that of an unlocked plan is taken from the definition itself."""
    locked = row["plan_hash"]
    known = _definitions.get(locked)
    if known is not None:
        return locked, known
    definition = plan_definition(session, session.get_one(Plan, row["plan_id"]))
    if locked is None:
        return definition.content_hash, definition
    _definitions[locked] = definition
    if len(_definitions) > _CACHED_DEFINITIONS:
        _definitions.popitem(last=False)
    return locked, definition


def _groups(session: Session, organisation_id: int, audience: str) -> tuple[GroupChoice, ...]:
    """Return the groups that a respondent of the audience may name: classes by grade, then by name."""
    query = (
        select(Group.id, Group.name, Group.grade, Group.staff_kind)
        .where(Group.organisation_id == organisation_id, Group.ended_on.is_(None))
        .order_by(Group.grade, Group.name)
    )
    return tuple(
        GroupChoice(group_id, name)
        for group_id, name, grade, staff_kind in session.execute(query)
        if audience in audiences_of(grade, staff_kind)
    )


def wave_counts(
    session: Session,
    *,
    wave_ids: Collection[int],
    scope: Scope,
    with_options: bool = False,
    today: date | None = None,
) -> tuple[WaveCounts, ...]:
    """Return the counts of waves, one record per wave and organisation that has ways in or answers there.

    Only organisations that the scope covers as a whole. Closed waves come from what was frozen, the others are counted
    now; their headcounts are those of today or of the closing date if that has passed.
    """
    waves = session.scalars(select(Wave).where(Wave.id.in_(wave_ids)).order_by(Wave.id)).all()
    day = today or local_date(utc_now())
    found: list[WaveCounts] = []
    for wave in waves:
        if wave.state == WaveState.CLOSED:
            found += _frozen(session, wave.id, scope, with_options)
        else:
            found += count_wave(session, wave, day=min(day, wave.closes), scope=scope, with_options=with_options)
    return tuple(found)


def _frozen(session: Session, wave_id: int, scope: Scope, with_options: bool) -> list[WaveCounts]:
    found = frozen_counts(session, wave_id, scope.whole)
    return found if with_options else [counts.without_options() for counts in found]


def stored_count(session: Session, wave_id: int) -> int:
    """Return how many responses of a wave are stored."""
    asked = select(Collector.organisation_id).where(Collector.wave_id == wave_id)
    return sum(number for _key, number in _numbers(session, wave_id, set(session.scalars(asked))))


def stored_by_group(session: Session, wave_id: int, scope: Scope) -> dict[tuple[int, int | None], int]:
    """Return how many responses a wave has, by organisation and group (None: nobody said which), as far as visible.

    Those of a closed wave come from its frozen counts, which stay when the single answers are deleted.
    """
    # Read for the visible organisations only: a province has hundreds.
    numbers = _numbers(session, wave_id, scope.organisations)
    found = {key: number for key, number in numbers if scope.covers_group(*key)}
    return dict(sorted(found.items(), key=lambda pair: (pair[0][0], pair[0][1] or 0)))


def _numbers(
    session: Session, wave_id: int, organisations: Collection[int]
) -> Iterable[tuple[tuple[int, int | None], int]]:
    if session.scalar(select(Wave.state).where(Wave.id == wave_id)) == WaveState.CLOSED:
        sums: Counter[tuple[int, int | None]] = Counter()
        for counts in frozen_counts(session, wave_id, organisations):
            for pattern in counts.patterns:
                sums[counts.organisation_id, pattern.group_id] += pattern.number
        return sums.items()
    query = (
        select(Response.organisation_id, Response.group_id, func.count())
        .where(Response.wave_id == wave_id, Response.organisation_id.in_(organisations))
        .group_by(Response.organisation_id, Response.group_id)
    )
    return (((organisation_id, group_id), number) for organisation_id, group_id, number in session.execute(query))


def stored_by_collector(session: Session, wave_id: int, scope: Scope) -> dict[int, int]:
    """Return how many responses came in by each collector of a wave (0 included), as far as visible."""
    rows = session.execute(
        select(Collector.id, Collector.organisation_id, Collector.group_id).where(
            Collector.wave_id == wave_id, Collector.organisation_id.in_(scope.organisations)
        )
    )
    visible = {row.id: row.organisation_id for row in rows if scope.covers_group(row.organisation_id, row.group_id)}
    # By the key of the table, which begins with the organisation: nobody else's answers are read.
    query = (
        select(Response.collector_id, func.count())
        .where(Response.organisation_id.in_(set(visible.values())), Response.wave_id == wave_id)
        .group_by(Response.collector_id)
    )
    stored = {collector_id: number for collector_id, number in session.execute(query)}
    return {collector_id: stored.get(collector_id, 0) for collector_id in visible}
