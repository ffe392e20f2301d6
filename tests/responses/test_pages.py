"""The pages that respondents open: forms, doors, codes, languages, trials; their headers and sizes."""

from __future__ import annotations

import gzip
import re
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from survey.campaigns.models import Wave
from survey.collection.models import Collector
from survey.core.clock import utc_now
from survey.instruments.operations import publish_instrument
from survey.responses.closing import close_wave, start_closing
from survey.responses.models import Response
from tests.factories import PASSWORD, Cast
from tests.pages import PageClient
from tests.responses.fieldwork import (
    AUDIENCES,
    collector,
    fields_of,
    filled_in,
    form_page,
    make_wave,
    memory,
    number_stored,
    questionnaire,
    send,
)

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
        assert ('name="switch"' in page) == (len(languages) > 1)
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
