"""Reads batches of paper for the people who check them, with the scope of each, and sheets by their serial."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload

from survey.campaigns.models import Campaign, Wave
from survey.campaigns.queries import subtree
from survey.collection.models import Collector, Serial, SerialBatch
from survey.core.errors import NotFound
from survey.core.permissions import Scope
from survey.core.vocabulary import Mode, audiences_of
from survey.jobs.models import Job
from survey.organisations.models import Group
from survey.paper.layouts import Layout
from survey.paper.models import PaperBatch, PaperPage, ReadingDecision, SheetLayout
from survey.paper.reading.records import RowReading, RowState


@dataclass(frozen=True, slots=True)
class KnownSheet:
    """One printed sheet: whose it is, which form, where its circles are, whether it was used."""

    serial: str
    form: str
    is_spent: bool
    wave_id: int
    organisation_id: int
    group_id: int | None
    layout: Layout


@dataclass(frozen=True, slots=True)
class ReviewRow:
    """One row of one page for a person: where its picture is, what was guessed, and why it is asked."""

    page_id: int
    file: int
    number: int
    row: RowReading


@dataclass(frozen=True, slots=True)
class BatchReport:
    """What became of the pages of a batch.

    pages: how many pages have each state; refused: how many by reason; to_review: rows that wait for a person.
    never_returned: sheets printed for this place and wave that have not come back, by paper or by phone: a number only.
    """

    pages: dict[str, int]
    refused: dict[str, int]
    to_review: int
    blanks: int
    printed: int
    never_returned: int

    @property
    def is_ready(self) -> bool:
        """Whether nothing waits for a person any more."""
        return not any(self.pages.get(state) for state in WAITING)


# States of pages that somebody has to look at before the batch can be accepted.
WAITING = ("review", "needs_serial", "conflict")


def require_paper_place(
    session: Session, *, wave: Wave, organisation_id: int, group_id: int | None, scope: Scope
) -> None:
    """Raise NotFound unless the wave has this place and the person may enter paper there."""
    below = subtree(
        session, session.scalars(select(Campaign.organisation_id).where(Campaign.id == wave.campaign_id)).one()
    )
    if organisation_id not in below or not scope.covers_group(organisation_id, group_id):
        raise NotFound
    if group_id is None:
        return
    group = session.get(Group, group_id)
    if group is None or group.organisation_id != organisation_id:
        raise NotFound
    if wave.audience not in audiences_of(group.grade, group.staff_kind):
        raise NotFound


def paper_batch_by_id(session: Session, batch_id: int, scope: Scope, *, lock: bool = False) -> PaperBatch:
    """Return one batch of scans; NotFound if there is none for this person. lock: holds it until the commit."""
    query = select(PaperBatch).where(PaperBatch.id == batch_id)
    batch = session.scalars(query.with_for_update() if lock else query).first()
    if batch is None or not scope.covers_group(batch.organisation_id, batch.group_id):
        raise NotFound
    return batch


def paper_batches_of(session: Session, wave_id: int, scope: Scope) -> Sequence[PaperBatch]:
    """Return the batches of a wave that a person may see, newest first."""
    query = (
        select(PaperBatch)
        .where(PaperBatch.wave_id == wave_id)
        .options(joinedload(PaperBatch.group), joinedload(PaperBatch.organisation))
        .order_by(PaperBatch.id.desc())
    )
    return [batch for batch in session.scalars(query) if scope.covers_group(batch.organisation_id, batch.group_id)]


def progress_of(session: Session, batch: PaperBatch) -> Job | None:
    """Return the job that reads a batch, with its progress."""
    return None if batch.job_id is None else session.get(Job, batch.job_id)


def page_by_id(session: Session, page_id: int, scope: Scope) -> PaperPage:
    """Return one page of a scan; NotFound if it is not for this person."""
    page = session.get(PaperPage, page_id)
    if page is None or not scope.covers_group(page.batch.organisation_id, page.batch.group_id):
        raise NotFound
    return page


def rows_of(page: PaperPage) -> tuple[RowReading, ...]:
    """Return the rows of a page as they stand, corrections included; none for a page that could not be read."""
    return () if page.reading is None else tuple(RowReading.from_dict(row) for row in page.reading.rows)


def review_rows(session: Session, batch_id: int, scope: Scope) -> tuple[ReviewRow, ...]:
    """Return the rows that wait for a person, worst first: by reason, then by how close the two darkest circles are."""
    batch = paper_batch_by_id(session, batch_id, scope)
    found = [
        ReviewRow(page.id, page.file, page.number, row)
        for page in batch.pages
        for row in rows_of(page)
        if row.state == RowState.REVIEW and page.state not in ("left_out", "already", "repeated")
    ]
    return tuple(sorted(found, key=_badness))


_WORST_FIRST = ("other_form", "not_located", "glare", "contradiction", "two_marks", "erasure", "weak")


def _badness(each: ReviewRow) -> tuple[int, float, int, int, int]:
    inks = sorted(each.row.inks, reverse=True)
    apart = inks[0] - inks[1] if len(inks) > 1 else 0.0
    return (_WORST_FIRST.index(str(each.row.reason)), apart, each.file, each.number, each.row.place)


def blank_rows(session: Session, batch_id: int, scope: Scope) -> tuple[ReviewRow, ...]:
    """Return the questions that were read as not answered, darkest first, to be looked over on one contact sheet."""
    batch = paper_batch_by_id(session, batch_id, scope)
    found = [
        ReviewRow(page.id, page.file, page.number, row)
        for page in batch.pages
        if page.state in ("read", "review")
        for row in rows_of(page)
        if row.state == RowState.BLANK and row.place > 0
    ]
    return tuple(sorted(found, key=lambda each: -max(each.row.inks, default=0.0)))


def batch_report(session: Session, batch: PaperBatch) -> BatchReport:
    """Return what became of a batch; the caller has checked that the person may see it."""
    states = Counter(page.state for page in batch.pages)
    refused = Counter(page.reason or "" for page in batch.pages if page.state == "refused")
    rows = [row for page in batch.pages if page.state == "review" for row in rows_of(page)]
    blanks = [row for page in batch.pages for row in rows_of(page) if row.state == RowState.BLANK and row.place > 0]
    printed, unspent = _returns(session, batch)
    return BatchReport(
        pages=dict(states),
        refused=dict(refused),
        to_review=sum(row.state == RowState.REVIEW for row in rows),
        blanks=len(blanks),
        printed=printed,
        never_returned=unspent,
    )


def _returns(session: Session, batch: PaperBatch) -> tuple[int, int]:
    query = (
        select(Serial.is_spent, func.count())
        .join(Collector, Serial.collector_id == Collector.id)
        .where(
            Collector.wave_id == batch.wave_id,
            Collector.organisation_id == batch.organisation_id,
            Collector.mode == Mode.PAPER,
        )
        .group_by(Serial.is_spent)
    )
    if batch.group_id is not None:
        query = query.where(Collector.group_id == batch.group_id)
    numbers = {bool(is_spent): int(number) for is_spent, number in session.execute(query)}
    return sum(numbers.values()), numbers.get(False, 0)


def decisions_of(session: Session, batch_id: int, scope: Scope) -> Sequence[ReadingDecision]:
    """Return the log of people's decisions about a batch, oldest first."""
    paper_batch_by_id(session, batch_id, scope)
    query = select(ReadingDecision).where(ReadingDecision.batch_id == batch_id).order_by(ReadingDecision.id)
    return session.scalars(query).all()


def known_sheet(session: Session, serial: str) -> KnownSheet | None:
    """Return the printed sheet with this serial, or None. Takes no scope: the caller compares the place."""
    query = (
        select(Serial, Collector, SheetLayout.layout)
        .join(Collector, Serial.collector_id == Collector.id)
        .join(SheetLayout, SheetLayout.batch_id == Serial.batch)
        .where(Serial.code == serial)
    )
    row = session.execute(query).first()
    if row is None:
        return None
    found, collector, layout = row
    return KnownSheet(
        found.code,
        found.form or "A",
        found.is_spent,
        collector.wave_id,
        collector.organisation_id,
        collector.group_id,
        Layout.from_dict(layout),
    )


def only_layout(session: Session, wave_id: int) -> Layout | None:
    """Return the layout that all sheets of a wave share, or None if there are several or none."""
    query = (
        select(SheetLayout.layout)
        .join(SerialBatch, SheetLayout.batch_id == SerialBatch.id)
        .join(Collector, SerialBatch.collector_id == Collector.id)
        .where(Collector.wave_id == wave_id)
    )
    layouts = {Layout.from_dict(layout) for layout in session.scalars(query)}
    return layouts.pop() if len(layouts) == 1 else None
