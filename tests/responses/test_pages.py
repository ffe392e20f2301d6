"""The respondent's pages through the client: forms, what comes back, receipts, doors, headers and sizes."""

from __future__ import annotations

import gzip
import re
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from survey.campaigns.models import Wave
from survey.collection.models import Collector
from survey.core.clock import utc_now
from survey.instruments.operations import publish_instrument
from survey.responses.caches import RespondentCache
from survey.responses.closing import close_wave, start_closing
from survey.responses.models import Response
from tests.factories import PASSWORD, Cast, make_group
from tests.pages import PageClient, check_page
from tests.responses.fieldwork import AUDIENCES, collector, fields_of, filled_in, make_wave, questionnaire

JSON = {"Accept": "application/json"}
BUDGET = 14_000


@pytest.fixture(autouse=True)
def _fresh_memory(app: Flask) -> None:
    """Tests change waves faster than the two seconds for which a process remembers them."""
    memory(app).forget()


def memory(app: Flask) -> RespondentCache:
    cache: RespondentCache = app.extensions["survey.responses"]
    return cache


@pytest.fixture
def wave(session: Session, cast: Cast) -> Wave:
    """A wave for parents, open since now."""
    return make_wave(session, cast.school, now=utc_now())


@pytest.fixture
def code(session: Session, wave: Wave) -> str:
    """The code for everybody of that wave."""
    return collector(session, wave).code


def number_stored(session: Session) -> int:
    session.rollback()
    return session.scalar(select(func.count()).select_from(Response)) or 0


def send(client: PageClient, code: str, fields: dict[str, Any], **kwargs: Any) -> TestResponse:
    return client.http.post(f"/S/{code}", data=fields, **kwargs)


def form_page(client: PageClient, code: str, form: str) -> str:
    """Open the page until it comes with the form wanted; each has an even chance."""
    for _ in range(200):
        page = client.visit(f"/S/{code}")
        if fields_of(page)["f"] == form:
            return page
    raise AssertionError(f"form {form} never came")


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


# How a code may be written in an address, made from its plain form.
SPELLINGS = [
    (lambda code: code, "as printed"),
    (str.lower, "in small letters"),
    (lambda code: f"{code[:4]}-{code[4:]}", "with a hyphen"),
    (lambda code: f"{code[:4]}%20{code[4:].lower()}", "with a space"),
    (lambda code: code.replace("1", "I").replace("0", "o"), "with misread letters"),
]


@pytest.mark.parametrize("spell", [spell for spell, _ in SPELLINGS], ids=[remark for _, remark in SPELLINGS])
@pytest.mark.parametrize("prefix", ["/S/", "/s/"])
def test_a_code_is_understood_however_it_is_written(client: PageClient, code: str, spell: Any, prefix: str) -> None:
    assert f'action="/S/{code}"' in client.visit(f"{prefix}{spell(code)}")


def test_the_page_for_a_code_leads_to_its_form_and_helps_with_a_wrong_one(client: PageClient, code: str) -> None:
    for address in ("/S", "/s", "/S/", "/S?code=%20"):
        assert 'name="code"' in client.visit(address)
    response = client.http.get(f"/S?code={code[:3].lower()}+{code[3:]}")
    assert (response.status_code, response.headers["Location"]) == (302, f"/S/{code}")
    wrong = client.visit("/S?code=7K2", status=404)
    assert "Không có phiếu nào mang mã này" in wrong
    assert 'value="7K2"' in wrong


@pytest.mark.parametrize("address", ["/S/0000000", "/S/abc", "/S/abc/def/ghi", "/R/0000-0000-0000", "/R/abc/def"])
def test_unknown_codes_and_receipts_get_a_page_that_helps(client: PageClient, address: str) -> None:
    assert 'href="/S"' in client.visit(address, status=404) or 'name="code"' in client.visit(address, status=404)


