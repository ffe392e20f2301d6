"""Campaigns, the plan per audience that is fixed before anybody answers, and the waves of fieldwork."""

from __future__ import annotations

from datetime import date, datetime
from fractions import Fraction

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint, false, true
from sqlalchemy.orm import Mapped, mapped_column, relationship

from survey.core.models import Model
from survey.instruments.models import InstrumentVersion
from survey.organisations.models import Organisation

# When respondents may read right answers, reasons and sources: at all, and already after the baseline.
EXPLAINS = {"after": (True, False), "each": (True, True), "never": (False, False)}


class Campaign(Model):
    """A communication effort of one organisation, covering everything below it in the tree."""

    __tablename__ = "campaign"
    __table_args__ = (CheckConstraint("starts <= ends", name="dates_in_order"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    title: Mapped[str]
    topics: Mapped[list[str]]
    starts: Mapped[date]
    ends: Mapped[date]
    # The last day on which single answers are kept; None for the longest time allowed (survey/retention).
    answers_until: Mapped[date | None]
    created_at: Mapped[datetime]

    organisation: Mapped[Organisation] = relationship()
    plans: Mapped[list[Plan]] = relationship(back_populates="campaign", order_by="Plan.id")
    waves: Mapped[list[Wave]] = relationship(back_populates="campaign", order_by="Wave.id")


class Plan(Model):
    """The rules by which one audience of a campaign is judged; locked and hashed when its first wave opens."""

    __tablename__ = "plan"
    __table_args__ = (
        UniqueConstraint("campaign_id", "audience"),
        CheckConstraint("target_numerator > 0 AND target_numerator <= target_denominator", name="target_is_a_share"),
        CheckConstraint("sampling IN ('census', 'srs', 'cluster')", name="sampling_known"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id"))
    audience: Mapped[str]
    instrument_version_id: Mapped[int] = mapped_column(ForeignKey("instrument_version.id"))
    target_numerator: Mapped[int] = mapped_column(default=9)
    target_denominator: Mapped[int] = mapped_column(default=10)
    # Shares as text such as 4/5: exact, readable in the database, the same on every engine.
    cut: Mapped[str] = mapped_column(default="4/5")
    topic_cut: Mapped[str] = mapped_column(default="1/2")
    must_pass: Mapped[list[str]] = mapped_column(default=list)
    confidence: Mapped[str] = mapped_column(default="0.95")
    sampling: Mapped[str] = mapped_column(default="census")
    # Items that the unit withdrew before opening; a cell is withdrawn in both forms, so the forms stay parallel.
    withdrawn: Mapped[list[str]] = mapped_column(default=list)
    # Whether respondents may read, behind their receipt, what is right and why, once nobody is asked any more; and
    # whether those of the wave before may already read it while the same questions are still to be asked again.
    shows_explanations: Mapped[bool] = mapped_column(default=True, server_default=true())
    shows_baseline_explanations: Mapped[bool] = mapped_column(default=False, server_default=false())
    locked_at: Mapped[datetime | None]
    content_hash: Mapped[str | None]

    campaign: Mapped[Campaign] = relationship(back_populates="plans")
    instrument_version: Mapped[InstrumentVersion] = relationship()

    @property
    def explains(self) -> str:
        """When respondents may read what is right: a key of EXPLAINS."""
        if not self.shows_explanations:
            return "never"
        return "each" if self.shows_baseline_explanations else "after"

    @property
    def target(self) -> Fraction:
        """The target as an exact share."""
        return Fraction(self.target_numerator, self.target_denominator)


class Wave(Model):
    """One round of fieldwork with one audience. Dates are Vietnam's; a closing date means 23:59:59 there."""

    __tablename__ = "wave"
    __table_args__ = (
        UniqueConstraint("campaign_id", "audience", "kind"),
        CheckConstraint("state IN ('draft', 'open', 'closing', 'closed')", name="state_known"),
        CheckConstraint("kind IN ('baseline', 'follow_up')", name="kind_known"),
        CheckConstraint("opens <= closes", name="dates_in_order"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id"), index=True)
    audience: Mapped[str]
    kind: Mapped[str]
    instrument_version_id: Mapped[int] = mapped_column(ForeignKey("instrument_version.id"))
    opens: Mapped[date]
    closes: Mapped[date]
    state: Mapped[str] = mapped_column(default="draft")
    opened_at: Mapped[datetime | None]
    # When closing began: forms begun before it may still be sent until the grace is over.
    closing_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]

    campaign: Mapped[Campaign] = relationship(back_populates="waves")
    instrument_version: Mapped[InstrumentVersion] = relationship()
