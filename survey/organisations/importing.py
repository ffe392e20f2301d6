"""From the rows of a sheet to what would change in the tree: everything checked first, every fault named, then all
of it or nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import TypeVar, cast

from sqlalchemy import select
from sqlalchemy.orm import Session

from survey.core.clock import local_date
from survey.core.vocabulary import Audience, audiences_of
from survey.organisations.columns import READERS, Column, Fault, Value, find_columns
from survey.organisations.models import Group, Organisation
from survey.organisations.operations import CHILDREN, add_group, add_organisation, edit_group, set_headcount
from survey.organisations.rows import Row

# A sheet may have a title or two above its headings.
HEADING_WITHIN = 10

Kind = TypeVar("Kind", str, int, date)


@dataclass(frozen=True, slots=True)
class SheetFault:
    """One fault of a sheet: the row as the sheet's program numbers it, the column, and a word for what is wrong."""

    row: int
    column: Column | None
    code: str
    value: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """One row that could be read: an organisation, or one of its groups, with numbers."""

    row: int
    values: Mapping[Column, Value]

    def get(self, column: Column, kind: type[Kind]) -> Kind | None:
        """Return the cell of a column, whose kind its reader has made sure of; None for a blank one."""
        return cast("Kind | None", self.values.get(column))


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that the import does: add_organisation, add_group, edit_group or set_headcount, and to what."""

    what: str
    organisation: str
    group: str = ""
    audience: str = ""
    number: int | None = None


@dataclass(slots=True)
class ImportPlan:
    """What a sheet would do; with faults nothing is done at all."""

    faults: list[SheetFault] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)
    rows: int = 0


def import_rows(
    session: Session, *, rows: Sequence[Row], at: Organisation | None, user_id: int | None, now: datetime
) -> ImportPlan:
    """Carry out a sheet in the caller's transaction and return what it did, or the faults that kept it from it.

    at: the organisation on whose page the sheet was given; only it and what stands below may change, and rows without
    a code speak of it. None (the command line) allows the whole tree. With faults the caller rolls back.
    """
    entries, faults = read_entries(rows)
    plan = ImportPlan(faults=faults, rows=len(entries))
    work = _Import(session, at, plan, user_id, now)
    for entry in entries:
        with_fault = work.check(entry)
        if with_fault is not None:
            plan.faults.append(with_fault)
        elif not plan.faults:
            work.carry_out(entry)
    plan.faults.sort(key=lambda fault: fault.row)
    return plan


def read_entries(rows: Sequence[Row]) -> tuple[list[Entry], list[SheetFault]]:
    """Return the rows below the heading as entries, and every cell that could not be read."""
    heading = next(
        (place for place, row in enumerate(rows[:HEADING_WITHIN]) if len(find_columns(row.cells)) >= 2), None
    )
    if heading is None:
        return [], [SheetFault(rows[0].number if rows else 1, None, "no_heading")]
    columns = find_columns(rows[heading].cells)
    entries, faults = [], []
    for row in rows[heading + 1 :]:
        entry, found = _read_entry(row, columns)
        faults += found
        if not found and entry.values:
            entries.append(entry)
    return entries, faults


def _read_entry(row: Row, columns: Mapping[Column, int]) -> tuple[Entry, list[SheetFault]]:
    values: dict[Column, Value] = {}
    faults: list[SheetFault] = []
    for column, place in columns.items():
        cell = row.cells[place] if place < len(row.cells) else None
        if cell is None or cell == "":
            continue
        try:
            values[column] = READERS[column](cell)
        except Fault as fault:
            faults.append(SheetFault(row.number, column, fault.code, str(cell)[:60]))
    return Entry(row.number, values), faults


class _Import:
    """One run over the entries; keeps the organisations and groups it has met by code and name."""

    def __init__(
        self, session: Session, at: Organisation | None, plan: ImportPlan, user_id: int | None, now: datetime
    ) -> None:
        self.session, self.at, self.plan, self.user_id, self.now = session, at, plan, user_id, now
        self.places = {place.code: place for place in session.scalars(select(Organisation))}
        self.groups: dict[tuple[int, str], Group] = {
            (group.organisation_id, group.name.casefold()): group for group in session.scalars(select(Group))
        }
        self.seen: set[tuple[str, str]] = set()
        # Codes of organisations that this sheet adds, with kind; in a sheet with faults they are not made.
        self.added: dict[str, str] = {}

    def check(self, entry: Entry) -> SheetFault | None:
        """Return the first thing that is wrong with a row beyond its cells."""
        code = self._code(entry)
        if code is None:
            return SheetFault(entry.row, Column.CODE, "code_missing")
        fault = self._check_place(entry, code)
        if fault is not None:
            return fault
        key = (code, str(entry.values.get(Column.GROUP, "")).casefold())
        if key in self.seen:
            return SheetFault(entry.row, Column.GROUP if key[1] else Column.CODE, "row_twice")
        self.seen.add(key)
        return self._check_group(entry)

    def _code(self, entry: Entry) -> str | None:
        return entry.get(Column.CODE, str) or (self.at.code if self.at else None)

    def _check_place(self, entry: Entry, code: str) -> SheetFault | None:
        place = self.places.get(code)
        if place is not None:
            if self.at is not None and not place.path.startswith(self.at.path):
                return SheetFault(entry.row, Column.CODE, "code_elsewhere", code)
            kind = entry.get(Column.KIND, str)
            return SheetFault(entry.row, Column.KIND, "kind_differs") if kind and kind != place.kind else None
        if code in self.added:
            return None
        return self._check_new_place(entry, code)

    def _check_new_place(self, entry: Entry, code: str) -> SheetFault | None:
        for column in (Column.NAME, Column.KIND):
            if column not in entry.values:
                return SheetFault(entry.row, column, "new_place_incomplete", code)
        kind = str(entry.values[Column.KIND])
        parent_code = entry.get(Column.PARENT, str) or (self.at.code if self.at else None)
        if parent_code is None:
            self.added[code] = kind
            return None
        parent = self.places.get(parent_code)
        parent_kind = parent.kind if parent else self.added.get(parent_code)
        if parent_kind is None:
            return SheetFault(entry.row, Column.PARENT, "parent_unknown", parent_code)
        if parent is not None and self.at is not None and not parent.path.startswith(self.at.path):
            return SheetFault(entry.row, Column.PARENT, "code_elsewhere", parent_code)
        if kind not in CHILDREN[parent_kind]:
            return SheetFault(entry.row, Column.KIND, "kind_below")
        self.added[code] = kind
        return None

    def _check_group(self, entry: Entry) -> SheetFault | None:
        if Column.GRADE in entry.values and Column.STAFF_KIND in entry.values:
            return SheetFault(entry.row, Column.STAFF_KIND, "two_kinds")
        if Column.GROUP not in entry.values:
            stray = next((column for column in (Column.GRADE, Column.STAFF_KIND) if column in entry.values), None)
            if stray is not None:
                return SheetFault(entry.row, Column.GROUP, "group_missing")
            return None
        allowed = audiences_of(entry.get(Column.GRADE, int), entry.get(Column.STAFF_KIND, str))
        for column, audiences in _AUDIENCES.items():
            # Pupils too young or too old for a questionnaire may stand in a school's list; nobody asks them.
            is_class = column == Column.PUPILS and Column.GRADE in entry.values
            misplaced = column in entry.values and entry.values[column] != 0 and not set(audiences) & set(allowed)
            if misplaced and not is_class:
                return SheetFault(entry.row, column, "number_for_other_group")
        return None

    def carry_out(self, entry: Entry) -> None:
        """Do what one checked row says."""
        place = self._place(entry)
        group = self._group(entry, place)
        as_of = entry.get(Column.AS_OF, date) or local_date(self.now)
        for audience, number in _numbers(entry, group):
            changed = set_headcount(
                self.session,
                organisation_id=place.id,
                group=group,
                audience=audience,
                number=number,
                as_of=as_of,
                user_id=self.user_id,
                now=self.now,
            )
            if changed:
                self._note("set_headcount", place, group, audience=str(audience), number=number)

    def _place(self, entry: Entry) -> Organisation:
        code = self._code(entry) or ""
        place = self.places.get(code)
        if place is None:
            parent_code = entry.get(Column.PARENT, str) or (self.at.code if self.at else None)
            place = add_organisation(
                self.session,
                parent=self.places[parent_code] if parent_code else None,
                kind=str(entry.values[Column.KIND]),
                name=str(entry.values[Column.NAME]),
                code=code,
                user_id=self.user_id,
                now=self.now,
            )
            self.places[code] = place
            self._note("add_organisation", place, None)
        return place

    def _group(self, entry: Entry, place: Organisation) -> Group | None:
        name = entry.get(Column.GROUP, str)
        if name is None:
            return None
        grade, staff_kind = entry.get(Column.GRADE, int), entry.get(Column.STAFF_KIND, str)
        group = self.groups.get((place.id, name.casefold()))
        if group is None:
            group = add_group(
                self.session,
                organisation=place,
                name=name,
                grade=grade,
                staff_kind=staff_kind,
                user_id=self.user_id,
                now=self.now,
            )
            self.groups[place.id, name.casefold()] = group
            self._note("add_group", place, group)
        elif (group.grade, group.staff_kind) != (grade, staff_kind) or group.ended_on is not None:
            group.ended_on = None
            edit_group(
                self.session,
                group=group,
                name=group.name,
                grade=grade,
                staff_kind=staff_kind,
                user_id=self.user_id,
                now=self.now,
            )
            self._note("edit_group", place, group)
        return group

    def _note(self, what: str, place: Organisation, group: Group | None, **detail: object) -> None:
        change = Change(what, place.name, group.name if group else "")
        self.plan.changes.append(replace(change, **detail))  # type: ignore[arg-type]


# Which audiences a column of numbers can speak of; a class's grade decides which pupils.
_AUDIENCES: dict[Column, tuple[Audience, ...]] = {
    Column.PUPILS: (Audience.PUPILS_PRIMARY, Audience.PUPILS_SECONDARY),
    Column.PARENTS: (Audience.PARENTS,),
    Column.STAFF: (Audience.STAFF,),
    Column.COMMUNITY: (Audience.COMMUNITY,),
}


def _numbers(entry: Entry, group: Group | None) -> list[tuple[Audience, int]]:
    """Return the numbers of a row with their audiences; a school's own row cannot tell pupils of which age."""
    allowed = (
        audiences_of(group.grade, group.staff_kind) if group else (Audience.STAFF, Audience.PARENTS, Audience.COMMUNITY)
    )
    return [
        (audience, number)
        for column, audiences in _AUDIENCES.items()
        if (number := entry.get(column, int)) is not None
        for audience in audiences
        if audience in allowed
    ]
