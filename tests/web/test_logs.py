"""The log of requests: patterns and milliseconds of the signed-in side, nothing but sums of a day of the other."""

from __future__ import annotations

import json
import logging
import sys
from collections.abc import Iterator
from datetime import date
from io import StringIO
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from survey.app import create_app
from survey.config import read_config
from survey.web.logs import DayCounts, JsonLines
from tests.factories import PASSWORD, Cast
from tests.pages import PageClient

AGENT, ADDRESS, CODE = "Browser-of-somebody/7", "203.0.113.9", "ABCDEFG"


@pytest.fixture
def written() -> StringIO:
    """Where the log goes."""
    return StringIO()


@pytest.fixture
def talking(app: Flask, tmp_path: Path, written: StringIO) -> Iterator[PageClient]:
    """A client of an application that logs requests, on the database of this test."""
    family = logging.getLogger("survey")
    before = family.handlers, family.level
    database = str(app.extensions["survey.config"].database_url)
    settings = {"SURVEY_DATA_DIR": str(tmp_path), "SURVEY_LOG": "requests", "SURVEY_DATABASE_URL": database}
    client = PageClient(create_app(read_config(settings)))
    (handler,) = family.handlers
    assert isinstance(handler, logging.StreamHandler)
    handler.setStream(written)
    yield client
    family.handlers, family.level = before


def lines(text: str) -> list[dict[str, object]]:
    """Return the log's lines."""
    return [json.loads(line) for line in text.splitlines() if line.startswith("{")]


def test_a_signed_in_request_is_one_line_without_ids_addresses_or_people(
    talking: PageClient, session: Session, cast: Cast, written: StringIO
) -> None:
    talking.sign_in("administrator", PASSWORD)
    assert lines(written.getvalue()) == []
    headers = {"User-Agent": AGENT, "X-Forwarded-For": ADDRESS}
    address = f"/organisations/{cast.school.id}"
    talking.http.get(address, headers=headers, environ_base={"REMOTE_ADDR": ADDRESS})
    (line,) = lines(written.getvalue())
    assert set(line) == {"at", "level", "kind", "method", "path", "status", "ms"}
    assert (line["kind"], line["method"], line["status"]) == ("request", "GET", 200)
    assert line["path"] == "/organisations/<int:organisation_id>"
    for trace in (AGENT, ADDRESS, "administrator", address):
        assert trace not in written.getvalue()


@pytest.mark.parametrize(
    "path", [f"/S/{CODE}", "/S", f"/S?code={CODE}", f"/R/{CODE}", "/sign-in", "/nowhere", "/health"]
)
def test_nothing_is_written_when_somebody_comes_who_has_not_signed_in(
    talking: PageClient, written: StringIO, path: str
) -> None:
    talking.http.get(path, headers={"User-Agent": AGENT})
    assert written.getvalue() == ""


def test_the_sums_of_a_day_come_with_the_next_day_or_the_end(caplog: pytest.LogCaptureFixture) -> None:
    counts = DayCounts()
    with caplog.at_level(logging.INFO, "survey.web.logs"):
        for status in (200, 200, 404):
            counts.note("GET", status, date(2026, 11, 21))
        counts.note("POST", 303, date(2026, 11, 21))
        assert caplog.records == []
        counts.note("GET", 200, date(2026, 11, 22))
        counts.finish()
        counts.finish()
    found = [json.loads(JsonLines().format(record)) for record in caplog.records]
    assert [(line["day"], line["requests"]) for line in found] == [
        ("2026-11-21", {"GET 2xx": 2, "GET 4xx": 1, "POST 3xx": 1}),
        ("2026-11-22", {"GET 2xx": 1}),
    ]


def test_a_fault_is_one_line_with_its_place() -> None:
    try:
        raise RuntimeError("broken")
    except RuntimeError:
        record = logging.LogRecord("survey.x", logging.ERROR, __file__, 1, "unexpected", None, sys.exc_info())
    line = json.loads(JsonLines().format(record))
    assert (line["level"], line["kind"]) == ("error", "unexpected")
    assert "RuntimeError: broken" in line["trace"]


def test_without_the_setting_nothing_is_logged_and_nothing_is_measured(app: Flask) -> None:
    names = {function.__module__ for functions in app.after_request_funcs.values() for function in functions}
    assert "survey.web.logs" not in names
