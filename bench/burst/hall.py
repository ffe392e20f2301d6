"""Makes the hall: a database of its own with one school and one open wave for parents, and the real server on it."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from urllib.request import urlopen

from sqlalchemy import Engine, create_engine, select, text
from sqlalchemy.engine import make_url
from sqlalchemy.orm import Session

import survey.app  # noqa: F401  (brings the tables of every feature)
from survey.campaigns.models import Wave
from survey.campaigns.operations import create_campaign, open_wave
from survey.collection.models import Collector
from survey.collection.operations import make_poster_collectors
from survey.core.clock import local_date, utc_now
from survey.core.database import prepare_engine
from survey.core.models import Model
from survey.core.revisions import newest_revision
from survey.instruments.loader import load_instrument
from survey.instruments.operations import publish_instrument
from survey.organisations.models import Headcount, Organisation

PROJECT = Path(__file__).resolve().parents[2]
SECRET = "the secret of a benchmark, long enough to be taken"
WORKERS = 2
_PATIENCE = 60


@dataclass
class Hall:
    """Where the parents are: address and code of the questionnaire, the database, and the server's process."""

    folder: Path
    database: str
    code: str
    port: int
    # Settings besides the usual ones.
    extra: dict[str, str] = field(default_factory=dict)
    process: subprocess.Popen[bytes] | None = field(default=None, repr=False)

    def start(self) -> None:
        """Start the server as an operator does, and wait until it answers."""
        with (self.folder / "server.log").open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "wsgi.py"],
                cwd=PROJECT,
                env=self.environment(),
                stdout=log,
                stderr=subprocess.STDOUT,
                # A group of its own, so that all its processes can be killed in one moment.
                start_new_session=True,
            )
        self._wait()

    def environment(self) -> dict[str, str]:
        """Return the settings that this server runs with."""
        return os.environ | {
            "SURVEY_DATA_DIR": str(self.folder),
            "SURVEY_DATABASE_URL": self.database,
            "SURVEY_SECRET_KEY": SECRET,
            "SURVEY_HOST": "127.0.0.1",
            "SURVEY_PORT": str(self.port),
            "SURVEY_PUBLIC_URL": f"http://127.0.0.1:{self.port}",
            "SURVEY_WORKERS": str(WORKERS),
            **self.extra,
        }

    def warm_up(self) -> None:
        """Open the page a few times, so that every web process has loaded what it needs before the doors open."""
        with ThreadPoolExecutor(4 * WORKERS) as visitors:
            for _ in range(3):
                list(visitors.map(self._look, range(4 * WORKERS)))

    def _look(self, _number: int) -> None:
        with urlopen(f"http://127.0.0.1:{self.port}/S/{self.code}", timeout=_PATIENCE) as answer:
            answer.read()

    def kill(self) -> None:
        """End every process of the server without a warning, as a power cut of the process does (kill -9)."""
        self._signal(signal.SIGKILL)

    def stop(self) -> None:
        """Ask the server to end."""
        self._signal(signal.SIGTERM)

    def _signal(self, number: signal.Signals) -> None:
        if self.process is None:
            return
        try:
            os.killpg(self.process.pid, number)
            self.process.wait(20)
        except ProcessLookupError:
            pass
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
        self.process = None

    def _wait(self) -> None:
        ends = time.monotonic() + _PATIENCE
        while time.monotonic() < ends:
            if self.process is None or self.process.poll() is not None:
                raise RuntimeError(f"the server ended while starting; see {self.folder / 'server.log'}")
            # Connections wait in the queue until a web process has loaded the application.
            with suppress(OSError), urlopen(f"http://127.0.0.1:{self.port}/health", timeout=5) as answer:
                if answer.status == 200:
                    return
            time.sleep(0.05)
        raise RuntimeError(f"no server on port {self.port} within {_PATIENCE} s")


@contextmanager
def open_hall(folder: Path, database: str | None, parents: int) -> Iterator[Hall]:
    """Make a hall, start its server, and stop it at the end."""
    with make_hall(folder, database, parents) as hall:
        hall.start()
        try:
            hall.warm_up()
            yield hall
        finally:
            hall.stop()


@contextmanager
def make_hall(folder: Path, database: str | None, parents: int) -> Iterator[Hall]:
    """Make a hall whose server does not run yet.

    database: address of a PostgreSQL server, where a database of its own is made and dropped; None for SQLite.
    """
    with _database(folder, database) as url:
        engine = connect(url)
        Model.metadata.create_all(engine)
        code = _prepare(engine, parents)
        engine.dispose()
        yield Hall(folder, url, code, _free_port())


def connect(url: str) -> Engine:
    """Return an engine with the application's own connection rules."""
    engine = create_engine(url)
    prepare_engine(engine)
    return engine


@contextmanager
def _database(folder: Path, server: str | None) -> Iterator[str]:
    if server is None:
        yield f"sqlite:///{folder / 'burst.sqlite'}"
        return
    address = make_url(server).set(drivername="postgresql+psycopg")
    name = f"hieu_ro_burst_{os.getpid()}"
    admin = create_engine(address, isolation_level="AUTOCOMMIT", pool_pre_ping=True)
    with admin.connect() as connection:
        connection.execute(text(f'CREATE DATABASE "{name}"'))
    try:
        yield address.set(database=name).render_as_string(hide_password=False)
    finally:
        with admin.connect() as connection:
            connection.execute(text(f'DROP DATABASE "{name}" WITH (FORCE)'))


def _prepare(engine: Engine, parents: int) -> str:
    now = utc_now()
    today = local_date(now)
    with Session(engine) as session:
        school = Organisation(name="Trường THCS Mẫu", kind="school", code="MAU", path="")
        session.add(school)
        session.flush()
        school.path = f"/{school.id}/"
        session.add(Headcount(organisation_id=school.id, audience="parents", number=parents, as_of=today))
        publish_instrument(session, load_instrument(PROJECT / "questionnaires" / "parents.yaml"), now)
        campaign = create_campaign(
            session,
            organisation_id=school.id,
            title="Họp phụ huynh đầu năm",
            topics=["chuyen_doi_so", "xa_hoi_hoa", "phan_luong", "doi_ngu", "co_so_vat_chat"],
            starts=today,
            ends=today + timedelta(days=60),
            audiences=["parents"],
            user_id=None,
            now=now,
        )
        wave = session.scalars(select(Wave).where(Wave.campaign_id == campaign.id, Wave.kind == "baseline")).one()
        wave.closes = today + timedelta(days=14)
        make_poster_collectors(session, wave_id=wave.id, now=now, whole_audience=True)
        open_wave(session, wave_id=wave.id, user_id=None, now=now)
        code = session.scalars(select(Collector.code).where(Collector.wave_id == wave.id)).one()
        # So that the server finds the tables in their newest form.
        session.execute(text("CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL)"))
        session.execute(text("INSERT INTO alembic_version VALUES (:one)"), {"one": newest_revision()})
        session.commit()
    return code


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
