"""Who may do what where."""

from __future__ import annotations

import pytest

from survey.core.permissions import NOBODY, Access, Grant, Permission, RoleName

SCHOOL, OTHER, WARD = 1, 2, 3
CLASS = 11


def access(*grants: Grant) -> Access:
    return Access(user_id=5, grants=grants)


ADMINISTRATOR = Grant(RoleName.ADMINISTRATOR, frozenset({SCHOOL}))
OFFICER = Grant(RoleName.OFFICER, frozenset({WARD, SCHOOL, OTHER}))
TEACHER = Grant(RoleName.TEACHER, frozenset({SCHOOL}), group=CLASS)
VIEWER = Grant(RoleName.VIEWER, frozenset({SCHOOL}))


@pytest.mark.parametrize(
    ("grant", "permission", "place", "may"),
    [
        (ADMINISTRATOR, Permission.EDIT_CAMPAIGN, SCHOOL, True),
        (ADMINISTRATOR, Permission.EDIT_CAMPAIGN, OTHER, False),
        (OFFICER, Permission.READ_REPORT, OTHER, True),
        (TEACHER, Permission.RUN_SESSION, SCHOOL, True),
        (TEACHER, Permission.READ_REPORT, SCHOOL, False),
        (TEACHER, Permission.EDIT_ORGANISATION, SCHOOL, False),
        (VIEWER, Permission.READ_RELEASE, SCHOOL, True),
        (VIEWER, Permission.READ_REPORT, SCHOOL, False),
        (OFFICER, Permission.EXPORT_MICRODATA, SCHOOL, False),
        (ADMINISTRATOR, Permission.CHECK_SCHOOLS, SCHOOL, False),
        (VIEWER, Permission.READ_CAMPAIGN, SCHOOL, False),
    ],
)
def test_a_role_allows_what_the_table_says(grant: Grant, permission: Permission, place: int, may: bool) -> None:
    assert access(grant).may(permission, place) is may


def test_nobody_may_do_anything() -> None:
    assert not any(NOBODY.may(permission) for permission in Permission)


def test_a_teacher_sees_the_own_class_and_the_name_of_the_school() -> None:
    scope = access(TEACHER).scope(Permission.READ_CAMPAIGN)
    assert scope.organisations == {SCHOOL}
    assert not scope.covers(SCHOOL)
    assert scope.covers_group(SCHOOL, CLASS)
    assert not scope.covers_group(SCHOOL, 12)
    assert not scope.covers_group(SCHOOL, None)


def test_two_roles_do_not_widen_each_other() -> None:
    """A teacher here who administers there must not see all classes here."""
    scope = access(TEACHER, Grant(RoleName.ADMINISTRATOR, frozenset({OTHER}))).scope(Permission.READ_CAMPAIGN)
    assert not scope.covers_group(SCHOOL, 12)
    assert scope.covers_group(OTHER, 99)
