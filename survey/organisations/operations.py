"""Writes to the tree, its groups and headcounts. Each change leaves an audit entry."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from survey.audit.operations import record
from survey.core.clock import local_date
from survey.core.errors import Conflict, Invalid
from survey.core.vocabulary import OrganisationKind, audiences_of
from survey.organisations.models import Group, Headcount, Organisation

CODE = re.compile(r"[A-Z0-9][A-Z0-9-]{1,23}")
LARGEST_HEADCOUNT = 1_000_000

# What may stand below what.
CHILDREN: dict[str, tuple[str, ...]] = {
    OrganisationKind.PROVINCE: (OrganisationKind.WARD, OrganisationKind.SCHOOL, OrganisationKind.ASSOCIATION),
    OrganisationKind.WARD: (OrganisationKind.SCHOOL, OrganisationKind.ASSOCIATION),
    OrganisationKind.SCHOOL: (),
    OrganisationKind.ASSOCIATION: (),
}


class OrganisationInvalid(Invalid):
    """Something is not allowed; `reason` is a word for the page to put in words.

    Reasons: code_odd, code_taken, kind_below, name_missing, name_taken, grade_range, two_kinds, audience_odd,
    number_range.
    """

    def __init__(self, reason: str) -> None:
        super().__init__()
        self.reason = reason


class StillInUse(Conflict):
    """Something hangs on it: groups, campaigns, answers or people."""


def add_organisation(
    session: Session,
    *,
    parent: Organisation | None,
    kind: str,
    name: str,
    code: str,
    user_id: int | None,
    now: datetime,
) -> Organisation:
    """Add a node to the tree. Raises OrganisationInvalid."""
    code = _checked_code(session, code)
    if not name.strip():
        raise OrganisationInvalid("name_missing")
    if parent is not None and kind not in CHILDREN[parent.kind]:
        raise OrganisationInvalid("kind_below")
    organisation = Organisation(
        parent_id=parent.id if parent else None,
        kind=str(kind),
        name=name.strip(),
        code=code,
        path="",
        is_demo=parent.is_demo if parent else False,
    )
    session.add(organisation)
    session.flush()
    organisation.path = f"{parent.path if parent else '/'}{organisation.id}/"
    session.flush()
    _record(session, "add", organisation, user_id, now, name=organisation.name, code=code)
    return organisation


def edit_organisation(
    session: Session, *, organisation: Organisation, name: str, code: str, user_id: int | None, now: datetime
) -> None:
    """Change name and code. Raises OrganisationInvalid."""
    if not name.strip():
        raise OrganisationInvalid("name_missing")
    if code.strip().upper() != organisation.code:
        organisation.code = _checked_code(session, code)
    organisation.name = name.strip()
    session.flush()
    _record(session, "edit", organisation, user_id, now, name=organisation.name, code=organisation.code)


def remove_organisation(session: Session, *, organisation: Organisation, user_id: int | None, now: datetime) -> None:
    """Remove a node that nothing hangs on; its headcounts go with it. Raises StillInUse."""
    _record(session, "remove", organisation, user_id, now, name=organisation.name, code=organisation.code)
    session.flush()
    try:
        with session.begin_nested():
            session.execute(
                delete(Headcount).where(Headcount.organisation_id == organisation.id, Headcount.group_id.is_(None))
            )
            session.delete(organisation)
            session.flush()
    except IntegrityError as error:
        raise StillInUse from error


def _checked_code(session: Session, code: str) -> str:
    code = code.strip().upper()
    if not CODE.fullmatch(code):
        raise OrganisationInvalid("code_odd")
    if session.scalars(select(Organisation.id).where(Organisation.code == code)).first() is not None:
        raise OrganisationInvalid("code_taken")
    return code


def add_group(
    session: Session,
    *,
    organisation: Organisation,
    name: str,
    grade: int | None = None,
    staff_kind: str | None = None,
    headcounts: Mapping[str, int] | None = None,
    as_of: date | None = None,
    user_id: int | None,
    now: datetime,
) -> Group:
    """Add a class, a staff group or a residents' group with its numbers. Raises OrganisationInvalid."""
    _check_group(session, organisation, name, grade, staff_kind, own_id=None)
    group = Group(organisation_id=organisation.id, name=name.strip(), grade=grade, staff_kind=staff_kind)
    session.add(group)
    session.flush()
    _record(session, "add", group, user_id, now, name=group.name, grade=grade, staff_kind=staff_kind)
    for audience, number in (headcounts or {}).items():
        set_headcount(
            session,
            organisation_id=organisation.id,
            group=group,
            audience=audience,
            number=number,
            as_of=as_of or local_date(now),
            user_id=user_id,
            now=now,
        )
    return group


