"""The written report of a campaign: the words and figures of a periodic report, as files, for those who may read it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from survey.campaigns.models import Campaign
from survey.core.permissions import Scope
from survey.reports.campaign_queries import campaign_input
from survey.reports.documents import Block, Paragraph, Points, ReportDocument, Table
from survey.reports.letterheads import letterhead_of, surroundings
from survey.reports.operations import IssuedFile, issue_report
from survey.reports.parents import parents_page
from survey.reports.period_builder import build_period
from survey.reports.period_document import Edition, period_document
from survey.reports.period_records import PeriodReport
from survey.reports.renderers.outlines import walk
from tests.factories import PASSWORD, Cast
from tests.pages import PageClient
from tests.reports.fieldwork import make_campaign, run_wave
from tests.reports.period_fieldwork import EMPLOYEES, TEACHERS, everywhere, report_of

TODAY = date(2026, 11, 21)
BEFORE, AFTER = {TEACHERS: (34, 20), EMPLOYEES: (8, 4)}, {TEACHERS: (36, 35), EMPLOYEES: (8, 8)}


@pytest.fixture
def campaign(session: Session, cast: Cast, now: datetime) -> Campaign:
    """The staff of one school, measured before; the wave after the campaign is still to come."""
    made = make_campaign(session, cast.school, ["staff"], now)
    run_wave(session, made, "staff", "baseline", {cast.school.id: BEFORE}, now, close=True)
    return made


def _report(session: Session, campaign: Campaign, cast: Cast, *, place: int | None = None) -> PeriodReport:
    covered = everywhere(session, cast)
    given = campaign_input(session, campaign_id=campaign.id, scope=covered, today=TODAY, organisation_id=place)
    return build_period(given)


def _document(app: Flask, report: PeriodReport) -> ReportDocument:
    with app.test_request_context():
        return period_document(report, Edition({}, letterhead_of(surroundings(report), {}, year=2026)), "vi")


def _said(document: ReportDocument) -> str:
    return "\n".join(_texts(walk([*document.sections, *document.annexes])))


def _texts(blocks: Iterator[Block]) -> Iterator[str]:
    for block in blocks:
        if isinstance(block, Paragraph):
            yield block.text
        elif isinstance(block, Points):
            yield from block.points
        elif isinstance(block, Table):
            yield from (cell.text for row in block.rows for cell in row)
            yield from block.notes


def test_a_campaign_is_named_with_its_days_and_always_a_draft(
    app: Flask, session: Session, cast: Cast, campaign: Campaign
) -> None:
    document = _document(app, _report(session, campaign, cast, place=cast.school.id))
    assert document.subject == "Kết quả truyền thông về Nghị quyết số 71-NQ/TW, chiến dịch “Hiểu Nghị quyết 71”"
    assert document.period == "từ 22/09/2026 đến 01/12/2026"
    assert document.is_draft
    assert [len(document.sections), document.letterhead.issuer] == [6, cast.school.name]


def test_a_school_and_its_ward_have_files_of_the_same_campaign(session: Session, cast: Cast, now: datetime) -> None:
    made = make_campaign(session, cast.ward, ["staff"], now)
    answers = {cast.school.id: BEFORE, cast.other_school.id: {TEACHERS: (30, 15), EMPLOYEES: (6, 3)}}
    run_wave(session, made, "staff", "baseline", answers, now, close=True)
    school, ward = (_report(session, made, cast, place=one.id) for one in (cast.school, cast.ward))
    assert [school.organisation.id, ward.organisation.id] == [cast.school.id, cast.ward.id]
    assert [school.report.is_roll_up, ward.report.is_roll_up] == [False, True]
    assert _answered(ward, "teachers") == 64
    assert [_answered(school, group) for group in ("teachers", "employees")] == [34, None]


def _answered(report: PeriodReport, group: str) -> int | None:
    row = next(row for row in report.report.rows if row.group == group)
    return row.headline.latest.answered if row.hidden is None and row.headline.latest is not None else None


def test_a_small_group_stays_hidden_in_what_is_handed_on(session: Session, cast: Cast, campaign: Campaign) -> None:
    inside = frozenset({cast.school.id})
    given = campaign_input(session, campaign_id=campaign.id, scope=Scope(inside, inside), today=TODAY)
    assert given.source.is_outside
    assert _answered(build_period(given), "employees") is None


def test_figures_of_an_open_wave_are_called_provisional(
    app: Flask, session: Session, cast: Cast, campaign: Campaign, now: datetime
) -> None:
    assert "tạm tính" not in _said(_document(app, _report(session, campaign, cast, place=cast.school.id)))
    run_wave(session, campaign, "staff", "follow_up", {cast.school.id: AFTER}, now)
    assert "tạm tính" in _said(_document(app, _report(session, campaign, cast, place=cast.school.id)))


def test_questions_of_a_coming_wave_are_told_in_no_paper_until_it_is_closed(
    app: Flask, session: Session, cast: Cast, campaign: Campaign, now: datetime
) -> None:
    """Papers name the topic only, never the question nor an option."""
    coming = _report(session, campaign, cast, place=cast.school.id)
    periodic = report_of(session, cast, cast.school.id)
    stems = {one.stem["vi"] for one in coming.report.misunderstood}
    options = {one.option["vi"] for one in coming.report.misunderstood}
    assert stems
    for report in (coming, periodic):
        paper, page = _said(_document(app, report)), _page_text(app, report)
        assert not [stem for stem in stems if stem in paper or stem in page]
        assert not [option for option in options if option in paper or option in page]
        assert "cùng chọn một ý chưa đúng" in paper
        assert "nhiều người còn nhầm" in page
    run_wave(session, campaign, "staff", "follow_up", {cast.school.id: {TEACHERS: (36, 20)}}, now, close=True)
    closed = _report(session, campaign, cast, place=cast.school.id)
    told = {one.stem["vi"] for one in closed.report.misunderstood}
    assert told
    assert all(stem in _said(_document(app, closed)) for stem in told)
    assert any(stem in _page_text(app, closed) for stem in told)


def _page_text(app: Flask, report: PeriodReport) -> str:
    with app.test_request_context():
        return "\n".join(parents_page(report, "vi").hard_points)


def test_a_wave_of_the_ward_keeps_the_questions_of_a_school_too(
    session: Session, cast: Cast, campaign: Campaign, now: datetime
) -> None:
    run_wave(session, campaign, "staff", "follow_up", {cast.school.id: {TEACHERS: (36, 20)}}, now, close=True)
    assert not any(one.asked_again for one in _report(session, campaign, cast).report.misunderstood)
    make_campaign(session, cast.ward, ["staff"], now)
    found = _report(session, campaign, cast, place=cast.school.id).report.misunderstood
    assert [one.asked_again for one in found] == [True] * len(found)
    assert found


def test_a_file_of_a_campaign_withholds_what_an_issued_report_would_give_away(
    session: Session, cast: Cast, now: datetime
) -> None:
    """The ward issued both schools together; a file of one school must not leave 8 employees of the other."""
    made = make_campaign(session, cast.ward, ["staff"], now)
    answers = {cast.school.id: {EMPLOYEES: (12, 6)}, cast.other_school.id: {EMPLOYEES: (8, 4)}}
    run_wave(session, made, "staff", "baseline", answers, now, close=True)
    own = frozenset({cast.school.id})

    def alone() -> PeriodReport:
        return build_period(campaign_input(session, campaign_id=made.id, scope=Scope(own, own), today=TODAY))

    assert _answered(alone(), "employees") == 12
    issue_report(
        session,
        report=report_of(session, cast, cast.ward.id),
        title="Báo cáo",
        number=1,
        changed="",
        files=[IssuedFile("bao-cao.html", "text/html", b"x")],
        user_id=None,
        now=now,
    )
    assert _answered(alone(), "employees") is None


@pytest.mark.parametrize(
    ("address", "begins"),
    [("files/docx", b"PK"), ("files/xlsx", b"PK"), ("files/html", b"<!doctype html>"), ("parents.pdf", b"%PDF")],
)
def test_the_page_of_a_campaign_leads_to_its_files(
    client: PageClient, cast: Cast, campaign: Campaign, address: str, begins: bytes
) -> None:
    client.sign_in("administrator", PASSWORD)
    link = f"/campaigns/{campaign.id}/report/{address}?organisation={cast.school.id}"
    assert link in client.visit(f"/campaigns/{campaign.id}/report")
    response = client.http.get(link)
    assert response.data.startswith(begins)
    assert f"BANMAI-chien-dich-{campaign.id}" in response.headers["Content-Disposition"]


@pytest.mark.parametrize(
    ("login", "address", "status"),
    [
        ("stranger", "files/docx", 404),
        ("stranger", "parents.png", 404),
        ("viewer", "files/docx", 403),
        ("teacher", "parents.pdf", 403),
        ("administrator", "files/exe", 404),
        ("administrator", "parents.exe", 404),
        ("officer", "files/xlsx", 200),
    ],
)
def test_files_of_a_campaign_are_for_those_who_read_its_report(
    client: PageClient, cast: Cast, campaign: Campaign, login: str, address: str, status: int
) -> None:
    client.sign_in(login, PASSWORD)
    assert client.http.get(f"/campaigns/{campaign.id}/report/{address}").status_code == status


def test_a_campaign_without_answers_has_a_file_and_no_page_for_parents(
    client: PageClient, session: Session, cast: Cast, now: datetime
) -> None:
    made = make_campaign(session, cast.school, ["staff"], now)
    client.sign_in("administrator", PASSWORD)
    page = client.visit(f"/campaigns/{made.id}/report")
    assert "/report/files/docx" in page
    assert "/report/parents." not in page
    assert "Chưa có phiếu trả lời nào" in client.http.get(f"/campaigns/{made.id}/report/files/html").text
