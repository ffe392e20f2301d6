"""The tree of organisations, their groups, and how many people each had at a date. Numbers, no names of people."""

from __future__ import annotations

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from survey.core.models import Model, unique_where


class Organisation(Model):
    """A node of the tree: province, ward, school or association."""

    __tablename__ = "organisation"
    __table_args__ = (
        CheckConstraint("kind IN ('province', 'ward', 'school', 'association')", name="kind_known"),
        CheckConstraint("cut_off IN ('decree', 'calendar')", name="cut_off_known"),
        UniqueConstraint("code"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"), index=True)
    kind: Mapped[str]
    name: Mapped[str]
    code: Mapped[str]
    # The ids from the root to this node, as /1/7/23/: one prefix finds everything below.
    path: Mapped[str] = mapped_column(index=True)
    # Invented data, marked wherever it is shown.
    is_demo: Mapped[bool] = mapped_column(default=False)
    # Where its reporting periods end: on the 14th as the decree has it, or with the calendar's month.
    cut_off: Mapped[str] = mapped_column(default="decree", server_default="decree")

    parent: Mapped[Organisation | None] = relationship(remote_side=[id])


class Group(Model):
    """A class (with grade), a staff group (with kind of staff) or a residents' group (neither)."""

    __tablename__ = "group"
    __table_args__ = (
        CheckConstraint("grade IS NULL OR staff_kind IS NULL", name="one_kind"),
        CheckConstraint("grade IS NULL OR (grade BETWEEN 1 AND 12)", name="grade_range"),
        CheckConstraint("staff_kind IS NULL OR staff_kind IN ('manager', 'teacher', 'employee')", name="staff_kind"),
        UniqueConstraint("organisation_id", "name"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    name: Mapped[str]
    grade: Mapped[int | None]
    staff_kind: Mapped[str | None]
    # A group that no longer exists keeps its history but is offered nowhere.
    ended_on: Mapped[date | None]

    organisation: Mapped[Organisation] = relationship()


class Headcount(Model):
    """How many people of an audience a group, or (without group) the organisation, had at a date."""

    __tablename__ = "headcount"
    __table_args__ = (
        CheckConstraint("number >= 0", name="not_negative"),
        # Two indexes, because in SQL two empty group columns are not equal.
        unique_where("group_id IS NOT NULL", "uq_headcount_group", "group_id", "audience", "as_of"),
        unique_where("group_id IS NULL", "uq_headcount_organisation", "organisation_id", "audience", "as_of"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    group_id: Mapped[int | None] = mapped_column(ForeignKey("group.id"), index=True)
    audience: Mapped[str]
    number: Mapped[int]
    as_of: Mapped[date]

    organisation: Mapped[Organisation] = relationship()
    group: Mapped[Group | None] = relationship()


class Succession(Model):
    """One organisation taking the place of another: schools that merged, were renamed with a new code, or split."""

    __tablename__ = "succession"
    __table_args__ = (
        UniqueConstraint("old_id", "new_id"),
        CheckConstraint("old_id <> new_id", name="two_organisations"),
        CheckConstraint("kind IN ('merged', 'renamed', 'split')", name="kind_known"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    old_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    new_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    since: Mapped[date]
    kind: Mapped[str]

    old: Mapped[Organisation] = relationship(foreign_keys=[old_id])
    new: Mapped[Organisation] = relationship(foreign_keys=[new_id])