def edit_group(
    session: Session,
    *,
    group: Group,
    name: str,
    grade: int | None,
    staff_kind: str | None,
    user_id: int | None,
    now: datetime,
) -> None:
    """Change a group's name, grade or kind of staff. Raises OrganisationInvalid."""
    _check_group(session, group.organisation, name, grade, staff_kind, own_id=group.id)
    group.name, group.grade, group.staff_kind = name.strip(), grade, staff_kind
    session.flush()
    _record(session, "edit", group, user_id, now, name=group.name, grade=grade, staff_kind=staff_kind)


def end_group(session: Session, *, group: Group, user_id: int | None, now: datetime) -> None:
    """Let a group end today: it keeps its history and is offered nowhere any more."""
    group.ended_on = local_date(now)
    session.flush()
    _record(session, "end", group, user_id, now, name=group.name)


def _check_group(
    session: Session,
    organisation: Organisation,
    name: str,
    grade: int | None,
    staff_kind: str | None,
    *,
    own_id: int | None,
) -> None:
    if not name.strip():
        raise OrganisationInvalid("name_missing")
    if grade is not None and staff_kind is not None:
        raise OrganisationInvalid("two_kinds")
    if grade is not None and not 1 <= grade <= 12:
        raise OrganisationInvalid("grade_range")
    same = select(Group.id).where(Group.organisation_id == organisation.id, Group.name == name.strip())
    if any(found != own_id for found in session.scalars(same)):
        raise OrganisationInvalid("name_taken")


def set_headcount(
    session: Session,
    *,
    organisation_id: int,
    group: Group | None,
    audience: str,
    number: int,
    as_of: date,
    user_id: int | None,
    now: datetime,
) -> bool:
    """Note how many people there are on a day; the same day again replaces the number.

    Returns whether anything changed. Raises OrganisationInvalid.
    """
    if not 0 <= number <= LARGEST_HEADCOUNT:
        raise OrganisationInvalid("number_range")
    if group is not None and audience not in audiences_of(group.grade, group.staff_kind):
        raise OrganisationInvalid("audience_odd")
    group_id = group.id if group else None
    query = select(Headcount).where(
        Headcount.organisation_id == organisation_id,
        Headcount.group_id.is_(None) if group_id is None else Headcount.group_id == group_id,
        Headcount.audience == audience,
        Headcount.as_of == as_of,
    )
    entry = session.scalars(query).first()
    if entry is not None and entry.number == number:
        return False
    if entry is None:
        entry = Headcount(
            organisation_id=organisation_id, group_id=group_id, audience=audience, number=number, as_of=as_of
        )
        session.add(entry)
    before, entry.number = entry.number, number
    session.flush()
    record(
        session,
        action="set_headcount",
        subject="headcount",
        subject_id=entry.id,
        now=now,
        user_id=user_id,
        organisation_id=organisation_id,
        audience=audience,
        group_id=group_id,
        before=before,
        number=number,
        as_of=as_of.isoformat(),
    )
    return True


def _record(
    session: Session, action: str, thing: Organisation | Group, user_id: int | None, now: datetime, **detail: object
) -> None:
    record(
        session,
        action=action,
        subject=thing.__tablename__,
        subject_id=thing.id,
        now=now,
        user_id=user_id,
        organisation_id=thing.id if isinstance(thing, Organisation) else thing.organisation_id,
        **detail,
    )
