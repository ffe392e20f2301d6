"""From the entries of a sheet to what would change in the tree: everything is checked, nothing is written."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from survey.core.vocabulary import Audience, audiences_of
from survey.organisations.columns import Column
from survey.organisations.entries import Entry, SheetFault, read_entries
from survey.organisations.models import Group, Headcount, Organisation
from survey.organisations.operations import CHILDREN
from survey.organisations.queries import population_on
from survey.organisations.rows import Row

# Which audiences a column of numbers can speak of; a class's grade decides which pupils.
AUDIENCES: dict[Column, tuple[Audience, ...]] = {
    Column.PUPILS: (Audience.PUPILS_PRIMARY, Audience.PUPILS_SECONDARY),
    Column.PARENTS: (Audience.PARENTS,),
    Column.STAFF: (Audience.STAFF,),
    Column.COMMUNITY: (Audience.COMMUNITY,),
}

# 6A, 6/1, 10A1, Lớp 6A: the grade is in the name. Not "5 tuổi A".
_CLASS_NAME = re.compile(r"(?:lớp\s+)?(1[0-2]|[1-9])(?:[^\W\d_]|[/.])\S*", re.IGNORECASE)

# Code of the organisation, and the group's name in small letters (None for the organisation as a whole).
GroupKey = tuple[str, str | None]


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that an import does, and to what: add_organisation, edit_organisation, add_group, edit_group or
    set_headcount."""

    what: str
    code: str
    organisation: str
    group: str = ""
    kind: str = ""
    parent: str | None = None
    grade: int | None = None
    staff_kind: str | None = None
    audience: str = ""
    number: int | None = None
    before: int | None = None
    as_of: date | None = None


@dataclass(slots=True)
class ImportPlan:
    """What a sheet would do; with faults nothing is done at all."""

    faults: list[SheetFault] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)
    rows: int = 0
    unchanged: int = 0

    @property
    def counts(self) -> Counter[str]:
        """How many changes of each kind there are."""
        return Counter(change.what for change in self.changes)


@dataclass(frozen=True, slots=True)
class _Place:
    """An organisation as it is, or as the sheet would make it (then without id)."""

    code: str
    name: str
    kind: str
    path: str
    parent: str | None
    id: int | None = None
    is_named: bool = False


@dataclass(frozen=True, slots=True)
class _Group:
    name: str
    grade: int | None
    staff_kind: str | None
    has_ended: bool = False


class _Refused(Exception):
    def __init__(self, column: Column, code: str, value: object = "") -> None:
        super().__init__(code)
        self.column, self.code, self.value = column, code, str(value)


def plan_import(session: Session, *, rows: Sequence[Row], at: Organisation | None, today: date) -> ImportPlan:
    """Return what a sheet would change, or all its faults.

    at: the organisation on whose page the sheet was given; only it and what stands below may change, and rows without
    a code speak of it. None (the command line) allows the whole tree.
    """
    entries, faults = read_entries(rows)
    plan = ImportPlan(faults=faults, rows=len(entries))
    planner = _Planner(session, at, today, entries, plan)
    for entry in entries:
        changes = len(plan.changes)
        try:
            planner.add(entry)
        except _Refused as refused:
            if not entry.is_faulty:
                plan.faults.append(SheetFault(entry.row, refused.column, refused.code, refused.value))
        plan.unchanged += changes == len(plan.changes)
    plan.faults.sort(key=lambda fault: fault.row)
    return plan


