"""A parent whose phone runs scripts: one question at a time, on a line that fails in every way a hall's line fails."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect
from sqlalchemy import select
from sqlalchemy.orm import Session

from survey.core.clock import utc_now
from survey.responses.closing import close_wave
from survey.responses.models import Response
from tests.factories import Cast
from tests.journeys.conftest import LiveServer, PageMaker
from tests.responses.fieldwork import collector, make_wave, number_stored

pytestmark = pytest.mark.browser

PORTAL = "<html><title>Đăng nhập Wi-Fi</title><form>Mã phòng</form></html>"


@pytest.fixture
def code(session: Session, cast: Cast) -> str:
    """The code for everybody of a wave for parents."""
    return collector(session, make_wave(session, cast.school, now=utc_now())).code


@pytest.fixture
def address(live_server: LiveServer, code: str) -> str:
    """Where the form is."""
    return f"{live_server.url}/S/{code}"


def tap(page: Page, name: str) -> None:
    """Tap a button by its words."""
    page.get_by_role("button", name=name, exact=True).click()


def answer_until(page: Page, place: int, option: int = 1) -> None:
    """Choose an option in every question up to a place, going on after each."""
    tap(page, "Bắt đầu")
    for number in range(1, place + 1):
        expect(page.locator(".on .step")).to_have_text(f"Câu {number}/10")
        page.locator(".on .o").nth(option - 1).click()
        tap(page, "Tiếp")


def fill_in(page: Page, option: int = 1) -> None:
    """Answer everything, up to the last step before sending."""
    answer_until(page, 10, option)
    page.locator(".on .o").first.click()
    tap(page, "Tiếp")
    page.get_by_label("Con của anh/chị học lớp nào?").select_option("6A")


def receipt(page: Page) -> str:
    """Wait for the receipt and return it."""
    page.locator(".receipt").wait_for()
    return page.locator(".receipt").inner_text()


def only_answer(session: Session) -> bytes:
    """Return the one answer that is stored."""
    session.rollback()
    return session.scalars(select(Response)).one().answers


def test_one_question_at_a_time_to_the_receipt_and_back_never_shows_the_form_again(
    page: Page, address: str, session: Session, violations: Callable[[Page], list[Any]]
) -> None:
    requests: list[str] = []
    page.on("request", lambda request: requests.append(f"{request.method} {request.url}"))
    page.goto(address)
    assert page.locator("fieldset:visible").count() == 0
    assert violations(page) == [], "first screen"
    answer_until(page, 3)
    expect(page.locator("fieldset:visible")).to_have_count(1)
    assert page.locator(".track div").evaluate("bar => bar.style.width") == f"{100 * 4 / 12:.4f}%"
    assert violations(page) == [], "question"
    # The phone's own back key goes to the question before.
    page.go_back()
    expect(page.locator(".on .step")).to_have_text("Câu 3/10")
    tap(page, "Quay lại")
    expect(page.locator(".on .step")).to_have_text("Câu 2/10")
    page.locator(".on .o").nth(4).click()
    for _ in range(9):
        tap(page, "Tiếp")
    page.locator(".on .o").first.click()
    tap(page, "Tiếp")
    tap(page, "Gửi phiếu")

    expect(page.get_by_role("heading", name="Còn 7 câu chưa chọn")).to_be_visible()
    assert violations(page) == [], "asked"
    tap(page, "Xem câu chưa chọn")
    expect(page.locator(".on .step")).to_have_text("Câu 4/10")
    page.locator(".on .o").first.click()
    tap(page, "Tiếp")
    for _ in range(5):
        page.locator(".on .o").nth(1).click()
        tap(page, "Tiếp")
    expect(page.locator(".on .step")).to_have_text("Câu 10/10")
    tap(page, "Gửi phiếu")

    shown = receipt(page)
    assert only_answer(session)[:10] == bytes([1, 0, 1, 1, 2, 2, 2, 2, 2, 0xFF])
    posts = [one for one in requests if one.startswith("POST")]
    assert posts == [f"POST {address}"]
    assert page.context.cookies() == []
    assert page.evaluate("Object.keys(sessionStorage).filter(key => sessionStorage[key].includes('q1'))") == []
    assert_back_leads_to_the_receipt(page, shown)
    assert number_stored(session) == 1


def assert_back_leads_to_the_receipt(page: Page, shown: str) -> None:
    """The receipt stays through reload and back; the filled-in form never comes again."""
    page.goto("about:blank")
    page.go_back()
    assert receipt(page) == shown
    page.reload()
    assert receipt(page) == shown
    page.go_back()
    assert page.locator("input:checked").count() == 0


def test_offline_in_the_middle_then_online_stores_once(
    page: Page, address: str, session: Session, violations: Callable[[Page], list[Any]]
) -> None:
    page.goto(address)
    answer_until(page, 4)
    page.context.set_offline(True)
    for _ in range(7):
        page.locator(".on .o").first.click()
        tap(page, "Tiếp")
    tap(page, "Gửi phiếu")
    expect(page.get_by_role("status")).to_contain_text("Chưa gửi được")
    expect(page.get_by_role("button", name="Gửi theo cách thường")).to_be_visible()
    assert page.locator("input:enabled:not([type=hidden])").count() == 0
    assert violations(page) == [], "not sent"
    assert number_stored(session) == 0
    page.context.set_offline(False)
    receipt(page)
    assert number_stored(session) == 1


def test_a_reply_lost_after_the_commit_is_asked_for_again_and_stored_once(
    page: Page, address: str, session: Session
) -> None:
    lost: list[str] = []

    def lose_the_first(route: Route) -> None:
        if route.request.method != "POST" or len(lost) > 1:
            return route.continue_()
        lost.append(route.fetch().json()["receipt"])
        return route.abort()

    page.route("**/S/*", lose_the_first)
    page.goto(address)
    fill_in(page)
    tap(page, "Gửi phiếu")
    assert receipt(page).replace(" ", "") == lost[0] == lost[1]
    assert number_stored(session) == 1


# What a network's own sign-in page may answer in our place.
FOREIGN = [
    pytest.param({"status": 200, "content_type": "text/html", "body": PORTAL}, id="a page"),
    pytest.param({"status": 200, "content_type": "application/json", "body": '{"ok": true}'}, id="other JSON"),
    pytest.param(
        {"status": 200, "content_type": "application/json", "body": '{"receipt": "OK"}'}, id="no receipt of ours"
    ),
    pytest.param({"status": 511, "content_type": "text/html", "body": PORTAL}, id="sign in first"),
]


@pytest.mark.parametrize("answer", FOREIGN)
def test_an_answer_that_is_not_ours_is_never_success(
    page: Page, address: str, session: Session, answer: dict[str, Any]
) -> None:
    page.route("**/S/*", lambda route: route.fulfill(**answer) if route.request.method == "POST" else route.continue_())
    page.goto(address)
    tap(page, "Bắt đầu")
    page.locator(".on .o").first.click()
    for _ in range(11):
        tap(page, "Tiếp")
    tap(page, "Gửi phiếu")
    tap(page, "Bỏ qua và gửi")
    expect(page.get_by_role("status")).to_contain_text("Chưa gửi được")
    assert number_stored(session) == 0
    assert page.url == address
    again = page.get_by_role("button", name="Gửi lại ngay", exact=True)
    with page.expect_request(lambda request: request.method == "POST"):
        again.click()
    expect(page.get_by_role("status")).to_contain_text("Chưa gửi được")
    assert number_stored(session) == 0
    # From here on our own server answers; the page tries again by itself.
    page.unroute("**/S/*")
    receipt(page)
    assert number_stored(session) == 1


def test_the_plain_way_is_always_there(page: Page, address: str, session: Session) -> None:
    def only_plain(route: Route) -> None:
        is_script = "application/json" in route.request.headers.get("accept", "")
        if is_script:
            route.abort()
        else:
            route.continue_()

    page.route("**/S/*", only_plain)
    page.goto(address)
    fill_in(page, option=2)
    tap(page, "Gửi phiếu")
    tap(page, "Gửi theo cách thường")
    receipt(page)
    assert only_answer(session)[:10] == bytes([2] * 9 + [2])


def test_two_taps_send_once(page: Page, address: str, session: Session) -> None:
    posts: list[str] = []
    page.on("request", lambda request: posts.append(request.url) if request.method == "POST" else None)
    page.goto(address)
    fill_in(page)
    page.get_by_role("button", name="Gửi phiếu", exact=True).dblclick()
    receipt(page)
    assert len(posts) == 1
    assert number_stored(session) == 1


def test_a_reload_in_the_middle_keeps_answers_whichever_form_comes_next(
    page: Page, address: str, session: Session
) -> None:
    page.goto(address)
    form = page.locator("input[name=f]").get_attribute("value")
    token = page.locator("input[name=t]").get_attribute("value")
    answer_until(page, 3, option=2)
    for _ in range(5):
        page.goto(address)
        expect(page.locator(".on .step")).to_have_text("Câu 4/10")
        assert page.locator("input[name=f]").get_attribute("value") == form
        assert page.locator("input[name=t]").input_value() == token
        assert page.locator("fieldset input:checked").count() == 3
    assert number_stored(session) == 0


def test_a_phone_that_reloads_while_sending_goes_on_with_the_same_answers(
    page: Page, address: str, session: Session
) -> None:
    # No answer gets through; a form is still drawn, by a POST too when the reload brings the other form first.
    page.route("**/S/*", lambda route: route.abort() if route.request.resource_type == "fetch" else route.continue_())
    page.goto(address)
    form = page.locator("input[name=f]").get_attribute("value")
    fill_in(page)
    tap(page, "Gửi phiếu")
    expect(page.get_by_role("status")).to_contain_text("Chưa gửi được")
    page.on("dialog", lambda dialog: dialog.accept())
    # The line comes back only after the page has: else the page may have sent by itself, and left for the receipt.
    page.goto(address)
    expect(page.get_by_role("status")).to_contain_text("Chưa gửi được")
    page.unroute("**/S/*")
    receipt(page)
    session.rollback()
    assert session.scalars(select(Response.form)).all() == [form]


def test_another_language_keeps_what_was_chosen(page: Page, address: str, session: Session) -> None:
    page.goto(address)
    answer_until(page, 2, option=3)
    token = page.locator("input[name=t]").input_value()
    tap(page, "English")
    expect(page.locator(".on .step")).to_have_text("Question 3/10")
    assert page.locator("html").get_attribute("lang") == "en"
    assert page.locator("fieldset input:checked").count() == 2
    assert page.locator("input[name=t]").input_value() == token
    page.get_by_role("button", name="Tiếng Việt").click()
    expect(page.locator(".on .step")).to_have_text("Câu 3/10")
    assert page.locator("fieldset input:checked").count() == 2
    assert number_stored(session) == 0


def test_somebody_else_on_the_same_phone_is_welcome(
    page: Page, address: str, session: Session, violations: Callable[[Page], list[Any]]
) -> None:
    for expected in (1, 2):
        page.goto(address)
        if expected == 2:
            expect(page.get_by_role("heading", name="Máy này đã gửi một phiếu")).to_be_visible()
            assert violations(page) == [], "marker"
            tap(page, "Tôi là người khác")
        fill_in(page)
        tap(page, "Gửi phiếu")
        receipt(page)
        assert number_stored(session) == expected
    assert page.evaluate("Object.entries(localStorage).length") == 1
    assert page.evaluate("Object.values(localStorage)") == ["1"]


def test_the_keyboard_alone_is_enough(page: Page, address: str, session: Session) -> None:
    page.goto(address)
    page.get_by_role("button", name="Bắt đầu").focus()
    page.keyboard.press("Enter")
    for _ in range(10):
        page.keyboard.press("Tab")
        page.keyboard.press("Space")
        # Enter goes on, as the button does.
        page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    page.get_by_role("button", name="Tiếp", exact=True).press("Enter")
    page.get_by_role("button", name="Gửi phiếu", exact=True).press("Enter")
    receipt(page)
    assert only_answer(session)[:9] == bytes([1] * 9)


def test_a_wave_that_closed_meanwhile_says_so(page: Page, address: str, session: Session, cast: Cast) -> None:
    page.goto(address)
    fill_in(page)
    session.rollback()
    wave_id = int(page.locator("form").get_attribute("data-wave") or 0)
    close_wave(session, wave_id=wave_id, user_id=None, now=utc_now())
    session.commit()
    tap(page, "Gửi phiếu")
    expect(page.get_by_role("heading", level=1)).to_have_text("Phiếu chưa được lưu")
    assert page.evaluate("Object.keys(sessionStorage)") == []


# What old or locked-down browsers lack, as a script that takes it away before the page's own runs.
LACKING = [
    pytest.param("Object.defineProperty(window, 'sessionStorage', {get() {throw new Error('blocked')}})", id="storage"),
    pytest.param("delete window.fetch", id="fetch"),
    pytest.param("delete window.AbortController", id="stopping a request"),
    pytest.param("Object.defineProperty(window, 'speechSynthesis', {value: undefined})", id="speech"),
]


@pytest.mark.parametrize("away", LACKING)
def test_what_a_browser_lacks_costs_nobody_the_answer(page: Page, address: str, session: Session, away: str) -> None:
    page.add_init_script(away)
    page.goto(address)
    tap(page, "Bắt đầu")
    page.locator(".on .o").first.click()
    for _ in range(11):
        tap(page, "Tiếp")
    tap(page, "Gửi phiếu")
    tap(page, "Bỏ qua và gửi")
    receipt(page)
    assert number_stored(session) == 1


def test_when_the_script_fails_the_plain_form_is_there_with_everything_chosen(
    page: Page, address: str, session: Session
) -> None:
    page.goto(address)
    answer_until(page, 2)
    page.evaluate("() => {HTMLElement.prototype.focus = () => {throw new Error('odd browser')}}")
    tap(page, "Tiếp")
    expect(page.locator("fieldset:visible")).to_have_count(11)
    assert page.locator("fieldset input:checked").count() == 2
    tap(page, "Gửi phiếu")
    expect(page.get_by_role("heading", name="Còn 8 câu cần xem lại")).to_be_visible()
    page.get_by_role("button", name="Bỏ qua và gửi").click()
    receipt(page)
    assert number_stored(session) == 1


VOICES = """
window.spoken = [];
Object.defineProperty(window, 'SpeechSynthesisUtterance', {value: function (text) { this.text = text; }});
Object.defineProperty(window, 'speechSynthesis', {value: {
  voices: [], heard: [],
  getVoices() { return this.voices; },
  speak(words) { window.spoken.push(words.lang + ' ' + words.text); },
  cancel() { window.spoken.push('stop'); },
  addEventListener(type, act) { this.heard.push(act); },
}});
"""


def test_questions_are_read_aloud_where_the_phone_has_a_voice_of_its_own(
    new_page: PageMaker, address: str, violations: Callable[[Page], list[Any]]
) -> None:
    page = new_page()
    page.add_init_script(VOICES)
    page.goto(address)
    tap(page, "Bắt đầu")
    button = page.get_by_role("button", name="Nghe đọc")
    expect(button).to_have_count(0)
    arrive = "list => {speechSynthesis.voices = list; speechSynthesis.heard.forEach(act => act())}"
    page.evaluate(arrive, [{"lang": "vi-VN", "localService": False}, {"lang": "en-US", "localService": True}])
    expect(button).to_have_count(0)
    page.evaluate(arrive, [{"lang": "vi_VN", "localService": True}])
    button.click()
    stem = page.locator(".on legend").evaluate("legend => legend.lastChild.textContent")
    options = page.locator(".on .o span").all_inner_texts()
    assert page.evaluate("spoken") == [f"vi_VN {text}" for text in [stem, *options]]
    assert violations(page) == [], "reading aloud"
    tap(page, "Dừng đọc")
    button.click()
    tap(page, "Tiếp")
    assert page.evaluate("spoken.filter(text => text == 'stop').length") == 2
    expect(button).to_be_visible()


@pytest.mark.parametrize("audience", ["parents", "pupils_primary"])
def test_each_screen_fits_a_small_phone_with_large_letters_and_targets(
    live_server: LiveServer, new_page: PageMaker, session: Session, cast: Cast, audience: str
) -> None:
    cast.school.name = "Trường phổ thông dân tộc bán trú tiểu học và trung học cơ sở " + "Rấtlàdài" * 8
    way_in = collector(session, make_wave(session, cast.school, audience, now=utc_now()))
    page = new_page(width=320)
    page.add_init_script(VOICES.replace("voices: []", "voices: [{lang: 'vi-VN', localService: true}]"))
    page.goto(f"{live_server.url}/S/{way_in.code}")
    tap(page, "Bắt đầu")
    while page.get_by_role("button", name="Tiếp", exact=True).is_visible():
        assert page.evaluate("document.documentElement.scrollWidth") == 320
        assert page.locator("fieldset:visible").count() == 1
        measure = "nodes => nodes.map(node => node.getBoundingClientRect()).map(box => Math.min(box.width, box.height))"
        targets = page.locator(".o:visible, button:visible:not(.vh)").evaluate_all(measure)
        assert len(targets) >= 6
        assert min(targets) >= 48
        letters = "nodes => nodes.map(node => parseFloat(getComputedStyle(node).fontSize))"
        assert min(page.locator(".on .o span").evaluate_all(letters)) >= (20 if audience == "pupils_primary" else 18)
        tap(page, "Tiếp")
