"""Puts jobs into the table, takes them out one at a time, notes how far they are and how they ended."""

from __future__ import annotations

from datetime import datetime
from typing import Any, cast

from sqlalchemy import CursorResult, or_, select, update
from sqlalchemy.orm import Session

from survey.jobs.models import DONE, FAILED, QUEUED, RUNNING, SILENCE, Job

MAX_ATTEMPTS = 3
KINDS_BEGIN_WITH = "survey."


def enqueue_job(session: Session, *, kind: str, payload: dict[str, Any], now: datetime) -> Job:
    """Put work into the queue; it begins after the caller's commit.

    kind: "survey.package.module:name" of a function that takes a `survey.jobs.runner.JobContext` and returns a
    sentence for people (or ""). It may be begun again after a restart, so each step must be harmless when repeated.
    """
    if not kind.startswith(KINDS_BEGIN_WITH) or ":" not in kind:
        raise ValueError(f"{kind} names no function of this application")
    job = Job(kind=kind, payload=payload, state=QUEUED, done=0, total=0, message="", attempts=0, created_at=now)
    session.add(job)
    session.flush()
    return job


def claim_job(session: Session, *, now: datetime) -> Job | None:
    """Take the oldest queued job and mark it as running, or return None.

    The condition in the UPDATE is the lock: of two runners that see the same job only one changes its row, on SQLite
    and on PostgreSQL alike. Commit before working on it.
    """
    for job_id in session.scalars(select(Job.id).where(Job.state == QUEUED).order_by(Job.id).limit(10)).all():
        claimed = cast(
            "CursorResult[Any]",
            session.execute(
                update(Job)
                .where(Job.id == job_id, Job.state == QUEUED)
                .values(state=RUNNING, started_at=now, heartbeat_at=now, attempts=Job.attempts + 1, message="")
            ),
        )
        if claimed.rowcount == 1:
            return session.get(Job, job_id, populate_existing=True)
    return None


def requeue_silent(session: Session, *, now: datetime) -> int:
    """Queue again what was running when its process ended; give up what has ended its process three times."""
    is_silent = (
        Job.state == RUNNING,
        or_(Job.heartbeat_at.is_(None), Job.heartbeat_at < now - SILENCE),
    )
    session.execute(
        update(Job)
        .where(*is_silent, Job.attempts >= MAX_ATTEMPTS)
        .values(state=FAILED, finished_at=now, message="stopped")
    )
    requeued = cast(
        "CursorResult[Any]", session.execute(update(Job).where(*is_silent).values(state=QUEUED, heartbeat_at=None))
    )
    return requeued.rowcount


def note_progress(session: Session, *, job_id: int, done: int, total: int, now: datetime) -> None:
    """Say how far a running job is, and that it is alive."""
    session.execute(
        update(Job)
        .where(Job.id == job_id, Job.state == RUNNING)
        .values(done=done, total=max(done, total), heartbeat_at=now)
    )


def finish_job(session: Session, *, job_id: int, now: datetime, message: str = "", failed: bool = False) -> None:
    """Note how a job ended."""
    session.execute(
        update(Job)
        .where(Job.id == job_id)
        .values(state=FAILED if failed else DONE, finished_at=now, heartbeat_at=now, message=message)
    )
