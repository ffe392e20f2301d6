"""Pages of periodic reports: choose, read, write, issue; who may see what; what is issued stays as it is."""

from __future__ import annotations

import hashlib
from datetime import date, datetime
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from survey.audit.models import AuditEntry
from survey.core.periods import parse_period
from survey.organisations.models import Organisation
from survey.reports.models import Release, ReleaseFile, ReportDraft
from survey.reports.operations import IssuedFile, ReleaseConflict, ReleaseInvalid, issue_report
from survey.reports.period_texts import TEXTS
from survey.reports.reportable import offers
from tests.factories import PASSWORD, Cast, make_school
from tests.pages import PageClient
from tests.reports.fieldwork import make_campaign, run_wave
from tests.reports.period_fieldwork import EMPLOYEES, PERIOD, report_of, run_campaign


def _texts(page: str, **changed: str) -> dict[str, Any]:
    """The fields of the page of texts as a browser would send them, with some changed."""
    fields = {f"text_{key}": _area(page, f"text-{key}") for key in TEXTS}
    return {**fields, **{f"text_{key}": value for key, value in changed.items()}}


def _area(page: str, name: str) -> str:
    start = page.index(f'id="{name}"')
    inner = page[page.index(">", start) + 1 : page.index("</textarea>", start)]
    return inner.lstrip("\r\n").replace("&#34;", '"').replace("&amp;", "&")


def test_the_page_of_reports_leads_to_the_periods_of_the_unit(client: PageClient, cast: Cast) -> None:
    client.sign_in("administrator", PASSWORD)
    page = client.visit("/reports")
    assert f"/reports/periods/{cast.school.id}/20" in page
    assert "Báo cáo theo kỳ" in page


@pytest.mark.parametrize(
    ("asked", "leads_to"),
    [
        ({"kind": "quarter", "day": "2026-11-21"}, "2026-Q4"),
        ({"kind": "month", "day": "2026-11-15"}, "2026-12"),
        ({"kind": "school_year", "day": "2026-08-31"}, "2025-2026"),
        ({"kind": "range", "first": "2026-09-15", "last": "2026-12-14"}, "2026-09-15..2026-12-14"),
    ],
)
def test_a_kind_and_a_day_lead_to_the_report(
    client: PageClient, cast: Cast, asked: dict[str, str], leads_to: str
) -> None:
    client.sign_in("administrator", PASSWORD)
    response = client.http.get("/reports/periods", query_string={"organisation": cast.school.id, **asked})
    assert response.status_code == 302
    assert response.headers["Location"] == f"/reports/periods/{cast.school.id}/{leads_to}"


def test_without_a_question_the_chooser_leads_to_the_page_of_reports(client: PageClient, cast: Cast) -> None:
    client.sign_in("administrator", PASSWORD)
    assert client.http.get("/reports/periods").headers["Location"] == "/reports"


def test_a_unit_of_somebody_else_is_no_choice(client: PageClient, cast: Cast) -> None:
    client.sign_in("administrator", PASSWORD)
    client.visit(f"/reports/periods?organisation={cast.other_school.id}&kind=year&day=2026-11-21", status=422)


def test_offered_are_the_present_periods_and_those_just_ended(cast: Cast) -> None:
    found = {(offer.period.text, offer.is_over) for offer in offers(cast.school, date(2026, 11, 21))}
    present = {"2026-12", "2026-Q4", "2026-H2", "2026", "2026-2027"}
    assert found == {(text, False) for text in present} | {("2026-11", True)}


def test_days_in_the_wrong_order_are_named_and_kept(client: PageClient, cast: Cast) -> None:
    client.sign_in("administrator", PASSWORD)
    asked = f"organisation={cast.school.id}&kind=range&first=2026-12-14&last=2026-09-15"
    page = client.visit(f"/reports/periods?{asked}", status=422)
    assert "Ngày kết thúc phải từ ngày bắt đầu trở đi." in page
    assert 'value="2026-12-14"' in page


