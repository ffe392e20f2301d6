"""Every page, for everybody who may open it: no finding of axe-core, nothing wider than the screen, usable by keyboard.

The addresses come from the application itself, filled in with what the demo brought; none can be forgotten.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Page
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.routing import Rule

from survey.campaigns.models import Wave
from survey.core.clock import local_date, utc_now
from survey.core.permissions import PERMISSIONS, RoleName
from survey.demo.operations import load_demo
from survey.demo.people import make_people
from survey.organisations.models import Organisation
from survey.overview.operations import start_campaign
from survey.responses.closing import start_closing
from survey.web.db_session import db
from tests.conftest import empty_tables
from tests.factories import PASSWORD, make_organisation, make_user
from tests.journeys.conftest import PageMaker, serve
from tests.journeys.places import Places, make_more, places_of

pytestmark = pytest.mark.browser

Find = Callable[[Page], list[Any]]

ROLES = {"phuong": RoleName.OFFICER, "truong": RoleName.ADMINISTRATOR, "giaovien": RoleName.TEACHER}
# What is no page: files, pictures, and figures for scripts.
FILES = {
    "activity_sheets.template",
    "bootstrap.static",
    "briefing.sign_in_sheet",
    "campaign_files.file",
    "campaign_files.parents",
    "cards.batch_cards",
    "collection.campaign_posters",
    "collection.poster",
    "collection.qr_code",
    "collection.wave_posters",
    "meetings.state",
    "monitor.state",
    "overview.headline",
    "paper.questions_file",
    "paper.sheets_file",
    "periods.file",
    "periods.parents",
    "periods.picture",
    "releases.file",
    "reports.chart",
    "share.letter",
    "share.picture",
    "share.preview",
    "sheets.template",
    "static",
    "web.font",
    "web.health",
    "years.funnel",
}
# Pages of read sheets, which need pictures: tests/journeys/test_paper_batch.py looks at them.
ELSEWHERE = ("paper_",)
# Pages that look different from one campaign, wave or organisation to the next.
VARIED = {
    "campaigns.dates",
    "campaigns.plan",
    "organisations.show",
    "overview.campaign",
    "overview.confirm_opening",
    "overview.wave",
    "reports.campaign",
    "responses.show_form",
}
# What belongs to the school that wrote it; who sits above reads it and cannot change it.
OF_THE_SCHOOL = {
    "activities.ask_remove",
    "activities.edit",
    "checks.ask_report",
    *(f"entries.{kind}_{view}" for kind in ("difficulties", "effects", "models") for view in ("edit", "ask_remove")),
}
# Nothing stands below a school, and its mergers are noted by the ward. What was made for the whole school is not a
# class teacher's.
NEVER_OPENED = {
    "phuong": OF_THE_SCHOOL,
    "truong": {"organisations.new", "successions.ask"},
    "giaovien": {"cards.batch_files", "meetings.meeting", "paper.files", "share.page"},
}
# What an address needs beside its path, with the ward's id.
QUERIES = {"organisations.new": "?parent={}"}
LONG_NAME = "Trường Phổ thông dân tộc bán trú Tiểu học và Trung học cơ sở Nguyễn Thị Minh Khai số hai"
# Where the focus is, whether within the content, and how wide its outline is.
FOCUS = """() => {
    const element = document.activeElement;
    const look = getComputedStyle(element);
    const place = [...document.querySelectorAll("*")].indexOf(element) + " " + element.outerHTML.slice(0, 80);
    return [place, !!element.closest("main"), look.outlineStyle === "solid" ? parseFloat(look.outlineWidth) : 0];
}"""


@dataclass(frozen=True)
class Demo:
    """The demo behind a running server: how to sign in, and what can stand in each place of an address."""

    url: str
    passwords: Mapping[str, str]
    newcomers: Mapping[str, str]
    places: Places
    rules: Sequence[Rule]
    views: Mapping[str, Any]


@pytest.fixture(scope="module")
def demo(application: Flask) -> Iterator[Demo]:
    """The demo, with a wave in every state."""
    with application.app_context():
        signer = application.extensions["survey.signer"]
        load_demo(db.session, signer=signer, now=utc_now())
        people = make_people(db.session, now=utc_now())
        _prepare_another_campaign(db.session)
        newcomers = {kind: _newcomer(db.session, kind) for kind in ("ward", "school")}
        made = make_more(db.session, utc_now())
        db.session.commit()
        places = places_of(db.session, made, utc_now())
        db.session.rollback()
    rules = sorted(application.url_map.iter_rules(), key=lambda rule: rule.rule)
    with serve(application) as running:
        passwords = {person["login"]: person["password"] for person in people}
        yield Demo(running.url, passwords, newcomers, places, rules, application.view_functions)
    with application.app_context():
        empty_tables()


def _prepare_another_campaign(session: Session) -> None:
    """Add a campaign of the school that has not begun, and begin to close one wave of the ward."""
    school = session.scalars(select(Organisation).where(Organisation.code == "DEMO-BANMAI")).one()
    today = local_date(utc_now())
    start_campaign(
        session,
        organisation_id=school.id,
        title="Học kỳ II: cả trường cùng hiểu Nghị quyết 71 về đột phá phát triển giáo dục và đào tạo",
        topics=["chuyen_doi_so", "xa_hoi_hoa", "phan_luong", "doi_ngu", "co_so_vat_chat"],
        starts=today,
        ends=today + timedelta(days=40),
        audiences=["staff", "parents"],
        user_id=0,
        now=utc_now(),
    )
    wave = session.scalars(select(Wave).where(Wave.state == "open").order_by(Wave.id)).first()
    assert wave is not None
    start_closing(session, wave_id=wave.id, user_id=None, now=utc_now())


def _newcomer(session: Session, kind: str) -> str:
    """Make a place with nothing in it and the person who looks after it; return the address of the place."""
    place = make_organisation(session, LONG_NAME, kind=kind, code=f"NEW-{kind.upper()}")
    make_user(session, f"new-{kind}", role="officer" if kind == "ward" else "administrator", organisation=place)
    return f"/organisations/{place.id}"


def addresses(demo: Demo, role: RoleName | None) -> dict[str, list[str]]:
    """Every page that a role (None: nobody signed in) may open, by endpoint; each under the first of its addresses."""
    found: dict[str, list[str]] = {}
    for rule in demo.rules:
        is_page = "GET" in (rule.methods or ()) and rule.endpoint not in FILES
        if is_page and not rule.endpoint.startswith(ELSEWHERE) and _may_open(demo.views[rule.endpoint], role):
            found.setdefault(rule.endpoint, _filled(rule, demo.places))
    return found


def _may_open(view: Any, role: RoleName | None) -> bool:
    if getattr(view, "is_public", False):
        return role is None
    return role is not None and (view.permission is None or view.permission in PERMISSIONS[role])


def _filled(rule: Rule, places: Places) -> list[str]:
    parts = re.split(r"<[^>]+>", rule.rule)
    names = re.findall(r"<(?:\w+:)?(\w+)>", rule.rule)
    query = QUERIES.get(rule.endpoint, "").format(places["organisation_id"][0])
    return [
        "".join(part + str(value) for part, value in zip(parts, [*chosen, query], strict=True))
        for chosen in itertools.product(*(_fitting(places, rule.endpoint, name) for name in names))
    ]


def _fitting(places: Places, endpoint: str, name: str) -> Sequence[object]:
    """Return what fits this address best: the endpoint's own, its feature's own, or what everybody takes."""
    feature = endpoint.split(".", 1)[0]
    return next(places[key] for key in (f"{endpoint}.{name}", f"{feature}.{name}", name) if key in places)


def sign_in(page: Page, url: str, login: str, password: str) -> None:
    page.goto(f"{url}/sign-in")
    page.get_by_label("Tên đăng nhập").fill(login)
    page.get_by_label("Mật khẩu").fill(password)
    page.get_by_role("button", name="Đăng nhập").click()


def faults(page: Page, violations: Find) -> list[Any]:
    """What is wrong with the page that is open, on a desk and on a phone."""
    found = []
    for width, height in ((1280, 800), (360, 740)):
        page.set_viewport_size({"width": width, "height": height})
        found += [(width, *finding) for finding in violations(page)]
    page.set_viewport_size({"width": 320, "height": 640})
    needed = page.evaluate("document.documentElement.scrollWidth")
    return found + [(320, f"needs {needed}")] * (needed > 320)


@pytest.mark.parametrize("login", [None, *ROLES])
def test_every_page_is_usable_for_everybody_who_may_open_it(
    demo: Demo, new_page: PageMaker, violations: Find, login: str | None
) -> None:
    page = new_page(width=1280, height=800)
    if login is not None:
        sign_in(page, demo.url, login, demo.passwords[login])
    wrong, never_opened = {}, []
    for endpoint, paths in addresses(demo, ROLES[login] if login else None).items():
        opened = False
        for path in paths:
            # The officer sees pages in all their states; the others see the same pages with less on them.
            if opened and not (endpoint in VARIED and login in {"phuong", None}):
                break
            response = page.goto(demo.url + path)
            assert response is not None
            # What belongs to others is not there for this person. Without signing in, such a page is one to look at.
            if response.status == 200 or login is None:
                opened = True
                wrong[path] = faults(page, violations)
        never_opened += [endpoint] * (not opened)
    assert {path: found for path, found in wrong.items() if found} == {}
    assert set(never_opened) == NEVER_OPENED.get(login or "", set())


@pytest.mark.parametrize("kind", ["ward", "school"])
def test_the_first_day_and_the_first_mistakes_are_usable_too(
    demo: Demo, new_page: PageMaker, violations: Find, kind: str
) -> None:
    page = new_page(width=1280, height=800)
    wrong = {}
    sign_in(page, demo.url, f"new-{kind}", "not the password")
    assert page.get_by_role("alert").count() == 1
    wrong["refused"] = faults(page, violations)
    sign_in(page, demo.url, f"new-{kind}", PASSWORD)
    own = demo.newcomers[kind]
    for path in ("/", "/campaigns", "/campaigns/new", "/reports", "/instruments", "/organisations", own, "/nowhere"):
        page.goto(demo.url + path)
        wrong[path] = faults(page, violations)
    for path, button in ((own, "Thêm"), (f"{own}/people", "Tạo địa chỉ mời"), (f"{own}/import", "Xem trước")):
        page.goto(demo.url + path)
        page.evaluate("document.querySelectorAll('form').forEach(form => form.noValidate = true)")
        page.get_by_role("button", name=button, exact=True).click()
        assert page.locator("#error-summary").count() == 1
        wrong[f"mistake on {path}"] = faults(page, violations)
    assert {path: found for path, found in wrong.items() if found} == {}


@pytest.mark.parametrize(
    "path", ["/", "/campaigns/new", "/organisations/{organisation_id}", "/campaigns/{campaign_id}/report"]
)
def test_the_keyboard_reaches_everything_and_shows_where_it_is(demo: Demo, new_page: PageMaker, path: str) -> None:
    page = new_page(width=1280, height=800)
    sign_in(page, demo.url, "phuong", demo.passwords["phuong"])
    page.goto(demo.url + path.format(**{name: values[0] for name, values in demo.places.items()}))
    page.keyboard.press("Tab")
    assert page.locator(":focus").inner_text() == "Tới nội dung chính"
    box = page.locator(":focus").bounding_box()
    assert box is not None
    assert min(box["x"], box["y"]) >= 0
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"
    reachable = page.locator("main :is(a[href], button, select, textarea, summary, input:not([type=hidden]))")
    visited: list[str] = []
    # A field for a day has four stops.
    for _step in range(4 * reachable.count()):
        page.keyboard.press("Tab")
        place, is_in_main, outline = page.evaluate(FOCUS)
        if not is_in_main:
            break
        visited += [place] if place not in visited[-1:] else []
        assert outline >= 2, f"{place}: focus cannot be seen"
    assert len(visited) >= min(3, reachable.count())
    assert len(set(visited)) == len(visited)
