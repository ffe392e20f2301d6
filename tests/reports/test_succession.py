"""Before and after survive a merger of schools, and nothing small follows from it."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from survey.organisations.cli import commands
from survey.organisations.models import Group, Organisation
from survey.organisations.successions import SuccessionInvalid, SuccessionKnown, record_succession
from survey.reports.period_notes import figure_notes
from survey.reports.period_records import PeriodReport
from survey.reports.predecessors import add_up, as_one_list
from survey.responses.counts import GroupPopulation, PatternCount, WaveCounts
from tests.factories import Cast, make_school
from tests.reports.fieldwork import make_campaign, run_wave
from tests.reports.period_fieldwork import EMPLOYEES, TEACHERS, report_of


def _merge(session: Session, cast: Cast, now: datetime, *, kind: str = "merged") -> Organisation:
    """Measure two schools before the campaign, merge them, and measure the new one after it."""
    campaign = make_campaign(session, cast.ward, ["staff", "parents"], now)
    own, other = cast.school.id, cast.other_school.id
    staff = {own: {TEACHERS: (36, 18), EMPLOYEES: (8, 4)}, other: {TEACHERS: (34, 16), EMPLOYEES: (8, 4)}}
    parents = {own: {"6A": (30, 10), "7A": (30, 12)}, other: {"6A": (20, 10), "4A": (20, 8)}}
    run_wave(session, campaign, "staff", "baseline", staff, now, close=True)
    run_wave(session, campaign, "parents", "baseline", parents, now, close=True)
    merged = make_school(session, "Trường TH và THCS Bình Minh", code="BINHMINH", parent=session.merge(cast.ward))
    for group in session.query(Group).filter(Group.organisation_id.in_([own, other])):
        group.ended_on = date(2026, 11, 20)
    session.flush()
    old = [session.merge(cast.school), session.merge(cast.other_school)]
    record_succession(session, old=old, new=merged, since=date(2026, 11, 20), kind=kind, user_id=None, now=now)
    session.commit()
    after = {merged.id: {TEACHERS: (36, 34), EMPLOYEES: (8, 8)}}
    run_wave(session, campaign, "staff", "follow_up", after, now, close=True)
    run_wave(session, campaign, "parents", "follow_up", {merged.id: {"6A": (30, 24), "4A": (28, 20)}}, now, close=True)
    return merged


def _pair(report: PeriodReport, group: str):  # type: ignore[no-untyped-def]
    return next(row for row in report.report.rows if row.group == group).headline


def test_the_former_schools_stand_together_before_the_new_one(session: Session, cast: Cast, now: datetime) -> None:
    merged = _merge(session, cast, now)
    report = report_of(session, cast, merged.id)
    teachers, parents = _pair(report, "teachers"), _pair(report, "parents")
    assert (teachers.before.understood, teachers.before.answered, teachers.before.population) == (34, 70, 72)
    assert (teachers.after.understood, teachers.after.answered) == (34, 36)
    # 35 + 38 + 30 parents in each of the former schools.
    assert (parents.before.understood, parents.before.answered, parents.before.population) == (40, 100, 206)
    assert (parents.after.understood, parents.after.answered, parents.after.population) == (44, 58, 103)
    assert parents.change.value == pytest.approx(44 / 58 - 40 / 100, abs=0.02)


def test_a_ward_counts_nobody_twice(session: Session, cast: Cast, now: datetime) -> None:
    _merge(session, cast, now)
    report = report_of(session, cast, cast.ward.id)
    teachers = _pair(report, "teachers")
    assert (teachers.before.understood, teachers.before.answered) == (34, 70)
    assert (teachers.after.understood, teachers.after.answered) == (34, 36)
    assert [place.place.code for place in report.report.places if place.place.kind == "school"] == ["BINHMINH"]
    assert report.missing == ()


def test_the_report_says_what_was_added_up(app: Flask, session: Session, cast: Cast, now: datetime) -> None:
    merged = _merge(session, cast, now)
    report = report_of(session, cast, merged.id)
    with app.test_request_context():
        notes = " ".join(figure_notes(report))
    assert "Trường TH và THCS Bình Minh thay cho Trường TH và THCS Ban Mai; Trường THCS Suối Reo" in notes
    assert "các đơn vị cũ cộng lại" in notes


def test_what_is_published_of_a_merged_school_is_the_sum_of_its_parts(
    session: Session, cast: Cast, now: datetime
) -> None:
    merged = _merge(session, cast, now)
    parts = [one.parts for one in report_of(session, cast, merged.id).sums if one.answered == 70]
    assert [{place for _wave, place in own} for own in parts] == [{cast.school.id, cast.other_school.id}]


def test_a_split_school_is_not_compared_with_what_nobody_can_divide(
    app: Flask, session: Session, cast: Cast, now: datetime
) -> None:
    merged = _merge(session, cast, now, kind="split")
    report = report_of(session, cast, merged.id)
    assert _pair(report, "teachers").before is None
    with app.test_request_context():
        assert "không so trước và sau" in " ".join(figure_notes(report))


def test_a_history_does_not_contradict_itself(session: Session, cast: Cast, now: datetime) -> None:
    ward, school, other = (session.merge(one) for one in (cast.ward, cast.school, cast.other_school))
    common = {"since": date(2026, 8, 1), "user_id": None, "now": now}
    record_succession(session, old=[school], new=other, kind="renamed", **common)  # type: ignore[arg-type]
    with pytest.raises(SuccessionKnown):
        record_succession(session, old=[school], new=other, kind="merged", **common)  # type: ignore[arg-type]
    for old, new, kind, reason in (
        (school, school, "merged", "itself"),
        (ward, school, "merged", "other_kind"),
        (other, school, "merged", "circle"),
        (school, other, "vanished", "kind"),
    ):
        with pytest.raises(SuccessionInvalid) as caught:
            record_succession(session, old=[old], new=new, kind=kind, **common)  # type: ignore[arg-type]
        assert caught.value.reason == reason


@pytest.mark.parametrize(
    ("options", "code", "said"),
    [
        (["--old", "BANMAI", "--new", "SUOIREO", "--since", "2026-08-01"], 0, "Đã ghi: Trường THCS Suối Reo"),
        (["--old", "BANMAI", "--new", "BANMAI", "--since", "2026-08-01"], 1, "phải khác"),
        (["--old", "NOWHERE", "--new", "BANMAI", "--since", "2026-08-01"], 1, "Không có đơn vị nào có mã NOWHERE"),
    ],
)
def test_a_merger_is_noted_from_the_command_line(
    app: Flask, cast: Cast, options: list[str], code: int, said: str
) -> None:
    result = app.test_cli_runner().invoke(commands, ["succeed", *options])
    assert result.exit_code == code
    assert said in result.output


def _counts(place: int, group_id: int, headcount: int | None, whole: int | None) -> WaveCounts:
    return WaveCounts(
        wave_id=1,
        organisation_id=place,
        audience="parents",
        is_frozen=True,
        patterns=(PatternCount(group_id, "A", 1, 5),),
        options=(),
        populations=(
            GroupPopulation(None, "parents", "Trường", None, None, whole),
            GroupPopulation(group_id, "parents", "6A", 6, None, headcount),
        ),
    )


@pytest.mark.parametrize(
    ("first", "second", "size"),
    [
        ((30, None), (25, None), 55),
        ((None, 200), (25, None), 225),
        ((None, None), (25, None), None),
    ],
)
def test_headcounts_of_former_schools_are_added_where_all_are_known(
    first: tuple[int | None, int | None], second: tuple[int | None, int | None], size: int | None
) -> None:
    joined = add_up([_counts(7, 1, *first), _counts(8, 2, *second)], organisation_id=9, name="Mới")
    assert joined.organisation_id == 9
    assert joined.number == 10
    assert [one.number for one in joined.populations if one.group_id is None] == [size]
    assert as_one_list(joined).number == 10
