"""Where a person may write in the log. Who is above a school reads its entries and never writes them."""

from __future__ import annotations

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from survey.core.permissions import PERMISSIONS, Access, Permission, RoleName, Scope
from survey.organisations.models import Organisation


def editable_scope(session: Session, access: Access) -> Scope:
    """Return the organisations whose log a person may change.

    An officer changes the log of the own ward or province, not of the schools below; everybody else who may edit does
    so wherever their role holds.
    """
    grants = [grant for grant in access.grants if Permission.EDIT_ACTIVITY in PERMISSIONS[grant.role]]
    found: set[int] = set()
    for grant in grants:
        if grant.group is not None:
            continue
        officer = grant.role == RoleName.OFFICER
        found |= _topmost(session, grant.organisations) if officer else grant.organisations
    return Scope(organisations=frozenset(found), whole=frozenset(found))


def _topmost(session: Session, organisations: frozenset[int]) -> frozenset[int]:
    query = select(Organisation.id).where(
        Organisation.id.in_(organisations),
        or_(Organisation.parent_id.is_(None), Organisation.parent_id.not_in(organisations)),
    )
    return frozenset(session.scalars(query))
