"""The job table: each job is taken once, says how far it is, survives its process, and is given up in the end."""

from __future__ import annotations

import sys
import threading
import time
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from survey.core.errors import Conflict
from survey.jobs.models import Job
from survey.jobs.operations import claim_job, enqueue_job, requeue_silent
from survey.jobs.queries import has_work
from survey.jobs.runner import JobContext, run_jobs
from survey.jobs.watching import Watcher

KIND = "survey.core.clock:utc_now"


@pytest.fixture
def run(session: Session, tmp_path: Path, now: datetime):
    """Run the queue in this process at some moment."""

    def work(at: datetime = now) -> int:
        session.commit()
        engine = session.get_bind().execution_options(begin_deferred=False)
        number = run_jobs(lambda: Session(engine), data_dir=tmp_path, clock=lambda: at)
        session.expire_all()
        return number

    return work


def queue(session: Session, now: datetime, monkeypatch: pytest.MonkeyPatch, work) -> Job:
    """Queue a job whose function is `work`."""
    monkeypatch.setattr("survey.jobs.runner.load_function", lambda _kind: work)
    job = enqueue_job(session, kind=KIND, payload={"number": 7}, now=now)
    session.commit()
    return job


def test_a_job_runs_once_and_says_how_far_it_is(session: Session, now: datetime, run, monkeypatch) -> None:
    seen: list[tuple[int, int, str]] = []

    def count(context: JobContext) -> str:
        context.report(3, 10)
        session.expire_all()
        seen.append((job.done, job.total, job.state))
        return f"number {context.payload['number']}"

    job = queue(session, now, monkeypatch, count)
    assert has_work(session, now=now)
    assert (run(), run()) == (1, 0)
    assert seen == [(3, 10, "running")]
    assert (job.state, job.message, job.attempts) == ("done", "number 7", 1)
    assert not has_work(session, now=now)


@pytest.mark.parametrize(
    ("fault", "message"),
    [(Conflict("đã đóng"), "đã đóng"), (ValueError("secret"), "fault"), (ImportError("cv2"), "not_installed")],
    ids=["of ours", "unexpected", "not installed"],
)
def test_a_job_that_fails_says_why_and_does_not_stop_the_next(
    session: Session, now: datetime, run, monkeypatch, fault: Exception, message: str
) -> None:
    def fail(_context: JobContext) -> str:
        raise fault

    first = queue(session, now, monkeypatch, fail)
    second = queue(session, now, monkeypatch, fail)
    assert run() == 2
    assert (first.state, first.message, second.state) == ("failed", message, "failed")


def test_two_runners_never_take_the_same_job(session: Session, now: datetime) -> None:
    for _ in range(6):
        enqueue_job(session, kind=KIND, payload={}, now=now)
    session.commit()
    engine = session.get_bind().execution_options(begin_deferred=False)
    taken: list[int] = []

    def take() -> None:
        for _ in range(6):
            with Session(engine) as own:
                job = claim_job(own, now=now)
                if job is not None:
                    taken.append(job.id)
                own.commit()

    threads = [threading.Thread(target=take) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(taken) == sorted(set(taken))
    assert len(taken) == 6


def test_a_job_whose_process_ended_begins_again_and_is_given_up_after_three_times(
    session: Session, now: datetime
) -> None:
    job = enqueue_job(session, kind=KIND, payload={}, now=now)
    for attempt in range(1, 4):
        claimed = claim_job(session, now=now)
        assert claimed is not None
        assert claimed.attempts == attempt
        assert requeue_silent(session, now=now + timedelta(minutes=1)) == 0
        now += timedelta(minutes=3)
        assert has_work(session, now=now)
        requeue_silent(session, now=now)
        session.refresh(job)
    assert (job.state, job.message) == ("failed", "stopped")


@pytest.mark.parametrize("kind", ["os:system", "survey.core.clock", "subprocess.run:x"])
def test_only_functions_of_the_application_can_be_jobs(session: Session, now: datetime, kind: str) -> None:
    with pytest.raises(ValueError, match="names no function"):
        enqueue_job(session, kind=kind, payload={}, now=now)


def test_the_watcher_starts_the_runner_when_there_is_work_and_only_then(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr("survey.jobs.watching.LOOK_EVERY_SECONDS", 0.05)
    marker = tmp_path / "ran"
    waiting = threading.Event()
    command = (sys.executable, "-S", "-c", f"open({str(marker)!r}, 'a').write('x')")

    def has_something() -> bool:
        return waiting.is_set() and not marker.exists()

    watcher = Watcher(has_something, command, tmp_path)
    watcher.start()
    time.sleep(0.3)
    assert not marker.exists()
    waiting.set()
    deadline = time.monotonic() + 20
    while not (marker.exists() and marker.read_text()) and time.monotonic() < deadline:
        time.sleep(0.05)
    watcher.stop()
    assert marker.read_text() == "x"
