"""What the database layer promises whatever the feature: errors tell no one's data."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import create_engine, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from survey.core.database import BUSY_TIMEOUT_MS, engine_options, is_patient, prepare_engine
from survey.organisations.models import Group
from survey.web.db_session import db


def test_the_text_of_a_database_error_holds_nothing_that_was_to_be_stored(session: Session) -> None:
    session.add(Group(organisation_id=987_654_321, name="Tên riêng không được vào nhật ký"))
    with pytest.raises(DBAPIError) as failed:
        session.commit()
    assert "INSERT" in str(failed.value)
    assert "Tên riêng" not in logging.Formatter().formatException((DBAPIError, failed.value, None))


def test_postgresql_is_not_waited_for_without_end_but_by_migrations(app: Flask) -> None:
    with app.app_context():
        engine = db.engine
    if engine.dialect.name != "postgresql":
        pytest.skip("SQLite waits by its busy timeout")
    for is_one, shown in ((False, "30s"), (True, "0")):
        token = is_patient.set(is_one)
        try:
            fresh = create_engine(engine.url)
            prepare_engine(fresh)
            with fresh.connect() as connection:
                assert connection.execute(text("SHOW statement_timeout")).scalar() == shown
            fresh.dispose()
        finally:
            is_patient.reset(token)


def test_a_file_has_connections_for_every_thread_and_a_server_no_more_than_it_was_promised() -> None:
    file = engine_options("sqlite:///x.sqlite", connections=16, threads=64)
    server = engine_options("postgresql+psycopg://host/x", connections=16, threads=64)
    assert (file["pool_size"], file["max_overflow"]) == (16, 64)
    assert (server["pool_size"], server["max_overflow"], server["pool_pre_ping"]) == (16, 0, True)
    assert server["pool_timeout"] < 15


def test_a_committed_answer_survives_the_power_going_and_references_are_watched(tmp_path: Path) -> None:
    engine = create_engine(f"sqlite:///{tmp_path / 'own.sqlite'}")
    prepare_engine(engine)
    with engine.connect() as connection:
        found = {
            pragma: connection.exec_driver_sql(f"PRAGMA {pragma}").scalar()
            for pragma in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        }
    engine.dispose()
    # synchronous 2 is FULL: with NORMAL a commit in the write-ahead log may be lost.
    assert found == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "busy_timeout": BUSY_TIMEOUT_MS}
