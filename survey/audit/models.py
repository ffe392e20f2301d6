"""The audit trail: who changed what, when. Rows are only ever added."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Mapped, mapped_column

from survey.core.models import Model


class AuditEntry(Model):
    """One change by one person; `user_id` is empty for the command line and for the system itself."""

    __tablename__ = "audit_entry"

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(index=True)
    # Numbers without foreign keys: the trail outlives the people and places that it speaks of.
    user_id: Mapped[int | None]
    organisation_id: Mapped[int | None] = mapped_column(index=True)
    action: Mapped[str]
    subject: Mapped[str]
    subject_id: Mapped[str | None]
    detail: Mapped[dict[str, Any]]
