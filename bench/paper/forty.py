"""A copier's PDF of forty filled sheets, from upload to accepted answers: python -m bench.paper.forty

Time is the processor's, so that other work on the machine does not count; the database is a SQLite file of its own.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections import Counter
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

import cv2
import numpy as np
import pypdfium2 as pdfium
from sqlalchemy import create_engine
from sqlalchemy.orm import Session

from bench.paper.marks import fill_sheet
from survey.core.database import prepare_engine
from survey.core.models import Model
from survey.core.tokens import Signer
from survey.jobs.runner import run_jobs
from survey.paper.accepting import accept_batch
from survey.paper.operations import start_reading
from tests.factories import make_cast
from tests.paper.paperwork import layout_of_batch, make_sheets, print_sheets, whole
from tests.responses.fieldwork import make_wave

NOW = datetime(2026, 11, 21, 3, 0, tzinfo=UTC)


def scan(pages: list[np.ndarray]) -> bytes:
    """Return pages as a copier sends them: one PDF, a JPEG a page."""
    document = pdfium.PdfDocument.new()
    for page in pages:
        data = cv2.imencode(".jpg", cv2.cvtColor(page, cv2.COLOR_RGB2BGR), [cv2.IMWRITE_JPEG_QUALITY, 80])[1]
        image = pdfium.PdfImage.new(document)
        image.load_jpeg(BytesIO(data.tobytes()), inline=True)
        image.set_matrix(pdfium.PdfMatrix().scale(595, 842))
        new = document.new_page(595, 842)
        new.insert_obj(image)
        new.gen_content()
    buffer = BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def main() -> None:
    """Print, fill, scan, read and accept; say how long the reading took and what came out."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pages", type=int, default=40)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        engine = create_engine(f"sqlite:///{folder}/paper.sqlite")
        prepare_engine(engine)
        Model.metadata.create_all(engine)
        with Session(engine) as session:
            measure(session, Path(folder), options.pages)
        engine.dispose()


def measure(session: Session, folder: Path, number: int) -> None:
    """Run the whole way in one database."""
    school = make_cast(session).school
    wave = make_wave(session, school, "parents", now=NOW)
    batch = make_sheets(session, wave, school, number, NOW)
    layout, pages = layout_of_batch(session, batch), print_sheets(session, batch)
    for n, page in enumerate(pages):
        fill_sheet(page, layout, np.random.default_rng([40, n]), "AB"[n % 2])
    pdf, scope = scan(pages), whole(school)
    taken = start_reading(
        session, data_dir=folder, wave=wave, organisation_id=school.id, group_id=None, files=[pdf], scope=scope,
        person=None, now=NOW,
    )  # fmt: skip
    session.commit()
    engine = session.get_bind().execution_options(begin_deferred=False)
    wall, own = time.perf_counter(), time.process_time()
    run_jobs(lambda: Session(engine), data_dir=folder, clock=lambda: NOW)
    wall, own = time.perf_counter() - wall, time.process_time() - own
    session.expire_all()
    states = Counter(page.state for page in taken.pages)
    print(
        f"{number} pages, {len(pdf) / 1e6:.1f} MB: {own:.1f} s of processor, {wall:.1f} s by the clock, {dict(states)}"
    )
    accepted = accept_batch(
        session, batch_id=taken.id, scope=scope, signer=Signer("x" * 40), person=None, now=NOW, leave_rest_out=True
    )
    session.commit()
    print(accepted)


if __name__ == "__main__":
    main()
