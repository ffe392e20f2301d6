"""Who may open and send which page of accounts: one table of roles and addresses."""

from __future__ import annotations

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from survey.accounts.models import Role, User
from tests.factories import Cast
from tests.pages import PageClient

ROLES = ("operator", "officer", "administrator", "teacher", "viewer", "stranger", "nobody")

# 200 seen or done, 302 done, led on or sent to sign in, 403 known but not allowed, 404 not known to this person,
# 409 not to oneself, 410 gone.
PAGES = {
    "/account": (200, 200, 200, 200, 200, 200, 302),
    "/organisations/{school}/people/{teacher}": (200, 200, 200, 403, 403, 404, 302),
    "/organisations/{other}/people/{teacher}": (404, 404, 404, 403, 403, 404, 302),
    "/organisations/{school}/people/{teacher}/active": (200, 200, 200, 403, 403, 404, 302),
    "/organisations/{school}/people/{teacher}/erase": (200, 200, 200, 403, 403, 404, 302),
    "/organisations/{school}/people/{teacher}/password": (200, 200, 200, 403, 403, 404, 302),
    "/organisations/{ward}/people/{officer}/erase": (200, 200, 404, 403, 403, 404, 302),
    "/invitation/made-up": (410, 410, 410, 410, 410, 410, 410),
    "/organisations/{school}/people": (200, 200, 200, 403, 403, 404, 302),
    "/organisations/{other}/people": (200, 200, 404, 403, 403, 200, 302),
    "/organisations/{ward}/people": (200, 200, 404, 403, 403, 404, 302),
    "/organisations/987654/people": (404, 404, 404, 403, 403, 404, 302),
    "/setup/made-up": (410, 410, 410, 410, 410, 410, 410),
}
ACTIONS = {
    "/organisations/{school}/people/{teacher}/password": (200, 200, 200, 403, 403, 404, 302),
    "/organisations/{school}/people/{teacher}/active": (302, 302, 302, 403, 403, 404, 302),
    # Each school looks after its own people only, whatever the address says.
    "/organisations/{other}/people/{teacher}/password": (404, 404, 404, 403, 403, 404, 302),
    # Nobody reaches upwards, and nobody looks after the operator on a page.
    "/organisations/{ward}/people/{officer}/password": (200, 409, 404, 403, 403, 404, 302),
    "/organisations/{school}/people/{officer}/password": (404, 404, 404, 403, 403, 404, 302),
    "/organisations/{ward}/people/{operator}/password": (404, 404, 404, 403, 403, 404, 302),
    # The only administrator of the school: not to oneself, and for others only after the question.
    "/organisations/{school}/people/{administrator}/active": (409, 409, 409, 403, 403, 404, 302),
    "/organisations/{school}/people/{teacher}/erase": (302, 302, 302, 403, 403, 404, 302),
    "/organisations/{school}/people/{administrator}/erase": (409, 409, 409, 403, 403, 404, 302),
    "/organisations/{ward}/people/{officer}/erase": (409, 409, 404, 403, 403, 404, 302),
}


def cells(table: dict[str, tuple[int, ...]]) -> list[tuple[str, str, int]]:
    """Return the table as one line a role and address."""
    return [(role, address, status) for address, row in table.items() for role, status in zip(ROLES, row, strict=True)]


def filled(address: str, cast: Cast) -> str:
    people = {name: getattr(cast, name).id for name in ("operator", "officer", "administrator", "teacher")}
    return address.format(school=cast.school.id, other=cast.other_school.id, ward=cast.ward.id, **people)


def enter(client: PageClient, cast: Cast, role: str) -> None:
    """Sign in without the password, whose check is slow on purpose and tested elsewhere."""
    if role != "nobody":
        user = getattr(cast, role)
        with client.http.session_transaction() as cookie:
            cookie["_user_id"] = f"{user.id}:{user.session_key}"


@pytest.mark.parametrize(("role", "address", "status"), cells(PAGES))
def test_pages_open_for_those_who_may(client: PageClient, cast: Cast, role: str, address: str, status: int) -> None:
    enter(client, cast, role)
    response = client.http.get(filled(address, cast))
    assert response.status_code == status
    if status == 302:
        assert response.headers["Location"].startswith("/sign-in")


@pytest.mark.parametrize(("role", "address", "status"), cells(ACTIONS))
def test_accounts_change_by_the_hand_of_those_who_may(
    client: PageClient, cast: Cast, session: Session, role: str, address: str, status: int
) -> None:
    query = select(User.id, User.password_hash, User.is_active).order_by(User.id)
    enter(client, cast, role)
    before = session.execute(query).all()
    page = "/sign-in" if role == "nobody" else "/account"
    response = client.post(filled(address, cast), {"active": "0"}, csrf_from=page)
    assert response.status_code == status
    done = status == 200 or (status == 302 and role != "nobody")
    assert (session.execute(query).all() != before) == done


@pytest.mark.parametrize(
    ("giver", "place", "role"),
    [
        ("administrator", "school", "officer"),
        ("administrator", "school", "operator"),
        ("officer", "ward", "operator"),
        ("officer", "ward", "administrator"),
        ("operator", "ward", "operator"),
    ],
)
def test_a_role_that_is_not_offered_is_not_given_either(
    client: PageClient, cast: Cast, session: Session, giver: str, place: str, role: str
) -> None:
    enter(client, cast, giver)
    address = f"/organisations/{getattr(cast, place).id}/people"
    form = {"name": "Người mới", "login": "nguoi.moi", "role": role}
    assert client.post(address, form, csrf_from=address).status_code == 422
    assert session.scalars(select(Role).join(User).where(User.login == "nguoi.moi")).first() is None
