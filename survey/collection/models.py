"""The ways in to a wave: each collector has one code, printed as a QR; cards and sheets have serials of their own."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from survey.campaigns.models import Wave
from survey.core.models import Model
from survey.organisations.models import Group, Organisation


class Collector(Model):
    """One way in, of one organisation, for one group or (without group) for the whole audience."""

    __tablename__ = "collector"
    __table_args__ = (
        UniqueConstraint("code"),
        CheckConstraint(
            "mode IN ('poster', 'meeting', 'class_session', 'cards', 'paper', 'kiosk')",
            name="mode_known",
        ),
        CheckConstraint("present > 0", name="present_positive"),
        CheckConstraint("time_limit_minutes > 0", name="time_limit_positive"),
        CheckConstraint("opens <= closes", name="window_in_order"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    wave_id: Mapped[int] = mapped_column(ForeignKey("wave.id"), index=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    group_id: Mapped[int | None] = mapped_column(ForeignKey("group.id"), index=True)
    mode: Mapped[str] = mapped_column(default="poster")
    code: Mapped[str]
    # Narrower than the wave's own time, for meetings and class sessions. Closing early and extending move `closes`.
    opens: Mapped[datetime | None]
    closes: Mapped[datetime | None]
    # How many are there: by a meeting's sign-in sheet, or pupils in class today. A number, never a name.
    present: Mapped[int | None]
    # How long one pupil has for the form in a class session; None for as long as the session lasts.
    time_limit_minutes: Mapped[int | None]
    created_at: Mapped[datetime]

    wave: Mapped[Wave] = relationship()
    organisation: Mapped[Organisation] = relationship()
    group: Mapped[Group | None] = relationship()


class SerialBatch(Model):
    """Cards or paper sheets that were made together, of one collector (mode cards or paper)."""

    __tablename__ = "serial_batch"
    __table_args__ = (CheckConstraint("number > 0", name="number_positive"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    collector_id: Mapped[int] = mapped_column(ForeignKey("collector.id"), index=True)
    number: Mapped[int]
    created_at: Mapped[datetime]

    collector: Mapped[Collector] = relationship()


class Serial(Model):
    """One single-use card or paper sheet.

    It knows whether it was used, not when and not by which answer: nothing here leads to a response or back.
    form: printed on a paper sheet; None on a card, where each token gets its own.
    """

    __tablename__ = "serial"
    __table_args__ = (
        UniqueConstraint("code"),
        Index("ix_serial_batch_spent", "batch", "is_spent"),
        CheckConstraint("form IN ('A', 'B')", name="form_known"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str]
    collector_id: Mapped[int] = mapped_column(ForeignKey("collector.id"), index=True)
    form: Mapped[str | None] = mapped_column(String(1))
    batch: Mapped[int] = mapped_column(ForeignKey("serial_batch.id"))
    is_spent: Mapped[bool] = mapped_column(default=False)
