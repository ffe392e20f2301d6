"""What reports cost the database: closed waves are never counted again, open ones by index, however many answered."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Engine, event, text
from sqlalchemy.orm import Session

from survey.web.db_session import db
from tests.factories import Cast
from tests.reports.fieldwork import make_campaign, run_wave
from tests.reports.test_routes import STAFF_AFTER, STAFF_BEFORE, enter

Statement = tuple[str, Any]

_READS_ANSWERS = re.compile(r"\b(FROM|JOIN) response\b")


@contextmanager
def reading(engine: Engine) -> Iterator[list[Statement]]:
    """Collect the statements that read the table of answers, with their parameters."""
    seen: list[Statement] = []

    def note(_connection: object, _cursor: object, statement: str, parameters: Any, *_: object) -> None:
        if _READS_ANSWERS.search(statement):
            seen.append((statement, parameters))

    event.listen(engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(engine, "before_cursor_execute", note)


@pytest.fixture
def engine(app: Flask) -> Engine:
    """The engine of the application."""
    with app.app_context():
        return db.engine


def _pages(cast: Cast, campaign_id: int, now: datetime) -> list[str]:
    return [
        "/",
        f"/campaigns/{campaign_id}",
        f"/campaigns/{campaign_id}/report",
        f"/reports/periods/{cast.ward.id}/{now:%Y}",
        f"/reports/periods/{cast.school.id}/{now:%Y}",
    ]


def test_no_page_about_closed_waves_reads_a_single_answer(
    app: Flask, engine: Engine, session: Session, cast: Cast, now: datetime
) -> None:
    campaign = make_campaign(session, cast.ward, ["staff"], now)
    answers = {cast.school.id: STAFF_BEFORE}
    waves = [run_wave(session, campaign, "staff", "baseline", answers, now, close=True)]
    answers = {cast.school.id: STAFF_AFTER}
    waves.append(run_wave(session, campaign, "staff", "follow_up", answers, now, close=True))
    client = enter(app, cast.officer)
    pages = _pages(cast, campaign.id, now) + [f"/waves/{wave.id}" for wave in waves]
    with reading(engine) as seen:
        for page in pages:
            assert client.http.get(page).status_code == 200, page
    assert [statement for statement, _ in seen] == []


def test_pages_about_an_open_wave_find_its_answers_by_index(
    app: Flask, engine: Engine, session: Session, cast: Cast, now: datetime
) -> None:
    campaign = make_campaign(session, cast.ward, ["staff"], now)
    run_wave(session, campaign, "staff", "baseline", {cast.school.id: STAFF_BEFORE}, now, close=True)
    wave = run_wave(session, campaign, "staff", "follow_up", {cast.school.id: STAFF_AFTER}, now)
    client = enter(app, cast.officer)
    with reading(engine) as seen:
        for page in [*_pages(cast, campaign.id, now), f"/waves/{wave.id}", f"/waves/{wave.id}/ways"]:
            assert client.http.get(page).status_code == 200, page
    assert seen
    for statement, parameters in seen:
        plan = _plan(engine, statement, parameters)
        assert _uses_an_index(plan), f"{statement}\n{plan}"
    headline = next(one for one in seen if "response.pattern" in one[0])
    assert "ix_response_counts" in _plan(engine, *headline)


def _plan(engine: Engine, statement: str, parameters: Any) -> str:
    with engine.connect() as connection:
        if connection.dialect.name == "sqlite":
            rows = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters).all()
            return "\n".join(str(row[3]) for row in rows)
        # A handful of rows is read whole by any sensible planner: asked is what it could do with a million.
        connection.execute(text("SET LOCAL enable_seqscan = off"))
        rows = connection.exec_driver_sql(f"EXPLAIN {statement}", parameters).all()
        return "\n".join(str(row[0]) for row in rows)


def _uses_an_index(plan: str) -> bool:
    return bool(plan) and re.search(r"\bSCAN response\b|Seq Scan on response\b", plan) is None
