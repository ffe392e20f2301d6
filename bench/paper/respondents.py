"""How fast respondents are served while forty scanned pages are read: python -m bench.paper.respondents

The real server with its web processes and its watcher, which starts the reader as in production. Parents open the form
and send it at a steady rate: first on a quiet machine, then while the pages are read.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from bench.burst.figures import latencies
from bench.burst.hall import Hall, connect, open_hall
from bench.burst.parents import Tally, make_parents
from bench.paper.forty import scan
from bench.paper.marks import fill_sheet
from survey.campaigns.models import Wave
from survey.core.clock import utc_now
from survey.organisations.models import Organisation
from survey.paper.models import PaperBatch
from survey.paper.operations import start_reading
from tests.paper.paperwork import layout_of_batch, make_sheets, print_sheets, whole

PATIENCE = 30.0
CHUNK_SECONDS = 1.0


def main() -> None:
    """Measure both times and print them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pages", type=int, default=40)
    parser.add_argument("--rate", type=float, default=10.0, help="visits a second, each a page and a form")
    parser.add_argument("--quiet", type=float, default=15.0, help="seconds without reading, before")
    parser.add_argument("--database", help="address of a PostgreSQL server; SQLite without it")
    asked = parser.parse_args()
    with (
        tempfile.TemporaryDirectory(prefix="hieu-ro-paper-") as folder,
        open_hall(Path(folder), asked.database, 5000) as hall,
    ):
        print(json.dumps(measure(hall, asked), indent=2))


def measure(hall: Hall, asked: argparse.Namespace) -> dict[str, Any]:
    """Return what respondents waited before and during the reading, and how long the reading took."""
    engine = connect(hall.database)
    with Session(engine.execution_options(begin_deferred=False)) as session:
        pdf = filled_scan(session, asked.pages)
    ends = time.monotonic() + asked.quiet
    load = os.getloadavg()[0]
    before = visits(hall, asked.rate, lambda: time.monotonic() < ends)
    batch_id = hand_in(engine, hall.folder, pdf)
    began = time.monotonic()
    during = visits(hall, asked.rate, lambda: is_reading(engine, batch_id))
    took = time.monotonic() - began
    engine.dispose()
    return {
        "pages": asked.pages,
        "megabytes": round(len(pdf) / 1e6, 1),
        "visits_per_second": asked.rate,
        "cores": os.cpu_count(),
        "load_before": round(load, 1),
        "reading_seconds": round(took, 1),
        "before": latencies(before.clock) | {"errors": dict(before.errors)},
        "during": latencies(during.clock) | {"errors": dict(during.errors)},
    }


def filled_scan(session: Session, number: int) -> bytes:
    """Print so many sheets, fill them in, and return the copier's file."""
    wave, school = session.scalars(select(Wave).order_by(Wave.id)).first(), session.scalars(select(Organisation)).one()
    assert wave is not None
    batch = make_sheets(session, wave, school, number, utc_now())
    layout, pages = layout_of_batch(session, batch), print_sheets(session, batch)
    for place, page in enumerate(pages):
        fill_sheet(page, layout, np.random.default_rng([40, place]), "AB"[place % 2])
    return scan(pages)


def hand_in(engine: Engine, folder: Path, pdf: bytes) -> int:
    """Upload the file as the page does; the server's watcher finds it."""
    with Session(engine.execution_options(begin_deferred=False)) as session:
        wave, school = (
            session.scalars(select(Wave).order_by(Wave.id)).first(),
            session.scalars(select(Organisation)).one(),
        )
        assert wave is not None
        batch = start_reading(
            session, data_dir=folder, wave=wave, organisation_id=school.id, group_id=None, files=[pdf],
            scope=whole(school), person=None, now=utc_now(),
        )  # fmt: skip
        session.commit()
        return batch.id


def is_reading(engine: Engine, batch_id: int) -> bool:
    """Whether pages are still being read."""
    with Session(engine.execution_options(begin_deferred=True)) as session:
        return session.get_one(PaperBatch, batch_id).state == "reading"


def visits(hall: Hall, rate: float, goes_on: Callable[[], bool]) -> Tally:
    """Let parents come at a steady rate for as long as asked, a second's worth at a time."""
    random, tally = Random(71), Tally()

    async def come() -> None:
        tasks: list[asyncio.Task[None]] = []
        while await asyncio.to_thread(goes_on):
            parents = make_parents(hall.port, hall.code, round(rate * CHUNK_SECONDS), tally, random, PATIENCE)
            for parent in parents:
                parent.habit = "plain"
                tasks.append(asyncio.create_task(parent.visit(random.uniform(0, CHUNK_SECONDS), 0)))
            await asyncio.sleep(CHUNK_SECONDS)
        await asyncio.gather(*tasks)

    asyncio.run(come())
    return tally


if __name__ == "__main__":
    main()
