"""A meeting in the hall: the administrator opens it, the code on the screen changes, a lost line changes nothing."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Page, Route, expect
from sqlalchemy.orm import Session

from survey.campaigns.models import Wave
from survey.core.clock import utc_now
from survey.core.time_codes import slot_ends, slot_of
from survey.monitor.slots import next_slot
from tests.factories import Cast
from tests.journeys.conftest import LiveServer, PageMaker
from tests.journeys.test_teacher_in_class import assert_fits, code_of, letters_of, scanned, sign_in
from tests.responses.fieldwork import make_wave, memory, number_stored

pytestmark = pytest.mark.browser

SITE = "http://hr.test"


@pytest.fixture
def meeting(app: Flask, session: Session, cast: Cast) -> Wave:
    """A wave for parents, open since now."""
    memory(app).forget()
    app.extensions.pop("survey.monitor", None)
    return make_wave(session, cast.school, "parents", now=utc_now())


def open_meeting(page: Page, url: str, wave: Wave) -> int:
    sign_in(page, url, "administrator")
    page.goto(f"{url}/waves/{wave.id}/meetings/new")
    page.get_by_label("Bao nhiêu người có mặt, theo danh sách ký tên?").fill("230")
    page.get_by_role("button", name="Mở và chiếu lên").click()
    return int(page.url.rpartition("/")[2])


def answer(phone: Page) -> None:
    for place in range(1, 11):
        phone.locator(f"#c{place} label").first.click()
    phone.get_by_role("button", name="Gửi phiếu").click()
    skip = phone.get_by_role("button", name="Bỏ qua và gửi")
    if skip.count():
        skip.click()
    expect(phone.get_by_role("heading", level=1)).to_have_text("Phiếu đã được nhận")


def test_from_the_sign_in_sheet_to_the_first_receipts(
    live_server: LiveServer,
    new_page: PageMaker,
    session: Session,
    meeting: Wave,
    violations: Callable[[Page], list[Any]],
) -> None:
    screen = new_page(width=1920, height=1080)
    number = open_meeting(screen, live_server.url, meeting)
    assert_fits(screen, (1280, 800), (1024, 768), (360, 740), (320, 640), (1920, 1080))
    assert violations(screen) == []
    assert letters_of(screen, ".typed .code") >= 1 / 20
    assert letters_of(screen, ".typed strong") >= 1 / 20
    code = code_of(session, number)
    address = scanned(screen)
    assert address.startswith(f"HTTP://HR.TEST/S/{code}/")

    by_camera = new_page(scripts=False)
    by_camera.goto(live_server.url + address.removeprefix("HTTP://HR.TEST"))
    answer(by_camera)
    typing = new_page(scripts=False)
    typing.goto(f"{live_server.url}/S")
    typing.locator("input[name=code]").fill(screen.locator(".typed .code").inner_text())
    typing.get_by_role("button", name="Mở phiếu").click()
    answer(typing)
    assert number_stored(session) == 2
    expect(screen.locator("[data-part=received]")).to_have_text("2", timeout=6000)

    for address in (f"/waves/{meeting.id}/meetings/new", f"/waves/{meeting.id}/sessions", "/sessions/new"):
        screen.goto(live_server.url + address)
        assert violations(screen) == [], address
        assert_fits(screen, (360, 740), (320, 640))
        assert violations(screen) == [], address
        screen.set_viewport_size({"width": 1920, "height": 1080})

    at_home = new_page(scripts=False)
    at_home.goto(f"{live_server.url}/S/{code}")
    assert at_home.locator("#c1").count() == 0


def test_the_code_changes_without_a_flicker_and_stays_when_the_line_is_lost(
    app: Flask, live_server: LiveServer, new_page: PageMaker, session: Session, meeting: Wave
) -> None:
    screen = new_page(width=1280, height=800)
    number = open_meeting(screen, live_server.url, meeting)
    code = code_of(session, number)
    signer = app.extensions["survey.signer"]
    following = next_slot(signer, SITE, code, slot_ends(utc_now()) - timedelta(seconds=1))
    assert following is not None
    assert following.code == signer.time_code(code, slot_of(utc_now()) + 1)

    def near_the_end(route: Route) -> None:
        """Pass the server's answer on as it is one second before the slot ends: nobody waits a minute and a half."""
        answer = route.fetch()
        state = answer.json()
        if state["slot"]["code"] != following.code:
            state["slot"] |= {"seconds": 1, "next": following.to_dict()}
        route.fulfill(response=answer, json=state)

    loads: list[str] = []
    screen.on("framenavigated", lambda frame: loads.append(frame.url))
    screen.route("**/state", near_the_end)
    # The code changes by itself, from what came before the slot ended; then the line is cut.
    expect(screen.locator(".typed .code")).to_have_text(following.typed, timeout=10000)
    screen.unroute("**/state")
    screen.route("**/state", lambda route: route.abort())
    assert scanned(screen).startswith(f"HTTP://HR.TEST/S/{code}/{following.code}")
    lost = screen.locator("[data-part=line]")
    assert not lost.is_visible()
    lost.wait_for(timeout=15000)
    assert screen.locator(".typed .code").inner_text() == following.typed
    assert loads == [], "nothing was loaded anew"
    screen.unroute("**/state")
    lost.wait_for(state="hidden", timeout=15000)
