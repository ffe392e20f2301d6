"""Reads published instruments and what units have said about their items."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from survey.accounts.models import User
from survey.core.errors import NotFound
from survey.instruments.definitions import InstrumentDefinition, Item
from survey.instruments.models import InstrumentVersion, ItemReview

CHECKED = "checked"
WITHDRAWN = "withdrawn"

# By content hash, not by id: a definition never changes, while tables can be emptied and ids given out again.
_definitions: OrderedDict[str, InstrumentDefinition] = OrderedDict()
_CACHED_DEFINITIONS = 64


def published(session: Session) -> Sequence[InstrumentVersion]:
    """Return every published version, by audience, newest first."""
    query = select(InstrumentVersion).order_by(InstrumentVersion.key, InstrumentVersion.number.desc())
    return session.scalars(query).all()


def latest_version(session: Session, audience: str) -> InstrumentVersion:
    """Return the version that a new campaign uses for an audience; NotFound if nothing is published for it."""
    query = (
        select(InstrumentVersion)
        .where(InstrumentVersion.audience == audience)
        .order_by(InstrumentVersion.published_at.desc(), InstrumentVersion.id.desc())
        .limit(1)
    )
    version = session.scalars(query).first()
    if version is None:
        raise NotFound
    return version


def version_by_id(session: Session, version_id: int) -> InstrumentVersion:
    """Return one published version; NotFound if there is none."""
    version = session.get(InstrumentVersion, version_id)
    if version is None:
        raise NotFound
    return version


def version_by_key(session: Session, key: str) -> InstrumentVersion:
    """Return the newest version of an instrument by its key, or the one asked for as key@number."""
    name, _, number = key.partition("@")
    query = select(InstrumentVersion).where(InstrumentVersion.key == name)
    if number:
        query = query.where(InstrumentVersion.number == (int(number) if number.isdigit() else -1))
    version = session.scalars(query.order_by(InstrumentVersion.number.desc()).limit(1)).first()
    if version is None:
        raise NotFound
    return version


def content_hash_of(session: Session, version_id: int) -> str:
    """Return the hash of a published version without reading its text; NotFound if there is none."""
    content_hash = session.scalar(select(InstrumentVersion.content_hash).where(InstrumentVersion.id == version_id))
    if content_hash is None:
        raise NotFound
    return content_hash


def definition_of(session: Session, version_id: int) -> InstrumentDefinition:
    """Return the definition of a published version; read once a process, because it never changes."""
    content_hash = content_hash_of(session, version_id)
    definition = _definitions.get(content_hash)
    if definition is None:
        definition = InstrumentDefinition.from_dict(version_by_id(session, version_id).definition)
        _definitions[content_hash] = definition
        if len(_definitions) > _CACHED_DEFINITIONS:
            _definitions.popitem(last=False)
    return definition


@dataclass(frozen=True, slots=True)
class Review:
    """A unit's word on one item: what, by whom, when."""

    item_id: str
    decision: str
    person: str
    decided_at: datetime


def reviews_of(session: Session, *, version_id: int, organisation_id: int) -> Mapping[str, Review]:
    """Return what an organisation has said about the items of a version, by item."""
    rows = session.execute(
        select(ItemReview, User.name)
        .outerjoin(User, ItemReview.user_id == User.id)
        .where(ItemReview.instrument_version_id == version_id, ItemReview.organisation_id == organisation_id)
    )
    return {
        review.item_id: Review(review.item_id, review.decision, name or "", review.decided_at) for review, name in rows
    }


def withdrawn_items(session: Session, *, version_id: int, organisation_id: int) -> tuple[str, ...]:
    """Return the ids of the items that an organisation has withdrawn, in the order of the definition."""
    reviews = reviews_of(session, version_id=version_id, organisation_id=organisation_id)
    return tuple(
        item.id
        for item in definition_of(session, version_id).items
        if item.id in reviews and reviews[item.id].decision == WITHDRAWN
    )


def without_items(definition: InstrumentDefinition, withdrawn: Iterable[str]) -> InstrumentDefinition:
    """Return the definition as it is asked when these items are left out."""
    gone = frozenset(withdrawn)
    if not gone:
        return definition
    rule = definition.mastery
    return replace(
        definition,
        items=tuple(item for item in definition.items if item.id not in gone),
        mastery=replace(rule, must_pass=tuple(item for item in rule.must_pass if item not in gone)),
    )


def parallel_items(definition: InstrumentDefinition, item_id: str) -> tuple[Item, ...]:
    """Return an item with its parallel of the other form: the one at the same place of the same cell."""
    item = definition.item(item_id)
    if item.form is None or not item.scored:
        return (item,)
    place = _cell(definition, item, item.form).index(item)
    cells = (_cell(definition, item, form) for form in definition.forms)
    return tuple(cell[place] for cell in cells if len(cell) > place)


def _cell(definition: InstrumentDefinition, item: Item, form: str) -> list[Item]:
    scored = definition.scored_items(form)
    return [other for other in scored if (other.topic, other.level, other.form) == (item.topic, item.level, form)]


@dataclass(frozen=True, slots=True)
class ReviewState:
    """How far an organisation has come with the items of a version."""

    scored: int
    checked: int
    withdrawn: int
    unchecked_items: tuple[str, ...]
    # Items whose key the authors themselves are not quite sure of, and nobody has checked.
    doubtful_items: tuple[str, ...]

    @property
    def is_complete(self) -> bool:
        """Whether every scored item has been checked or withdrawn."""
        return not self.unchecked_items


def review_state(session: Session, *, version_id: int, organisation_id: int) -> ReviewState:
    """Return how many scored items are checked, withdrawn, still open, and which of the open ones are doubtful."""
    scored = [item for item in definition_of(session, version_id).items if item.scored]
    reviews = reviews_of(session, version_id=version_id, organisation_id=organisation_id)
    decisions = {item.id: reviews[item.id].decision for item in scored if item.id in reviews}
    waiting = [item for item in scored if item.id not in decisions]
    return ReviewState(
        scored=len(scored),
        checked=sum(decision == CHECKED for decision in decisions.values()),
        withdrawn=sum(decision == WITHDRAWN for decision in decisions.values()),
        unchecked_items=tuple(item.id for item in waiting),
        doubtful_items=tuple(item.id for item in waiting if item.confidence in ("medium", "low")),
    )


@dataclass(frozen=True, slots=True)
class ReviewRow:
    """What both forms ask at one place, side by side: one item each, or one item that both share."""

    topic: str | None
    level: str | None
    items: tuple[Item, ...]
    reviews: tuple[Review | None, ...]

    @property
    def pairs(self) -> tuple[tuple[Item, Review | None], ...]:
        """Each item with the unit's word on it."""
        return tuple(zip(self.items, self.reviews, strict=True))


def review_rows(session: Session, *, version_id: int, organisation_id: int) -> tuple[ReviewRow, ...]:
    """Return the items of a version, parallel ones together, in the order of form A, the unscored last."""
    definition = definition_of(session, version_id)
    reviews = reviews_of(session, version_id=version_id, organisation_id=organisation_id)
    rows: list[ReviewRow] = []
    seen: set[str] = set()
    for form in definition.forms:
        for item in definition.items_of(form):
            if item.id in seen:
                continue
            items = parallel_items(definition, item.id)
            seen |= {other.id for other in items}
            rows.append(ReviewRow(item.topic, item.level, items, tuple(reviews.get(other.id) for other in items)))
    return tuple(sorted(rows, key=lambda row: row.topic is None))
