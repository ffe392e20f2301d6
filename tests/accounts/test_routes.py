"""Accounts through the pages."""

from __future__ import annotations

from datetime import datetime

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from survey.accounts import routes
from survey.accounts.first_start import make_setup_code
from survey.accounts.models import User
from survey.accounts.passwords import Check, check_password
from tests.factories import PASSWORD, Cast
from tests.pages import PageClient


def test_signing_in_and_out(client: PageClient, cast: Cast) -> None:
    page = client.visit("/sign-in")
    assert "Người trả lời phiếu không cần đăng nhập" in page
    client.sign_in("administrator", PASSWORD)
    assert "Administrator" in client.visit("/account")
    client.post("/sign-out", csrf_from="/account")
    assert client.http.get("/account").status_code == 302


def test_a_wrong_password_keeps_the_login_and_says_what_to_do(client: PageClient, cast: Cast) -> None:
    response = client.post("/sign-in", {"login": "administrator", "password": "sai"}, csrf_from="/sign-in")
    page = response.get_data(as_text=True)
    assert response.status_code == 422
    assert "chưa đúng" in page
    assert 'value="administrator"' in page


def test_too_many_wrong_passwords_say_when_to_try_again(client: PageClient, cast: Cast) -> None:
    for _ in range(6):
        response = client.post("/sign-in", {"login": "administrator", "password": "sai"}, csrf_from="/sign-in")
    assert "Hãy thử lại sau" in response.get_data(as_text=True)


@pytest.mark.parametrize(
    ("wanted", "reached"),
    [
        ("/account", "/account"),
        ("https://evil.example/", "/"),
        ("//evil.example/", "/"),
        ("/\\evil.example", "/"),
        ("", "/"),
    ],
)
def test_after_signing_in_one_stays_on_this_site(client: PageClient, cast: Cast, wanted: str, reached: str) -> None:
    form = {"login": "administrator", "password": PASSWORD, "next": wanted}
    response = client.post("/sign-in", form, csrf_from="/sign-in")
    assert response.headers["Location"] == reached


def test_a_form_without_its_token_is_refused(client: PageClient, cast: Cast) -> None:
    response = client.post("/sign-in", {"login": "administrator", "password": PASSWORD})
    assert response.status_code == 400


def test_too_long_a_name_is_refused_in_vietnamese(client: PageClient, cast: Cast) -> None:
    response = client.post("/sign-in", {"login": "a" * 65, "password": PASSWORD}, csrf_from="/sign-in")
    assert "Dài quá: nhiều nhất 64 ký tự." in response.get_data(as_text=True)


def test_comparing_a_password_holds_up_nobody_who_writes(
    client: PageClient, cast: Cast, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    def compare_while_somebody_else_writes(stored: str | None, password: str) -> Check:
        with Session(session.get_bind()) as other:
            other.execute(update(User).where(User.login == "administrator").values(name="Đã ghi"))
            other.commit()
        return check_password(stored, password)

    monkeypatch.setattr(routes, "check_password", compare_while_somebody_else_writes)
    client.sign_in("administrator", PASSWORD)
    assert "Đã ghi" in client.visit("/account")


def test_the_own_password_is_changed_by_knowing_the_old_one(client: PageClient, cast: Cast) -> None:
    client.sign_in("administrator", PASSWORD)
    new = "ngoi-truong-ben-song"
    wrong = client.post("/account/password", {"old": "sai", "new": new, "again": new}, csrf_from="/account")
    assert "Mật khẩu hiện tại chưa đúng" in wrong.get_data(as_text=True)
    right = client.post("/account/password", {"old": PASSWORD, "new": new, "again": new}, csrf_from="/account")
    assert right.status_code == 302
    # This session goes on.
    client.visit("/account")


def test_a_faulty_person_is_named_and_nothing_typed_is_lost(client: PageClient, cast: Cast, session: Session) -> None:
    client.sign_in("administrator", PASSWORD)
    address = f"/organisations/{cast.school.id}/people"
    form = {"name": "Cô Lan", "login": "có dấu", "role": "viewer"}
    response = client.post(address, form, csrf_from=address)
    page = response.get_data(as_text=True)
    assert response.status_code == 422
    assert "chữ thường không dấu" in page
    assert 'value="Cô Lan"' in page
    assert session.scalars(select(User).where(User.name == "Cô Lan")).first() is None


@pytest.mark.parametrize(
    ("login", "status"),
    [("administrator", 200), ("officer", 200), ("operator", 200), ("teacher", 403), ("viewer", 403), ("stranger", 404)],
)
def test_the_people_of_a_school_are_seen_by_those_who_look_after_them(
    client: PageClient, cast: Cast, login: str, status: int
) -> None:
    client.sign_in(login, PASSWORD)
    assert client.http.get(f"/organisations/{cast.school.id}/people").status_code == status


def test_a_stranger_resets_nobody(client: PageClient, cast: Cast, session: Session) -> None:
    client.sign_in("stranger", PASSWORD)
    own = f"/organisations/{cast.other_school.id}/people"
    for place in (cast.school.id, cast.other_school.id):
        address = f"/organisations/{place}/people/{cast.teacher.id}/password"
        assert client.post(address, csrf_from=own).status_code == 404


def test_the_first_start_leads_to_a_signed_in_administrator(
    client: PageClient, session: Session, now: datetime
) -> None:
    code = make_setup_code(session, now=now)
    session.commit()
    address = f"/setup/{code}"
    form = {
        "kind": "school",
        "place": "Trường THCS Suối Reo",
        "name": "Hiệu phó",
        "login": "hieu.pho",
        "password": "ngoi-truong-ben-song",
        "again": "khac-mat-roi",
    }
    page = client.post(address, form, csrf_from=address).get_data(as_text=True)
    assert "chưa giống nhau" in page
    form["again"] = form["password"]
    assert client.post(address, form, csrf_from=address).status_code == 302
    assert "Hiệu phó" in client.visit("/account")
    assert client.http.get(address).status_code == 410
