"""Every page of the respondent's side, whatever it says: to itself, uncached, without a cookie, from nobody else."""

from __future__ import annotations

import re

import pytest
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from survey.collection.windows import open_kiosk
from survey.core.clock import utc_now
from survey.responses.closing import close_wave
from survey.responses.scripts import POLICY
from tests.factories import Cast
from tests.pages import PageClient
from tests.responses.fieldwork import collector, filled_in, make_wave, number_stored

OTHERS = re.compile(r"""(?:src|href|action|content|url)\s*[=(]\s*["']?(?:https?:)?//(?!hr\.test)""", re.IGNORECASE)
SOURCES = "style-src|script-src|connect-src 'self'|form-action 'self'|base-uri 'none'|default-src 'none'"


def all_pages(client: PageClient, session: Session, cast: Cast) -> dict[str, TestResponse]:
    """Open every kind of page, on a phone of one's own and on a device for many."""
    wave = make_wave(session, cast.school, now=utc_now())
    code = collector(session, wave).code
    place = {"wave": wave, "organisation_id": cast.school.id, "group_id": None, "person": None}
    kiosk = open_kiosk(session, **place, now=utc_now()).code
    closed = make_wave(session, cast.school, "staff", now=utc_now())
    closed_code = collector(session, closed).code
    close_wave(session, wave_id=closed.id, user_id=None, now=utc_now())
    draft = collector(session, make_wave(session, cast.school, "pupils_primary", now=utc_now(), is_open=False)).code
    session.commit()
    http = client.http
    fields = filled_in(http.get(f"/S/{code}").get_data(as_text=True))
    shared = filled_in(http.get(f"/S/{kiosk}").get_data(as_text=True))
    receipt, kiosk_receipt = (
        http.post(f"/S/{one}", data=sent).headers["Location"] for one, sent in ((code, fields), (kiosk, shared))
    )
    return {
        "form": http.get(f"/S/{code}"),
        "form in English": http.get(f"/S/{code}?lang=en"),
        "code": http.get("/S"),
        "unknown code": http.get("/S/0000000"),
        "closed": http.get(f"/S/{closed_code}"),
        "not yet": http.get(f"/S/{draft}"),
        "asked": http.post(f"/S/{code}", data={**fields, "q1": ""}),
        "another language": http.post(f"/S/{code}?lang=en", data={**fields, "switch": "1"}),
        "forged": http.post(f"/S/{code}", data={**fields, "t": "x"}),
        "answered differently": http.post(f"/S/{code}", data={**fields, "q1": "2"}),
        "sent": http.post(f"/S/{code}", data=fields),
        "sent by the script": http.post(f"/S/{code}", data=fields, headers={"Accept": "application/json"}),
        "receipt": http.get(receipt),
        "receipt of a device for many": http.get(kiosk_receipt),
        "withdrawal": http.get(f"{receipt}/withdraw"),
        "unknown receipt": http.get("/R/0000-0000-0000"),
        "too large": http.post(f"/S/{code}", data={"q1": "x" * 20_000}),
    }


def test_every_page_keeps_to_itself(client: PageClient, session: Session, cast: Cast) -> None:
    pages = all_pages(client, session, cast)
    assert len({page.status_code for page in pages.values()}) > 5
    for name, page in pages.items():
        headers = page.headers
        assert headers["Cache-Control"] == "no-store", name
        assert headers["Referrer-Policy"] == "no-referrer", name
        assert headers["X-Content-Type-Options"] == "nosniff", name
        assert "Set-Cookie" not in headers, name
        assert "Cookie" not in headers.get("Vary", ""), name
        assert not OTHERS.search(page.get_data(as_text=True)), name
        if page.mimetype == "text/html" and page.status_code != 303:
            assert headers["Content-Security-Policy"] == POLICY, name
            assert set(re.findall(SOURCES, POLICY)) == set(SOURCES.split("|"))


def test_only_receipts_of_devices_for_many_make_way_by_themselves(
    client: PageClient, session: Session, cast: Cast
) -> None:
    pages = {name: page.get_data(as_text=True) for name, page in all_pages(client, session, cast).items()}
    refreshing = [name for name, page in pages.items() if 'http-equiv="refresh"' in page]
    assert refreshing == ["receipt of a device for many"]
    page = pages["receipt of a device for many"]
    assert re.search(r'<noscript><meta http-equiv="refresh" content="20;url=/S/[0-9A-Z]{7}"></noscript>', page)
    assert "Người tiếp theo" in page
    assert "withdraw" not in page


# What is kept on the device: the marks on the form by which the script knows.
MARKS = [
    ("parents", "poster", True, True),
    ("staff", "poster", True, True),
    ("pupils_secondary", "poster", False, True),
    ("parents", "kiosk", False, False),
]


@pytest.mark.parametrize(("audience", "mode", "keeps", "marks"), MARKS)
def test_the_page_tells_the_script_what_it_may_keep(
    client: PageClient, session: Session, cast: Cast, audience: str, mode: str, keeps: bool, marks: bool
) -> None:
    wave = make_wave(session, cast.school, audience, now=utc_now())
    way_in = collector(session, wave)
    if mode == "kiosk":
        way_in = open_kiosk(
            session, wave=wave, organisation_id=cast.school.id, group_id=None, person=None, now=utc_now()
        )
    session.commit()
    page = client.visit(f"/S/{way_in.code}")
    assert f'data-mode="{mode}"' in page
    assert ('data-keep="1"' in page) == keeps
    assert (f'data-wave="{wave.id}"' in page) == marks


def test_switching_the_language_stores_nothing_and_loses_nothing(
    client: PageClient, session: Session, code: str
) -> None:
    page = client.visit(f"/S/{code}")
    chosen = filled_in(page, q2="0", q3=None, q11=["1", "3"], switch="1")
    response = client.http.post(f"/S/{code}?lang=en", data=chosen)
    english = response.get_data(as_text=True)
    assert response.status_code == 200
    assert '<html lang="en">' in english
    for name, value in (("q1", "1"), ("q2", "0"), ("q11", "1"), ("q11", "3")):
        assert re.search(f'name="{name}" value="{value}" checked', english)
    assert 'name="q3" value="1" checked' not in english
    assert f'name="t" value="{chosen["t"]}"' in english
    assert 'id="note"' not in english
    assert 'name="asked"' not in english
    assert number_stored(session) == 0
    back = client.http.post(f"/S/{code}", data={**chosen, "asked": "1"}).get_data(as_text=True)
    assert '<html lang="vi">' in back
    assert 'name="asked" value="1"' in back
