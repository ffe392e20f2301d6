"""What reports cost the database: closed waves are never counted again, open ones by index, however many answered."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from secrets import token_bytes
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Engine, event, insert, select, text
from sqlalchemy.orm import Session

from survey.campaigns.models import Wave
from survey.responses.models import Response
from survey.web.db_session import db
from tests.factories import Cast
from tests.pages import PageClient
from tests.reports.fieldwork import make_campaign, run_wave
from tests.reports.test_routes import STAFF_AFTER, STAFF_BEFORE, enter

Statement = tuple[str, Any]

_READS_ANSWERS = re.compile(r"\b(FROM|JOIN) response\b")


@contextmanager
def reading(engine: Engine, *, every: bool = False) -> Iterator[list[Statement]]:
    """Collect the statements that read the table of answers (or every one), with their parameters."""
    seen: list[Statement] = []

    def note(_connection: object, _cursor: object, statement: str, parameters: Any, *_: object) -> None:
        if every or _READS_ANSWERS.search(statement):
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


def test_pages_cost_the_same_number_of_statements_however_many_answered(
    app: Flask, engine: Engine, session: Session, cast: Cast, now: datetime
) -> None:
    campaign = make_campaign(session, cast.ward, ["staff"], now)
    run_wave(session, campaign, "staff", "baseline", {cast.school.id: STAFF_BEFORE}, now, close=True)
    wave = run_wave(session, campaign, "staff", "follow_up", {cast.school.id: STAFF_AFTER}, now)
    client = enter(app, cast.officer)
    pages = [*_pages(cast, campaign.id, now), f"/waves/{wave.id}"]
    for page in pages:
        # What a process remembers, as questionnaires, is read once.
        client.http.get(page)
    few = [_number_of_statements(engine, client, page) for page in pages]
    _answer_again(session, wave, times=5)
    many = [_number_of_statements(engine, client, page) for page in pages]
    # One may be added by the look at waves whose time has come, which is taken every half a minute.
    assert all(later <= before + 1 for before, later in zip(few, many, strict=True)), f"{few} became {many}"


def test_answers_of_an_open_wave_are_fetched_by_group_and_not_one_by_one(
    app: Flask, engine: Engine, session: Session, cast: Cast, now: datetime
) -> None:
    campaign = make_campaign(session, cast.ward, ["staff"], now)
    wave = run_wave(session, campaign, "staff", "baseline", {cast.school.id: STAFF_AFTER}, now)
    client = enter(app, cast.officer)
    few = _rows_fetched(engine, client, f"/campaigns/{campaign.id}/report")
    _answer_again(session, wave, times=5)
    assert _rows_fetched(engine, client, f"/campaigns/{campaign.id}/report") == few > 0


def _number_of_statements(engine: Engine, client: PageClient, page: str) -> int:
    with reading(engine, every=True) as seen:
        assert client.http.get(page).status_code == 200, page
    return len(seen)


def _rows_fetched(engine: Engine, client: PageClient, page: str) -> int:
    """Return how many rows the statements on the table of answers give."""
    with reading(engine) as seen:
        assert client.http.get(page).status_code == 200
    assert seen
    with engine.connect() as connection:
        return sum(len(connection.exec_driver_sql(*statement).all()) for statement in seen)


def _answer_again(session: Session, wave: Wave, *, times: int) -> None:
    """Store every answer of a wave several times more."""
    for row in session.execute(select(*Response.__table__.columns).where(Response.wave_id == wave.id)).all():
        new = [row._asdict() | {"id": token_bytes(16), "token_hash": token_bytes(16)} for _time in range(times)]
        session.connection().execute(insert(Response.__table__), new)
    session.commit()


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
