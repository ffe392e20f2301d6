"""The answers, and the frozen counts of closed waves. Nothing here identifies a person, a device or a moment.

`responses` is the hot table: written and read with Core only. Its key is random, so that the order of rows says nothing
about the order of arrival; the organisation is in every key, so that it can be spread over machines later.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    CheckConstraint,
    ForeignKey,
    Index,
    LargeBinary,
    SmallInteger,
    String,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column

from survey.core.models import Model


class Response(Model):
    """One filled-in questionnaire.

    answers: packed bytes in the order of the form's items (survey/instruments/packing.py).
    pattern: bit 0 clearly understands, 1-5 topics, 6-7 levels, 8-12 topic answered.
    token_hash: keyed hash of the receipt; the receipt itself is not stored.
    """

    __tablename__ = "response"
    __table_args__ = (
        UniqueConstraint("token_hash", "wave_id", "organisation_id"),
        # Counts of an open wave are read from this index alone.
        Index("ix_response_counts", "wave_id", "organisation_id", "group_id", "form", "pattern"),
        CheckConstraint("form IN ('A', 'B')", name="form_known"),
        {"sqlite_with_rowid": False},
    )

    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), primary_key=True)
    wave_id: Mapped[int] = mapped_column(ForeignKey("wave.id"), primary_key=True)
    id: Mapped[bytes] = mapped_column(LargeBinary(16), primary_key=True)
    group_id: Mapped[int | None] = mapped_column(ForeignKey("group.id"))
    collector_id: Mapped[int] = mapped_column(ForeignKey("collector.id"))
    form: Mapped[str] = mapped_column(String(1))
    token_hash: Mapped[bytes] = mapped_column(LargeBinary(16))
    received_on: Mapped[date]
    language: Mapped[str] = mapped_column(String(2))
    answers: Mapped[bytes] = mapped_column(LargeBinary)
    score: Mapped[int] = mapped_column(SmallInteger)
    pattern: Mapped[int] = mapped_column(SmallInteger)


class Withdrawal(Model):
    """What stays of an answer that its holder took back: that this receipt must not be stored again. No answer."""

    __tablename__ = "withdrawal"

    token_hash: Mapped[bytes] = mapped_column(LargeBinary(16), primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), primary_key=True)
    wave_id: Mapped[int] = mapped_column(ForeignKey("wave.id"), primary_key=True)
    withdrawn_on: Mapped[date]


class WaveSummary(Model):
    """The counts of one organisation in one closed wave, frozen: patterns, options chosen, headcounts.

    When a key was corrected afterwards, the former ones stand in `FormerSummary`.
    """

    __tablename__ = "wave_summary"
    __table_args__ = (UniqueConstraint("wave_id", "organisation_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    wave_id: Mapped[int] = mapped_column(ForeignKey("wave.id"))
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    counts: Mapped[dict[str, Any]]
    content_hash: Mapped[str]
    frozen_at: Mapped[datetime]


class Rescoring(Model):
    """One correction of a key: by which version the answers under a plan are scored from then on, and since when.

    corrected: what differs, for whoever reads it years later: item, number in each form, keys before and after.
    done_at: None until the answers have been scored again; until then nothing has changed.
    """

    __tablename__ = "rescoring"
    __table_args__ = (CheckConstraint("old_version_id <> new_version_id", name="versions_differ"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    plan_id: Mapped[int] = mapped_column(ForeignKey("plan.id"), index=True)
    old_version_id: Mapped[int] = mapped_column(ForeignKey("instrument_version.id"))
    new_version_id: Mapped[int] = mapped_column(ForeignKey("instrument_version.id"))
    old_plan_hash: Mapped[str]
    new_plan_hash: Mapped[str | None]
    corrected: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    job_id: Mapped[int | None]
    user_id: Mapped[int | None]
    asked_at: Mapped[datetime]
    done_at: Mapped[datetime | None]
    answers: Mapped[int | None]


class FormerSummary(Model):
    """What a `WaveSummary` held before its answers were scored by a corrected key; never read by a report again."""

    __tablename__ = "former_summary"
    __table_args__ = (UniqueConstraint("rescoring_id", "wave_id", "organisation_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    rescoring_id: Mapped[int] = mapped_column(ForeignKey("rescoring.id"))
    wave_id: Mapped[int] = mapped_column(ForeignKey("wave.id"))
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    counts: Mapped[dict[str, Any]]
    content_hash: Mapped[str]
    frozen_at: Mapped[datetime]
