"""Sending a form: what is stored, what comes back, what programs are told, and that no cookie is ever set."""

from __future__ import annotations

import re
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from survey.campaigns.models import Wave
from survey.core.clock import utc_now
from survey.responses.closing import close_wave
from survey.responses.models import Response
from tests.factories import Cast
from tests.pages import PageClient, check_page
from tests.responses.fieldwork import (
    collector,
    fields_of,
    filled_in,
    form_page,
    number_stored,
    send,
)

JSON = {"Accept": "application/json"}


def test_a_filled_in_form_leads_to_its_receipt(client: PageClient, session: Session, code: str) -> None:
    page = client.visit(f"/S/{code}")
    response = send(client, code, filled_in(page, q11=["1", "3"]))
    assert response.status_code == 303
    receipt_page = client.visit(response.headers["Location"])
    receipt = response.headers["Location"].rpartition("/")[2]
    assert re.fullmatch("[0-9A-HJKMNP-TV-Z]{12}", receipt)
    assert f"{receipt[:4]} {receipt[4:8]} {receipt[8:]}" in receipt_page
    assert "Phiếu đã được nhận" in receipt_page
    assert number_stored(session) == 1


def test_missing_answers_are_asked_for_once_with_everything_kept(
    client: PageClient, session: Session, code: str
) -> None:
    page = client.visit(f"/S/{code}")
    fields = filled_in(page, q3=None, q7=None, q2="0", q11="2")
    response = send(client, code, fields)
    back = check_page("back", response)

    assert response.status_code == 422
    assert 'href="#c3"' in back
    assert 'href="#c7"' in back
    assert 'href="#c2"' not in back
    for name, value in (("q1", "1"), ("q2", "0"), ("q11", "2")):
        assert re.search(f'name="{name}" value="{value}" checked', back)
    assert "Bỏ qua và gửi" in back
    assert fields_of(back)["t"] == fields["t"]
    assert number_stored(session) == 0

    assert send(client, code, {**fields, **fields_of(back)}).status_code == 303
    assert number_stored(session) == 1


def test_two_answers_that_contradict_each_other_are_asked_about_once_and_then_say_nothing(
    client: PageClient, session: Session, code: str
) -> None:
    page = client.visit(f"/S/{code}")
    fields = filled_in(page, q11=["1", "7"])
    back = check_page("back", send(client, code, fields))
    assert "Hai ý đã chọn trái nhau" in back
    assert send(client, code, {**fields, "asked": "1"}).status_code == 303
    packed = session.scalars(select(Response.answers)).one()
    assert packed[-2:] == bytes([0x80, 0])


def test_an_empty_form_is_not_stored_even_if_sent_again(client: PageClient, session: Session, code: str) -> None:
    fields = fields_of(client.visit(f"/S/{code}"))
    for changes in ({}, {"asked": "1"}):
        response = send(client, code, {**fields, **changes})
        assert response.status_code == 422
        assert "chưa có câu trả lời nào" in check_page("empty", response)
    assert number_stored(session) == 0


# A field and a value that the form never offered.
IMPOSSIBLE = [("q1", "9"), ("q1", "-1"), ("q1", "x"), ("q1", ["1", "2"]), ("q11", "0"), ("q11", "99"), ("q1", "1 ")]


@pytest.mark.parametrize(("name", "value"), IMPOSSIBLE)
def test_an_answer_that_was_not_offered_is_asked_again_with_the_others_kept(
    client: PageClient, session: Session, code: str, name: str, value: Any
) -> None:
    page = client.visit(f"/S/{code}")
    response = send(client, code, filled_in(page, **{"asked": "1", name: value}))
    back = check_page("back", response)
    assert response.status_code == 422
    assert f'href="#c{name[1:]}"' in back
    assert 'name="q5" value="1" checked' in back
    assert number_stored(session) == 0


@pytest.mark.parametrize("token", [None, "", "x" * 43, "é", "A" * 5000], ids=["none", "empty", "forged", "odd", "long"])
@pytest.mark.parametrize("form", ["A", "B"])
def test_without_a_good_token_the_form_comes_back_with_a_fresh_one_and_nothing_lost(
    client: PageClient, session: Session, code: str, token: str | None, form: str
) -> None:
    page = form_page(client, code, form)
    fields = filled_in(page, t=token, q4="2")
    back = check_page("back", send(client, code, fields))
    fresh = fields_of(back)
    assert fresh["f"] == form
    assert 'name="q4" value="2" checked' in back
    assert "Gửi phiếu" in back
    assert send(client, code, {**fields, **fresh}).status_code == 303
    assert session.scalars(select(Response.form)).all() == [form]


