"""Says, after each reading and each decision, what state every page of a batch is in.

Only inside one batch that is not accepted yet can two readings of one sheet be compared: afterwards nobody knows any
more what a spent sheet had said.
"""

from __future__ import annotations

from collections import defaultdict

from sqlalchemy import select
from sqlalchemy.orm import Session

from survey.collection.models import Serial
from survey.paper.answers import write_codes
from survey.paper.models import PaperBatch, PaperPage
from survey.paper.queries import rows_of
from survey.paper.reading.records import RowState

# Decided by a person or for good; not looked at again here.
_FIXED = ("refused", "left_out", "stored", "blank")


def settle_batch(session: Session, batch: PaperBatch) -> None:
    """Give every page its state: read, review, needs_serial, already, repeated or conflict."""
    pages = [page for page in batch.pages if page.reading is not None and page.state not in _FIXED]
    serials = {page.reading.serial for page in pages if page.reading and page.reading.serial}
    spent = set(session.scalars(select(Serial.code).where(Serial.code.in_(serials), Serial.is_spent.is_(True))))
    by_serial: dict[str, list[PaperPage]] = defaultdict(list)
    for page in pages:
        page.state = _own_state(page, spent)
        page.reason = None
        if page.reading and page.reading.serial and page.state in ("read", "review"):
            by_serial[page.reading.serial].append(page)
    for same in by_serial.values():
        _compare(same)
    session.flush()


def _own_state(page: PaperPage, spent: set[str]) -> str:
    serial = page.reading.serial if page.reading else None
    if serial is None:
        return "needs_serial"
    if serial in spent:
        return "already"
    return "review" if any(row.state == RowState.REVIEW for row in rows_of(page)) else "read"


def _compare(pages: list[PaperPage]) -> None:
    """Keep the first of equal readings; of different ones a person chooses, once each row is decided."""
    if len(pages) < 2 or any(page.state == "review" for page in pages):
        return
    contents = {tuple((row.place, write_codes(row)) for row in rows_of(page)) for page in pages}
    for page in pages[1:] if len(contents) == 1 else pages:
        page.state = "repeated" if len(contents) == 1 else "conflict"
