"""The log that `SURVEY_LOG=requests` turns on: one line of JSON each, for machines that collect logs; no personal data.

Signed-in side: a line a request with the pattern of the address (never the address, which holds ids and codes), status
and milliseconds; no person, no network address, no browser. Everything that is open without signing in, the
respondents' side above all: no line a request, only how many there were on a day, because a moment next to a code
could point at a person. Faults are logged either way, by survey/web/errors.py and survey/responses/failures.py.
"""

from __future__ import annotations

import atexit
import json
import logging
import sys
import threading
import time
from collections import Counter
from datetime import UTC, date, datetime
from typing import Any

from flask import Flask, Response, current_app, g, request

from survey.config import Config
from survey.core.clock import local_date, utc_now

logger = logging.getLogger(__name__)

# Our loggers begin with this name; Flask's own, for errors, is called so too.
_FAMILY = "survey"


class JsonLines(logging.Formatter):
    """One log record as one line of JSON; what a record brings as `fields` stands beside the usual ones."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line."""
        at = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        line: dict[str, Any] = {"at": at, "level": record.levelname.lower(), "kind": record.getMessage()}
        line |= getattr(record, "fields", {})
        if record.exc_info:
            line["trace"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False)


class DayCounts:
    """How many requests came in without signing in, by day, method and hundred of the status."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._day: date | None = None
        self._numbers: Counter[str] = Counter()

    def note(self, method: str, status: int, today: date) -> None:
        """Count one request; the first one of a day writes the line of the day before."""
        with self._lock:
            if self._day != today:
                self._write()
                self._day = today
            self._numbers[f"{method} {status // 100}xx"] += 1

    def finish(self) -> None:
        """Write what has been counted since the last line, when the process ends."""
        with self._lock:
            self._write()

    def _write(self) -> None:
        if self._numbers:
            day = None if self._day is None else self._day.isoformat()
            logger.info("public", extra={"fields": {"day": day, "requests": dict(sorted(self._numbers.items()))}})
        self._numbers.clear()


def init_app(app: Flask) -> None:
    """Log requests if the operator wants it; costs nothing otherwise."""
    config: Config = app.extensions["survey.config"]
    if not config.logs_requests:
        return
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(JsonLines())
    family = logging.getLogger(_FAMILY)
    family.handlers = [handler]
    family.setLevel(logging.INFO)
    counts = DayCounts()
    atexit.register(counts.finish)

    @app.before_request
    def note_begin() -> None:
        g.request_began = time.perf_counter()

    @app.after_request
    def note_end(response: Response) -> Response:
        _note(response, counts)
        return response


def _note(response: Response, counts: DayCounts) -> None:
    endpoint = request.endpoint or ""
    if endpoint.endswith("static"):
        return
    view = current_app.view_functions.get(endpoint)
    rule = request.url_rule
    if rule is None or view is None or getattr(view, "is_public", False):
        counts.note(request.method, response.status_code, local_date(utc_now()))
        return
    milliseconds = round(1000 * (time.perf_counter() - g.get("request_began", time.perf_counter())), 1)
    fields = {"method": request.method, "path": rule.rule, "status": response.status_code, "ms": milliseconds}
    logger.info("request", extra={"fields": fields})
