"""The migrations, run on the real engine, lead to exactly what the models say."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Column, MetaData, Table, create_engine, inspect, text
from sqlalchemy.engine import make_url

from survey.app import create_app
from survey.cli import register
from survey.cli.database import alembic
from survey.config import read_config
from survey.core.models import Model
from survey.core.revisions import newest_revision, stored_revision
from survey.web.db_session import db

# As it is stored: without its zone.
NOW = datetime(2026, 11, 21, 3, 0)  # noqa: DTZ001


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


def test_conditions_of_indexes_are_the_same_in_migrations_and_models(empty_app: Flask) -> None:
    """What `db revision` writes does not have them: they are to be written into the migration by hand."""
    with empty_app.app_context():
        migrated, made = _conditions_after(alembic.upgrade), _conditions_after(_make_tables)
    declared = {
        str(index.name): index.info["where"]
        for table in Model.metadata.tables.values()
        for index in table.indexes
        if "where" in index.info
    }
    assert migrated == made
    assert migrated.keys() == declared.keys()
    assert all(condition.strip("()") == declared[name] for name, condition in migrated.items())


def _conditions_after(make: Callable[[], None]) -> dict[str, str]:
    """Return the conditions of the database's indexes by name, once its tables are made."""
    make()
    found = {}
    for table in inspect(db.engine).get_table_names():
        for index in inspect(db.engine).get_indexes(table):
            for option, condition in index.get("dialect_options", {}).items():
                if option.endswith("_where"):
                    found[str(index["name"])] = str(condition)
    return found


def _make_tables() -> None:
    stored = MetaData()
    stored.reflect(db.engine)
    stored.drop_all(db.engine)
    Model.metadata.create_all(db.engine)


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


# A unit with a campaign, a wave, a way in and an answer, as the first version wrote them.
FIRST_ROWS = {
    "organisation": {
        "id": 1,
        "kind": "school",
        "name": "Trường Ban Mai",
        "code": "BM",
        "path": "/1/",
        "is_demo": False,
    },
    "instrument_version": {"id": 1, "key": "parents", "number": 1, "audience": "parents", "definition": "{}"},
    "campaign": {"id": 1, "organisation_id": 1, "title": "Hiểu Nghị quyết 71", "topics": "[]"},
    "plan": {"id": 1, "campaign_id": 1, "audience": "parents", "instrument_version_id": 1, "sampling": "census"},
    "wave": {
        "id": 1,
        "campaign_id": 1,
        "audience": "parents",
        "kind": "baseline",
        "instrument_version_id": 1,
        "state": "open",
    },
    "collector": {"id": 1, "wave_id": 1, "organisation_id": 1, "mode": "poster", "code": "7K2QX9K"},
    "response": {"organisation_id": 1, "wave_id": 1, "collector_id": 1, "form": "A", "language": "vi"},
    "wave_summary": {"id": 1, "wave_id": 1, "organisation_id": 1, "counts": "{}", "content_hash": "0"},
}
# What every other required column of those tables takes, by its type.
FILLING = {"DATETIME": NOW, "TIMESTAMP": NOW, "DATE": NOW.date(), "INTEGER": 1, "SMALLINT": 1, "BOOLEAN": False}


def test_an_upgrade_keeps_every_row_of_the_first_version(empty_app: Flask) -> None:
    with empty_app.app_context():
        alembic.upgrade("1795307262")
        tables = MetaData()
        tables.reflect(db.engine)
        with db.engine.begin() as connection:
            for name, row in FIRST_ROWS.items():
                connection.execute(tables.tables[name].insert().values(_whole(tables.tables[name], row)))
        db.engine.dispose()
    done = empty_app.test_cli_runner().invoke(args=["db", "upgrade"])
    assert done.exit_code == 0, done.output
    with empty_app.app_context(), db.engine.connect() as connection:
        counts = {name: connection.execute(text(f'SELECT count(*) FROM "{name}"')).scalar() for name in FIRST_ROWS}
        assert counts == dict.fromkeys(FIRST_ROWS, 1)
        assert connection.execute(text("SELECT shows_explanations, code FROM plan, collector")).one() == (
            True,
            "7K2QX9K",
        )
        # Nothing was scored again before that existed.
        assert connection.execute(text("SELECT count(*) FROM rescoring, former_summary")).scalar() == 0
        if connection.dialect.name == "sqlite":
            assert connection.execute(text("PRAGMA foreign_keys")).scalar() == 1


def _whole(table: Table, row: dict[str, object]) -> dict[str, object]:
    """Return a row in which every required column has something."""
    missing = [column for column in table.columns if not column.nullable and column.name not in row]
    return {**row, **{column.name: _filling(column) for column in missing}}


def _filling(column: Column[Any]) -> object:
    kind = str(column.type).split("(", 1)[0].upper()
    return FILLING.get(kind, b"0" * 16 if kind in {"BLOB", "BYTEA"} else "[]" if kind == "JSON" else "4/5")