def test_a_unit_may_follow_the_calendar(client: PageClient, session: Session, cast: Cast) -> None:
    client.sign_in("administrator", PASSWORD)
    address = f"/organisations/{cast.school.id}/edit"
    fields = {"name": cast.school.name, "code": "BANMAI", "kind": "school", "cut_off": "calendar"}
    assert client.post(address, fields, csrf_from=address).status_code == 302
    found = session.get(Organisation, cast.school.id)
    assert found is not None
    assert found.cut_off == "calendar"
    assert "từ 01/10/2026 đến 31/12/2026" in client.visit(f"/reports/periods/{cast.school.id}/{PERIOD}")


@pytest.mark.parametrize(
    ("login", "place", "status"),
    [
        ("administrator", "school", 200),
        ("officer", "school", 200),
        ("officer", "ward", 200),
        ("operator", "ward", 200),
        ("administrator", "ward", 404),
        ("stranger", "school", 404),
        ("teacher", "school", 403),
        ("viewer", "school", 403),
    ],
)
def test_a_draft_is_read_by_those_who_make_reports_there(
    client: PageClient, cast: Cast, login: str, place: str, status: int
) -> None:
    client.sign_in(login, PASSWORD)
    client.visit(f"/reports/periods/{getattr(cast, place).id}/{PERIOD}", status=status)


@pytest.mark.parametrize("text", ["2026-Q9", "heute", "2026-13"])
def test_an_address_that_is_no_period_is_not_found(client: PageClient, cast: Cast, text: str) -> None:
    client.sign_in("administrator", PASSWORD)
    client.visit(f"/reports/periods/{cast.school.id}/{text}", status=404)


def test_what_a_unit_writes_survives_and_is_marked_when_figures_change(
    client: PageClient, session: Session, cast: Cast, now: datetime
) -> None:
    client.sign_in("administrator", PASSWORD)
    address = f"/reports/periods/{cast.school.id}/{PERIOD}"
    page = client.visit(f"{address}/texts")
    written = "Thầy cô tự tin hơn <b>nhiều</b>."
    response = client.post(f"{address}/texts", _texts(page, remarks=written), csrf_from=f"{address}/texts")
    assert response.status_code == 302
    draft = session.scalars(select(ReportDraft)).one()
    assert draft.texts == {"remarks": written}
    assert "tự tin hơn &lt;b&gt;nhiều&lt;/b&gt;" in client.visit(address)
    assert "Số liệu đã đổi" not in client.visit(address)
    run_campaign(session, cast, now)
    page = client.visit(address)
    assert "tự tin hơn &lt;b&gt;nhiều&lt;/b&gt;" in page
    assert "Số liệu đã đổi từ khi bạn viết đoạn “Nhận xét" in page
    texts = client.visit(f"{address}/texts")
    client.post(f"{address}/texts", {**_texts(texts), "confirm_remarks": "y"}, csrf_from=f"{address}/texts")
    assert "Số liệu đã đổi" not in client.visit(address)


def test_a_text_can_go_back_to_the_draft(client: PageClient, session: Session, cast: Cast) -> None:
    client.sign_in("administrator", PASSWORD)
    address = f"/reports/periods/{cast.school.id}/{PERIOD}/texts"
    client.post(address, _texts(client.visit(address), models="Của tôi"), csrf_from=address)
    client.post(address, {**_texts(client.visit(address)), "reset_models": "y"}, csrf_from=address)
    assert session.scalars(select(ReportDraft)).one().texts == {}


def test_a_text_that_is_too_long_loses_nothing(client: PageClient, cast: Cast) -> None:
    client.sign_in("administrator", PASSWORD)
    address = f"/reports/periods/{cast.school.id}/{PERIOD}/texts"
    response = client.post(address, _texts(client.visit(address), models="ư" * 8001), csrf_from=address)
    assert response.status_code == 422
    assert "ư" * 8001 in response.get_data(as_text=True)


def test_the_letterhead_can_be_changed_and_only_the_change_is_kept(
    client: PageClient, session: Session, cast: Cast
) -> None:
    client.sign_in("administrator", PASSWORD)
    address = f"/reports/periods/{cast.school.id}/{PERIOD}/texts"
    page = client.visit(address)
    areas = {
        f"letterhead_{name}": _area(page, f"letterhead-{name}") for name in ("addressees", "authority", "recipients")
    }
    fields = {
        **_texts(page),
        **areas,
        "letterhead_superior": "Ủy ban nhân dân phường Hoa Sim",
        "letterhead_issuer": "Trường TH và THCS Ban Mai",
        "letterhead_symbol": "BC-THTHCSBM",
        "letterhead_place": "Hoa Sim",
        "letterhead_signer_title": "PHÓ HIỆU TRƯỞNG",
        "letterhead_signer": "",
    }
    assert client.post(address, fields, csrf_from=address).status_code == 302
    assert session.scalars(select(ReportDraft)).one().letterhead == {"signer_title": "PHÓ HIỆU TRƯỞNG"}
    assert "PHÓ HIỆU TRƯỞNG" in client.visit(f"/reports/periods/{cast.school.id}/{PERIOD}")


