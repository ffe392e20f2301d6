"""Work that takes longer than a page may: one row a job, so that it survives a restart and shows how far it is."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import CheckConstraint, Index
from sqlalchemy.orm import Mapped, mapped_column

from survey.core.models import Model

QUEUED, RUNNING, DONE, FAILED = "queued", "running", "done", "failed"

# A running job says at each step that it is alive; one that has been silent for so long lost its process.
SILENCE = timedelta(minutes=2)


class Job(Model):
    """One piece of work; `kind` names the function that does it, as "survey.package.module:name"."""

    __tablename__ = "job"
    __table_args__ = (
        CheckConstraint("state IN ('queued', 'running', 'done', 'failed')", name="state_known"),
        CheckConstraint("done >= 0 AND total >= 0", name="progress_not_negative"),
        Index("ix_job_state_id", "state", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]
    payload: Mapped[dict[str, Any]]
    state: Mapped[str] = mapped_column(default=QUEUED)
    done: Mapped[int] = mapped_column(default=0)
    total: Mapped[int] = mapped_column(default=0)
    message: Mapped[str] = mapped_column(default="")
    # How often it was begun: work that brings its process down is not begun for ever.
    attempts: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime]
    started_at: Mapped[datetime | None]
    heartbeat_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]
