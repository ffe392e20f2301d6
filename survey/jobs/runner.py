"""Runs the jobs of the table, one after the other, in the process that `flask job run` is.

The watcher of the server starts that process when there is work (survey/jobs/watching.py); it ends when none is left.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from survey.core.errors import AppError
from survey.jobs.calls import NICENESS, load_function
from survey.jobs.operations import claim_job, finish_job, note_progress, requeue_silent

try:
    import resource
except ImportError:  # Windows has no such limits.
    resource = None  # type: ignore[assignment]

logger = logging.getLogger(__name__)

Sessions = Callable[[], AbstractContextManager[Session]]

# Enough for any sheet of paper; a file that wants more is refused by the system, not by the whole machine.
MEMORY_BYTES = 3 * 1024**3


@dataclass(frozen=True, slots=True)
class JobContext:
    """What a job's function gets: its payload, sessions of its own, and a way to say how far it is."""

    job_id: int
    payload: dict[str, Any]
    sessions: Sessions
    data_dir: Path
    clock: Callable[[], datetime]

    def report(self, done: int, total: int) -> None:
        """Say how far the job is; to be called at each step, at least once a minute."""
        with self.sessions() as session:
            note_progress(session, job_id=self.job_id, done=done, total=total, now=self.clock())
            session.commit()


def run_jobs(sessions: Sessions, *, data_dir: Path, clock: Callable[[], datetime], limit: int | None = None) -> int:
    """Run what is queued until nothing is left (or `limit` jobs), and return how many were run."""
    number = 0
    while limit is None or number < limit:
        with sessions() as session:
            requeue_silent(session, now=clock())
            job = claim_job(session, now=clock())
            found = None if job is None else (job.id, job.kind, dict(job.payload))
            session.commit()
        if found is None:
            break
        job_id, kind, payload = found
        _run(kind, JobContext(job_id, payload, sessions, data_dir, clock))
        number += 1
    return number


def _run(kind: str, context: JobContext) -> None:
    message, failed = "", False
    try:
        message = str(load_function(kind)(context) or "")
    except ImportError as error:
        logger.error("job %s needs what is not installed: %s", context.job_id, error.name)
        message, failed = "not_installed", True
    except AppError as error:
        message, failed = error.message or type(error).__name__, True
    except Exception:
        # A job must never take the ones behind it down with it.
        logger.exception("job %s failed", context.job_id)
        message, failed = "fault", True
    with context.sessions() as session:
        finish_job(session, job_id=context.job_id, now=context.clock(), message=message, failed=failed)
        session.commit()


def settle_in() -> None:
    """Lower this process's priority and its memory limit, where the system knows such things."""
    if hasattr(os, "nice"):
        os.nice(NICENESS)
    if resource is not None:
        _, hard = resource.getrlimit(resource.RLIMIT_AS)
        limit = MEMORY_BYTES if hard == resource.RLIM_INFINITY else min(MEMORY_BYTES, hard)
        resource.setrlimit(resource.RLIMIT_AS, (limit, hard))
