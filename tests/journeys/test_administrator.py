"""A deputy principal's sitting: from an empty system to posters, two rounds of answers and the report."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Callable
from itertools import cycle
from pathlib import Path
from typing import Any

import pytest
import zxingcpp
from PIL import Image
from playwright.sync_api import Page
from sqlalchemy import select
from sqlalchemy.orm import Session

from analysis.estimates import estimate
from analysis.records import ClusterCounts, Design
from analysis.rounding import format_interval, format_value
from survey.accounts.first_start import make_setup_code
from survey.collection.models import Collector
from survey.core.clock import utc_now
from survey.core.codes import group_code
from survey.instruments.definitions import InstrumentDefinition
from survey.organisations.models import Group
from survey.responses.caches import ENTRANCE_SECONDS
from survey.responses.sheets import Sheet
from tests.journeys.conftest import LiveServer, PageMaker
from tests.pages import PageClient
from tests.responses.fieldwork import fields_of, form_page, questionnaire, right_answers, send

pytestmark = [pytest.mark.browser, pytest.mark.pdf]

SCHOOL = "Trường THCS Đồi Chè"
TEACHERS, PARENTS = 20, 15
# Of each group: how many answer, and how many of them know everything.
ANSWERS = {"baseline": {"Giáo viên": (18, 6), "6A": (12, 4)}, "follow_up": {"Giáo viên": (20, 20), "6A": (12, 10)}}
VERDICTS = {"met": "Đạt", "not_met": "Chưa đạt", "not_yet_shown": "Chưa đủ căn cứ kết luận"}


def press(page: Page, name: str | re.Pattern[str]) -> None:
    """Press the first button or link of this name within the page's content."""
    main = page.locator("main")
    main.get_by_role("button", name=name, exact=True).or_(main.get_by_role("link", name=name, exact=True)).first.click()


def heading(page: Page) -> str:
    return page.get_by_role("heading", level=1).inner_text()


def assert_fits(page: Page) -> None:
    """No horizontal scrolling: on a desk, and on a phone."""
    for width, height in ((360, 740), (1280, 800)):
        page.set_viewport_size({"width": width, "height": height})
        assert page.evaluate("document.documentElement.scrollWidth") <= width, f"{page.url} at {width}"


def set_up(page: Page, url: str, code: str, violations: Callable[[Page], list[Any]]) -> None:
    page.goto(f"{url}/setup/{code}")
    assert_fits(page)
    assert violations(page) == []
    page.get_by_label("Tên trường hoặc xã, phường").fill(SCHOOL)
    page.get_by_label("Họ và tên của bạn").fill("Phạm Thị Mận")
    page.get_by_label("Tên đăng nhập").fill("man.pham")
    page.get_by_label("Mật khẩu", exact=True).fill("bon tu ghep lai")
    page.get_by_label("Nhập lại mật khẩu").fill("bon tu ghep lai")
    press(page, "Tạo tài khoản")


def add_groups(page: Page) -> None:
    page.get_by_label("Mỗi dòng một lớp").fill(f"6A 16 {PARENTS}\n7A 17")
    press(page, "Thêm các lớp")
    for name, kind in (("Giáo viên", "teacher"), ("Nhân viên", "employee")):
        page.get_by_label("Tên lớp, tổ").fill(name)
        page.get_by_label("Loại cán bộ").select_option(kind)
        press(page, "Thêm")
    teachers, employees = (
        page.locator("li", has_text=name).get_by_label("Cán bộ, giáo viên, nhân viên")
        for name in ("Giáo viên", "Nhân viên")
    )
    teachers.first.fill(str(TEACHERS))
    employees.last.fill("4")
    press(page, "Lưu số người")
    assert_fits(page)


def review(page: Page) -> None:
    """Take the questionnaires that come with the software, read those for staff and mark them as checked."""
    page.get_by_role("navigation").get_by_role("link", name="Bộ câu hỏi").click()
    press(page, "Dùng năm bộ câu hỏi có sẵn")
    press(page, re.compile("^Xem và đối chiếu ?: Cán bộ, giáo viên, nhân viên"))
    assert_fits(page)
    article = page.locator("article", has=page.get_by_role("button", name=re.compile("^Đã đối chiếu"))).first
    article.get_by_role("button", name=re.compile("^Đã đối chiếu")).click()
    assert page.get_by_text("Đã đối chiếu 1 trên").is_visible()
    press(page, "Đã đối chiếu tất cả các câu còn lại")
    assert page.get_by_text("Đã ghi nhận: mọi câu còn lại đã đối chiếu.").is_visible()


