"""Reads the job table. Who may see a job is decided by the thing it works on, which knows its organisation."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import case, func, or_, select
from sqlalchemy.orm import Session

from survey.jobs.models import QUEUED, RUNNING, SILENCE, Job


def newest_jobs(session: Session, limit: int = 50) -> Sequence[Job]:
    """Return the newest jobs, for the operator's command line."""
    return session.scalars(select(Job).order_by(Job.id.desc()).limit(limit)).all()


def has_work(session: Session, *, now: datetime) -> bool:
    """Return whether a job waits, or was left behind by a process that ended."""
    is_silent = (Job.state == RUNNING) & or_(Job.heartbeat_at.is_(None), Job.heartbeat_at < now - SILENCE)
    return session.scalar(select(Job.id).where(or_(Job.state == QUEUED, is_silent)).limit(1)) is not None


def waiting_since(session: Session) -> datetime | None:
    """Return since when work has stood still: the oldest job that nobody has begun, or whose process fell silent.

    A job that runs says so at each step, so for it that is a moment ago; None when there is no work.
    """
    last_moved = case((Job.state == QUEUED, Job.created_at), else_=func.coalesce(Job.heartbeat_at, Job.started_at))
    oldest: datetime | None = session.scalar(select(func.min(last_moved)).where(Job.state.in_((QUEUED, RUNNING))))
    return oldest
