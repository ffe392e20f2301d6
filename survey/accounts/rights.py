"""Who may give which role where: nobody gives more than their own."""

from __future__ import annotations

from survey.core.permissions import Access, RoleName

_AT_SCHOOL = (RoleName.ADMINISTRATOR, RoleName.TEACHER, RoleName.VIEWER)
_AT_NODE = (RoleName.OFFICER, RoleName.VIEWER)

_MAY_GRANT: dict[RoleName, frozenset[RoleName]] = {
    RoleName.OPERATOR: frozenset({RoleName.OFFICER, *_AT_SCHOOL}),
    RoleName.OFFICER: frozenset({RoleName.OFFICER, *_AT_SCHOOL}),
    RoleName.ADMINISTRATOR: frozenset(_AT_SCHOOL),
    RoleName.TEACHER: frozenset(),
    RoleName.VIEWER: frozenset(),
}


def grantable_roles(access: Access, organisation_id: int, kind: str) -> tuple[RoleName, ...]:
    """Return the roles a person may give at an organisation, in the order they are offered."""
    fitting = _AT_SCHOOL if kind == "school" else _AT_NODE
    allowed = frozenset[RoleName]().union(
        *(_MAY_GRANT[grant.role] for grant in access.grants if organisation_id in grant.organisations)
    )
    return tuple(role for role in fitting if role in allowed)