def create_campaign(page: Page) -> None:
    page.get_by_role("link", name="Hiểu Rõ").first.click()
    press(page, "Tạo chiến dịch")
    assert_fits(page)
    page.get_by_label("Học sinh THCS (lớp 6-9)").uncheck()
    assert page.get_by_label("Phụ huynh").is_checked()
    press(page, "Tạo chiến dịch")
    assert page.get_by_text("Đã tạo chiến dịch.").is_visible()
    assert_fits(page)


def open_waves(page: Page, campaign: str, link: str) -> None:
    page.goto(campaign)
    press(page, link)
    assert_fits(page)
    press(page, "Mở các đợt đã chọn")
    assert page.get_by_text("Đã mở. Mọi người trả lời được ngay từ bây giờ.").is_visible()


def close_waves(page: Page, campaign: str, kind: str) -> None:
    for place in range(2):
        page.goto(campaign)
        page.get_by_role("link", name=kind, exact=True).nth(place).click()
        press(page, "Bắt đầu khóa")
        press(page, "Khóa hẳn")
        assert "Không mở lại được." in page.locator("main").inner_text()
        press(page, "Khóa hẳn")
        assert page.get_by_text("Đã khóa đợt này. Số liệu không thay đổi nữa.").is_visible()
        assert_fits(page)


def posters(page: Page, link: str, folder: Path) -> tuple[str, list[str]]:
    """Download the posters; return what they say, and the address in each printed QR."""
    address = page.locator("main").get_by_role("link", name=link).first.get_attribute("href")
    base = re.match(r"https?://[^/]+", page.url)
    assert address is not None
    assert base is not None
    file = folder / "posters.pdf"
    file.write_bytes(page.context.request.get(base.group() + address).body())
    text = run("pdftotext", "-layout", file, "-")
    run("pdftoppm", "-r", "60", "-png", file, folder / "page")
    codes = [zxingcpp.read_barcodes(Image.open(picture)) for picture in sorted(folder.glob("page*.png"))]
    return text, [found.text for (found,) in codes]


def run(*command: str | Path) -> str:
    return subprocess.run([str(part) for part in command], check=True, capture_output=True, text=True).stdout


def way_in(session: Session, group: str, kind: str) -> str:
    """The code of a group's poster in the wave of a kind. Its class answers in one audience only."""
    session.rollback()
    query = select(Collector).join(Group, Collector.group_id == Group.id).where(Group.name == group)
    codes = [found.code for found in session.scalars(query) if found.wave.kind == kind]
    assert len(codes) == 1
    return codes[0]


def chosen(definition: InstrumentDefinition, form: str, *, knows: bool) -> dict[str, str]:
    """What a person ticks who knows everything, or who says of everything that it is not clear."""
    sheet = Sheet(definition, form)
    return {
        f"q{place}": str(next(iter(key))) if knows else "0"
        for place, key in enumerate(right_answers(sheet), start=1)
        if key is not None
    }


def answer_by_phone(page: Page, address: str, definition: InstrumentDefinition) -> str:
    """Fill in the real form on a phone without scripts, knowing everything; return which form it was."""
    page.goto(address)
    form = page.locator("input[name=f]").get_attribute("value") or ""
    for name, code in chosen(definition, form, knows=True).items():
        page.locator(f"input[name={name}][value='{code}']").check()
    page.get_by_role("button", name="Gửi phiếu").click()
    assert heading(page) == "Phiếu đã được nhận"
    return form


def answer_all(phone: Page, client: PageClient, session: Session, url: str, kind: str) -> None:
    """Let each group answer: one by phone, the others by the same page; forms by turns, those who know first."""
    for group, (number, knowing) in ANSWERS[kind].items():
        definition = questionnaire("staff" if group == "Giáo viên" else "parents")
        code = way_in(session, group, kind)
        forms = cycle("BA" if answer_by_phone(phone, f"{url}/S/{code}", definition) == "A" else "AB")
        for place in range(2, number + 1):
            form = next(forms)
            fields = fields_of(form_page(client, code, form)) | chosen(definition, form, knows=place <= knowing)
            assert send(client, code, fields).status_code == 303


