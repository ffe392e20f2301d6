"""Paper: what was printed on a batch of sheets, scans that came back, and every correction by a person.

Readings exist only until their batch is accepted. Then the answers stand in `response` like everybody's, the serials
are spent, and nothing is left here that says which sheet held which answers: docs/decisions/0009-paper-and-privacy.md.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from survey.campaigns.models import Wave
from survey.collection.models import SerialBatch
from survey.core.models import Model
from survey.organisations.models import Group, Organisation


class SheetLayout(Model):
    """The circles as they were printed on a batch of sheets; later changes of the program do not move them."""

    __tablename__ = "sheet_layout"

    batch_id: Mapped[int] = mapped_column(ForeignKey("serial_batch.id"), primary_key=True)
    layout: Mapped[dict[str, Any]]

    batch: Mapped[SerialBatch] = relationship()


class PaperBatch(Model):
    """Scans or photos that were handed in together, of one organisation or one of its groups, for one wave.

    files: for each file its SHA-256 and size; no names, which may be names of pupils.
    report: how many pages ended how, kept after acceptance.
    """

    __tablename__ = "paper_batch"
    __table_args__ = (
        CheckConstraint("state IN ('reading', 'review', 'failed', 'accepted', 'discarded')", name="state_known"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    wave_id: Mapped[int] = mapped_column(ForeignKey("wave.id"), index=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    group_id: Mapped[int | None] = mapped_column(ForeignKey("group.id"))
    state: Mapped[str] = mapped_column(default="reading")
    # Numbers without foreign keys: they outlive people and finished jobs.
    job_id: Mapped[int | None]
    user_id: Mapped[int | None]
    files: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    report: Mapped[dict[str, Any] | None]
    created_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]
    finished_by: Mapped[int | None]
    images_deleted_at: Mapped[datetime | None]

    wave: Mapped[Wave] = relationship()
    organisation: Mapped[Organisation] = relationship()
    group: Mapped[Group | None] = relationship()
    pages: Mapped[list[PaperPage]] = relationship(
        back_populates="batch", order_by="(PaperPage.file, PaperPage.number)", cascade="all, delete-orphan"
    )


class PaperPage(Model):
    """One page of a batch and what became of it. Knows the picture's hash, never the serial or an answer."""

    __tablename__ = "paper_page"
    __table_args__ = (
        UniqueConstraint("batch_id", "file", "number"),
        CheckConstraint(
            "state IN ('read', 'review', 'needs_serial', 'refused', 'repeated', 'conflict', 'already', "
            "'left_out', 'stored', 'blank')",
            name="state_known",
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    batch_id: Mapped[int] = mapped_column(ForeignKey("paper_batch.id"), index=True)
    # Which file of the batch and which page in it, both from 1.
    file: Mapped[int]
    number: Mapped[int]
    image_hash: Mapped[str]
    state: Mapped[str]
    # Why it was refused or left out; titles stand in survey/paper/words.py.
    reason: Mapped[str | None]

    batch: Mapped[PaperBatch] = relationship(back_populates="pages")
    reading: Mapped[PaperReading | None] = relationship(back_populates="page", cascade="all, delete-orphan")


class PaperReading(Model):
    """What the machine read on a page, with people's corrections in it; deleted when the batch is finished."""

    __tablename__ = "paper_reading"

    page_id: Mapped[int] = mapped_column(ForeignKey("paper_page.id"), primary_key=True)
    serial: Mapped[str | None]
    # Rows as `RowReading.to_dict` gives them.
    rows: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    residual: Mapped[float]

    page: Mapped[PaperPage] = relationship(back_populates="reading")


class ReadingDecision(Model):
    """One decision of a person about one row (or one page) of a scan. Rows are only ever added.

    place: the question's place; 0 the form, -1 the serial, -2 the page as a whole.
    old, new: answers as "1+3", "" for none, "?" for not decided; of a serial never the serial itself.
    """

    __tablename__ = "reading_decision"
    __table_args__ = (Index("ix_reading_decision_batch_id", "batch_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    # Numbers and hashes without foreign keys: the log outlives what it speaks of.
    batch_id: Mapped[int]
    page_id: Mapped[int]
    image_hash: Mapped[str]
    place: Mapped[int]
    old: Mapped[str]
    new: Mapped[str]
    user_id: Mapped[int | None]
    decided_at: Mapped[datetime]