def test_a_token_of_another_code_is_not_taken(
    client: PageClient, session: Session, cast: Cast, wave: Wave, code: str
) -> None:
    other = collector(session, wave, cast.own_class.id).code
    page = client.visit(f"/S/{other}")
    assert send(client, code, filled_in(page)).status_code == 422
    assert number_stored(session) == 0


def test_a_program_gets_json_for_each_outcome(client: PageClient, session: Session, wave: Wave, code: str) -> None:
    fields = filled_in(client.visit(f"/S/{code}"))
    late = filled_in(client.visit(f"/S/{code}"))
    receipts = []
    for answers, status in (({}, 201), ({}, 200), ({"q1": "2"}, 409)):
        response = send(client, code, {**fields, **answers}, headers=JSON)
        assert response.status_code == status
        receipts.append(response.json["receipt"] if response.json else None)
    assert len(set(receipts)) == 1
    assert client.visit(f"/R/{receipts[0]}")
    missing = send(client, code, {**late, "q2": ""}, headers=JSON)
    assert (missing.status_code, missing.json) == (422, {"receipt": None, "problem": "asked", "missing": [2]})
    close_wave(session, wave_id=wave.id, user_id=None, now=utc_now())
    session.commit()
    closed = send(client, code, late, headers=JSON)
    assert (closed.status_code, closed.json) == (410, {"receipt": None})
    assert send(client, code, fields, headers=JSON).status_code == 200


def test_a_browser_is_told_about_a_second_answer_and_about_a_closed_wave(
    client: PageClient, session: Session, wave: Wave, code: str
) -> None:
    fields = filled_in(client.visit(f"/S/{code}"))
    late = filled_in(client.visit(f"/S/{code}"))
    assert send(client, code, fields).headers["Location"] == send(client, code, fields).headers["Location"]
    other = send(client, code, {**fields, "q1": "2"})
    assert other.status_code == 409
    assert "gửi lần đầu được giữ nguyên" in check_page("409", other)
    close_wave(session, wave_id=wave.id, user_id=None, now=utc_now())
    session.commit()
    closed = send(client, code, late)
    assert closed.status_code == 410
    assert "Phiếu chưa được lưu" in check_page("410", closed)


def test_a_class_can_be_named_where_the_code_is_for_everybody(
    client: PageClient, session: Session, cast: Cast, wave: Wave, code: str
) -> None:
    page = client.visit(f"/S/{code}")
    assert re.findall(r'<option value="\d+">([^<]+)</option>', page) == ["4A", "6A", "7A"]
    send(client, code, filled_in(page, g=str(cast.own_class.id)))
    assert session.scalars(select(Response.group_id)).all() == [cast.own_class.id]
    assert "<select" not in client.visit(f"/S/{collector(session, wave, cast.own_class.id).code}")


def test_a_class_that_ended_meanwhile_costs_nobody_their_answers(
    client: PageClient, session: Session, cast: Cast, code: str
) -> None:
    fields = filled_in(client.visit(f"/S/{code}"), g=str(cast.own_class.id), q6="3")
    cast.own_class.ended_on = utc_now().date()
    session.commit()
    back = check_page("back", send(client, code, fields))
    assert 'name="q6" value="3" checked' in back
    assert send(client, code, {**fields, **fields_of(back)}).status_code == 303
    assert session.scalars(select(Response.group_id)).all() == [None]


def test_too_large_a_form_is_refused_with_a_page(client: PageClient, code: str) -> None:
    response = send(client, code, {"q1": "1" * 20_000})
    assert response.status_code == 413
    check_page("413", response)


def test_no_page_sets_a_cookie_or_varies_by_one(client: PageClient, code: str) -> None:
    page = client.http.get(f"/S/{code}", headers={"Cookie": "session=something; remember_token=x"})
    answers = [
        page,
        client.http.get("/S"),
        client.http.get("/S/abc"),
        client.http.get("/S/a/b"),
        client.http.get("/R/a"),
    ]
    sent = send(client, code, filled_in(page.get_data(as_text=True)))
    answers += [
        sent,
        client.http.get(sent.headers["Location"]),
        send(client, code, {}),
        send(client, code, {}, headers=JSON),
    ]
    answers += [client.http.put(f"/S/{code}"), client.http.get("/R"), client.http.get("/s/")]
    for answer in answers:
        assert "Set-Cookie" not in answer.headers
        assert "Cookie" not in answer.headers.get("Vary", "")
    assert client.http.get("/sign-in").headers.get("Vary", "").count("Cookie") == 1
