"""Publishes instruments and keeps what units say about their items.

Whether an item may still be withdrawn depends on the waves of the unit; `campaigns` decides that and calls here.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from survey.audit.operations import record
from survey.core.errors import Conflict, NotFound
from survey.instruments.checks import check_definition
from survey.instruments.definitions import InstrumentDefinition
from survey.instruments.models import InstrumentVersion, ItemReview
from survey.instruments.queries import (
    CHECKED,
    WITHDRAWN,
    definition_of,
    parallel_items,
    review_state,
    withdrawn_items,
    without_items,
)


class TooFewItemsLeft(Conflict):
    """Without these items a topic or level would be empty, or a guesser would pass too easily."""


def publish_instrument(
    session: Session, definition: InstrumentDefinition, now: datetime, user_id: int | None = None
) -> InstrumentVersion:
    """Publish a definition as the next version of its instrument; equal content gives the version it already has."""
    content_hash = definition.content_hash
    same = select(InstrumentVersion).where(
        InstrumentVersion.key == definition.key, InstrumentVersion.content_hash == content_hash
    )
    existing = session.scalars(same).first()
    if existing is not None:
        return existing
    last = session.scalar(select(func.max(InstrumentVersion.number)).where(InstrumentVersion.key == definition.key))
    version = InstrumentVersion(
        key=definition.key,
        number=(last or 0) + 1,
        audience=definition.audience,
        content_hash=content_hash,
        definition=definition.to_dict(),
        published_at=now,
    )
    session.add(version)
    session.flush()
    record(
        session,
        action="publish",
        subject="instrument",
        subject_id=version.id,
        now=now,
        user_id=user_id,
        key=version.key,
        number=version.number,
        content_hash=content_hash,
    )
    return version


def check_item(
    session: Session, *, version_id: int, organisation_id: int, item_id: str, user_id: int, now: datetime
) -> None:
    """Keep that the unit has compared an item with the documents in force."""
    definition = definition_of(session, version_id)
    _require_item(definition, item_id)
    _decide(session, version_id, organisation_id, [item_id], CHECKED, user_id, now)


def check_items(session: Session, *, version_id: int, organisation_id: int, user_id: int, now: datetime) -> None:
    """Keep that the unit has compared all items on which it has not said anything yet."""
    waiting = review_state(session, version_id=version_id, organisation_id=organisation_id).unchecked_items
    _decide(session, version_id, organisation_id, waiting, CHECKED, user_id, now)


def withdraw_item(
    session: Session, *, version_id: int, organisation_id: int, item_id: str, user_id: int, now: datetime
) -> tuple[str, ...]:
    """Leave an item out of the unit's questionnaires, with its parallel of the other form; return their ids.

    Raises TooFewItemsLeft when the rest would no longer be a sound instrument.
    """
    definition = definition_of(session, version_id)
    _require_item(definition, item_id)
    items = tuple(item.id for item in parallel_items(definition, item_id))
    gone = {*withdrawn_items(session, version_id=version_id, organisation_id=organisation_id), *items}
    if check_definition(without_items(definition, gone)):
        raise TooFewItemsLeft
    _decide(session, version_id, organisation_id, items, WITHDRAWN, user_id, now)
    return items


def forget_review(
    session: Session, *, version_id: int, organisation_id: int, item_id: str, user_id: int, now: datetime
) -> None:
    """Take back what the unit said about an item; a withdrawn one comes back with its parallel."""
    definition = definition_of(session, version_id)
    _require_item(definition, item_id)
    out = withdrawn_items(session, version_id=version_id, organisation_id=organisation_id)
    items = [item.id for item in parallel_items(definition, item_id)] if item_id in out else [item_id]
    _forget(session, version_id, organisation_id, items)
    _record(session, "forget_review", version_id, organisation_id, items, user_id, now)


def carry_reviews(
    session: Session, *, old_version_id: int, new_version_id: int, organisation_id: int, except_items: Collection[str]
) -> None:
    """Take over what a unit said about the items of a version that stand unchanged in a corrected one.

    What was withdrawn stays so; corrected items wait to be compared anew. No audit entry: nobody decides anything new.
    """
    query = select(ItemReview).where(ItemReview.organisation_id == organisation_id)
    said = session.scalars(query.where(ItemReview.instrument_version_id == old_version_id)).all()
    known = set(
        session.scalars(
            select(ItemReview.item_id).where(
                ItemReview.organisation_id == organisation_id, ItemReview.instrument_version_id == new_version_id
            )
        )
    )
    session.add_all(
        ItemReview(
            instrument_version_id=new_version_id,
            organisation_id=organisation_id,
            item_id=one.item_id,
            decision=one.decision,
            user_id=one.user_id,
            decided_at=one.decided_at,
        )
        for one in said
        if one.item_id not in known and (one.decision == WITHDRAWN or one.item_id not in except_items)
    )
    session.flush()


def _require_item(definition: InstrumentDefinition, item_id: str) -> None:
    if not any(item.id == item_id and item.scored for item in definition.items):
        raise NotFound


def _decide(
    session: Session,
    version_id: int,
    organisation_id: int,
    items: Iterable[str],
    decision: str,
    user_id: int,
    now: datetime,
) -> None:
    items = list(items)
    _forget(session, version_id, organisation_id, items)
    session.add_all(
        ItemReview(
            instrument_version_id=version_id,
            organisation_id=organisation_id,
            item_id=item_id,
            decision=decision,
            user_id=user_id,
            decided_at=now,
        )
        for item_id in items
    )
    _record(session, decision, version_id, organisation_id, items, user_id, now)
    session.flush()


def _forget(session: Session, version_id: int, organisation_id: int, items: list[str]) -> None:
    session.execute(
        delete(ItemReview).where(
            ItemReview.instrument_version_id == version_id,
            ItemReview.organisation_id == organisation_id,
            ItemReview.item_id.in_(items),
        )
    )


def _record(
    session: Session,
    action: str,
    version_id: int,
    organisation_id: int,
    items: list[str],
    user_id: int,
    now: datetime,
) -> None:
    record(
        session,
        action=action,
        subject="instrument_item",
        subject_id=version_id,
        now=now,
        user_id=user_id,
        organisation_id=organisation_id,
        items=items,
    )
