"""What a watcher of the server is told: what is wrong, in one word each, and nothing about anybody."""

from __future__ import annotations

from collections import namedtuple
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import create_engine
from sqlalchemy.orm import Session

from survey.app import create_app
from survey.config import read_config
from survey.jobs.operations import claim_job, enqueue_job, note_progress
from survey.web import health
from survey.web.health import LEAST_FREE_BYTES, LONGEST_WAIT, disk_state, look_at, version
from tests.pages import PageClient

Disk = namedtuple("Disk", "total used free")
KIND = "survey.paper.batch_job:run"


def test_a_server_in_order_says_so_and_which_version_it_is(client: PageClient) -> None:
    answer = client.http.get("/health")
    assert answer.status_code == 200
    assert answer.get_json() == {"status": "ok", "database": "ok", "disk": "ok", "jobs": "ok", "version": version()}
    assert answer.headers["Cache-Control"] == "no-store"
    assert version().count(".") == 2


@pytest.mark.parametrize(
    ("database", "reason"),
    [
        ("postgresql://nobody@127.0.0.1:9/nothing", "no server there"),
        ("sqlite:////proc/hieu-ro.sqlite", "a file that cannot be opened"),
    ],
)
def test_without_its_database_the_server_is_out_of_use_and_says_nothing_of_why(
    tmp_path: Path, database: str, reason: str
) -> None:
    application = create_app(read_config({"SURVEY_DATA_DIR": str(tmp_path), "SURVEY_DATABASE_URL": database}))
    answer = application.test_client().get("/health")
    assert answer.status_code == 503, reason
    found = answer.get_json()
    assert (found["status"], found["database"], found["jobs"]) == ("gone", "gone", "unknown")
    assert "127.0.0.1" not in answer.get_data(as_text=True)


def test_an_empty_database_is_not_in_order(tmp_path: Path, now: datetime) -> None:
    with Session(create_engine(f"sqlite:///{tmp_path / 'empty.sqlite'}")) as session:
        assert look_at(session, tmp_path, now).code == 503


@pytest.mark.parametrize(("free", "word"), [(LEAST_FREE_BYTES, "ok"), (LEAST_FREE_BYTES - 1, "low"), (0, "low")])
def test_a_disk_that_runs_full_is_said_before_it_is_full(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, session: Session, now: datetime, free: int, word: str
) -> None:
    monkeypatch.setattr(health.shutil, "disk_usage", lambda _path: Disk(10**12, 0, free))
    found = look_at(session, tmp_path, now)
    # Still in use: it reads, and takes answers for as long as there is room.
    assert (found.disk, found.status, found.code) == (word, word, 200)


def test_a_folder_that_has_gone_is_no_reason_to_fail(tmp_path: Path) -> None:
    assert disk_state(tmp_path / "gone") == "unknown"


def test_work_that_nobody_begins_is_said_and_work_that_runs_is_not(
    session: Session, tmp_path: Path, now: datetime, app: Flask
) -> None:
    enqueue_job(session, kind=KIND, payload={}, now=now)
    assert look_at(session, tmp_path, now + LONGEST_WAIT).jobs == "ok"
    late = now + LONGEST_WAIT + timedelta(seconds=1)
    assert look_at(session, tmp_path, late).jobs == "stuck"
    job = claim_job(session, now=late)
    assert job is not None
    alive = late + timedelta(hours=1)
    note_progress(session, job_id=job.id, done=1, total=2, now=alive)
    assert look_at(session, tmp_path, alive + LONGEST_WAIT).jobs == "ok"
    # Its process has gone, and no other one takes it up.
    assert look_at(session, tmp_path, alive + LONGEST_WAIT + timedelta(seconds=1)).jobs == "stuck"


@pytest.mark.parametrize(
    ("free", "is_stuck", "has_tables", "expected"),
    [
        (0, True, True, ("low", "ok", "low", "stuck", 200)),
        (LEAST_FREE_BYTES, True, True, ("stuck", "ok", "ok", "stuck", 200)),
        (0, False, False, ("gone", "gone", "low", "unknown", 503)),
    ],
)
def test_of_several_troubles_each_is_said_and_the_gravest_is_the_status(
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    session: Session,
    now: datetime,
    free: int,
    is_stuck: bool,
    has_tables: bool,
    expected: tuple[str, str, str, str, int],
) -> None:
    monkeypatch.setattr(health.shutil, "disk_usage", lambda _path: Disk(10**12, 0, free))
    if is_stuck:
        enqueue_job(session, kind=KIND, payload={}, now=now - 2 * LONGEST_WAIT)
    with Session(create_engine(f"sqlite:///{tmp_path / 'empty.sqlite'}")) as without_tables:
        found = look_at(session if has_tables else without_tables, tmp_path, now)
    assert (found.status, found.database, found.disk, found.jobs, found.code) == expected