# What was done to the wave, the status, and words of the page.
DOORS = [
    pytest.param("draft", 403, "chưa mở", id="not opened"),
    pytest.param("early", 403, "Phiếu mở từ ngày", id="before its first day"),
    pytest.param("closing", 410, "Đợt hỏi này đã kết thúc", id="closing: no new forms"),
    pytest.param("closed", 410, "Đợt hỏi này đã kết thúc", id="closed"),
    pytest.param("passed", 410, "Đợt hỏi này đã kết thúc", id="closing date passed"),
]


@pytest.mark.parametrize(("what", "status", "words"), DOORS)
def test_a_closed_door_says_what_to_do(
    client: PageClient, session: Session, wave: Wave, code: str, what: str, status: int, words: str
) -> None:
    change(session, wave, what)
    assert words in client.visit(f"/S/{code}", status=status)


def change(session: Session, wave: Wave, what: str) -> None:
    now = utc_now()
    if what == "draft":
        wave.state = "draft"
    elif what == "early":
        wave.opens += timedelta(days=5)
    elif what == "passed":
        wave.opens, wave.closes = wave.opens - timedelta(days=9), wave.opens - timedelta(days=2)
    elif what == "closing":
        start_closing(session, wave_id=wave.id, user_id=None, now=now)
    else:
        close_wave(session, wave_id=wave.id, user_id=None, now=now)
    session.commit()


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


def test_demo_organisations_are_marked(client: PageClient, session: Session, cast: Cast, code: str) -> None:
    assert "DEMO" not in client.visit(f"/S/{code}")
    cast.school.is_demo = True
    session.commit()
    memory(client.http.application).forget()
    page = client.visit(f"/S/{code}")
    assert "DEMO" in page
    response = send(client, code, filled_in(page))
    assert "DEMO" in client.visit(response.headers["Location"])


def test_names_are_shown_as_text(client: PageClient, session: Session, cast: Cast, code: str) -> None:
    cast.school.name = '<b>Trường</b> & "{{ 7*7 }}"'
    session.commit()
    page = client.http.get(f"/S/{code}").get_data(as_text=True)
    assert "&lt;b&gt;Trường&lt;/b&gt; &amp; &#34;{{ 7*7 }}&#34;" in page


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
    for answer in answers:
        assert "Set-Cookie" not in answer.headers
        assert "Cookie" not in answer.headers.get("Vary", "")
    assert client.http.get("/sign-in").headers.get("Vary", "").count("Cookie") == 1


def test_headers_keep_the_page_to_itself(client: PageClient, code: str) -> None:
    headers = client.http.get(f"/S/{code}").headers
    policy = headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert re.search(r"style-src 'sha256-[A-Za-z0-9+/]{43}='", policy)
    assert "nonce" not in policy
    assert "unsafe" not in policy
    assert "frame-ancestors 'self'" in policy
    assert (headers["Cache-Control"], headers["Referrer-Policy"]) == ("no-store", "no-referrer")
    assert headers["Vary"] == "Accept-Encoding"


# What the browser says it takes, and whether it gets gzip.
ENCODINGS = [("gzip, deflate, br", True), ("gzip;q=0", False), ("identity", False), ("", False), ("br", False)]


@pytest.mark.parametrize(("accepted", "is_gzip"), ENCODINGS)
def test_gzip_is_sent_to_those_who_take_it_and_says_the_same(
    client: PageClient, code: str, accepted: str, is_gzip: bool
) -> None:
    for address in (f"/S/{code}", "/S"):
        response = client.http.get(address, headers={"Accept-Encoding": accepted})
        assert (response.headers.get("Content-Encoding") == "gzip") == is_gzip
        page = gzip.decompress(response.data) if is_gzip else response.data
        assert page.decode().rstrip().endswith("</html>")
        assert "Accept-Encoding" in response.headers["Vary"]


def test_each_visit_gets_a_token_of_its_own_and_either_form(client: PageClient, code: str) -> None:
    visits = [fields_of(client.visit(f"/S/{code}")) for _ in range(40)]
    assert len({fields["t"] for fields in visits}) == 40
    assert {fields["f"] for fields in visits} == {"A", "B"}


