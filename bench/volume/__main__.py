"""How long pages of reports take at the server when there are many answers.

Run from the project's folder:  python -m bench.volume [--answers 1000000] [--open-answers 100000] [--json FILE]
Wards of 20 schools with 600 classes and 40,000 answers in two closed waves each, and one ward with an open wave. A page
is timed inside the process that makes it, the child process warm; "first" is a page whose figures nobody has asked for
before, "again" the median of five more.
"""

from __future__ import annotations

import argparse
import json
import statistics
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from flask import Flask
from flask.testing import FlaskClient

from bench.volume.fieldwork import Ward
from bench.volume.folders import Fieldwork, application, fill
from survey.core.clock import local_date, utc_now

CLOSED_MS, OPEN_MS = 300, 1000
_WARDS_TIMED = 5


def main(argv: Sequence[str] | None = None) -> int:
    """Make the answers, time the pages, print the figures; 1 when a bar is missed."""
    asked = _arguments(argv)
    with tempfile.TemporaryDirectory(prefix="hieu-ro-volume-") as folder:
        found = measure(Path(folder), asked.answers, asked.open_answers)
    print(json.dumps(found, indent=2))
    if asked.json:
        asked.json.write_text(json.dumps(found, indent=2) + "\n", encoding="utf-8")
    return 0 if found["met"] else 1


def measure(folder: Path, answers: int, open_answers: int) -> dict[str, Any]:
    """Fill a folder with answers and return what `look` finds there."""
    app = application(folder)
    return look(app, fill(app, folder, answers, open_answers))


def look(app: Flask, fieldwork: Fieldwork) -> dict[str, Any]:
    """Return the milliseconds of each page, waited and of the processor."""
    wards = fieldwork.closed
    # The first report starts the child; none of its figures are among those that are timed.
    _time(_reader(app, wards[-1]), f"/campaigns/{wards[-1].campaign_id}/report")
    closed = _pages(app, wards[: min(_WARDS_TIMED, max(1, len(wards) - 1))])
    still_open = _pages(app, [fieldwork.still_open])
    return {
        "answers_in_closed_waves": sum(ward.answers for ward in wards),
        "answers_in_the_open_campaign": fieldwork.still_open.answers,
        "seconds_to_store_count_and_freeze": fieldwork.seconds,
        "closed_ms": closed,
        "open_ms": still_open,
        "met": _is_met(closed, CLOSED_MS) and _is_met(still_open, OPEN_MS),
    }


def _is_met(pages: dict[str, dict[str, float]], limit: float) -> bool:
    return all(page["again"] <= limit for page in pages.values())


def _pages(app: Flask, wards: Sequence[Ward]) -> dict[str, dict[str, float]]:
    """Time the same pages for several wards, each read for the first time and again."""
    times: dict[str, list[tuple[float, float]]] = {}
    for ward in wards:
        reader = _reader(app, ward)
        period = f"{local_date(utc_now()):%Y}"
        for name, page in (
            ("dashboard", "/"),
            ("campaign", f"/campaigns/{ward.campaign_id}"),
            ("campaign_report", f"/campaigns/{ward.campaign_id}/report"),
            ("ward_report", f"/reports/periods/{ward.organisation_id}/{period}"),
        ):
            first = _time(reader, page)
            times.setdefault(name, []).append((first, statistics.median(_time(reader, page) for _ in range(5))))
    return {
        name: {
            "first": round(statistics.median(first for first, _ in found), 1),
            "again": round(statistics.median(again for _, again in found), 1),
        }
        for name, found in times.items()
    }


def _reader(app: Flask, ward: Ward) -> FlaskClient:
    client = app.test_client()
    with client.session_transaction() as cookie:
        cookie["_user_id"] = ward.officer
    return client


def _time(reader: FlaskClient, page: str) -> float:
    began = time.perf_counter()
    response = reader.get(page)
    if response.status_code != 200:
        raise RuntimeError(f"{page}: {response.status_code}")
    return 1000 * (time.perf_counter() - began)


def _arguments(argv: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.volume", description=__doc__)
    parser.add_argument("--answers", type=int, default=1_000_000, help="in closed waves")
    parser.add_argument("--open-answers", type=int, default=100_000)
    parser.add_argument("--json", type=Path)
    return parser.parse_args(argv)


if __name__ == "__main__":
    raise SystemExit(main())
