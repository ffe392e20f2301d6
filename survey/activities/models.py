"""What a unit did to communicate the resolution, and what came of it. Counts and sentences; no names of respondents."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from survey.core.models import Model
from survey.organisations.models import Organisation


class Activity(Model):
    """One thing that was done: a conference, a post, a class hour."""

    __tablename__ = "activity"
    __table_args__ = (
        CheckConstraint("reach IS NULL OR reach >= 0", name="reach_not_negative"),
        CheckConstraint("newly_briefed >= 0", name="newly_briefed_not_negative"),
        # A number without a way of counting says nothing, and a way of counting without a number neither.
        CheckConstraint("(reach IS NULL) = (counting = 'not_counted')", name="reach_says_how"),
        CheckConstraint(
            "counting IN ('sign_in', 'headcount', 'views', 'estimate', 'not_counted')", name="counting_known"
        ),
        Index("ix_activity_organisation_id_held_on", "organisation_id", "held_on"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    campaign_id: Mapped[int | None] = mapped_column(ForeignKey("campaign.id"), index=True)
    held_on: Mapped[date]
    form: Mapped[str]
    topics: Mapped[list[str]]
    is_about_ai: Mapped[bool]
    audiences: Mapped[list[str]]
    reach: Mapped[int | None]
    counting: Mapped[str]
    # How many of the unit's own staff heard of it for the first time here.
    newly_briefed: Mapped[int] = mapped_column(default=0)
    link: Mapped[str] = mapped_column(default="")
    note: Mapped[str] = mapped_column(default="")
    created_by: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    created_at: Mapped[datetime]

    organisation: Mapped[Organisation] = relationship()


class BriefingRoll(Model):
    """The roll of a unit for a year or a campaign: how many staff, how many are known not to be briefed."""

    __tablename__ = "briefing_roll"
    __table_args__ = (
        UniqueConstraint("organisation_id", "starts", "ends"),
        CheckConstraint("starts <= ends", name="dates_in_order"),
        CheckConstraint("roster >= 0", name="roster_not_negative"),
        CheckConstraint("known_not_briefed >= 0 AND known_not_briefed <= roster", name="known_not_within_roster"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    campaign_id: Mapped[int | None] = mapped_column(ForeignKey("campaign.id"), index=True)
    starts: Mapped[date]
    ends: Mapped[date]
    roster: Mapped[int]
    known_not_briefed: Mapped[int] = mapped_column(default=0)
    as_of: Mapped[date]

    organisation: Mapped[Organisation] = relationship()


class Effect(Model):
    """What people now do and did not do before: an indicator with two values and a source."""

    __tablename__ = "effect"
    __table_args__ = (
        CheckConstraint("before_on IS NULL OR before_on <= after_on", name="dates_in_order"),
        CheckConstraint("(before IS NULL) = (before_on IS NULL)", name="before_has_a_day"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    campaign_id: Mapped[int | None] = mapped_column(ForeignKey("campaign.id"), index=True)
    topic: Mapped[str | None]
    indicator: Mapped[str]
    unit: Mapped[str]
    before: Mapped[float | None]
    before_on: Mapped[date | None]
    after: Mapped[float]
    after_on: Mapped[date]
    source: Mapped[str]

    organisation: Mapped[Organisation] = relationship()


class GoodModel(Model):
    """A way of working that others can copy, and who commended it."""

    __tablename__ = "good_model"
    __table_args__ = (CheckConstraint("commended_on IS NULL OR commended_by <> ''", name="commended_by_somebody"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    noted_on: Mapped[date]
    topic: Mapped[str | None]
    title: Mapped[str]
    description: Mapped[str]
    commended_by: Mapped[str] = mapped_column(default="")
    commended_on: Mapped[date | None]

    organisation: Mapped[Organisation] = relationship()


class Difficulty(Model):
    """What hinders a unit, or what it proposes; to whom; and the answer."""

    __tablename__ = "difficulty"
    __table_args__ = (
        CheckConstraint("kind IN ('difficulty', 'proposal')", name="kind_known"),
        CheckConstraint("status IN ('open', 'answered', 'done')", name="status_known"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    kind: Mapped[str]
    raised_on: Mapped[date]
    text: Mapped[str]
    addressee: Mapped[str] = mapped_column(default="")
    status: Mapped[str] = mapped_column(default="open")
    answer: Mapped[str] = mapped_column(default="")

    organisation: Mapped[Organisation] = relationship()


class CheckVisit(Model):
    """A finding of a check at a unit, by the authority above it; the unit reports, the authority settles."""

    __tablename__ = "check_visit"
    __table_args__ = (
        CheckConstraint("deadline IS NULL OR deadline >= visited_on", name="deadline_after_visit"),
        CheckConstraint("done_on IS NULL OR done_on >= visited_on", name="done_after_visit"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    # The unit that was visited, and the one that sent somebody.
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    checked_by_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    visited_on: Mapped[date]
    finding: Mapped[str]
    deadline: Mapped[date | None]
    reported_on: Mapped[date | None]
    report: Mapped[str] = mapped_column(default="")
    done_on: Mapped[date | None]

    organisation: Mapped[Organisation] = relationship(foreign_keys=[organisation_id])
    checked_by: Mapped[Organisation] = relationship(foreign_keys=[checked_by_id])


class CommunicationPlan(Model):
    """The unit's plan of a year, by number and date, and the channels that it says it uses."""

    __tablename__ = "communication_plan"
    __table_args__ = (
        UniqueConstraint("organisation_id", "year"),
        CheckConstraint("(number = '') = (issued_on IS NULL)", name="number_with_date"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    year: Mapped[int]
    number: Mapped[str] = mapped_column(default="")
    issued_on: Mapped[date | None]
    channels: Mapped[list[str]]

    organisation: Mapped[Organisation] = relationship()
