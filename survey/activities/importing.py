"""From the rows of a sheet to activities: every cell read, every fault named, nothing stored while there is one.

A row that is in the log already (same day, form and words) is left out, so that a sheet may be sent twice; two equal
rows of one sheet are two activities.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from survey.activities.models import Activity
from survey.activities.operations import log_activities
from survey.activities.rules import ActivityValues, activity_faults
from survey.activities.sheet_columns import READERS, Column, Value, find_log_columns
from survey.activities.vocabulary import AI, Counting
from survey.core.clock import local_date
from survey.organisations.columns import HEADING_WITHIN, Fault
from survey.organisations.rows import Row

# Key of an activity for finding it again: day, form, words.
Key = tuple[date, str, str]


@dataclass(frozen=True, slots=True)
class RowFault:
    """One fault: the row as the sheet's program numbers it, the column, a word for what is wrong, what stands there."""

    row: int
    column: Column | None
    code: str
    value: str = ""


@dataclass(slots=True)
class LogPlan:
    """What a sheet would add; with faults nothing is added at all."""

    faults: list[RowFault] = field(default_factory=list)
    new: list[ActivityValues] = field(default_factory=list)
    known: int = 0

    @property
    def rows(self) -> int:
        """How many rows could be read."""
        return len(self.new) + self.known


def plan_log(session: Session, *, rows: Sequence[Row], organisation_id: int, today: date) -> LogPlan:
    """Return the activities that a sheet would add to a unit's log, or all its faults."""
    heading = next(
        (place for place, row in enumerate(rows[:HEADING_WITHIN]) if len(find_log_columns(row.cells)) >= 2), None
    )
    if heading is None:
        return LogPlan(faults=[RowFault(rows[0].number if rows else 1, None, "no_heading")])
    columns = find_log_columns(rows[heading].cells)
    plan = LogPlan()
    there = _there(session, organisation_id)
    for row in rows[heading + 1 :]:
        _plan_row(plan, row, columns, there, today)
    return plan


def _there(session: Session, organisation_id: int) -> Counter[Key]:
    query = select(Activity.held_on, Activity.form, Activity.note).where(Activity.organisation_id == organisation_id)
    return Counter((day, form, note) for day, form, note in session.execute(query))


def _plan_row(plan: LogPlan, row: Row, columns: Mapping[Column, int], there: Counter[Key], today: date) -> None:
    cells, faults = _read_row(row, columns)
    if not cells and not faults:
        return
    for needed in (Column.HELD_ON, Column.FORM):
        if needed not in cells and not any(fault.column == needed for fault in faults):
            faults.append(RowFault(row.number, needed, "cell_missing"))
    if not faults:
        values = _values(cells)
        faults = [
            RowFault(row.number, Column(fault.field), fault.code) for fault in activity_faults(values, today=today)
        ]
        if not faults:
            _add(plan, values, there)
    plan.faults += faults


def _add(plan: LogPlan, values: ActivityValues, there: Counter[Key]) -> None:
    key = (values.held_on, values.form, values.note)
    if there[key]:
        there[key] -= 1
        plan.known += 1
    else:
        plan.new.append(values)


def _read_row(row: Row, columns: Mapping[Column, int]) -> tuple[dict[Column, Value], list[RowFault]]:
    cells: dict[Column, Value] = {}
    faults: list[RowFault] = []
    for column, place in columns.items():
        cell = row.cells[place] if place < len(row.cells) else None
        if cell is None or str(cell).strip() == "":
            continue
        try:
            cells[column] = READERS[column](cell)
        except Fault as fault:
            faults.append(RowFault(row.number, column, fault.code, str(cell)[:60]))
    return cells, faults


def _values(cells: Mapping[Column, Any]) -> ActivityValues:
    topics = cells.get(Column.TOPICS, ())
    reach = cells.get(Column.REACH)
    return ActivityValues(
        held_on=cells[Column.HELD_ON],
        form=cells[Column.FORM],
        topics=tuple(topic for topic in topics if topic != AI),
        is_about_ai=AI in topics,
        audiences=cells.get(Column.AUDIENCES, ()),
        reach=reach,
        counting=cells.get(Column.COUNTING, Counting.NOT_COUNTED),
        newly_briefed=cells.get(Column.NEWLY_BRIEFED, 0),
        link=cells.get(Column.LINK, ""),
        note=cells.get(Column.NOTE, ""),
    )


def import_log(
    session: Session, *, rows: Sequence[Row], organisation_id: int, user_id: int | None, now: datetime
) -> LogPlan:
    """Add the activities of a sheet and return what was done; with faults nothing is done."""
    plan = plan_log(session, rows=rows, organisation_id=organisation_id, today=local_date(now))
    if not plan.faults and plan.new:
        log_activities(session, organisation_id=organisation_id, values=plan.new, user_id=user_id, now=now)
    return plan
