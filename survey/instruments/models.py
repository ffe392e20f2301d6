"""Published instruments, which never change, and what a unit has checked in them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from survey.core.models import Model


class InstrumentVersion(Model):
    """One published text of an instrument; `definition` is its canonical form, `content_hash` the hash of that."""

    __tablename__ = "instrument_version"
    __table_args__ = (UniqueConstraint("key", "number"), UniqueConstraint("key", "content_hash"))

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str]
    number: Mapped[int]
    audience: Mapped[str]
    content_hash: Mapped[str]
    definition: Mapped[dict[str, Any]]
    published_at: Mapped[datetime]


class ItemReview(Model):
    """A unit's word on one item: compared with the documents in force, or withdrawn before opening."""

    __tablename__ = "item_review"
    __table_args__ = (
        CheckConstraint("decision IN ('checked', 'withdrawn')", name="decision_known"),
        UniqueConstraint("instrument_version_id", "organisation_id", "item_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    instrument_version_id: Mapped[int] = mapped_column(ForeignKey("instrument_version.id"))
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    item_id: Mapped[str]
    decision: Mapped[str]
    # By name: people live beside, not below.
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    decided_at: Mapped[datetime]
