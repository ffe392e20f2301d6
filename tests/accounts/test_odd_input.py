"""What no keyboard types but a program may send: it is read as if it were not there, on either database."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from survey.accounts.models import User
from tests.factories import PASSWORD, Cast
from tests.pages import PageClient


def test_zero_bytes_in_a_login_are_refused_like_any_wrong_login(client: PageClient, cast: Cast) -> None:
    response = client.post("/sign-in", {"login": "no\0body", "password": "x\0y"}, csrf_from="/sign-in")
    assert response.status_code == 422


def test_zero_bytes_in_a_name_are_left_out(client: PageClient, cast: Cast, session: Session) -> None:
    client.sign_in("administrator", PASSWORD)
    address = f"/organisations/{cast.school.id}/people"
    form = {"name": "Cô\0 Lan\0", "login": "co.lan", "role": "viewer"}
    assert client.post(address, form, csrf_from=address).status_code == 200
    assert session.scalars(select(User.name).where(User.login == "co.lan")).one() == "Cô Lan"