@pytest.mark.parametrize("audience", AUDIENCES)
def test_the_page_of_every_form_fits_the_budget_with_headers(
    client: PageClient, session: Session, cast: Cast, audience: str
) -> None:
    organisation = cast.ward if audience == "community" else cast.school
    for number in range(30):
        kind = {"staff": {"staff_kind": "teacher"}, "community": {}}.get(audience, {"grade": 3 + number % 7})
        make_group(session, organisation, f"Nhóm có tên khá dài số {number}", **kind)
    way_in = collector(session, make_wave(session, organisation, audience, now=utc_now()))
    for form in "AB":
        for suffix in ("", "?lang=en"):
            size = measured(client, way_in.code, form, suffix)
            assert 1_000 < size <= BUDGET, f"{audience} {form}{suffix}: {size}"


def measured(client: PageClient, code: str, form: str, suffix: str) -> int:
    for _ in range(200):
        response = client.http.get(f"/S/{code}{suffix}", headers={"Accept-Encoding": "gzip"})
        if fields_of(gzip.decompress(response.data).decode())["f"] == form:
            return len(response.data) + len(f"HTTP/1.1 200 OK\r\n{response.headers}".encode())
    raise AssertionError(f"form {form} never came")


def test_every_option_of_every_form_is_on_the_page_with_not_clear_last(
    client: PageClient, session: Session, cast: Cast
) -> None:
    for audience in AUDIENCES[:-1]:
        way_in = collector(session, make_wave(session, cast.school, audience, now=utc_now()))
        for form in "AB":
            page = form_page(client, way_in.code, form)
            for place, item in enumerate(questionnaire(audience).items_of(form), start=1):
                codes = [int(value) for value in re.findall(f'name="q{place}" value="(\\d+)"', page)]
                assert codes == [*range(1, len(item.options) + 1), *([0] if item.scored else [])]
            assert page.count("<fieldset") == len(questionnaire(audience).items_of(form))


def test_the_language_is_offered_only_if_the_whole_instrument_has_it(
    client: PageClient, session: Session, cast: Cast
) -> None:
    definition = questionnaire("parents")
    for languages, heading in ((("vi", "en"), "Resolution 71"), (("vi",), "Nghị quyết 71")):
        changed = type(definition).from_dict({**definition.to_dict(), "languages": list(languages)})
        wave = make_wave(session, cast.school, now=utc_now(), definition=changed)
        page = client.visit(f"/S/{collector(session, wave).code}?lang=en")
        assert f"<h1>{heading}" in page
        assert ("hreflang" in page) == (len(languages) > 1)
    english = session.scalars(select(Wave.id).order_by(Wave.id)).first()
    way_in = session.scalars(select(Collector).where(Collector.wave_id == english, Collector.group_id.is_(None))).one()
    page = client.visit(f"/S/{way_in.code}?lang=en")
    response = client.http.post(f"/S/{way_in.code}?lang=en", data=filled_in(page))
    assert response.headers["Location"].endswith("?lang=en")
    assert session.scalars(select(Response.language)).all() == ["en"]


def test_a_trial_goes_the_whole_way_and_stores_nothing(client: PageClient, session: Session, cast: Cast) -> None:
    version = publish_instrument(session, questionnaire("staff"), utc_now())
    session.commit()
    address = f"/try/{version.id}"
    assert client.http.get(address).status_code == 302
    client.sign_in("administrator", PASSWORD)
    for form in "AB":
        page = client.visit(f"{address}?form={form}")
        assert "Bản thử: không lưu câu trả lời" in page
        assert fields_of(page)["f"] == form
        back = client.post(address, filled_in(page, q1=None))
        assert back.status_code == 422
        response = client.post(address, filled_in(page))
        assert response.status_code == 303
        assert "Bản thử" in client.visit(response.headers["Location"])
    assert number_stored(session) == 0


def test_only_reviewers_may_try_an_instrument(client: PageClient, session: Session, cast: Cast) -> None:
    version = publish_instrument(session, questionnaire("staff"), utc_now())
    session.commit()
    client.sign_in("teacher", PASSWORD)
    for method in (client.http.get, client.http.post):
        assert method(f"/try/{version.id}").status_code == 403
