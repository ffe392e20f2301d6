"""The pages of the log: who sees and writes what, and that nothing typed is lost."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from survey.activities.models import (
    Activity,
    BriefingRoll,
    CheckVisit,
    CommunicationPlan,
    Difficulty,
    Effect,
    GoodModel,
)
from survey.core.clock import local_date, utc_now
from survey.organisations.models import Organisation
from tests.factories import PASSWORD, Cast
from tests.pages import PageClient

ROLES = ("operator", "officer", "administrator", "teacher", "viewer", "stranger", "nobody")
YESTERDAY = local_date(utc_now()) - timedelta(days=1)

# 200 seen, 403 known but not allowed, 404 not known to this person, 302 sent to sign in.
PAGES = {
    "/activities": (200, 200, 200, 403, 403, 200, 302),
    "/activities?organisation={school}": (200, 200, 200, 403, 403, 404, 302),
    "/activities?organisation={ward}": (200, 200, 404, 403, 403, 404, 302),
    "/activities/{activity}": (200, 200, 200, 403, 403, 404, 302),
    "/activities/{activity}/edit": (200, 403, 200, 403, 403, 404, 302),
    "/activities/{activity}/remove": (200, 403, 200, 403, 403, 404, 302),
    "/activities/{wards}/edit": (200, 200, 404, 403, 403, 404, 302),
    "/activities/new?organisation={school}": (200, 403, 200, 403, 403, 404, 302),
    "/activities/new?organisation={ward}": (200, 200, 404, 403, 403, 404, 302),
    "/activities/import/{school}": (200, 403, 200, 403, 403, 404, 302),
    "/activities/import/{school}/template.csv": (200, 403, 200, 403, 403, 404, 302),
    "/briefing?organisation={school}": (200, 200, 200, 403, 403, 404, 302),
    "/effects?organisation={school}": (200, 200, 200, 403, 403, 404, 302),
    "/effects/{effect}/edit": (200, 403, 200, 403, 403, 404, 302),
    "/models?organisation={school}": (200, 200, 200, 403, 403, 404, 302),
    "/models/{model}/remove": (200, 403, 200, 403, 403, 404, 302),
    "/difficulties?organisation={school}": (200, 200, 200, 403, 403, 404, 302),
    "/difficulties/{difficulty}/edit": (200, 403, 200, 403, 403, 404, 302),
    "/checks?organisation={school}": (200, 200, 200, 403, 403, 404, 302),
    "/checks/new": (200, 200, 403, 403, 403, 403, 302),
    "/checks/{check}/edit": (200, 200, 403, 403, 403, 403, 302),
    "/checks/{check}/report": (200, 403, 200, 403, 403, 404, 302),
    "/duties?organisation={school}": (200, 200, 200, 403, 403, 404, 302),
}


@pytest.fixture
def entries(session: Session, cast: Cast, now: datetime) -> dict[str, int]:
    """One entry of each kind at the school, and one activity of the ward."""
    own = cast.school.id
    rows: dict[str, Any] = {
        "activity": activity(cast.school, now),
        "wards": activity(cast.ward, now),
        "effect": Effect(
            organisation_id=own, indicator="Dùng học liệu số", unit="người", after=12.5, after_on=YESTERDAY, source="Sổ"
        ),
        "model": GoodModel(organisation_id=own, noted_on=YESTERDAY, title="Góc học liệu", description="Mỗi tổ một góc"),
        "difficulty": Difficulty(
            organisation_id=own, kind="proposal", raised_on=YESTERDAY, text="Xin đường truyền", addressee="Phòng VH-XH"
        ),
        "check": CheckVisit(
            organisation_id=own,
            checked_by_id=cast.ward.id,
            visited_on=YESTERDAY - timedelta(days=20),
            finding="Bảng tin trống",
            deadline=YESTERDAY,
        ),
    }
    session.add_all(rows.values())
    session.commit()
    return {name: row.id for name, row in rows.items()}


def activity(place: Organisation, now: datetime, **changes: Any) -> Activity:
    given: dict[str, Any] = {
        "held_on": YESTERDAY,
        "form": "conference",
        "topics": ["doi_ngu"],
        "is_about_ai": True,
        "audiences": ["staff"],
        "reach": 40,
        "counting": "sign_in",
        "newly_briefed": 38,
        "note": "Quán triệt <b>toàn</b> trường",
        "link": "https://truong.example/tin",
        "created_at": now,
    }
    return Activity(organisation_id=place.id, **{**given, **changes})


def typed(cast: Cast, **changes: Any) -> dict[str, Any]:
    """Return what a browser sends for a new activity."""
    given: dict[str, Any] = {
        "organisation": cast.school.id,
        "form": "zalo",
        "held_on": YESTERDAY.isoformat(),
        "note": "Tin về một bộ sách giáo khoa",
        "topics": ["co_so_vat_chat", "ai"],
        "reach": "1.260",
        "counting": "views",
        "audiences": ["parents"],
        "newly_briefed": "",
        "link": "",
        "campaign_id": "",
    }
    return {**given, **changes}


@pytest.mark.parametrize("role", ROLES)
def test_pages_open_for_those_who_may(client: PageClient, cast: Cast, entries: dict[str, int], role: str) -> None:
    if role != "nobody":
        client.sign_in(role, PASSWORD)
    for address, statuses in PAGES.items():
        status = statuses[ROLES.index(role)]
        client.visit(address.format(school=cast.school.id, ward=cast.ward.id, **entries), status=status)


def test_an_activity_typed_on_a_phone_stands_in_the_log(client: PageClient, cast: Cast, session: Session) -> None:
    client.sign_in("administrator", PASSWORD)
    sent = client.post("/activities/new", typed(cast), csrf_from="/activities/new")
    kept = session.scalars(select(Activity)).one()
    assert sent.status_code == 302
    assert (kept.form, kept.reach, kept.counting, kept.topics, kept.is_about_ai, kept.created_by) == (
        "zalo",
        1260,
        "views",
        ["co_so_vat_chat"],
        True,
        cast.administrator.id,
    )
    page = client.visit(sent.headers["Location"])
    assert "Đã ghi vào nhật ký" in page
    assert "Thêm việc nữa" in page
    assert "1.260</span> lượt (theo lượt xem)" in page


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"form": ""}, "Hãy chọn một hình thức."),
        ({"held_on": "2999-01-01"}, "Ngày này chưa tới."),
        ({"held_on": "2025-08-01"}, "22/08/2025"),
        ({"reach": "nhiều"}, "Hãy điền một số nguyên"),
        ({"reach": ""}, "hãy điền số lượt"),
        ({"counting": "not_counted"}, "đếm bằng cách nào"),
        ({"newly_briefed": "5"}, "Chỉ cán bộ, giáo viên, nhân viên"),
        ({"link": "javascript:alert(1)"}, "phải bắt đầu bằng https://"),
        ({"form": "other", "note": ""}, "viết vài chữ"),
    ],
)
def test_a_fault_is_said_in_a_sentence_and_nothing_typed_is_lost(
    client: PageClient, cast: Cast, session: Session, changes: dict[str, Any], said: str
) -> None:
    client.sign_in("administrator", PASSWORD)
    sent = client.post("/activities/new", typed(cast, **{"note": "Chữ đã gõ", **changes}), csrf_from="/activities/new")
    page = sent.get_data(as_text=True)
    assert sent.status_code == 422
    assert said in page
    assert "error-summary" in page
    if "note" not in changes:
        assert "Chữ đã gõ" in page
    assert session.scalars(select(Activity)).first() is None


def test_what_was_typed_is_shown_as_text_and_links_lead_out_safely(
    client: PageClient, cast: Cast, entries: dict[str, int]
) -> None:
    client.sign_in("administrator", PASSWORD)
    page = client.visit(f"/activities/{entries['activity']}")
    assert "Quán triệt &lt;b&gt;toàn&lt;/b&gt; trường" in page
    assert '<a href="https://truong.example/tin" rel="noopener noreferrer nofollow">' in page


def test_an_activity_is_changed_and_removed(
    client: PageClient, cast: Cast, session: Session, entries: dict[str, int]
) -> None:
    client.sign_in("administrator", PASSWORD)
    address = f"/activities/{entries['activity']}"
    page = client.visit(f"{address}/edit")
    assert re.search(r'checked[^>]*value="conference"', page)
    assert 'value="38"' in page
    assert client.post(f"{address}/edit", typed(cast, note="Đã sửa"), csrf_from="/account").status_code == 302
    assert "Đã sửa" in client.visit(address)
    assert "Không lấy lại được" in client.visit(f"{address}/remove")
    assert client.post(f"{address}/remove", {}, csrf_from="/account").status_code == 302
    assert session.get(Activity, entries["activity"]) is None


def test_the_list_is_narrowed_by_form_month_and_topic(
    client: PageClient, cast: Cast, session: Session, now: datetime
) -> None:
    session.add_all(
        [
            activity(cast.school, now, note="Một", held_on=date(2026, 3, 5)),
            activity(cast.school, now, note="Hai", form="zalo", counting="views", topics=[], held_on=date(2026, 4, 5)),
            activity(cast.school, now, note="Ba", form="video", counting="views", is_about_ai=False, newly_briefed=0),
        ]
    )
    session.commit()
    client.sign_in("administrator", PASSWORD)

    def shown(query: str) -> set[str]:
        page = client.visit(f"/activities?year=2026{query}")
        return {note for note in ("Một", "Hai", "Ba") if f">{note}</p>" in page}

    assert shown("") == {"Một", "Hai", "Ba"}
    assert shown("&form=zalo") == {"Hai"}
    assert shown("&month=2026-03") == {"Một"}
    assert shown("&topic=ai") == {"Một", "Hai"}
    assert shown("&topic=doi_ngu&form=video") == {"Ba"}
    assert shown("&topic=phan_luong") == set()
    # Contacts are never added across ways of counting.
    page = client.visit("/activities?year=2026")
    assert "không phải số người" in page
    assert re.findall(r'<li><strong class="number">(\d+)</strong> lượt', page) == ["40", "80"]


def test_the_ward_sees_its_schools_and_can_look_at_itself_alone(
    client: PageClient, cast: Cast, entries: dict[str, int]
) -> None:
    client.sign_in("officer", PASSWORD)
    together = client.visit("/activities")
    assert f"/activities/{entries['activity']}" in together
    assert f"/activities/{entries['wards']}" in together
    alone = client.visit(f"/activities?organisation={cast.ward.id}&own=1")
    assert f'/activities/{entries["activity"]}"' not in alone
    assert f'/activities/{entries["wards"]}"' in alone


def test_an_officer_writes_for_the_ward_and_not_for_a_school(client: PageClient, cast: Cast, session: Session) -> None:
    client.sign_in("officer", PASSWORD)
    refused = client.post("/activities/new", typed(cast), csrf_from="/activities/new")
    assert refused.status_code == 403
    kept = client.post("/activities/new", typed(cast, organisation=cast.ward.id), csrf_from="/activities/new")
    assert kept.status_code == 302
    assert session.scalars(select(Activity)).one().organisation_id == cast.ward.id


def test_the_roll_is_typed_and_judged(client: PageClient, cast: Cast, session: Session, now: datetime) -> None:
    year = local_date(utc_now()).year
    session.add(activity(cast.school, now, held_on=date(year, 1, 1), reach=44, newly_briefed=42))
    session.commit()
    client.sign_in("administrator", PASSWORD)
    assert "Còn 2 người" in client.visit("/briefing")
    sent = {"period": str(year), "roster": "44", "known_not_briefed": "2", "as_of": YESTERDAY.isoformat()}
    assert client.post("/briefing", sent, csrf_from="/briefing").status_code == 302
    page = client.visit("/briefing")
    assert "2 người biết chắc chưa được quán triệt" in page
    assert "Chưa đạt" in page
    refused = client.post("/briefing", {**sent, "known_not_briefed": "45"}, csrf_from="/briefing")
    assert refused.status_code == 422
    assert "không thể nhiều hơn tổng số" in refused.get_data(as_text=True)
    assert session.scalars(select(BriefingRoll)).one().known_not_briefed == 2


def test_the_ward_sees_the_rolls_of_all_units(client: PageClient, cast: Cast) -> None:
    client.sign_in("officer", PASSWORD)
    page = client.visit("/briefing")
    assert "Cả 3 đơn vị" in page
    assert f"Chưa biết tổng số cán bộ của: {cast.ward.name}" in page
    assert cast.other_school.name in page


def test_the_sheet_to_sign_is_a_pdf(client: PageClient, cast: Cast) -> None:
    client.sign_in("administrator", PASSWORD)
    sheet = client.http.get("/briefing/sign-in-sheet.pdf?lines=5")
    assert sheet.status_code == 200
    assert sheet.mimetype == "application/pdf"
    assert sheet.data.startswith(b"%PDF")


ENTRIES: dict[str, tuple[type[Any], dict[str, str], dict[str, str], str]] = {
    "effects": (
        Effect,
        {
            "indicator": "Giáo viên dùng học liệu số",
            "unit": "%",
            "before": "12,5",
            "before_on": "2026-01-10",
            "after": "40",
            "after_on": "2026-03-10",
            "source": "Sổ dự giờ",
            "topic": "ai",
        },
        {"before_on": ""},
        "12,5",
    ),
    "models": (
        GoodModel,
        {"title": "Góc học liệu", "description": "Mỗi tổ một góc", "noted_on": "2026-03-10", "topic": ""},
        {"commended_by": "UBND phường"},
        "Góc học liệu",
    ),
    "difficulties": (
        Difficulty,
        {"kind": "proposal", "text": "Xin đường truyền", "raised_on": "2026-03-10", "status": "open"},
        {"status": "answered"},
        "Xin đường truyền",
    ),
}


@pytest.mark.parametrize("kind", list(ENTRIES))
def test_what_came_of_it_is_kept_shown_changed_and_removed(
    client: PageClient, cast: Cast, session: Session, kind: str
) -> None:
    model, fields, fault, shown = ENTRIES[kind]
    client.sign_in("administrator", PASSWORD)
    client.visit(f"/{kind}")
    assert client.post(f"/{kind}/new", {**fields, **fault}, csrf_from=f"/{kind}/new").status_code == 422
    assert client.post(f"/{kind}/new", fields, csrf_from=f"/{kind}/new").status_code == 302
    made = session.scalars(select(model)).one().id
    assert shown in client.visit(f"/{kind}?year=2026")
    client.visit(f"/{kind}/{made}/edit")
    faulty = client.post(f"/{kind}/{made}/edit", {**fields, **fault}, csrf_from="/account")
    assert faulty.status_code == 422
    assert client.post(f"/{kind}/{made}/edit", fields, csrf_from="/account").status_code == 302
    client.visit(f"/{kind}/{made}/remove")
    assert client.post(f"/{kind}/{made}/remove", {}, csrf_from="/account").status_code == 302
    assert session.scalars(select(model)).first() is None


def test_a_finding_goes_from_the_ward_to_the_school_and_back(
    client: PageClient, cast: Cast, session: Session, app: Any
) -> None:
    ward, school = client.sign_in("officer", PASSWORD), PageClient(app).sign_in("administrator", PASSWORD)
    finding = {"organisation_id": cast.school.id, "visited_on": YESTERDAY.isoformat(), "finding": "Bảng tin trống"}
    faulty = {**finding, "deadline": (YESTERDAY - timedelta(days=1)).isoformat()}
    assert ward.post("/checks/new", faulty, csrf_from="/checks/new").status_code == 422
    assert ward.post("/checks/new", finding, csrf_from="/checks/new").status_code == 302
    check = session.scalars(select(CheckVisit)).one()
    assert check.checked_by_id == cast.ward.id
    assert "Báo đã khắc phục" in school.visit("/checks")
    address = f"/checks/{check.id}"
    assert school.post(f"{address}/report", {"report": ""}, csrf_from="/account").status_code == 422
    assert school.post(f"{address}/report", {"report": "Đã dán"}, csrf_from="/account").status_code == 302
    assert "chờ xác nhận" in ward.visit("/checks")
    assert ward.post(f"{address}/return", {}, csrf_from="/account").status_code == 302
    assert school.post(f"{address}/report", {"report": "Đã dán cả"}, csrf_from="/account").status_code == 302
    # A school does not settle what the ward has found.
    assert school.post(f"{address}/settle", {}, csrf_from="/account").status_code == 403
    assert ward.post(f"{address}/settle", {}, csrf_from="/account").status_code == 302
    assert "Xác nhận xong ngày" in school.visit("/checks")
    assert ward.post(f"{address}/settle", {}, csrf_from="/account").status_code == 409
    assert ward.post(f"{address}/remove", {}, csrf_from=f"{address}/remove").status_code == 302


def test_a_visit_to_a_place_elsewhere_is_refused(client: PageClient, cast: Cast, session: Session) -> None:
    client.sign_in("officer", PASSWORD)
    for place in (cast.ward.id, 987654, "x"):
        finding = {"organisation_id": place, "visited_on": YESTERDAY.isoformat(), "finding": "Thiếu"}
        assert client.post("/checks/new", finding, csrf_from="/checks/new").status_code == 422
    assert session.scalars(select(CheckVisit)).first() is None


def test_the_plan_of_the_year_is_typed_where_its_duty_stands(client: PageClient, cast: Cast, session: Session) -> None:
    client.sign_in("administrator", PASSWORD)
    assert "Chưa ghi số và ngày của kế hoạch." in client.visit("/duties")
    year = str(local_date(utc_now()).year)
    sent = {"year": year, "number": "12/KH-BM", "issued_on": "", "channels": ["zalo"]}
    assert client.post("/duties/plan", sent, csrf_from="/duties").status_code == 422
    sent["issued_on"] = YESTERDAY.isoformat()
    assert client.post("/duties/plan", sent, csrf_from="/duties").status_code == 302
    assert session.scalars(select(CommunicationPlan)).one().channels == ["zalo"]
    page = client.visit("/duties")
    assert "Đã có kế hoạch." in page
    assert 'value="12/KH-BM"' in page


def test_the_ward_sees_where_duties_need_attention(client: PageClient, cast: Cast, entries: dict[str, int]) -> None:
    client.sign_in("officer", PASSWORD)
    page = client.visit("/duties")
    # The school with a finding past its deadline stands before the one without.
    table = page[page.index("nơi cần chú ý ở trên") :]
    assert table.index(cast.school.name) < table.index(cast.other_school.name)