def figures(page: Page, group: str, wave: str) -> list[str]:
    """The cells of one row of the table of figures, from the share on."""
    row = page.locator("table.figures").first.locator("tr", has=page.get_by_role("rowheader", name=group, exact=True))
    cells: list[str] = (
        row.filter(has=page.get_by_role("cell", name=wave, exact=True)).get_by_role("cell").all_inner_texts()
    )
    return cells[1:]


def teachers(wave: str, answered: int, understood: int) -> list[str]:
    """The same cells from what `analysis` finds for the same counts of teachers."""
    line = ClusterCounts(
        wave, "teachers", None, None, None, None, None, TEACHERS, answered=answered, understood=understood
    )
    found = estimate([line], Design())
    assert found.verdict is not None
    assert found.response_rate is not None
    return [
        format_value(found.value, answered=found.answered),
        f"{understood}/{answered}",
        str(TEACHERS),
        f"{found.response_rate:.0%}",
        format_interval(found.low, found.high, answered=found.answered),
        "–".join(dict.fromkeys((str(found.low_count), str(found.high_count)))),
        VERDICTS[found.verdict],
    ]


def begin(page: Page, url: str, setup_code: str, violations: Callable[[Page], list[Any]]) -> str:
    """From the one-time address to a campaign; return its address."""
    set_up(page, url, setup_code, violations)
    page.goto(url)
    assert_fits(page)
    press(page, "Thêm lớp và sĩ số")
    if SCHOOL not in heading(page):
        press(page, SCHOOL)
    add_groups(page)
    review(page)
    create_campaign(page)
    return page.url


def assert_posters_lead_to_the_form(page: Page, phone: Page, url: str, session: Session, folder: Path) -> None:
    text, scanned = posters(page, "Áp phích đợt trước (PDF)", folder)
    code = way_in(session, "Giáo viên", "baseline")
    # Two classes and two groups of staff.
    assert len(scanned) == 4
    assert SCHOOL in text
    assert group_code(code) in text
    assert f"HTTP://HR.TEST/S/{code}" in scanned
    # Not open yet: a promise, no form.
    phone.goto(f"{url}/S/{code}")
    assert phone.locator("form input[type=radio]").count() == 0
    # For so long the server may go on telling phones that it is not open.
    phone.wait_for_timeout(ENTRANCE_SECONDS * 1000)


def assert_report_says_what_was_answered(page: Page) -> None:
    card = page.locator(".group-card", has=page.get_by_role("heading", name="Giáo viên"))
    assert card.locator(".tag").inner_text() == "Đạt"
    for wave, kind in {"Trước": "baseline", "Sau": "follow_up"}.items():
        assert figures(page, "Giáo viên", wave) == teachers(wave, *ANSWERS[kind]["Giáo viên"])
        answered, understood = ANSWERS[kind]["6A"]
        # Parents of both classes were asked; nobody of 7A answered.
        assert figures(page, "Phụ huynh", wave)[1:3] == [f"{understood}/{answered}", str(PARENTS + 17)]
        assert figures(page, "Nhân viên", wave)[2] == "4"
    picture = page.locator(".report-picture img")
    assert picture.evaluate("image => image.decode().then(() => image.naturalWidth)") > 0
    assert "Giáo viên" in (picture.get_attribute("alt") or "")


def test_from_an_empty_system_to_the_report(
    live_server: LiveServer,
    client: PageClient,
    new_page: PageMaker,
    session: Session,
    tmp_path: Path,
    violations: Callable[[Page], list[Any]],
) -> None:
    setup_code = make_setup_code(session, now=utc_now())
    session.commit()
    page, phone = new_page(width=1280, height=800), new_page(scripts=False)

    campaign = begin(page, live_server.url, setup_code, violations)
    assert_posters_lead_to_the_form(page, phone, live_server.url, session, tmp_path)
    page.goto(campaign)
    press(page, "Mở đợt trước luôn")
    assert page.get_by_text("câu chưa đối chiếu với văn bản đang có hiệu lực.").count() == 1
    open_waves(page, campaign, "Mở đợt trước luôn")
    answer_all(phone, client, session, live_server.url, "baseline")
    close_waves(page, campaign, "Trước truyền thông")
    open_waves(page, campaign, "Mở đợt sau")
    answer_all(phone, client, session, live_server.url, "follow_up")
    close_waves(page, campaign, "Sau truyền thông")

    page.goto(campaign)
    press(page, "Đọc báo cáo")
    assert_report_says_what_was_answered(page)
    assert_fits(page)
    assert violations(page) == []
