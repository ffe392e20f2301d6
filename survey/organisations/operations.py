"""Writes to the tree, its groups and headcounts. Each change leaves an audit entry."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import date, datetime

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from survey.audit.operations import record
from survey.core.clock import local_date
from survey.core.errors import Conflict, Invalid
from survey.core.periods import CutOff
from survey.core.vocabulary import OrganisationKind, audiences_of
from survey.organisations.models import Group, Headcount, Organisation
from survey.organisations.queries import Number, child_kinds

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

    Reasons: code_odd, code_taken, kind_below, kind_above, name_missing, name_taken, grade_range, two_kinds,
    audience_odd, number_range.
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
    _record(session, "add", organisation, user_id, now)
    return organisation


def edit_organisation(
    session: Session,
    *,
    organisation: Organisation,
    name: str,
    code: str,
    kind: str | None = None,
    cut_off: str | None = None,
    user_id: int | None,
    now: datetime,
) -> None:
    """Change name, code, kind and where periods end; kind and cut-off stay without one. Raises OrganisationInvalid."""
    if not name.strip():
        raise OrganisationInvalid("name_missing")
    if kind is not None and kind != organisation.kind:
        _check_new_kind(session, organisation, kind)
        organisation.kind = kind
    if code.strip().upper() != organisation.code:
        organisation.code = _checked_code(session, code)
    organisation.name = name.strip()
    organisation.cut_off = CutOff(cut_off or organisation.cut_off)
    session.flush()
    _record(session, "edit", organisation, user_id, now)


def _check_new_kind(session: Session, organisation: Organisation, kind: str) -> None:
    """Refuse a kind that may not stand below the parent, or not above what stands below."""
    if organisation.parent is not None and kind not in CHILDREN[organisation.parent.kind]:
        raise OrganisationInvalid("kind_below")
    if not child_kinds(session, organisation.id) <= set(CHILDREN.get(kind, ())):
        raise OrganisationInvalid("kind_above")


def remove_organisation(session: Session, *, organisation: Organisation, user_id: int | None, now: datetime) -> None:
    """Remove a node that nothing hangs on; its headcounts go with it. Raises StillInUse."""
    _record(session, "remove", organisation, user_id, now)
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
    add_groups(session, groups=[group], user_id=user_id, now=now)
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


def add_groups(session: Session, *, groups: Sequence[Group], user_id: int | None, now: datetime) -> None:
    """Add many new groups at once, already checked."""
    session.add_all(groups)
    session.flush()
    for group in groups:
        _record(session, "add", group, user_id, now)


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
    _record(session, "edit", group, user_id, now)


def end_group(session: Session, *, group: Group, user_id: int | None, now: datetime) -> None:
    """Let a group end today: it keeps its history and is offered nowhere any more."""
    group.ended_on = local_date(now)
    session.flush()
    _record(session, "end", group, user_id, now)


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
    wanted = Number(organisation_id, group.id if group else None, audience, number, as_of)
    return bool(set_headcounts(session, numbers=[wanted], user_id=user_id, now=now))


def set_headcounts(session: Session, *, numbers: Sequence[Number], user_id: int | None, now: datetime) -> int:
    """Note many numbers at once, already checked; a number of the same day is replaced. Returns how many changed."""
    query = select(Headcount).where(
        Headcount.organisation_id.in_({wanted.organisation_id for wanted in numbers}),
        Headcount.as_of.in_({wanted.as_of for wanted in numbers}),
    )
    known = {(row.organisation_id, row.group_id, row.audience, row.as_of): row for row in session.scalars(query)}
    changed: list[tuple[Headcount, int | None]] = []
    for wanted in numbers:
        key = (wanted.organisation_id, wanted.group_id, wanted.audience, wanted.as_of)
        row = known.get(key)
        if row is None:
            row = known[key] = Headcount(**asdict(wanted))
            changed.append((row, None))
        elif row.number != wanted.number:
            changed.append((row, row.number))
            row.number = wanted.number
    session.add_all([row for row, _before in changed])
    session.flush()
    for row, before in changed:
        _record_number(session, row, before, user_id, now)
    session.flush()
    return len(changed)


def _record_number(session: Session, row: Headcount, before: int | None, user_id: int | None, now: datetime) -> None:
    record(
        session,
        action="set_headcount",
        subject="headcount",
        subject_id=row.id,
        now=now,
        user_id=user_id,
        organisation_id=row.organisation_id,
        audience=row.audience,
        group_id=row.group_id,
        before=before,
        number=row.number,
        as_of=row.as_of.isoformat(),
    )


def _record(session: Session, action: str, thing: Organisation | Group, user_id: int | None, now: datetime) -> None:
    facts = ("name", "code", "kind") if isinstance(thing, Organisation) else ("name", "grade", "staff_kind")
    record(
        session,
        action=action,
        subject=thing.__tablename__,
        subject_id=thing.id,
        now=now,
        user_id=user_id,
        organisation_id=thing.id if isinstance(thing, Organisation) else thing.organisation_id,
        **{fact: getattr(thing, fact) for fact in facts},
    )