@pytest.mark.parametrize("form", ["docx", "xlsx"])
def test_a_draft_is_sent_as_a_file(client: PageClient, cast: Cast, form: str) -> None:
    client.sign_in("administrator", PASSWORD)
    response = client.http.get(f"/reports/periods/{cast.school.id}/{PERIOD}/files/{form}")
    assert response.status_code == 200
    assert response.data.startswith(b"PK")
    assert f"BANMAI-2026-Q4-du-thao.{form}" in response.headers["Content-Disposition"]


@pytest.mark.parametrize("variant", ["print", "narrow"])
def test_the_page_leads_to_its_drawing(
    client: PageClient, session: Session, cast: Cast, now: datetime, variant: str
) -> None:
    run_campaign(session, cast, now)
    client.sign_in("administrator", PASSWORD)
    address = f"/reports/periods/{cast.school.id}/{PERIOD}"
    assert f"{address}/picture/{variant}.svg" in client.visit(address)
    response = client.http.get(f"{address}/picture/{variant}.svg")
    assert response.mimetype == "image/svg+xml"
    assert b"<svg" in response.data


@pytest.mark.parametrize("address", ["files/exe", "parents.exe", "picture/huge.svg"])
def test_a_file_of_another_kind_is_not_found(client: PageClient, cast: Cast, address: str) -> None:
    client.sign_in("administrator", PASSWORD)
    client.visit(f"/reports/periods/{cast.school.id}/{PERIOD}/{address}", status=404)


def test_an_issued_report_stays_as_it_is_and_a_correction_says_what_changed(
    client: PageClient, session: Session, cast: Cast, now: datetime
) -> None:
    run_campaign(session, cast, now)
    client.sign_in("administrator", PASSWORD)
    address = f"/reports/periods/{cast.school.id}/{PERIOD}/issue"
    assert "Chưa viết" in client.visit(address)
    response = client.post(address, {}, csrf_from=address)
    assert response.status_code == 302
    release = session.scalars(select(Release)).one()
    shown = client.visit(response.headers["Location"])
    assert {file.name for file in release.files} == {
        *(f"bao-cao.{form}" for form in ("docx", "pdf", "xlsx", "html")),
        *(f"ket-qua-cho-phu-huynh.{form}" for form in ("pdf", "png")),
    }
    for file in release.files:
        sent = client.http.get(f"/reports/releases/{release.id}/{file.name}")
        assert hashlib.sha256(sent.data).hexdigest() == file.sha256
        assert file.sha256 in shown
    html = client.http.get(f"/reports/releases/{release.id}/bao-cao.html").get_data(as_text=True)
    assert "BẢN DỰ THẢO" not in html
    assert "Đơn vị bổ sung" not in html
    refused = client.post(address, {"changed": ""}, csrf_from=address)
    assert refused.status_code == 422
    assert "Hãy ghi bản mới khác bản trước" in refused.get_data(as_text=True)
    _check_viewer(client, release.id)
    entry = session.scalars(select(AuditEntry).where(AuditEntry.subject == "release")).one()
    assert (entry.action, entry.organisation_id) == ("issue", cast.school.id)


def _check_viewer(client: PageClient, release_id: int) -> None:
    """A viewer of the school reads what was issued; a stranger does not know of it."""
    viewer, stranger = PageClient(client.http.application), PageClient(client.http.application)
    viewer.sign_in("viewer", PASSWORD)
    assert f"/reports/releases/{release_id}" in viewer.visit("/reports")
    viewer.visit(f"/reports/releases/{release_id}")
    stranger.sign_in("stranger", PASSWORD)
    stranger.visit(f"/reports/releases/{release_id}", status=404)
    stranger.visit(f"/reports/releases/{release_id}/bao-cao.pdf", status=404)
    assert f"/reports/releases/{release_id}" not in stranger.visit("/reports")


