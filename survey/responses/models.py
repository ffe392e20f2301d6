"""The answers, and the frozen counts of closed waves. Nothing here identifies a person, a device or a moment.

`responses` is the hot table: written and read with Core only. Its key is random, so that the order of rows says nothing
about the order of arrival; the organisation is in every key, so that it can be spread over machines later.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import (
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
    """The counts of one organisation in one closed wave, frozen: patterns, options chosen, headcounts."""

    __tablename__ = "wave_summary"
    __table_args__ = (UniqueConstraint("wave_id", "organisation_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    wave_id: Mapped[int] = mapped_column(ForeignKey("wave.id"))
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    counts: Mapped[dict[str, Any]]
    content_hash: Mapped[str]
    frozen_at: Mapped[datetime]
