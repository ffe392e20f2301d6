"""The history of units: which organisation stands in the place of which others since when.

Reports put the figures of the old ones before those of the new one, so that before and after survive a merger.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, joinedload

from survey.audit.operations import record
from survey.core.errors import Conflict, Invalid
from survey.core.permissions import Scope
from survey.organisations.models import Organisation, Succession


class SuccessionKind(StrEnum):
    """What happened: several became one, one got a new name and code, one became several."""

    MERGED = "merged"
    RENAMED = "renamed"
    SPLIT = "split"


class SuccessionInvalid(Invalid):
    """The history would contradict itself; `reason` is itself, kind, other_kind or circle."""

    def __init__(self, reason: str) -> None:
        super().__init__()
        self.reason = reason


class SuccessionKnown(Conflict):
    """This is recorded already."""


def record_succession(
    session: Session,
    *,
    old: Sequence[Organisation],
    new: Organisation,
    since: date,
    kind: str,
    user_id: int | None,
    now: datetime,
) -> tuple[Succession, ...]:
    """Note that `new` stands in the place of the `old` organisations since a day.

    Raises SuccessionInvalid or SuccessionKnown; then nothing is noted.
    """
    if kind not in set(SuccessionKind):
        raise SuccessionInvalid("kind")
    if new in old or not old or any(one.kind != new.kind for one in old):
        raise SuccessionInvalid("itself" if new in old or not old else "other_kind")
    if new.id in {one.id for each in old for one in _all_before(session, each.id)}:
        raise SuccessionInvalid("circle")
    known = session.scalars(select(Succession.old_id).where(Succession.new_id == new.id)).all()
    if any(one.id in known for one in old):
        raise SuccessionKnown
    rows = tuple(Succession(old_id=one.id, new_id=new.id, since=since, kind=str(kind)) for one in old)
    session.add_all(rows)
    session.flush()
    record(
        session,
        action="succeed",
        subject="organisation",
        subject_id=new.id,
        now=now,
        user_id=user_id,
        organisation_id=new.id,
        kind=str(kind),
        since=since.isoformat(),
        old=[one.code for one in old],
    )
    return rows


def _all_before(session: Session, organisation_id: int) -> Collection[Organisation]:
    """Return every organisation in whose place this one stands, however far back."""
    found: dict[int, Organisation] = {}
    open_ids = [organisation_id]
    while open_ids:
        rows = session.scalars(select(Succession).where(Succession.new_id.in_(open_ids))).all()
        fresh = {row.old_id: row.old for row in rows if row.old_id not in found}
        found.update(fresh)
        open_ids = list(fresh)
    return found.values()


def successions_into(session: Session, *, organisation_ids: Collection[int], on: date) -> Sequence[Succession]:
    """Return by whom these organisations were preceded, as far as it has happened on a day."""
    query = (
        select(Succession)
        .where(Succession.new_id.in_(organisation_ids), Succession.since <= on)
        .options(joinedload(Succession.old), joinedload(Succession.new))
        .order_by(Succession.new_id, Succession.old_id)
    )
    return session.scalars(query).all()


def possible_predecessors(session: Session, *, new: Organisation, scope: Scope) -> Sequence[Organisation]:
    """Return the organisations that this one may stand in the place of: of its kind, below the same one, by name."""
    query = (
        select(Organisation)
        .where(
            Organisation.parent_id == new.parent_id,
            Organisation.kind == new.kind,
            Organisation.id != new.id,
            Organisation.id.in_(scope.whole),
        )
        .order_by(Organisation.name, Organisation.id)
    )
    return session.scalars(query).all()


def successions_of(session: Session, *, organisation_id: int, scope: Scope) -> Sequence[Succession]:
    """Return what is noted of an organisation, as the new one or a former one; none if the scope does not cover it."""
    if not scope.covers(organisation_id):
        return ()
    query = (
        select(Succession)
        .where(or_(Succession.new_id == organisation_id, Succession.old_id == organisation_id))
        .options(joinedload(Succession.old), joinedload(Succession.new))
        .order_by(Succession.since, Succession.id)
    )
    return session.scalars(query).all()
