"""Who may do what: one table of roles and permissions, and the scope that queries are given.

A role holds at one organisation and everything below it; a teacher's role holds for one group.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class RoleName(StrEnum):
    """The roles: operator of the server, officer of a ward or province, and the people of a school."""

    OPERATOR = "operator"
    OFFICER = "officer"
    ADMINISTRATOR = "administrator"
    TEACHER = "teacher"
    VIEWER = "viewer"


class Permission(StrEnum):
    """What a person may do at an organisation."""

    READ_ORGANISATION = "read_organisation"
    EDIT_ORGANISATION = "edit_organisation"
    MANAGE_PEOPLE = "manage_people"
    READ_CAMPAIGN = "read_campaign"
    EDIT_CAMPAIGN = "edit_campaign"
    REVIEW_INSTRUMENT = "review_instrument"
    READ_REPORT = "read_report"
    RUN_SESSION = "run_session"
    ENTER_PAPER = "enter_paper"
    READ_ACTIVITY = "read_activity"
    EDIT_ACTIVITY = "edit_activity"
    READ_RELEASE = "read_release"
    ISSUE_REPORT = "issue_report"
    EXPORT_COUNTS = "export_counts"
    EXPORT_MICRODATA = "export_microdata"
    CHECK_SCHOOLS = "check_schools"
    READ_AUDIT = "read_audit"
    PURGE_DATA = "purge_data"


_READ = {
    Permission.READ_ORGANISATION,
    Permission.READ_CAMPAIGN,
    Permission.READ_REPORT,
    Permission.READ_ACTIVITY,
    Permission.READ_RELEASE,
}
_RUN = _READ | {
    Permission.EDIT_ORGANISATION,
    Permission.MANAGE_PEOPLE,
    Permission.EDIT_CAMPAIGN,
    Permission.REVIEW_INSTRUMENT,
    Permission.RUN_SESSION,
    Permission.ENTER_PAPER,
    Permission.EDIT_ACTIVITY,
    Permission.ISSUE_REPORT,
    Permission.EXPORT_COUNTS,
    Permission.READ_AUDIT,
    Permission.PURGE_DATA,
}

PERMISSIONS: dict[RoleName, frozenset[Permission]] = {
    RoleName.OPERATOR: frozenset(Permission),
    # Answers one by one stay inside the school; who is above it gets counts, and checks on schools.
    RoleName.OFFICER: frozenset(_RUN | {Permission.CHECK_SCHOOLS}),
    RoleName.ADMINISTRATOR: frozenset(_RUN | {Permission.EXPORT_MICRODATA}),
    # A teacher runs sessions of the own groups and sees no report of a class other than through lessons.
    RoleName.TEACHER: frozenset(
        {Permission.READ_ORGANISATION, Permission.READ_CAMPAIGN, Permission.RUN_SESSION, Permission.ENTER_PAPER}
    ),
    # What was issued, as it was issued; nothing that is still being written.
    RoleName.VIEWER: frozenset({Permission.READ_RELEASE}),
}


@dataclass(frozen=True, slots=True)
class Scope:
    """What a query may return: whole organisations, and single groups of others.

    organisations: every organisation whose name may be shown.
    whole: those of them whose every group may be shown.
    groups: single groups that may be shown in the rest.
    """

    organisations: frozenset[int]
    whole: frozenset[int]
    groups: frozenset[int] = frozenset()

    def covers(self, organisation_id: int) -> bool:
        """Whether everything of the organisation is in the scope."""
        return organisation_id in self.whole

    def covers_group(self, organisation_id: int, group_id: int | None) -> bool:
        """Whether the group is in the scope; None stands for the organisation as a whole."""
        return organisation_id in self.whole or (group_id is not None and group_id in self.groups)


@dataclass(frozen=True, slots=True)
class Grant:
    """One role of a person, with the organisations below its own already looked up."""

    role: RoleName
    organisations: frozenset[int]
    group: int | None = None


@dataclass(frozen=True, slots=True)
class Access:
    """All grants of a person; answers what they may do where."""

    user_id: int
    grants: tuple[Grant, ...]

    def scope(self, permission: Permission) -> Scope:
        """Return where the person has the permission."""
        grants = [grant for grant in self.grants if permission in PERMISSIONS[grant.role]]
        return Scope(
            organisations=frozenset[int]().union(*(grant.organisations for grant in grants)),
            whole=frozenset[int]().union(*(grant.organisations for grant in grants if grant.group is None)),
            groups=frozenset(grant.group for grant in grants if grant.group is not None),
        )

    def may(self, permission: Permission, organisation_id: int | None = None) -> bool:
        """Whether the person has the permission, at that organisation or (None) anywhere."""
        organisations = self.scope(permission).organisations
        return bool(organisations) if organisation_id is None else organisation_id in organisations

    @property
    def roles(self) -> frozenset[RoleName]:
        """The roles the person holds anywhere."""
        return frozenset(grant.role for grant in self.grants)


NOBODY = Access(user_id=0, grants=())


def permissions_of(roles: Iterable[RoleName]) -> frozenset[Permission]:
    """Return everything that the roles allow together."""
    return frozenset[Permission]().union(*(PERMISSIONS[role] for role in roles))
