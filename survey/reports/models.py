"""What is kept of reports: the texts that a unit writes itself, and what it issued, frozen with its files.

A release never changes; a correction is a new release that says what changed.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, LargeBinary, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from survey.core.models import Model
from survey.organisations.models import Organisation


class ReportDraft(Model):
    """What a unit wrote for its report of one period, kept while the figures below are made anew.

    texts: by the key of the paragraph. basis: for each, a hash of the figures that it was written beside.
    letterhead: what the unit changed of the usual one, by field.
    """

    __tablename__ = "report_draft"
    __table_args__ = (UniqueConstraint("organisation_id", "period"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    period: Mapped[str]
    texts: Mapped[dict[str, Any]]
    basis: Mapped[dict[str, Any]]
    letterhead: Mapped[dict[str, Any]]
    updated_at: Mapped[datetime]
    updated_by: Mapped[int | None] = mapped_column(ForeignKey("user.id"))

    organisation: Mapped[Organisation] = relationship()


class Release(Model):
    """A report that was issued: its number within the unit, what changed since the one before, its frozen figures."""

    __tablename__ = "release"
    __table_args__ = (
        UniqueConstraint("organisation_id", "number"),
        CheckConstraint("(period IS NULL) <> (campaign_id IS NULL)", name="period_or_campaign"),
        CheckConstraint("number > 0", name="number_positive"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    period: Mapped[str | None]
    campaign_id: Mapped[int | None] = mapped_column(ForeignKey("campaign.id"))
    number: Mapped[int]
    title: Mapped[str]
    # Empty for the first release of a period; a correction says what is different.
    changed: Mapped[str] = mapped_column(default="")
    issued_at: Mapped[datetime]
    issued_by: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    # For the next report (figures of the period before) and for the check against subtraction (sums).
    figures: Mapped[dict[str, Any]]

    organisation: Mapped[Organisation] = relationship()
    files: Mapped[list[ReleaseFile]] = relationship(back_populates="release", order_by="ReleaseFile.id")


class ReleaseFile(Model):
    """One file of a release, byte for byte as it was issued."""

    __tablename__ = "release_file"
    __table_args__ = (UniqueConstraint("release_id", "name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    release_id: Mapped[int] = mapped_column(ForeignKey("release.id"))
    name: Mapped[str]
    media_type: Mapped[str]
    size: Mapped[int]
    sha256: Mapped[str]
    # Read only when the file is served.
    content: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)

    release: Mapped[Release] = relationship(back_populates="files")