@pytest.mark.parametrize(("login", "status"), [("viewer", 403), ("teacher", 403), ("stranger", 404)])
def test_only_those_who_may_issue_reach_the_page(client: PageClient, cast: Cast, login: str, status: int) -> None:
    client.sign_in(login, PASSWORD)
    client.visit(f"/reports/periods/{cast.school.id}/{PERIOD}/issue", status=status)
    client.visit(f"/reports/periods/{cast.school.id}/{PERIOD}/texts", status=status)


def _issue(
    session: Session, cast: Cast, organisation_id: int, now: datetime, *, number: int, changed: str = ""
) -> Release:
    return issue_report(
        session,
        report=report_of(session, cast, organisation_id),
        title="Báo cáo",
        number=number,
        changed=changed,
        files=[IssuedFile("bao-cao.html", "text/html", b"x")],
        user_id=None,
        now=now,
    )


def test_two_who_issue_at_once_do_not_get_the_same_number(session: Session, cast: Cast, now: datetime) -> None:
    run_campaign(session, cast, now)
    _issue(session, cast, cast.school.id, now, number=1)
    with pytest.raises(ReleaseConflict):
        _issue(session, cast, cast.school.id, now, number=1, changed="Sửa mục I")
    with pytest.raises(ReleaseInvalid):
        _issue(session, cast, cast.school.id, now, number=2)
    assert _issue(session, cast, cast.school.id, now, number=2, changed="Sửa mục I").changed == "Sửa mục I"
    assert session.scalars(select(ReleaseFile.sha256)).first() == hashlib.sha256(b"x").hexdigest()


def test_a_later_report_withholds_what_an_earlier_one_would_give_away(
    session: Session, cast: Cast, now: datetime
) -> None:
    """12 employees of two schools were published; a third school with 4 must not follow from the new sum of 16."""
    run_campaign(session, cast, now)
    assert _employees(report_of(session, cast, cast.ward.id)) == 12
    _issue(session, cast, cast.ward.id, now, number=1)
    _add_school(session, cast, now, employees=4)
    report = report_of(session, cast, cast.ward.id)
    assert report.withheld == ((None, "employees"),)
    assert _employees(report) is None
    assert not [one for one in report.sums if one.group == "employees" and one.answered == 16]


def test_nothing_is_withheld_where_what_follows_is_large_enough(session: Session, cast: Cast, now: datetime) -> None:
    run_campaign(session, cast, now)
    _issue(session, cast, cast.ward.id, now, number=1)
    _add_school(session, cast, now, employees=12)
    report = report_of(session, cast, cast.ward.id)
    assert report.withheld == ()
    assert _employees(report) == 24


def test_without_an_earlier_report_the_same_sum_is_shown(session: Session, cast: Cast, now: datetime) -> None:
    run_campaign(session, cast, now)
    _add_school(session, cast, now, employees=4)
    assert _employees(report_of(session, cast, cast.ward.id)) == 16


def _employees(report: Any) -> int | None:
    latest = next(row for row in report.report.rows if row.group == "employees").headline.latest
    return latest.answered if latest is not None else None


def _add_school(session: Session, cast: Cast, now: datetime, *, employees: int) -> None:
    """Measure the employees of a third school before and after in its own campaign."""
    third = make_school(session, "Trường Tiểu học Đồi Chè", code="DOICHE", parent=cast.other_school.parent)
    session.commit()
    campaign = make_campaign(session, third, ["staff"], now)
    numbers = {third.id: {EMPLOYEES: (employees, employees)}}
    for kind in ("baseline", "follow_up"):
        run_wave(session, campaign, "staff", kind, numbers, now, close=True)


def test_the_report_of_the_next_period_knows_the_one_before(session: Session, cast: Cast, now: datetime) -> None:
    run_campaign(session, cast, now)
    _issue(session, cast, cast.school.id, now, number=1)
    following = report_of(session, cast, cast.school.id, period=parse_period("2027-Q1"))
    assert following.previous is not None
    assert [(one.group, one.understood, one.answered) for one in following.previous.figures] == [("teachers", 35, 36)]