class _Planner:
    """One run over the entries; keeps what is there, with what the rows so far would add."""

    def __init__(
        self, session: Session, at: Organisation | None, today: date, entries: Iterable[Entry], plan: ImportPlan
    ) -> None:
        self.at, self.today, self.plan = at, today, plan
        self.places = _places(session)
        codes = {entry.get(Column.CODE, str) or (at.code if at else "") for entry in entries}
        ids = {place.id: code for code in codes if (place := self.places.get(code)) and place.id is not None}
        self.groups: dict[GroupKey, _Group] = {}
        keys: dict[int | None, str | None] = {None: None}
        for group in session.scalars(select(Group).where(Group.organisation_id.in_(ids))):
            keys[group.id] = group.name.casefold()
            self.groups[ids[group.organisation_id], group.name.casefold()] = _Group(
                group.name, group.grade, group.staff_kind, group.ended_on is not None
            )
        self.exact = {
            (ids[row.organisation_id], keys[row.group_id], row.audience, row.as_of): row.number
            for row in session.scalars(select(Headcount).where(Headcount.organisation_id.in_(ids)))
        }
        self.in_force = {
            (ids[place], keys[group_id], audience): number
            for (place, group_id, audience), number in population_on(
                session, organisation_ids=list(ids), day=today
            ).items()
        }
        self.seen: set[tuple[GroupKey, date | None]] = set()

    def add(self, entry: Entry) -> None:
        """Add to the plan what one row does. Raises _Refused with the first thing that is wrong with it."""
        place = self._place(entry)
        if entry.is_faulty:
            # Its organisation counts for the rows below; the rest of it is not known well enough.
            return
        name = entry.get(Column.GROUP, str)
        key = (place.code, name.casefold() if name else None)
        if (key, entry.get(Column.AS_OF, date)) in self.seen:
            raise _Refused(Column.GROUP if name else Column.CODE, "row_twice", name or place.code)
        self.seen.add((key, entry.get(Column.AS_OF, date)))
        self._numbers(entry, place, key, self._group(entry, place, key))

    def _place(self, entry: Entry) -> _Place:
        code = entry.get(Column.CODE, str) or (self.at.code if self.at else None)
        if code is None:
            raise _Refused(Column.CODE, "code_missing")
        place = self.places.get(code)
        if place is None:
            return self._new_place(entry, code)
        self._check_allowed(place, Column.CODE)
        if entry.get(Column.KIND, str) not in (None, place.kind):
            raise _Refused(Column.KIND, "kind_differs")
        if entry.get(Column.PARENT, str) not in (None, place.parent):
            raise _Refused(Column.PARENT, "parent_differs", entry.values[Column.PARENT])
        name = entry.get(Column.NAME, str)
        if name is None or name == place.name:
            return place
        if place.is_named:
            raise _Refused(Column.NAME, "name_differs", name)
        self.plan.changes.append(Change("edit_organisation", code, name))
        self.places[code] = replace(place, name=name, is_named=True)
        return self.places[code]

    def _check_allowed(self, place: _Place, column: Column) -> None:
        if self.at is not None and not place.path.startswith(self.at.path):
            raise _Refused(column, "code_elsewhere", place.code)

    def _new_place(self, entry: Entry, code: str) -> _Place:
        for column in (Column.NAME, Column.KIND):
            if column not in entry.values:
                raise _Refused(column, "new_place_incomplete", code)
        kind, name = str(entry.values[Column.KIND]), str(entry.values[Column.NAME])
        parent_code = entry.get(Column.PARENT, str) or (self.at.code if self.at else None)
        path = "/"
        if parent_code is not None:
            parent = self.places.get(parent_code)
            if parent is None:
                raise _Refused(Column.PARENT, "parent_unknown", parent_code)
            self._check_allowed(parent, Column.PARENT)
            if kind not in CHILDREN[parent.kind]:
                raise _Refused(Column.KIND, "kind_below")
            path = parent.path
        place = _Place(code, name, kind, f"{path}{code}/", parent_code, is_named=True)
        self.places[code] = place
        self.plan.changes.append(Change("add_organisation", code, name, kind=kind, parent=parent_code))
        return place

    def _group(self, entry: Entry, place: _Place, key: GroupKey) -> _Group | None:
        name = entry.get(Column.GROUP, str)
        if name is None:
            _check_without_group(entry)
            return None
        if Column.GRADE in entry.values and Column.STAFF_KIND in entry.values:
            raise _Refused(Column.STAFF_KIND, "two_kinds")
        known = self.groups.get(key)
        group = _Group(known.name if known else name, *_kind_of(entry, name, known))
        _check_numbers(entry, group)
        if group != known:
            change = Change("edit_group" if known else "add_group", place.code, place.name, group.name)
            self.plan.changes.append(replace(change, grade=group.grade, staff_kind=group.staff_kind))
            self.groups[key] = group
        return group

    def _numbers(self, entry: Entry, place: _Place, key: GroupKey, group: _Group | None) -> None:
        as_of = entry.get(Column.AS_OF, date)
        for audience, number in _numbers_of(entry, group):
            exact_key = (*key, str(audience), as_of or self.today)
            in_force = self.in_force.get((*key, str(audience)))
            before = self.exact.get(exact_key, in_force)
            # Without a date the sheet only says how many there are: the number that is in force need not be repeated.
            if number == (before if as_of is None else self.exact.get(exact_key)):
                continue
            self.exact[exact_key] = number
            change = Change("set_headcount", place.code, place.name, group.name if group else "", before=before)
            self.plan.changes.append(replace(change, audience=str(audience), number=number, as_of=as_of or self.today))


def _places(session: Session) -> dict[str, _Place]:
    rows = session.scalars(select(Organisation)).all()
    codes = {row.id: row.code for row in rows}
    return {
        row.code: _Place(row.code, row.name, row.kind, row.path, codes.get(row.parent_id or 0), row.id) for row in rows
    }


def _check_without_group(entry: Entry) -> None:
    if Column.GRADE in entry.values or Column.STAFF_KIND in entry.values:
        raise _Refused(Column.GROUP, "group_missing")
    if entry.values.get(Column.PUPILS):
        raise _Refused(Column.PUPILS, "pupils_by_class", entry.values[Column.PUPILS])


def _kind_of(entry: Entry, name: str, known: _Group | None) -> tuple[int | None, str | None]:
    """Return grade and kind of staff: as written, else as known, else by the name of a class that has numbers."""
    grade, staff_kind = entry.get(Column.GRADE, int), entry.get(Column.STAFF_KIND, str)
    if grade is not None or staff_kind is not None:
        return grade, staff_kind
    if known is not None:
        return known.grade, known.staff_kind
    match = _CLASS_NAME.fullmatch(name)
    if match and (entry.values.get(Column.PUPILS) or entry.values.get(Column.PARENTS)):
        return int(match.group(1)), None
    return None, None


def _check_numbers(entry: Entry, group: _Group) -> None:
    allowed = set(audiences_of(group.grade, group.staff_kind))
    for column, audiences in AUDIENCES.items():
        # Pupils too young or too old for a questionnaire may stand in a school's list; nobody asks them.
        is_class = column == Column.PUPILS and group.grade is not None
        if entry.values.get(column) and not set(audiences) & allowed and not is_class:
            raise _Refused(column, "number_for_other_group", entry.values[column])


def _numbers_of(entry: Entry, group: _Group | None) -> list[tuple[Audience, int]]:
    """Return the numbers of a row with their audiences; an organisation's own row has no pupils."""
    allowed = (
        audiences_of(group.grade, group.staff_kind) if group else (Audience.STAFF, Audience.PARENTS, Audience.COMMUNITY)
    )
    return [
        (audience, number)
        for column, audiences in AUDIENCES.items()
        if (number := entry.get(column, int)) is not None
        for audience in audiences
        if audience in allowed
    ]
