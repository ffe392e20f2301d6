"""Looks at the pages of reports as an officer does, and says how long each took: waited, and of the processor.

Waiting is what a person sees; where the machine is shared with other work, the processor's time says more.
"""

from __future__ import annotations

import multiprocessing
import statistics
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from flask import Flask
from flask.testing import FlaskClient

from bench.volume.fieldwork import Ward
from survey.core.clock import local_date, utc_now

LOOKS_AGAIN = 5

# By page: waited and of the processor, the first look and later ones.
Times = Mapping[str, Mapping[str, float]]


@dataclass(frozen=True, slots=True)
class Look:
    """Milliseconds of one page."""

    waited: float
    processor: float


def pages_of(ward: Ward) -> Mapping[str, str]:
    """Return the addresses that the bars speak of."""
    return {
        "dashboard": "/",
        "campaign": f"/campaigns/{ward.campaign_id}",
        "campaign_report": f"/campaigns/{ward.campaign_id}/report",
        "ward_report": f"/reports/periods/{ward.organisation_id}/{local_date(utc_now()):%Y}",
    }


def time_pages(app: Flask, wards: Sequence[Ward]) -> Times:
    """Look at the pages of several wards, each for the first time and again; medians."""
    first: dict[str, list[Look]] = {}
    again: dict[str, list[Look]] = {}
    for ward in wards:
        reader = reader_of(app, ward)
        for name, page in pages_of(ward).items():
            first.setdefault(name, []).append(look(reader, page))
            again.setdefault(name, []).extend(look(reader, page) for _ in range(LOOKS_AGAIN))
    return {name: _medians("first", first[name]) | _medians("again", again[name]) for name in first}


def _medians(name: str, looks: Sequence[Look]) -> dict[str, float]:
    return {
        name: round(statistics.median(one.waited for one in looks), 1),
        f"{name}_cpu": round(statistics.median(one.processor for one in looks), 1),
    }


def reader_of(app: Flask, ward: Ward) -> FlaskClient:
    """Return a client with which the officer of a ward has signed in."""
    client = app.test_client()
    with client.session_transaction() as cookie:
        cookie["_user_id"] = ward.officer
    return client


def look(reader: FlaskClient, page: str) -> Look:
    """Open a page once."""
    began, busy = time.perf_counter(), _processor_seconds()
    response = reader.get(page)
    if response.status_code != 200:
        raise RuntimeError(f"{page}: {response.status_code}")
    return Look(1000 * (time.perf_counter() - began), 1000 * (_processor_seconds() - busy))


def _processor_seconds() -> float:
    """Return what this process and its child have used so far; without Linux, this process alone."""
    used = time.process_time()
    for child in multiprocessing.active_children():
        for thread in Path(f"/proc/{child.pid}/task").glob("*/schedstat"):
            used += int(thread.read_text(encoding="ascii").split()[0]) / 1e9
    return used
