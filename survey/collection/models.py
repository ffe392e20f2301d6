"""The ways in to a wave: each collector has one code, printed as a QR."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
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
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    wave_id: Mapped[int] = mapped_column(ForeignKey("wave.id"), index=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    group_id: Mapped[int | None] = mapped_column(ForeignKey("group.id"), index=True)
    mode: Mapped[str] = mapped_column(default="poster")
    code: Mapped[str]
    # Narrower than the wave's own time, for meetings and class sessions.
    opens: Mapped[datetime | None]
    closes: Mapped[datetime | None]
    created_at: Mapped[datetime]

    wave: Mapped[Wave] = relationship()
    organisation: Mapped[Organisation] = relationship()
    group: Mapped[Group | None] = relationship()
