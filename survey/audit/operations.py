"""Writing the audit trail; called by every operation that changes something."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from survey.audit.models import AuditEntry


def record(
    session: Session,
    *,
    action: str,
    subject: str,
    now: datetime,
    user_id: int | None,
    organisation_id: int | None = None,
    subject_id: object = None,
    **detail: Any,
) -> None:
    """Add one entry in the caller's transaction, so that a change and its trace stand or fall together."""
    session.add(
        AuditEntry(
            at=now,
            user_id=user_id,
            organisation_id=organisation_id,
            action=action,
            subject=subject,
            subject_id=None if subject_id is None else str(subject_id),
            detail=detail,
        )
    )
