"""The report of a period counts the right waves, names who is missing, and shows no small number."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from analysis.records import Verdict
from survey.activities.models import Activity, Difficulty
from survey.core.errors import NotFound
from survey.core.periods import parse_period
from survey.core.permissions import Scope
from survey.reports.documents import Paragraph, Section, Table
from survey.reports.letterheads import letterhead_of, surroundings
from survey.reports.parents import parents_page
from survey.reports.period_document import Edition, period_document
from survey.reports.period_queries import period_input
from survey.reports.period_records import PeriodReport
from survey.reports.period_texts import TEXTS, draft_texts
from survey.reports.renderers.outlines import walk
from tests.factories import Cast, make_school
from tests.reports.fieldwork import make_campaign, run_wave
from tests.reports.period_fieldwork import TEACHERS, everywhere, report_of, run_campaign


def _row(report: PeriodReport, group: str):  # type: ignore[no-untyped-def]
    return next(row for row in report.report.rows if row.group == group)


def test_a_school_reports_its_latest_wave_with_the_wave_before_the_campaign(
    session: Session, cast: Cast, now: datetime
) -> None:
    run_campaign(session, cast, now)
    report = report_of(session, cast, cast.school.id)
    teachers = _row(report, "teachers").headline
    assert (teachers.before.understood, teachers.before.answered) == (20, 34)
    assert (teachers.after.understood, teachers.after.answered, teachers.after.population) == (35, 36, 36)
    assert teachers.after.verdict is Verdict.MET
    assert not report.report.is_roll_up


def test_eight_employees_stay_hidden_in_a_report_that_leaves_the_school(
    session: Session, cast: Cast, now: datetime
) -> None:
    run_campaign(session, cast, now)
    report = report_of(session, cast, cast.school.id)
    assert _row(report, "employees").hidden is not None
    assert {one.group for one in report.sums} == {"teachers"}


def test_a_ward_adds_its_schools_up_by_their_headcounts(session: Session, cast: Cast, now: datetime) -> None:
    run_campaign(session, cast, now)
    report = report_of(session, cast, cast.ward.id)
    teachers = _row(report, "teachers").headline.after
    # 36 teachers each: the mean of 35/36 and 30/35.
    assert teachers.value == pytest.approx((35 / 36 + 30 / 35) / 2)
    assert (teachers.understood, teachers.answered, teachers.population) == (65, 71, 72)
    assert report.report.is_roll_up


def test_a_school_without_any_wave_is_named_and_its_people_count_as_unknown(
    session: Session, cast: Cast, now: datetime
) -> None:
    run_campaign(session, cast, now)
    late = make_school(session, "Trường Tiểu học Mới Mở", code="MOIMO", parent=cast.ward)
    session.commit()
    scope = everywhere(session, cast)
    source = period_input(
        session, organisation_id=cast.ward.id, period=parse_period("2026-Q4"), scope=scope, today=date(2026, 11, 21)
    )
    silent = [one for one in source.source.counts if one.organisation_id == late.id]
    assert {one.audience for one in silent} == {"staff"}
    assert [one.number for one in silent] == [0]
    assert late.id not in {wave.place_id for wave in source.counted}


@pytest.mark.parametrize(
    ("text", "cut_off", "is_in"),
    [
        ("2026-12", "decree", True),  # closed on 21 November: after the cut-off of the 14th
        ("2026-11", "decree", False),
        ("2026-11", "calendar", True),
        ("2026-12", "calendar", False),
        ("2026-Q4", "decree", True),
        ("2026-2027", "decree", True),
        ("2026-11-21..2026-11-21", "decree", True),
        ("2026-11-01..2026-11-20", "decree", False),
    ],
)
def test_a_wave_belongs_to_the_period_in_which_it_closes(
    session: Session, cast: Cast, now: datetime, text: str, cut_off: str, is_in: bool
) -> None:
    run_campaign(session, cast, now)
    report = report_of(session, cast, cast.school.id, period=parse_period(text, cut_off))
    assert bool(report.counted) is is_in
    assert report.report.has_answers is is_in


def test_a_wave_that_straddles_a_cut_off_is_said_to(session: Session, cast: Cast, now: datetime) -> None:
    campaign = make_campaign(session, cast.school, ["staff"], now)
    wave = run_wave(session, campaign, "staff", "baseline", {cast.school.id: {TEACHERS: (30, 20)}}, now, close=True)
    wave.opens = date(2026, 11, 1)
    session.commit()
    report = report_of(session, cast, cast.school.id, period=parse_period("2026-12"))
    assert [one.audience for one in report.straddling] == ["staff"]


def test_of_two_waves_the_one_that_somebody_answered_counts(session: Session, cast: Cast, now: datetime) -> None:
    campaign = make_campaign(session, cast.school, ["staff"], now)
    run_wave(session, campaign, "staff", "baseline", {cast.school.id: {TEACHERS: (30, 20)}}, now, close=True)
    empty = run_wave(session, campaign, "staff", "follow_up", {}, now, close=True)
    assert empty.state == "closed"
    report = report_of(session, cast, cast.school.id)
    assert [wave.kind for wave in report.counted] == ["baseline"]


def test_two_campaigns_of_schools_are_joined_with_each_its_own_plan(
    session: Session, cast: Cast, now: datetime
) -> None:
    for school, numbers in ((cast.school, (36, 35)), (cast.other_school, (36, 20))):
        campaign = make_campaign(session, school, ["staff"], now)
        run_wave(session, campaign, "staff", "baseline", {school.id: {TEACHERS: numbers}}, now, close=True)
    report = report_of(session, cast, cast.ward.id)
    teachers = _row(report, "teachers").headline.before
    assert (teachers.understood, teachers.answered, teachers.population) == (55, 72, 72)
    assert len({wave.place_id for wave in report.counted}) == 2


def test_who_may_not_see_the_organisation_finds_nothing(session: Session, cast: Cast, now: datetime) -> None:
    own = Scope(frozenset({cast.school.id}), frozenset({cast.school.id}))
    with pytest.raises(NotFound):
        period_input(
            session, organisation_id=cast.ward.id, period=parse_period("2026"), scope=own, today=date(2026, 11, 21)
        )


def test_texts_come_from_the_log_and_nothing_is_invented(
    app: Flask, session: Session, cast: Cast, now: datetime
) -> None:
    session.add_all(
        [
            Activity(
                organisation_id=cast.school.id,
                held_on=date(2026, 11, 3),
                form="themed_session",
                topics=["doi_ngu"],
                is_about_ai=False,
                audiences=["staff"],
                reach=40,
                counting="sign_in",
                newly_briefed=40,
                note="Vai trò của thầy cô",
                created_at=now,
            ),
            Difficulty(
                organisation_id=cast.school.id,
                kind="proposal",
                raised_on=date(2026, 11, 4),
                text="Cấp thêm tài liệu",
                addressee="UBND phường",
            ),
        ]
    )
    session.commit()
    report = report_of(session, cast, cast.school.id)
    with app.test_request_context():
        drafts = draft_texts(report, "vi")
    assert "Ngày 03/11/2026: Vai trò của thầy cô (sinh hoạt chuyên đề)." in drafts["work"]
    assert drafts["proposals"] == "Gửi UBND phường: Cấp thêm tài liệu."
    assert drafts["models"] == drafts["difficulties"] == drafts["remarks"] == ""


def test_an_issued_report_has_the_six_sections_and_no_gap_to_fill(
    app: Flask, session: Session, cast: Cast, now: datetime
) -> None:
    run_campaign(session, cast, now)
    report = report_of(session, cast, cast.ward.id)
    with app.test_request_context():
        head = letterhead_of(surroundings(report), {}, year=2026)
        draft = period_document(report, Edition({"models": "Một câu mỗi tuần."}, head), "vi")
        issued = period_document(report, Edition({"models": "Một câu mỗi tuần."}, head, is_draft=False), "vi")
    assert len(draft.sections) == len(issued.sections) == 6
    assert "(Đơn vị bổ sung phần này.)" in _texts(draft.sections)
    assert "(Đơn vị bổ sung phần này.)" not in _texts(issued.sections)
    assert "Một câu mỗi tuần." in _texts(issued.sections)
    names = [block.name for block in walk([*issued.sections, *issued.annexes]) if isinstance(block, Table)]
    assert len(names) == len(set(names))
    blocks = [*draft.opening, *walk(list(draft.sections))]
    assert {block.key for block in blocks if isinstance(block, Paragraph)} - {""} == set(TEXTS)


def _texts(sections: tuple[Section, ...]) -> str:
    return " ".join(block.text for block in walk(list(sections)) if isinstance(block, Paragraph))


def test_no_table_of_a_report_shows_a_hidden_group_or_a_total_that_gives_it_away(
    app: Flask, session: Session, cast: Cast, now: datetime
) -> None:
    run_campaign(session, cast, now)
    report = report_of(session, cast, cast.school.id)
    with app.test_request_context():
        head = letterhead_of(surroundings(report), {}, year=2026)
        document = period_document(report, Edition({}, head), "vi")
    tables = [block for block in walk([*document.sections, *document.annexes]) if isinstance(block, Table)]
    numbers = {cell.number for table in tables if table.name != "briefing" for row in table.rows for cell in row}
    # 8 employees answered; 44 of the staff did, of whom 36 teachers are shown.
    assert not {8, 44, 42} & numbers
    employees = [row for table in tables for row in table.rows if row[0].text == "Nhân viên"]
    assert employees
    assert all(cell.number is None for row in employees for cell in row)


def test_parents_read_of_every_ten_people_so_many(app: Flask, session: Session, cast: Cast, now: datetime) -> None:
    run_campaign(session, cast, now)
    with app.test_request_context():
        page = parents_page(report_of(session, cast, cast.school.id), "vi")
    teachers, employees = page.figures
    assert "Gần như tất cả giáo viên" in teachers.sentence
    assert (teachers.share_after, teachers.verdict) == (35 / 36, "Đạt")
    assert employees.share_after is None
    assert "36 người trả lời trong 36 người" in page.small_print


@pytest.mark.parametrize(
    ("name", "initials", "place"),
    [
        ("Trường TH và THCS Ban Mai", "BC-THTHCSBM", "Hoa Sim"),
        ("Trường Tiểu học Đồi Chè", "BC-THĐC", "Hoa Sim"),
    ],
)
def test_the_letterhead_of_a_school_comes_from_the_tree(
    session: Session, cast: Cast, app: Flask, name: str, initials: str, place: str
) -> None:
    report = report_of(session, cast, cast.school.id)
    known = replace(surroundings(report), name=name)
    with app.test_request_context():
        head = letterhead_of(known, {}, year=2026)
        changed = letterhead_of(
            known, {"signer_title": "KT. HIỆU TRƯỞNG", "recipients": "Như trên\nLưu: VT"}, year=2026
        )
    assert (head.symbol, head.place, head.superior) == (initials, place, "Ủy ban nhân dân phường Hoa Sim")
    assert (head.signer_title, changed.signer_title) == ("HIỆU TRƯỞNG", "KT. HIỆU TRƯỞNG")
    assert changed.recipients == ("Như trên", "Lưu: VT")


def test_a_ward_signs_as_its_committee(session: Session, cast: Cast, app: Flask) -> None:
    report = report_of(session, cast, cast.ward.id)
    with app.test_request_context():
        head = letterhead_of(surroundings(report), {}, year=2026)
    assert head.issuer == "Ủy ban nhân dân phường Hoa Sim"
    assert head.authority == ("TM. ỦY BAN NHÂN DÂN", "KT. CHỦ TỊCH")
    assert head.signer_title == "PHÓ CHỦ TỊCH"


def test_a_period_in_which_nothing_happened_still_makes_a_report(
    app: Flask, session: Session, cast: Cast, now: datetime
) -> None:
    for place in (cast.ward, cast.school):
        report = report_of(
            session, cast, place.id, period=parse_period("2025-Q1"), today=date(2025, 3, 1) + timedelta(9)
        )
        with app.test_request_context():
            head = letterhead_of(surroundings(report), {}, year=2025)
            document = period_document(report, Edition({}, head), "vi")
            page = parents_page(report, "vi")
        assert len(document.sections) == 6
        assert page.figures == ()
        assert report.sums == ()


def test_employees_of_two_schools_are_shown_together_but_not_one_by_one(
    session: Session, cast: Cast, now: datetime
) -> None:
    run_campaign(session, cast, now)
    report = report_of(session, cast, cast.ward.id)
    assert _row(report, "employees").headline.after.answered == 12
    cells = [cell for place in report.report.places for cell in place.cells if cell.group == "employees"]
    assert all(cell.estimate is None or not cell.estimate.answered for cell in cells)
