"""The audit trail: who changed what, when. Rows are only ever added; the database itself refuses anything else."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import DDL, Table, event
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


# What makes the database refuse changes, by engine; the migration that brought it has its own copy.
APPEND_ONLY = {
    "sqlite": tuple(
        f"CREATE TRIGGER audit_entry_no_{verb} BEFORE {verb.upper()} ON audit_entry "
        "BEGIN SELECT RAISE(ABORT, 'audit entries are only added'); END"
        for verb in ("update", "delete")
    ),
    "postgresql": (
        "CREATE OR REPLACE FUNCTION refuse_audit_change() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION 'audit entries are only added'; END $$",
        "CREATE TRIGGER audit_entry_no_change BEFORE UPDATE OR DELETE ON audit_entry "
        "FOR EACH ROW EXECUTE FUNCTION refuse_audit_change()",
    ),
}

_table = AuditEntry.__table__
assert isinstance(_table, Table)
for _engine, _statements in APPEND_ONLY.items():
    for _statement in _statements:
        event.listen(_table, "after_create", DDL(_statement).execute_if(dialect=_engine))  # type: ignore[no-untyped-call]
