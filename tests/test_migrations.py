"""The migrations, run on the real engine, lead to exactly what the models say."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import create_engine, inspect, text
from sqlalchemy.engine import make_url

from survey.app import create_app
from survey.cli import register
from survey.cli.database import alembic
from survey.config import read_config
from survey.core.revisions import newest_revision, stored_revision
from survey.web.db_session import db


@pytest.fixture
def empty_app(tmp_path: Path, request: pytest.FixtureRequest) -> Flask:
    """An application on a database without any table."""
    settings = {"SURVEY_DATA_DIR": str(tmp_path)}
    server = os.environ.get("TEST_DATABASE_URL")
    if server:
        name = f"hieu_ro_migrations_{os.getpid()}"
        admin = create_engine(server, isolation_level="AUTOCOMMIT")
        with admin.connect() as connection:
            connection.execute(text(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)'))
            connection.execute(text(f'CREATE DATABASE "{name}"'))
        url = make_url(server).set(database=name)
        settings["SURVEY_DATABASE_URL"] = url.render_as_string(hide_password=False)
    app = create_app(read_config(settings))
    register(app)
    return app


def test_the_newest_migration_equals_the_models(empty_app: Flask) -> None:
    with empty_app.app_context():
        alembic.upgrade()
        assert alembic.compare_metadata() == []


def test_starting_recognises_a_database_that_is_up_to_date(empty_app: Flask) -> None:
    with empty_app.app_context():
        assert stored_revision(db.engine) is None
        alembic.upgrade()
        assert stored_revision(db.engine) == newest_revision()


def test_upgrading_twice_says_that_there_is_nothing_to_do(empty_app: Flask) -> None:
    runner = empty_app.test_cli_runner()
    first = runner.invoke(args=["db", "upgrade"])
    second = runner.invoke(args=["db", "upgrade"])
    assert first.exit_code == 0, first.output
    assert "Đã nâng cấp" in first.output
    assert "mới nhất" in second.output


def test_going_back_leaves_no_table_behind(empty_app: Flask) -> None:
    with empty_app.app_context():
        alembic.upgrade()
        alembic.downgrade("base")
    with empty_app.app_context():
        assert set(inspect(db.engine).get_table_names()) <= {"alembic_version"}
