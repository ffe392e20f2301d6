"""Reads the job table. Who may see a job is decided by the thing it works on, which knows its organisation."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, or_, select
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
    """Return since when the oldest job waits that nobody has begun, or None when none waits."""
    return session.scalar(select(func.min(Job.created_at)).where(Job.state == QUEUED))
