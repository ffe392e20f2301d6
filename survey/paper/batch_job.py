"""Reads the pages of a batch in the runner's process, a transaction each; begun again, it goes on where it stopped."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import select

from survey.campaigns.queries import wave_definition
from survey.instruments.definitions import InstrumentDefinition
from survey.jobs.runner import JobContext
from survey.paper.answers import question_impossible
from survey.paper.deciding import place_problem
from survey.paper.folders import page_path, upload_path
from survey.paper.layouts import Layout
from survey.paper.models import PaperBatch, PaperPage, PaperReading
from survey.paper.operations import delete_old_images
from survey.paper.queries import known_sheet, only_layout
from survey.paper.reading.images import Page, count_pages, read_pages
from survey.paper.reading.records import PageRefused, Refusal
from survey.paper.reading.sheets import encode_flat, read_rows, straighten, thumbnail
from survey.paper.settling import settle_batch


def read_batch(context: JobContext) -> str:
    """Read what a batch holds, page by page, then say what state each page is in."""
    batch_id = int(context.payload["batch"])
    with context.sessions() as session:
        batch = session.get(PaperBatch, batch_id)
        if batch is None or batch.state not in ("reading", "failed"):
            return ""
        files = len(batch.files)
        delete_old_images(session, data_dir=context.data_dir, now=context.clock())
        session.commit()
    totals = [_page_count(context.data_dir, batch_id, file) for file in range(1, files + 1)]
    done = 0
    for file in range(1, files + 1):
        for _ in _read_file(context, batch_id, file):
            done += 1
            context.report(done, sum(totals))
        done = sum(totals[:file])
        context.report(done, sum(totals))
    _finish(context, batch_id)
    return ""


def _page_count(data_dir: Path, batch_id: int, file: int) -> int:
    try:
        return count_pages(upload_path(data_dir, batch_id, file).read_bytes())
    except PageRefused:
        return 1


def _read_file(context: JobContext, batch_id: int, file: int) -> Iterator[None]:
    """Read the pages of one file that have not been read yet."""
    with context.sessions() as session:
        known = session.scalars(
            select(PaperPage.number).where(PaperPage.batch_id == batch_id, PaperPage.file == file)
        ).all()
    data = upload_path(context.data_dir, batch_id, file).read_bytes()
    try:
        count_pages(data)
        for page in read_pages(data, first=max(known, default=0) + 1):
            _read_page(context, batch_id, file, page)
            yield
    except PageRefused as error:
        if not known:
            with context.sessions() as session:
                digest = str(session.get_one(PaperBatch, batch_id).files[file - 1]["hash"])
                session.add(_refused(batch_id, file, Page(1, None, digest, error.reason), error.reason))
                session.commit()
        yield


def _read_page(context: JobContext, batch_id: int, file: int, page: Page) -> None:
    """Read one page and note what came of it; nothing is kept open in the database while the picture is read."""
    path = page_path(context.data_dir, batch_id, file, page.number)
    try:
        if page.picture is None:
            raise PageRefused(page.refusal or Refusal.DAMAGED)
        straight = straighten(page.picture)
        known = _look_up(context, batch_id, straight.serial)
        rows = read_rows(straight, known.layout)
    except PageRefused as error:
        if page.picture is not None:
            path.write_bytes(thumbnail(page.picture))
        _add(context, _refused(batch_id, file, page, error.reason))
        return
    if straight.serial is not None:
        rows = question_impossible(rows, known.definition, known.form)
    path.write_bytes(encode_flat(straight.flat))
    found = PaperPage(
        batch_id=batch_id, file=file, number=page.number, image_hash=page.image_hash, state="review", reason=None
    )
    found.reading = PaperReading(
        serial=straight.serial, rows=[row.to_dict() for row in rows], residual=straight.registration.residual
    )
    _add(context, found)


def _add(context: JobContext, page: PaperPage) -> None:
    with context.sessions() as session:
        session.add(page)
        session.commit()


@dataclass(frozen=True, slots=True)
class _Known:
    """What the database says of a page, so that it can be read: where its circles are, what may be in them."""

    layout: Layout
    form: str
    definition: InstrumentDefinition


def _look_up(context: JobContext, batch_id: int, serial: str | None) -> _Known:
    """Return what is needed to read a page. One without a readable QR is read if all sheets of the wave look alike."""
    with context.sessions() as session:
        batch = session.get_one(PaperBatch, batch_id)
        definition = wave_definition(session, batch.wave)
        if serial is None:
            layout = only_layout(session, batch.wave_id)
            if layout is None:
                raise PageRefused(Refusal.BLURRED)
            return _Known(layout, "A", definition)
        sheet = known_sheet(session, serial)
        problem = place_problem(batch, sheet)
        if sheet is None or problem is not None:
            raise PageRefused(Refusal(problem or Refusal.UNKNOWN_SERIAL))
        return _Known(sheet.layout, sheet.form, definition)


def _refused(batch_id: int, file: int, page: Page, reason: Refusal) -> PaperPage:
    return PaperPage(
        batch_id=batch_id,
        file=file,
        number=page.number,
        image_hash=page.image_hash,
        state="refused",
        reason=str(reason),
    )


def _finish(context: JobContext, batch_id: int) -> None:
    with context.sessions() as session:
        batch = session.get_one(PaperBatch, batch_id)
        settle_batch(session, batch)
        batch.state = "review"
        session.commit()
