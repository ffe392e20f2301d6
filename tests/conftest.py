"""What every test shares: an application on a real database, people who sign in, and a client that checks pages.

SQLite by default. With TEST_DATABASE_URL set to a PostgreSQL database, the same tests run there.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from argon2 import PasswordHasher
from flask import Flask, request_tearing_down
from hypothesis import settings
from sqlalchemy import create_engine, event, text
from sqlalchemy.engine import make_url
from sqlalchemy.orm import Session

from survey.accounts import passwords
from survey.app import create_app
from survey.audit.models import APPEND_ONLY
from survey.config import read_config
from survey.core.models import Model
from survey.web.db_session import db
from tests.factories import HASHER, Cast, make_cast
from tests.pages import PageClient

# How long one example takes says something of the machine's load, nothing of the code.
settings.register_profile("project", deadline=None)
settings.load_profile("project")

NOW = datetime(2026, 11, 21, 3, 0, tzinfo=UTC)


@pytest.fixture(scope="session")
def database_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A database of this test process alone."""
    server = os.environ.get("TEST_DATABASE_URL")
    if not server:
        yield f"sqlite:///{tmp_path_factory.mktemp('db') / 'test.sqlite'}"
        return
    name = f"hieu_ro_test_{os.getpid()}"
    admin = create_engine(server, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text(f'DROP DATABASE IF EXISTS "{name}"'))
        connection.execute(text(f'CREATE DATABASE "{name}"'))
    yield make_url(server).set(database=name).render_as_string(hide_password=False)
    with admin.connect() as connection:
        connection.execute(text(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)'))


@pytest.fixture(scope="session")
def application(database_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """The application, once a test process, with its tables."""
    config = read_config(
        {
            "SURVEY_DATABASE_URL": database_url,
            "SURVEY_DATA_DIR": str(tmp_path_factory.mktemp("data")),
            "SURVEY_PUBLIC_URL": "http://hr.test",
        }
    )
    app = create_app(config)
    app.config["TESTING"] = True
    # Pages are tested with their tokens read from the page by `PageClient`; CSRF stays on.
    with app.app_context():
        if db.engine.dialect.name == "sqlite":
            event.listen(db.engine, "connect", _forget_when_the_power_goes)
        Model.metadata.create_all(db.engine)
    yield app
    with app.app_context():
        db.engine.dispose()


def _forget_when_the_power_goes(connection: Any, _record: object) -> None:
    # A database that lives for one test run need not wait for the disk. That the product's own connections do is
    # tested on engines of their own, in tests/core/test_database.py.
    connection.execute("PRAGMA synchronous = OFF")


@pytest.fixture(scope="session", autouse=True)
def product_hasher() -> Iterator[PasswordHasher]:
    """Make passwords cheap for this test process, because tests sign in often; hand on the product's own hashing."""
    own = passwords._hasher
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(passwords, "_hasher", HASHER)
        yield own


@pytest.fixture
def app(application: Flask) -> Iterator[Flask]:
    """The application with empty tables."""
    yield application
    with application.app_context():
        empty_tables()


def empty_tables() -> None:
    """Delete every row of every table."""
    with db.engine.begin() as connection:
        if connection.dialect.name == "postgresql":
            names = ", ".join(f'"{table.name}"' for table in Model.metadata.sorted_tables)
            connection.execute(text(f"TRUNCATE {names} RESTART IDENTITY CASCADE"))
            return
        connection.execute(text("PRAGMA defer_foreign_keys = ON"))
        for verb in ("update", "delete"):
            connection.execute(text(f"DROP TRIGGER IF EXISTS audit_entry_no_{verb}"))
        for table in reversed(Model.metadata.sorted_tables):
            connection.execute(table.delete())
        for statement in APPEND_ONLY["sqlite"]:
            connection.exec_driver_sql(statement)


@pytest.fixture
def session(app: Flask) -> Iterator[Session]:
    """A database session for arranging and looking; commit to let pages see the rows.

    Not within an application context: requests of the test client would share its `g`, and with it who is signed in.
    It only takes SQLite's write lock when it writes, and after each request of the same thread it starts afresh, so
    that it neither holds up a page nor looks at what was before it.
    """
    with app.app_context():
        engine = db.engine.execution_options(begin_deferred=True)
    thread = threading.get_ident()
    with Session(engine) as opened:

        def start_afresh(_sender: Flask, **_: object) -> None:
            if threading.get_ident() == thread:
                opened.rollback()

        with request_tearing_down.connected_to(start_afresh, app):
            yield opened


@pytest.fixture
def now() -> datetime:
    """The moment at which a test plays: 10 in the morning in Vietnam."""
    return NOW


@pytest.fixture
def cast(session: Session) -> Cast:
    """A small ward with a school, and people with each role."""
    people = make_cast(session)
    session.commit()
    return people


@pytest.fixture
def client(app: Flask) -> PageClient:
    """A client that nobody has signed in with."""
    return PageClient(app)


@pytest.fixture
def project() -> Path:
    """The folder of the project."""
    return Path(__file__).resolve().parent.parent
