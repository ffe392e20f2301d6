"""What people decide about scans. Every decision is added to a log with the picture's hash; none is ever changed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from sqlalchemy.orm import Session

from survey.campaigns.queries import wave_definition
from survey.core.codes import CARD_LENGTH, read_code
from survey.core.errors import Conflict, Invalid, NotFound
from survey.core.permissions import Scope
from survey.instruments.definitions import InstrumentDefinition
from survey.paper.answers import form_of, question_impossible, read_codes, write_codes
from survey.paper.layouts import FORM_PLACE
from survey.paper.models import PaperBatch, PaperPage, ReadingDecision
from survey.paper.operations import require_reviewable
from survey.paper.queries import KnownSheet, known_sheet, page_by_id, paper_batch_by_id, rows_of
from survey.paper.reading.records import RowReading, RowState
from survey.paper.settling import settle_batch

SERIAL_PLACE = -1
PAGE_PLACE = -2


class SerialRefused(Invalid):
    """The typed serial cannot be taken; reason: mistyped, unknown_serial, other_wave, other_place, other_layout."""

    def __init__(self, reason: str) -> None:
        super().__init__()
        self.reason = reason


def decide_row(
    session: Session,
    *,
    page_id: int,
    place: int,
    codes: Iterable[int],
    scope: Scope,
    person: int | None,
    now: datetime,
) -> PaperPage:
    """Say what a row really says: option codes, none for not answered; place 0 is the form that was answered.

    Raises NotFound (no such page or row), Conflict (the batch is finished), Invalid (not offered by the question).
    """
    page = _reviewable_page(session, page_id, scope)
    rows = rows_of(page)
    row = next((row for row in rows if row.place == place), None)
    if row is None or page.reading is None:
        raise NotFound
    definition = wave_definition(session, page.batch.wave)
    chosen = read_codes(definition, _form(session, page, rows), place, codes)
    decided = replace(row, codes=chosen, state=RowState.CERTAIN if chosen else RowState.BLANK, reason=None)
    _log(session, page, place, write_codes(row), write_codes(decided), person, now)
    rows = tuple(decided if row.place == place else row for row in rows)
    if place == FORM_PLACE:
        rows = _check_anew(rows, definition, _form(session, page, rows))
    _keep(session, page, rows)
    return page


def _form(session: Session, page: PaperPage, rows: tuple[RowReading, ...]) -> str:
    sheet = known_sheet(session, page.reading.serial) if page.reading and page.reading.serial else None
    return form_of(rows, sheet.form if sheet else "A")


def _check_anew(rows: tuple[RowReading, ...], definition: InstrumentDefinition, form: str) -> tuple[RowReading, ...]:
    first, rest = [row for row in rows if row.place == FORM_PLACE], [row for row in rows if row.place != FORM_PLACE]
    return (*first, *question_impossible(rest, definition, form))


def decide_serial(
    session: Session, *, page_id: int, typed: str, scope: Scope, person: int | None, now: datetime
) -> PaperPage:
    """Give a page whose QR could not be read the serial that is printed under it.

    Raises NotFound, Conflict, SerialRefused.
    """
    page = _reviewable_page(session, page_id, scope)
    if page.reading is None or page.reading.serial is not None:
        raise Conflict
    serial = read_code(typed, CARD_LENGTH)
    if serial is None:
        raise SerialRefused("mistyped")
    sheet = known_sheet(session, serial)
    reason = place_problem(page.batch, sheet)
    if sheet is None or reason is not None:
        raise SerialRefused(reason or "unknown_serial")
    rows = rows_of(page)
    if tuple(row.place for row in rows) != tuple(row.place for row in sheet.layout.rows):
        raise SerialRefused("other_layout")
    page.reading.serial = serial
    # Never the serial itself: the log outlives the batch.
    _log(session, page, SERIAL_PLACE, "?", "typed", person, now)
    _keep(session, page, question_impossible(rows, wave_definition(session, page.batch.wave), sheet.form))
    return page


def place_problem(batch: PaperBatch, sheet: KnownSheet | None) -> str | None:
    """Return why a sheet does not belong into a batch, or None if it does."""
    if sheet is None:
        return "unknown_serial"
    if sheet.wave_id != batch.wave_id:
        return "other_wave"
    if sheet.organisation_id != batch.organisation_id or batch.group_id not in (None, sheet.group_id):
        return "other_place"
    return None


def leave_out_page(session: Session, *, page_id: int, scope: Scope, person: int | None, now: datetime) -> PaperPage:
    """Say that a page is not to be counted."""
    page = _reviewable_page(session, page_id, scope)
    _leave_out(session, page, person, now)
    settle_batch(session, page.batch)
    return page


def keep_page(session: Session, *, page_id: int, scope: Scope, person: int | None, now: datetime) -> PaperPage:
    """Of several different readings of one sheet, keep this one; the others are left out."""
    page = _reviewable_page(session, page_id, scope)
    if page.state != "conflict" or page.reading is None:
        raise Conflict
    _log(session, page, PAGE_PLACE, "conflict", "kept", person, now)
    for other in page.batch.pages:
        if other is not page and other.reading is not None and other.reading.serial == page.reading.serial:
            _leave_out(session, other, person, now)
    settle_batch(session, page.batch)
    return page


def _leave_out(session: Session, page: PaperPage, person: int | None, now: datetime) -> None:
    _log(session, page, PAGE_PLACE, page.state, "left_out", person, now)
    page.state = "left_out"


def _reviewable_page(session: Session, page_id: int, scope: Scope) -> PaperPage:
    page = page_by_id(session, page_id, scope)
    # Held until the commit: a decision either comes before the acceptance or is refused.
    require_reviewable(paper_batch_by_id(session, page.batch_id, scope, lock=True))
    if page.state in ("refused", "left_out"):
        raise Conflict
    return page


def _keep(session: Session, page: PaperPage, rows: tuple[RowReading, ...]) -> None:
    if page.reading is not None:
        page.reading.rows = [row.to_dict() for row in rows]
    settle_batch(session, page.batch)


def _log(session: Session, page: PaperPage, place: int, old: str, new: str, person: int | None, now: datetime) -> None:
    session.add(
        ReadingDecision(
            batch_id=page.batch_id,
            page_id=page.id,
            image_hash=page.image_hash,
            place=place,
            old=old,
            new=new,
            user_id=person,
            decided_at=now,
        )
    )
