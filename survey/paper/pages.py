"""What the pages about paper show: places to print for, the next row for a person, readings that differ."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from survey.accounts.models import User
from survey.campaigns.models import Wave
from survey.campaigns.queries import wave_definition
from survey.core.errors import NotFound
from survey.core.permissions import Scope
from survey.organisations.queries import population_on
from survey.paper.answers import form_of, offered_codes, write_codes
from survey.paper.crops import Box, row_box
from survey.paper.layouts import FORM_PLACE, PAGE_WIDTH, QR_BOX, Layout
from survey.paper.models import PaperBatch, PaperPage, ReadingDecision
from survey.paper.queries import (
    decisions_of,
    known_sheet,
    only_layout,
    page_by_id,
    review_rows,
    rows_of,
)
from survey.paper.reading.records import RowReading
from survey.responses.ways import Place, organisations_asked, places_of

# Some sheets are spoiled, some parents ask for a new one.
RESERVE_SHARE = 10
RESERVE_LEAST = 2


@dataclass(frozen=True, slots=True)
class PaperPlace:
    """A place that sheets can be printed for. headcount: None where nobody gave a number."""

    place: Place
    headcount: int | None

    @property
    def key(self) -> str:
        """What stands for the place in a form."""
        return self.place.key

    @property
    def group_id(self) -> int | None:
        """The group's id, or None for everybody."""
        return None if self.place.group is None else self.place.group.id

    @property
    def sheets(self) -> int | None:
        """How many sheets to print: one a person and a reserve."""
        if not self.headcount:
            return None
        return self.headcount + max(RESERVE_LEAST, -(-self.headcount // RESERVE_SHARE))


def paper_places(session: Session, wave: Wave, scope: Scope, today: date) -> tuple[PaperPlace, ...]:
    """Return every place of a wave that a person may print or enter sheets for, with the people there."""
    organisations = organisations_asked(session, wave, scope)
    numbers = population_on(session, organisation_ids={each.id for each in organisations}, day=today)
    return tuple(
        PaperPlace(place, _headcount(numbers, place, wave.audience))
        for organisation in organisations
        for place in places_of(session, wave, scope, organisation.id)
    )


def _headcount(numbers: dict[tuple[int, int | None, str], int], place: Place, audience: str) -> int | None:
    if place.group is not None:
        return numbers.get((place.organisation.id, place.group.id, audience))
    own = numbers.get((place.organisation.id, None, audience))
    if own is not None:
        return own
    total = sum(
        number
        for (organisation, group, asked), number in numbers.items()
        if organisation == place.organisation.id and group is not None and asked == audience
    )
    return total or None


def page_layout(session: Session, page: PaperPage) -> Layout:
    """Return where the circles of a page are; NotFound for one that is finished or was not read."""
    if page.reading is None:
        raise NotFound
    sheet = known_sheet(session, page.reading.serial) if page.reading.serial else None
    layout = sheet.layout if sheet else only_layout(session, page.batch.wave_id)
    if layout is None:
        raise NotFound
    return layout


def row_picture(session: Session, page_id: int, place: int, scope: Scope) -> tuple[PaperPage, Box]:
    """Return a page and the part of it that shows one row; NotFound if there is none for this person."""
    page = page_by_id(session, page_id, scope)
    return page, row_box(page_layout(session, page), _row(page, place))


def serial_box() -> Box:
    """Return the part of a page that shows the QR and the serial printed under it, and no answer."""
    left, top, side = QR_BOX
    margin = 6.0
    return (left - margin, max(0.0, top - margin), min(side + 2 * margin, PAGE_WIDTH - left + margin), side + 14.0)


@dataclass(frozen=True, slots=True)
class Task:
    """One row for a person to decide: what may be chosen, and what was decided before, if anything.

    left: how many rows wait, this one included.
    """

    page: PaperPage
    row: RowReading
    codes: tuple[int, ...]
    is_multiple: bool
    left: int

    @property
    def is_form(self) -> bool:
        """Whether the row asks which question paper was read."""
        return self.row.place == FORM_PLACE


def next_task(session: Session, batch_id: int, scope: Scope, skip: int) -> Task | None:
    """Return the worst row that waits, or the one after so many that are left for later."""
    waiting = review_rows(session, batch_id, scope)
    if not waiting:
        return None
    found = waiting[skip % len(waiting)]
    page = page_by_id(session, found.page_id, scope)
    return _task(session, page, found.row, len(waiting))


def task_of(session: Session, batch_id: int, page_id: int, place: int, scope: Scope) -> Task:
    """Return one row, decided or not; NotFound if the batch has none such."""
    page = page_by_id(session, page_id, scope)
    if page.batch_id != batch_id:
        raise NotFound
    return _task(session, page, _row(page, place), len(review_rows(session, batch_id, scope)))


def _task(session: Session, page: PaperPage, row: RowReading, left: int) -> Task:
    definition = wave_definition(session, page.batch.wave)
    sheet = known_sheet(session, page.reading.serial) if page.reading and page.reading.serial else None
    form = form_of(rows_of(page), sheet.form if sheet else "A")
    codes = offered_codes(definition, form, row.place)
    is_multiple = row.place != FORM_PLACE and definition.items_of(form)[row.place - 1].kind == "multiple"
    return Task(page, row, codes, is_multiple, left)


def _row(page: PaperPage, place: int) -> RowReading:
    for row in rows_of(page):
        if row.place == place:
            return row
    raise NotFound


@dataclass(frozen=True, slots=True)
class Difference:
    """Several readings of one sheet, and the questions in which they differ."""

    pages: tuple[PaperPage, ...]
    places: tuple[int, ...]


def differences(batch: PaperBatch) -> tuple[Difference, ...]:
    """Return the sheets of a batch that were read more than once, with different answers."""
    same: dict[str, list[PaperPage]] = defaultdict(list)
    for page in batch.pages:
        if page.state == "conflict" and page.reading is not None and page.reading.serial:
            same[page.reading.serial].append(page)
    return tuple(Difference(tuple(pages), _differing(pages)) for pages in same.values())


def _differing(pages: Sequence[PaperPage]) -> tuple[int, ...]:
    said: dict[int, set[str]] = defaultdict(set)
    for page in pages:
        for row in rows_of(page):
            said[row.place].add(write_codes(row))
    return tuple(place for place, answers in sorted(said.items()) if len(answers) > 1)


@dataclass(frozen=True, slots=True)
class LogLine:
    """One decision of the log with the name of who made it."""

    decision: ReadingDecision
    name: str | None


def decision_log(session: Session, batch_id: int, scope: Scope) -> tuple[LogLine, ...]:
    """Return what people decided about a batch, the newest first."""
    decisions = decisions_of(session, batch_id, scope)
    ids = {decision.user_id for decision in decisions if decision.user_id is not None}
    names = {user_id: name for user_id, name in session.execute(select(User.id, User.name).where(User.id.in_(ids)))}
    return tuple(
        LogLine(decision, names.get(decision.user_id) if decision.user_id else None) for decision in reversed(decisions)
    )
