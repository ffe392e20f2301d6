"""Reads the audit trail as far as a person may: entries about the own organisations, and about the people there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, String, and_, cast, or_, select
from sqlalchemy.orm import Session

from survey.accounts.models import Role, User
from survey.audit.models import AuditEntry
from survey.core.clock import start_of
from survey.core.permissions import Scope
from survey.organisations.models import Organisation
from survey.oversight.subjects import Key, Subject, name_subjects

PAGE_SIZE = 50

# Details that are the number of a thing, and of what kind.
REFERENCES = {"group_id": "group", "source": "campaign", "wave": "wave"}


@dataclass(frozen=True, slots=True)
class Filters:
    """What a reader narrows the trail to; None and empty mean everything."""

    user_id: int | None = None
    action: str = ""
    organisation_id: int | None = None
    first: date | None = None
    last: date | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the trail. person: empty for the system itself and the command line."""

    at: datetime
    person: str
    action: str
    subject: str
    subject_id: str | None
    organisation: str
    detail: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Page:
    """One page of the trail, newest first."""

    entries: tuple[Entry, ...]
    number: int
    has_more: bool
    names: Mapping[Key, Subject]


def read_trail(session: Session, *, scope: Scope, filters: Filters, number: int = 1) -> Page:
    """Return one page of what the scope covers, under the filters."""
    query = (
        select(AuditEntry, User.name, Organisation.name)
        .outerjoin(User, AuditEntry.user_id == User.id)
        .outerjoin(Organisation, AuditEntry.organisation_id == Organisation.id)
        .where(_visible(scope), *_conditions(filters))
        .order_by(AuditEntry.at.desc(), AuditEntry.id.desc())
        .offset((number - 1) * PAGE_SIZE)
        .limit(PAGE_SIZE + 1)
    )
    rows = session.execute(query).all()
    entries = tuple(_entry(entry, person, place) for entry, person, place in rows[:PAGE_SIZE])
    names = name_subjects(session, _things(entries))
    return Page(entries=entries, number=number, has_more=len(rows) > PAGE_SIZE, names=names)


def _things(entries: Sequence[Entry]) -> Iterator[Key]:
    """Yield what the entries speak of: their subjects, and what their details point at."""
    for entry in entries:
        if entry.subject_id is not None:
            yield entry.subject, entry.subject_id
        yield from ((kind, str(entry.detail[key])) for key, kind in REFERENCES.items() if key in entry.detail)


def people_in(session: Session, scope: Scope) -> list[tuple[int, str]]:
    """Return the people with a role in the scope, by name."""
    query = select(User.id, User.name).where(User.id.in_(_people(scope))).order_by(User.name, User.id)
    return [(key, name) for key, name in session.execute(query)]


def places_in(session: Session, scope: Scope) -> list[tuple[int, str]]:
    """Return the organisations of the scope, by name."""
    query = select(Organisation.id, Organisation.name).where(Organisation.id.in_(scope.whole))
    return [(key, name) for key, name in session.execute(query.order_by(Organisation.name, Organisation.id))]


def _visible(scope: Scope) -> ColumnElement[bool]:
    people = _people(scope)
    about_people = and_(
        AuditEntry.organisation_id.is_(None),
        or_(
            AuditEntry.user_id.in_(people),
            and_(
                AuditEntry.subject == "user",
                AuditEntry.subject_id.in_(select(cast(User.id, String)).where(User.id.in_(people))),
            ),
        ),
    )
    return or_(AuditEntry.organisation_id.in_(scope.whole), about_people)


def _people(scope: Scope) -> Any:
    return select(Role.user_id).where(Role.organisation_id.in_(scope.whole))


def _conditions(filters: Filters) -> list[ColumnElement[bool]]:
    wanted: list[ColumnElement[bool]] = []
    if filters.user_id is not None:
        wanted.append(AuditEntry.user_id == filters.user_id)
    if filters.action:
        wanted.append(AuditEntry.action == filters.action)
    if filters.organisation_id is not None:
        wanted.append(AuditEntry.organisation_id == filters.organisation_id)
    if filters.first is not None:
        wanted.append(AuditEntry.at >= start_of(filters.first))
    if filters.last is not None:
        wanted.append(AuditEntry.at < start_of(filters.last + timedelta(days=1)))
    return wanted


def _entry(entry: AuditEntry, person: str | None, place: str | None) -> Entry:
    return Entry(
        at=entry.at,
        person=person or "",
        action=entry.action,
        subject=entry.subject,
        subject_id=entry.subject_id,
        organisation=place or "",
        detail={key: value for key, value in entry.detail.items() if value is not None},
    )
