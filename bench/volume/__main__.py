"""How long pages of reports take at the server when there are many answers.

Run from the project's folder:  python -m bench.volume [--answers 1000000] [--open-answers 100000] [--json FILE]
Wards of 20 schools with 600 classes and 40,000 answers in two closed waves each, and one ward with an open wave. A page
is timed inside the process that makes it, the child process warm; "first" is a page whose figures nobody has asked for
before, "again" the median of later looks, "cpu" the processor's time beside the time waited. --keep FOLDER leaves the
database there, --in FOLDER measures one that was kept, --postgresql stores in a server of its own.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from flask import Flask

from bench.volume.folders import Fieldwork, application, fill, read_contents
from bench.volume.looks import Times, look, pages_of, reader_of, time_pages
from tests.check import postgresql

CLOSED_MS, OPEN_MS = 300, 1000
PROJECT = Path(__file__).resolve().parents[2]
_WARDS_TIMED = 5


def main(argv: Sequence[str] | None = None) -> int:
    """Make the answers, time the pages, print the figures; 1 when a bar is missed."""
    asked = _arguments(argv)
    with _folder(asked.keep or asked.filled) as folder, _server(asked.postgresql) as database_url:
        app = application(folder, database_url)
        fieldwork = read_contents(folder) if asked.filled else fill(app, folder, asked.answers, asked.open_answers)
        found = time_all(app, fieldwork) | _circumstances()
    print(json.dumps(found, indent=2))
    if asked.json:
        asked.json.write_text(json.dumps(found, indent=2) + "\n", encoding="utf-8")
    return 0 if found["met"] else 1


def time_all(app: Flask, fieldwork: Fieldwork) -> dict[str, Any]:
    """Return the milliseconds of each page about closed waves, and about an open one."""
    wards = fieldwork.closed
    # The first pages start the child and compile templates; none of their figures are among those that are timed.
    for page in pages_of(wards[-1]).values():
        look(reader_of(app, wards[-1]), page)
    closed = time_pages(app, wards[: min(_WARDS_TIMED, max(1, len(wards) - 1))])
    still_open = time_pages(app, [fieldwork.still_open])
    return {
        "engine": app.config["SQLALCHEMY_ENGINES"]["default"]["url"].partition(":")[0],
        "answers_in_closed_waves": sum(ward.answers for ward in wards),
        "answers_in_the_open_campaign": fieldwork.still_open.answers,
        "seconds_to_store_count_and_freeze": fieldwork.seconds,
        "closed_ms": closed,
        "open_ms": still_open,
        "met": _is_met("again", closed, still_open),
        "met_by_processor_time": _is_met("again_cpu", closed, still_open),
    }


def _is_met(figure: str, closed: Times, still_open: Times) -> bool:
    pages = [(page, CLOSED_MS) for page in closed.values()] + [(page, OPEN_MS) for page in still_open.values()]
    return all(page[figure] <= limit for page, limit in pages)


def _circumstances() -> dict[str, Any]:
    commit = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"], cwd=PROJECT, capture_output=True, text=True, check=False
    )
    return {
        "date": f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC",
        "commit": commit.stdout.strip(),
        "machine": f"{platform.platform()}, {os.cpu_count()} cores, Python {platform.python_version()}",
        "load_average": list(os.getloadavg()) if hasattr(os, "getloadavg") else None,
    }


@contextmanager
def _folder(kept: Path | None) -> Iterator[Path]:
    if kept is not None:
        kept.mkdir(parents=True, exist_ok=True)
        yield kept
        return
    with tempfile.TemporaryDirectory(prefix="hieu-ro-volume-") as folder:
        yield Path(folder)


@contextmanager
def _server(is_wanted: bool) -> Iterator[str | None]:
    if not is_wanted:
        yield None
        return
    with postgresql() as url:
        yield url


def _arguments(argv: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.volume", description=__doc__)
    parser.add_argument("--answers", type=int, default=1_000_000, help="in closed waves")
    parser.add_argument("--open-answers", type=int, default=100_000, help="in the open wave")
    parser.add_argument("--keep", type=Path, metavar="FOLDER", help="leave the database in this empty folder")
    parser.add_argument("--in", dest="filled", type=Path, metavar="FOLDER", help="measure what --keep left")
    parser.add_argument("--postgresql", action="store_true", help="in a server of its own, gone afterwards")
    parser.add_argument("--json", type=Path, help="write the figures to this file")
    asked = parser.parse_args(argv)
    if asked.filled is not None and (asked.keep is not None or asked.postgresql):
        parser.error("--in measures what is there: without --keep and --postgresql")
    return asked


if __name__ == "__main__":
    sys.exit(main())
