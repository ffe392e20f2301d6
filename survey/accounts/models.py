"""The people who sign in, and their roles. Respondents are never here."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from survey.core.models import Model, unique_where
from survey.organisations.models import Group, Organisation


class User(Model):
    """Somebody who signs in. The login is chosen by the unit and need not be an e-mail address."""

    __tablename__ = "user"
    __table_args__ = (UniqueConstraint("login"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    # Lower case; compared as stored.
    login: Mapped[str]
    name: Mapped[str]
    # Empty until an invited person has chosen one, and after a reset until they have chosen anew: nobody signs in.
    password_hash: Mapped[str]
    is_active: Mapped[bool] = mapped_column(default=True)
    # Sign-in is slowed per account, never per address: a school sits behind one.
    failed_attempts: Mapped[int] = mapped_column(default=0)
    locked_until: Mapped[datetime | None]
    # Changed with the password, on locking and on request, so that all open sessions end.
    session_key: Mapped[str]
    created_at: Mapped[datetime]

    roles: Mapped[list[Role]] = relationship(back_populates="user", cascade="all, delete-orphan")


class Role(Model):
    """One role of one person at one organisation; a teacher's for one group of it."""

    __tablename__ = "role"
    __table_args__ = (
        CheckConstraint("role IN ('operator', 'officer', 'administrator', 'teacher', 'viewer')", name="role_known"),
        CheckConstraint("group_id IS NULL OR role = 'teacher'", name="group_for_teacher"),
        CheckConstraint("organisation_id IS NOT NULL OR role = 'operator'", name="somewhere"),
        unique_where("group_id IS NOT NULL", "uq_role_group", "user_id", "organisation_id", "role", "group_id"),
        unique_where("group_id IS NULL", "uq_role_place", "user_id", "organisation_id", "role"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"), index=True)
    # Empty only for the operator, who serves every organisation.
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"), index=True)
    group_id: Mapped[int | None] = mapped_column(ForeignKey("group.id"))
    role: Mapped[str]

    user: Mapped[User] = relationship(back_populates="roles")
    organisation: Mapped[Organisation | None] = relationship()
    group: Mapped[Group | None] = relationship()


class SetupCode(Model):
    """The hash of the one-time address with which the first person of an empty system signs up."""

    __tablename__ = "setup_code"

    id: Mapped[int] = mapped_column(primary_key=True)
    code_hash: Mapped[str]
    created_at: Mapped[datetime]


class OneTimeAddress(Model):
    """The hash of the address at which an invited person, or one whose password was reset, chooses a password.

    One a person: a new one takes the place of the old.
    """

    __tablename__ = "one_time_address"

    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"), primary_key=True)
    code_hash: Mapped[str] = mapped_column(unique=True)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime] = mapped_column(index=True)

    user: Mapped[User] = relationship()
