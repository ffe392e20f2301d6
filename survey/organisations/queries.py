"""Reads of the tree, its groups and their headcounts."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from survey.core.errors import NotFound
from survey.core.permissions import Scope
from survey.core.vocabulary import audiences_of
from survey.organisations.models import Group, Headcount, Organisation

# Organisation, group (None for the organisation as a whole) and audience.
Place = tuple[int, int | None, str]


@dataclass(frozen=True, slots=True)
class TreeRow:
    """One organisation in the tree: how deep it stands, its groups, and its people per audience."""

    organisation: Organisation
    depth: int
    groups: int
    people: dict[str, int]


@dataclass(frozen=True, slots=True)
class GroupRow:
    """One group with its present headcounts per audience; an audience without a number has None."""

    group: Group
    people: dict[str, int | None]


@dataclass(frozen=True, slots=True)
class Number:
    """How many people of an audience a group, or (without group) an organisation, had on a day."""

    organisation_id: int
    group_id: int | None
    audience: str
    number: int
    as_of: date


def population_on(session: Session, *, organisation_ids: Collection[int], day: date) -> dict[Place, int]:
    """Return the headcount in force on a day by organisation, group (None for the whole) and audience.

    In force is the latest number not later than the day; where all are later, the earliest.
    """
    rows = session.execute(
        select(
            Headcount.organisation_id, Headcount.group_id, Headcount.audience, Headcount.as_of, Headcount.number
        ).where(Headcount.organisation_id.in_(organisation_ids))
    ).all()
    found: dict[Place, tuple[tuple[bool, int], int]] = {}
    for organisation_id, group_id, audience, as_of, number in rows:
        key = (organisation_id, group_id, audience)
        # Numbers of the day or before rank above later ones; among those the nearest to the day.
        rank = (as_of <= day, -abs((as_of - day).days))
        if key not in found or rank > found[key][0]:
            found[key] = (rank, number)
    return {key: number for key, (_rank, number) in found.items()}


def new_numbers(session: Session, numbers: Sequence[Number]) -> list[Number]:
    """Return those numbers that differ from what is in force on their day."""
    days = {wanted.as_of for wanted in numbers}
    places = {wanted.organisation_id for wanted in numbers}
    in_force = {day: population_on(session, organisation_ids=places, day=day) for day in days}
    return [
        wanted
        for wanted in numbers
        if in_force[wanted.as_of].get((wanted.organisation_id, wanted.group_id, wanted.audience)) != wanted.number
    ]


def people_by_audience(population: dict[Place, int], organisation_id: int, groups: Iterable[int]) -> dict[str, int]:
    """Return an organisation's people per audience: the sum of its groups, or its own number where no group has one."""
    sums: dict[str, int] = {}
    wanted = set(groups)
    for (place, group_id, audience), number in population.items():
        if place == organisation_id and group_id in wanted:
            sums[audience] = sums.get(audience, 0) + number
    for (place, group_id, audience), number in population.items():
        if place == organisation_id and group_id is None and audience not in sums:
            sums[audience] = number
    return sums


def tree(session: Session, scope: Scope, *, day: date) -> tuple[TreeRow, ...]:
    """Return the organisations of the scope, each below its parent, siblings by name, with their people on a day."""
    organisations = session.scalars(select(Organisation).where(Organisation.id.in_(scope.organisations))).all()
    population = population_on(session, organisation_ids=scope.organisations, day=day)
    groups: dict[int, list[int]] = {}
    for group_id, organisation_id in session.execute(
        select(Group.id, Group.organisation_id).where(_seen(scope), Group.ended_on.is_(None))
    ):
        groups.setdefault(organisation_id, []).append(group_id)
    names = {organisation.id: organisation.name.casefold() for organisation in organisations}

    def place(organisation: Organisation) -> list[str]:
        return [names.get(int(step), "") for step in organisation.path.strip("/").split("/") if step]

    top = min((organisation.path.count("/") for organisation in organisations), default=0)
    return tuple(
        TreeRow(
            organisation=organisation,
            depth=organisation.path.count("/") - top,
            groups=len(groups.get(organisation.id, ())),
            people=people_by_audience(population, organisation.id, groups.get(organisation.id, ())),
        )
        for organisation in sorted(organisations, key=place)
    )


def _seen(scope: Scope) -> ColumnElement[bool]:
    return or_(Group.organisation_id.in_(scope.whole), Group.id.in_(scope.groups))


def organisation_by_id(session: Session, organisation_id: int, scope: Scope) -> Organisation:
    """Return an organisation whose name the scope may know. Raises NotFound."""
    organisation = session.get(Organisation, organisation_id)
    if organisation is None or organisation_id not in scope.organisations:
        raise NotFound
    return organisation


def organisation_by_code(session: Session, code: str) -> Organisation:
    """Return the organisation with this code, for the command line. Raises NotFound."""
    found = session.scalars(select(Organisation).where(Organisation.code == code.strip().upper())).first()
    if found is None:
        raise NotFound
    return found


def all_organisations(session: Session) -> Sequence[Organisation]:
    """Return every organisation, parents before their children, for the command line."""
    return session.scalars(select(Organisation).order_by(Organisation.path)).all()


def group_by_id(session: Session, group_id: int, scope: Scope) -> Group:
    """Return a group of the scope. Raises NotFound."""
    group = session.get(Group, group_id)
    if group is None or not scope.covers_group(group.organisation_id, group.id):
        raise NotFound
    return group


def group_rows(session: Session, organisation_id: int, scope: Scope, *, day: date) -> tuple[GroupRow, ...]:
    """Return the present groups of an organisation within the scope: classes by grade, then staff, then residents."""
    query = select(Group).where(Group.organisation_id == organisation_id, Group.ended_on.is_(None), _seen(scope))
    population = population_on(session, organisation_ids=[organisation_id], day=day)
    groups = sorted(session.scalars(query), key=_group_order)
    return tuple(
        GroupRow(
            group,
            {
                audience: population.get((organisation_id, group.id, audience))
                for audience in map(str, audiences_of(group.grade, group.staff_kind))
            },
        )
        for group in groups
    )


def _group_order(group: Group) -> tuple[int, int, str, str]:
    kind = 0 if group.grade is not None else 1 if group.staff_kind else 2
    order = {"manager": "0", "teacher": "1", "employee": "2"}
    return (kind, group.grade or 0, order.get(group.staff_kind or "", ""), group.name.casefold())


def own_headcounts(session: Session, organisation_id: int, *, day: date) -> dict[str, int]:
    """Return the numbers given for an organisation as a whole."""
    population = population_on(session, organisation_ids=[organisation_id], day=day)
    return {audience: number for (_place, group_id, audience), number in population.items() if group_id is None}


def history(session: Session, organisation_id: int, scope: Scope, *, limit: int = 60) -> Sequence[Headcount]:
    """Return the newest entries of headcounts of an organisation, for the page that shows how numbers changed."""
    if not scope.covers(organisation_id):
        return ()
    query = select(Headcount).where(Headcount.organisation_id == organisation_id)
    return session.scalars(query.order_by(Headcount.as_of.desc(), Headcount.id.desc()).limit(limit)).all()


def child_kinds(session: Session, organisation_id: int) -> set[str]:
    """Return the kinds of the organisations directly below one; empty when there are none."""
    return set(session.scalars(select(Organisation.kind).where(Organisation.parent_id == organisation_id)))
