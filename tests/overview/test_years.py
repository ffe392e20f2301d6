"""The year of a unit: what is seen by whom, what asks for attention, figures that hide the small."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from survey.activities.models import CheckVisit
from survey.activities.years import read_year
from survey.core.clock import local_date, utc_now
from survey.organisations.models import Organisation
from survey.overview.unit_lists import asked_list, with_verdicts
from survey.overview.units import ReasonCode
from survey.overview.years import YearView, _bar, year_view
from tests.factories import PASSWORD, Cast, make_group, make_school
from tests.pages import PageClient
from tests.reports.fieldwork import make_campaign, run_wave
from tests.reports.period_fieldwork import EMPLOYEES, TEACHERS, everywhere, run_campaign

PEOPLE = {
    "operator": (200, 200),
    "officer": (200, 200),
    "administrator": (200, 404),
    "teacher": (403, 403),
    "viewer": (403, 403),
    "stranger": (404, 404),
    "nobody": (302, 302),
}


def view_of(session: Session, cast: Cast, place: Organisation, today: date = date(2026, 11, 21)) -> YearView:
    scope = everywhere(session, cast)
    return year_view(session, organisation_id=place.id, year="2026", today=today, scope=scope)


def codes(view: YearView, place: Organisation) -> set[str]:
    unit = next(unit for unit in (view.own, *view.below) if unit.organisation.id == place.id)
    return {reason.code for reason in unit.reasons}


@pytest.mark.parametrize("login", PEOPLE)
@pytest.mark.parametrize("part", ["", "/results"])
def test_the_year_is_seen_by_those_who_may_read_the_unit(client: PageClient, cast: Cast, login: str, part: str) -> None:
    if login != "nobody":
        client.sign_in(login, PASSWORD)
    for place, status in zip((cast.school, cast.ward), PEOPLE[login], strict=True):
        assert client.http.get(f"/organisations/{place.id}/year{part}").status_code == status


def test_an_empty_year_says_what_to_begin_with(client: PageClient, cast: Cast) -> None:
    client.sign_in("administrator", PASSWORD)
    page = client.visit(f"/organisations/{cast.school.id}/year?year=2026")
    assert "Năm này chưa có chiến dịch nào" in page
    assert "Trong năm chưa mở đợt hỏi nào" in page


@pytest.mark.parametrize(("part", "door"), [("/year", "/"), ("/year/results", "/"), ("", "/organisations")])
def test_the_year_lies_behind_the_overview(client: PageClient, cast: Cast, part: str, door: str) -> None:
    page = client.sign_in("administrator", PASSWORD).visit(f"/organisations/{cast.school.id}{part}")
    assert f'<a href="{door}" aria-current="page">' in page
    assert page.count('aria-current="page"') == 1


def test_a_measured_year_shows_both_indicators_apart(
    client: PageClient, session: Session, cast: Cast, now: datetime
) -> None:
    run_campaign(session, cast, now)
    client.sign_in("administrator", PASSWORD)
    page = client.visit(f"/organisations/{cast.school.id}/year?year=2026")
    assert "Đã được quán triệt: mục tiêu 100%" in page
    assert "Hiểu Nghị quyết 71" in page
    results = client.visit(f"/organisations/{cast.school.id}/year/results?year=2026")
    assert "35 trên 36 người trả lời hiểu rõ" in results
    assert "Diễn biến qua các đợt" in results


def test_a_ward_hides_small_schools_and_names_what_needs_attention(
    client: PageClient, session: Session, cast: Cast, now: datetime
) -> None:
    for number in range(3):
        make_school(session, f"Trường THCS Đồi Thông {number}", code=f"DOI{number}", parent=cast.ward)
    schools = session.query(Organisation).filter_by(kind="school").order_by(Organisation.id).all()
    campaign = make_campaign(session, cast.ward, ["staff"], now)
    answers = {place.id: {TEACHERS: (30 + turn, 20 + turn)} for turn, place in enumerate(schools[:-1])}
    small = schools[-1]
    answers[small.id] = {TEACHERS: (3, 3), EMPLOYEES: (2, 1)}
    run_wave(session, campaign, "staff", "baseline", answers, now, close=True)
    client.sign_in("officer", PASSWORD)
    results = client.visit(f"/organisations/{cast.ward.id}/year/results?year=2026")
    assert "Các trường có khác nhau thật không? Giáo viên" in results
    rows = results[results.index("<tbody>") : results.index("</tbody>")]
    assert cast.other_school.name in rows
    # The smallest shown one is hidden too, so that nothing follows from the sum.
    assert small.name not in rows
    assert cast.school.name not in rows
    picture = client.http.get(f"/organisations/{cast.ward.id}/year/funnel/teachers.svg?year=2026")
    assert picture.mimetype == "image/svg+xml"
    assert client.http.get(f"/organisations/{cast.ward.id}/year/funnel/employees.svg?year=2026").status_code == 404


def test_an_overdue_check_comes_first(session: Session, cast: Cast, now: datetime) -> None:
    day = local_date(now)
    session.add(
        CheckVisit(
            organisation_id=cast.other_school.id,
            checked_by_id=cast.ward.id,
            visited_on=day - timedelta(days=20),
            finding="Bảng tin trống",
            deadline=day - timedelta(days=1),
        )
    )
    session.commit()
    view = view_of(session, cast, cast.ward)
    assert view.below[0].organisation.id == cast.other_school.id
    assert ReasonCode.CHECK_OVERDUE in codes(view, cast.other_school)
    assert ReasonCode.CHECK_OVERDUE not in codes(view, cast.school)


def test_a_wave_that_ends_soon_with_few_answers_asks_for_attention(session: Session, cast: Cast, now: datetime) -> None:
    campaign = make_campaign(session, cast.ward, ["staff"], now)
    answers = {cast.school.id: {TEACHERS: (34, 20), EMPLOYEES: (8, 4)}, cast.other_school.id: {TEACHERS: (3, 3)}}
    wave = run_wave(session, campaign, "staff", "baseline", answers, now)
    wave.closes = local_date(now) + timedelta(days=2)
    session.commit()
    view = view_of(session, cast, cast.ward)
    assert ReasonCode.FEW_ANSWERS in codes(view, cast.other_school)
    assert ReasonCode.FEW_ANSWERS not in codes(view, cast.school)
    late = view_of(session, cast, cast.ward, today=wave.closes + timedelta(days=1))
    assert ReasonCode.WAVE_OVERDUE in codes(late, cast.school)


def test_a_list_is_narrowed_and_paged_and_takes_verdicts_in(session: Session, cast: Cast) -> None:
    for number in range(40):
        make_school(session, f"Trường {number:02}", code=f"TR{number}", parent=cast.ward)
    session.commit()
    view = view_of(session, cast, cast.ward)
    first, last = (asked_list(view.below, {"page": page}) for page in ("1", "99"))
    assert (len(first.units), len(last.units), last.page, first.found) == (30, 12, 2, 42)
    assert asked_list(view.below, {"name": "suối reo"}).found == 1
    assert asked_list(view.below, {"page": "²"}).page == 1
    judged = with_verdicts(view.below, {cast.other_school.id: ("parents",)})
    assert judged[0].organisation.id == cast.other_school.id


def test_bars_stay_inside_their_year() -> None:
    year = read_year("2026", today=local_date(utc_now()))
    bar = _bar(date(2025, 1, 1), date(2027, 1, 1), year)
    assert (bar.start, bar.length) == (0, 100)


def test_a_wave_of_many_classes_shows_units_first_and_grades_folded(
    client: PageClient, session: Session, cast: Cast, now: datetime
) -> None:
    for number in range(40):
        make_group(session, cast.school, f"{6 + number % 4}.{number}", grade=6 + number % 4, headcounts={"parents": 30})
    for number in range(10):
        make_school(session, f"Trường {number}", code=f"TR{number}", parent=cast.ward)
    campaign = make_campaign(session, cast.ward, ["parents"], now)
    wave = run_wave(session, campaign, "parents", "baseline", {}, now)
    client.sign_in("officer", PASSWORD)
    page = client.visit(f"/waves/{wave.id}")
    assert "Xem mã từng lớp, nhóm" in page
    assert "Khối 6" not in page
    one = client.visit(f"/waves/{wave.id}?organisation={cast.school.id}")
    assert "Khối 6" in one
    assert one.count("<details") == len({4, 6, 7, 8, 9})
