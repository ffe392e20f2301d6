"""Sheets printed, filled in and scanned for tests: the product's own printing, known marks, a plain scan."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import cache
from io import BytesIO
from pathlib import Path

import cv2
import numpy as np
import pypdfium2 as pdfium
from sqlalchemy import select
from sqlalchemy.orm import Session

from bench.paper.marks import SCALE
from survey.campaigns.models import Wave
from survey.collection.models import Serial, SerialBatch
from survey.core.permissions import Scope
from survey.jobs.runner import run_jobs
from survey.organisations.models import Organisation
from survey.paper.layouts import DIAMETER, Layout
from survey.paper.models import PaperBatch, SheetLayout
from survey.paper.operations import create_sheets, start_reading
from survey.paper.printing import render_sheets
from survey.paper.runs import sheet_run

INK = (40, 50, 140)
SITE = "https://hr.test"

Marks = Mapping[int, tuple[int, ...]]


def whole(*organisations: Organisation) -> Scope:
    """Return a scope that covers these organisations."""
    ids = frozenset(organisation.id for organisation in organisations)
    return Scope(ids, ids)


def make_sheets(session: Session, wave: Wave, organisation: Organisation, number: int, now: datetime) -> SerialBatch:
    """Make serials for so many sheets of a whole school."""
    batch = create_sheets(
        session, wave=wave, organisation_id=organisation.id, group_id=None, number=number, person=None, now=now
    )
    session.commit()
    return batch


def print_sheets(session: Session, batch: SerialBatch) -> list[np.ndarray]:
    """Return the printed pages of a batch at 200 dpi, in the order of `serials_in_order`."""
    collector = batch.collector
    run = sheet_run(session, batch.id, whole(collector.organisation), public_url=SITE)
    return rasters(render_sheets(run))


def rasters(pdf: bytes) -> list[np.ndarray]:
    """Return the pages of a PDF at 200 dpi."""
    document = pdfium.PdfDocument(pdf)
    return [page.render(scale=200 / 72, rev_byteorder=True).to_numpy()[:, :, :3].copy() for page in document]


def serials_in_order(session: Session, batch: SerialBatch) -> list[Serial]:
    """Return the serials of a batch as they are printed."""
    return list(session.scalars(select(Serial).where(Serial.batch == batch.id).order_by(Serial.id)))


def layout_of_batch(session: Session, batch: SerialBatch) -> Layout:
    """Return what was printed."""
    return Layout.from_dict(session.get_one(SheetLayout, batch.id).layout)


def fill(page: np.ndarray, layout: Layout, marks: Marks) -> np.ndarray:
    """Return the page with circles filled by a pen: place -> codes."""
    filled = page.copy()
    for row in layout.rows:
        for circle in row.circles:
            if circle.code in marks.get(row.place, ()):
                centre = (round(circle.x * SCALE), round(circle.y * SCALE))
                cv2.circle(filled, centre, round(DIAMETER / 2 * 0.9 * SCALE), INK, -1, cv2.LINE_AA)
    return filled


def jpeg(page: np.ndarray, quality: int = 85) -> bytes:
    """Return a page as a scanner would send it."""
    done, data = cv2.imencode(".jpg", cv2.cvtColor(page, cv2.COLOR_RGB2BGR), [cv2.IMWRITE_JPEG_QUALITY, quality])
    assert done
    return bytes(data.tobytes())


def pdf_of(pages: list[np.ndarray]) -> bytes:
    """Return pages as one PDF of pictures, as a copier makes it."""
    document = pdfium.PdfDocument.new()
    for page in pages:
        image = pdfium.PdfImage.new(document)
        image.load_jpeg(_file(jpeg(page)), inline=True)
        image.set_matrix(pdfium.PdfMatrix().scale(595, 842))
        new = document.new_page(595, 842)
        new.insert_obj(image)
        new.gen_content()
    buffer = _file(b"")
    document.save(buffer)
    return buffer.getvalue()


def _file(data: bytes) -> BytesIO:
    return BytesIO(data)


@cache
def noise_picture() -> bytes:
    """Return a photo of nothing in particular."""
    random = np.random.default_rng(3)
    rough = random.integers(0, 255, (40, 30, 3), dtype=np.uint8)
    return jpeg(cv2.resize(rough, (900, 1200), interpolation=cv2.INTER_CUBIC))


def read_files(
    session: Session, data_dir: Path, wave: Wave, organisation: Organisation, files: list[bytes], now: datetime
) -> PaperBatch:
    """Hand files in and let the runner read them."""
    batch = start_reading(
        session,
        data_dir=data_dir,
        wave=wave,
        organisation_id=organisation.id,
        group_id=None,
        files=files,
        scope=whole(organisation),
        person=None,
        now=now,
    )
    session.commit()
    run_queue(session, data_dir, now)
    session.refresh(batch)
    return batch


def run_queue(session: Session, data_dir: Path, now: datetime) -> int:
    """Work the queue off as `flask job run` does, in this process."""
    session.commit()
    engine = session.get_bind().execution_options(begin_deferred=False)
    number = run_jobs(lambda: Session(engine), data_dir=data_dir, clock=lambda: now)
    session.expire_all()
    return number
