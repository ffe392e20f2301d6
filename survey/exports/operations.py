"""Leaves a trace of every export: who took which table, when."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from survey.audit.operations import record


def note_export(
    session: Session, *, what: str, file_format: str, rows: int, campaign_id: int, organisation_id: int | None,
    user_id: int | None, now: datetime, audience: str | None = None,
) -> None:  # fmt: skip
    """Write down that a table left; what: "counts" or "microdata"."""
    record(
        session,
        action=f"export_{what}",
        subject="campaign",
        subject_id=campaign_id,
        organisation_id=organisation_id,
        user_id=user_id,
        now=now,
        format=file_format,
        rows=rows,
        audience=audience,
    )
