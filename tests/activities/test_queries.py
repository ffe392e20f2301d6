"""What is read from the log: only what one may read, counted honestly."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from analysis.records import Verdict
from survey.activities.briefing_queries import briefing_state, briefing_total
from survey.activities.duties import duties, duties_by_unit
from survey.activities.models import (
    Activity,
    BriefingRoll,
    CheckVisit,
    CommunicationPlan,
    Difficulty,
    Effect,
    GoodModel,
)
from survey.activities.queries import (
    activities_between,
    activity_totals,
    checks_between,
    difficulties_between,
    effects_between,
    models_between,
    plans_of,
    row_by_id,
    totals_of,
)
from survey.activities.records import ActivityRecord, BriefingState
from survey.activities.years import months_of, read_year, years_offered
from survey.core.errors import NotFound
from survey.core.permissions import Scope
from survey.organisations.models import Headcount, Organisation
from tests.factories import Cast

TODAY = date(2026, 11, 21)
YEAR: dict[str, Any] = {"start": date(2026, 1, 1), "end": date(2026, 12, 31)}


def over(*places: Organisation) -> Scope:
    ids = frozenset(place.id for place in places)
    return Scope(organisations=ids, whole=ids)


def activity(place: Organisation, now: datetime, **changes: Any) -> Activity:
    given: dict[str, Any] = {
        "held_on": date(2026, 10, 5),
        "form": "conference",
        "topics": [],
        "is_about_ai": False,
        "audiences": ["staff"],
        "reach": None,
        "counting": "not_counted",
        "newly_briefed": 0,
        "created_at": now,
    }
    return Activity(organisation_id=place.id, **{**given, **changes})


READS: list[Callable[..., Any]] = [
    activities_between,
    activity_totals,
    effects_between,
    models_between,
    difficulties_between,
    lambda *args, **kwargs: checks_between(*args, **kwargs, today=TODAY),
]


@pytest.mark.parametrize("read", READS)
def test_what_is_outside_the_scope_is_not_found(session: Session, cast: Cast, read: Callable[..., Any]) -> None:
    read(session, organisation_ids=[cast.school.id], scope=over(cast.school), **YEAR)
    with pytest.raises(NotFound):
        read(session, organisation_ids=[cast.school.id, cast.other_school.id], scope=over(cast.school), **YEAR)


def test_duties_briefing_and_plans_keep_to_the_scope_too(session: Session, cast: Cast) -> None:
    scope, other = over(cast.school), cast.other_school.id
    with pytest.raises(NotFound):
        briefing_state(session, organisation_ids=[other], on=TODAY, scope=scope)
    with pytest.raises(NotFound):
        duties(session, organisation_id=other, year="2026", today=TODAY, scope=scope)
    with pytest.raises(NotFound):
        plans_of(session, organisation_ids=[other], years=[2026], scope=scope)


def test_an_entry_of_another_school_is_not_found(session: Session, cast: Cast, now: datetime) -> None:
    own, foreign = activity(cast.school, now), activity(cast.other_school, now)
    session.add_all([own, foreign])
    session.flush()
    assert row_by_id(session, Activity, own.id, over(cast.school)) is own
    with pytest.raises(NotFound):
        row_by_id(session, Activity, foreign.id, over(cast.school))


def test_activities_come_newest_first_and_both_ends_of_the_period_count(
    session: Session, cast: Cast, now: datetime
) -> None:
    days = [date(2026, 9, 15), date(2026, 12, 14), date(2026, 9, 14), date(2026, 12, 15)]
    session.add_all([activity(cast.school, now, held_on=day) for day in days])
    session.flush()
    found = activities_between(
        session, organisation_ids=[cast.school.id], start=days[0], end=days[1], scope=over(cast.school)
    )
    assert [record.held_on for record in found] == [days[1], days[0]]
    assert found[0].organisation == cast.school.name


def test_totals_keep_ways_of_counting_apart(session: Session, cast: Cast, now: datetime) -> None:
    session.add_all(
        [
            activity(cast.school, now, reach=40, counting="sign_in", newly_briefed=38, topics=["doi_ngu"]),
            activity(cast.school, now, form="zalo", reach=300, counting="views", topics=["doi_ngu", "phan_luong"]),
            activity(cast.other_school, now, form="zalo", reach=200, counting="views", is_about_ai=True),
            activity(cast.school, now, form="poster", audiences=["parents", "community"]),
        ]
    )
    session.flush()
    places = (cast.school, cast.other_school)
    totals = activity_totals(session, organisation_ids=[place.id for place in places], scope=over(*places), **YEAR)
    assert totals.number == 4
    assert totals.by_form == {"conference": 1, "zalo": 2, "poster": 1}
    assert totals.reach == {"sign_in": 40, "views": 500}
    assert totals.not_counted == 1
    assert totals.newly_briefed == 38
    assert totals.by_audience == {"staff": 3, "parents": 1, "community": 1}
    assert totals.by_organisation == {cast.school.id: 3, cast.other_school.id: 1}
    topics = {line.topic: (line.number, dict(line.reach)) for line in totals.by_topic}
    assert topics["doi_ngu"] == (2, {"sign_in": 40, "views": 300})
    assert topics["ai"] == (1, {"views": 200})
    assert topics["xa_hoi_hoa"] == (0, {})


@given(st.lists(st.tuples(st.sampled_from(["sign_in", "headcount", "views", "estimate"]), st.integers(0, 10**6))))
def test_the_sums_by_way_of_counting_are_all_there_is(counts: list[tuple[str, int]]) -> None:
    records = [
        ActivityRecord(1, 1, "", None, TODAY, "zalo", (), False, (), reach, counting, 0, "", "")
        for counting, reach in counts
    ]
    totals = totals_of(records)
    assert sum(totals.reach.values()) == sum(reach for _counting, reach in counts)
    assert set(totals.reach) == {counting for counting, _reach in counts}


# Roster, newly briefed in each activity, known not to be; confirmed, open, verdict: docs/methods.md, section 15.
BRIEFINGS: list[tuple[int, tuple[int, ...], int, int, int, Verdict]] = [
    (44, (38, 6), 0, 44, 0, Verdict.MET),
    (44, (38,), 0, 38, 6, Verdict.NOT_YET_SHOWN),
    (44, (38,), 2, 38, 4, Verdict.NOT_MET),
    (44, (42,), 2, 42, 0, Verdict.NOT_MET),
    # The same people on two lists: never more than there are.
    (44, (38, 38), 0, 44, 0, Verdict.MET),
    (44, (44,), 2, 42, 0, Verdict.NOT_MET),
    (44, (), 0, 0, 44, Verdict.NOT_YET_SHOWN),
    (40, (), 40, 0, 0, Verdict.NOT_MET),
]


@pytest.mark.parametrize(("roster", "briefed", "known_not", "confirmed", "still_open", "verdict"), BRIEFINGS)
def test_briefing_is_a_count_with_a_verdict(
    session: Session,
    cast: Cast,
    now: datetime,
    roster: int,
    briefed: tuple[int, ...],
    known_not: int,
    confirmed: int,
    still_open: int,
    verdict: Verdict,
) -> None:
    session.add(make_roll(cast.school, roster=roster, known_not_briefed=known_not))
    session.add_all([activity(cast.school, now, newly_briefed=number) for number in briefed])
    session.flush()
    (state,) = briefing_state(session, organisation_ids=[cast.school.id], on=TODAY, scope=over(cast.school))
    assert (state.confirmed, state.open, state.known_not, state.verdict) == (confirmed, still_open, known_not, verdict)
    assert state.newly_briefed == sum(briefed)


def make_roll(place: Organisation, **changes: Any) -> BriefingRoll:
    given: dict[str, Any] = {
        "starts": date(2026, 1, 1),
        "ends": date(2026, 12, 31),
        "roster": 44,
        "known_not_briefed": 0,
        "as_of": TODAY,
    }
    return BriefingRoll(organisation_id=place.id, **{**given, **changes})


def test_without_a_roll_the_headcount_of_the_staff_is_the_roster(session: Session, cast: Cast, now: datetime) -> None:
    session.add_all(
        [
            activity(cast.school, now, newly_briefed=30),
            activity(cast.school, now, newly_briefed=9, held_on=date(2025, 12, 31)),
            activity(cast.other_school, now, newly_briefed=44),
        ]
    )
    session.flush()
    (state,) = briefing_state(session, organisation_ids=[cast.school.id], on=TODAY, scope=over(cast.school))
    assert (state.roster, state.confirmed, state.open, state.is_roster_typed) == (44, 30, 14, False)


def test_without_any_number_of_staff_nothing_is_judged(session: Session, cast: Cast, now: datetime) -> None:
    session.add(activity(cast.ward, now, newly_briefed=7))
    session.flush()
    scope = over(cast.ward, cast.school)
    ward, school = sorted(
        briefing_state(session, organisation_ids=[cast.ward.id, cast.school.id], on=TODAY, scope=scope),
        key=lambda state: state.roster is not None,
    )
    assert (ward.roster, ward.confirmed, ward.newly_briefed, ward.verdict) == (None, 0, 7, None)
    assert school.verdict is Verdict.NOT_YET_SHOWN
    # The ward's own officials, once their number is given.
    session.add(Headcount(organisation_id=cast.ward.id, audience="staff", number=12, as_of=date(2026, 1, 1)))
    session.flush()
    (ward,) = briefing_state(session, organisation_ids=[cast.ward.id], on=TODAY, scope=scope)
    assert (ward.roster, ward.confirmed, ward.open) == (12, 7, 5)


def test_the_newest_roll_that_covers_the_day_is_in_force_and_later_briefings_ask_for_a_look(
    session: Session, cast: Cast, now: datetime
) -> None:
    session.add_all(
        [
            make_roll(cast.school, roster=40, as_of=date(2026, 3, 1)),
            make_roll(
                cast.school,
                starts=date(2026, 9, 1),
                ends=date(2027, 8, 31),
                roster=44,
                known_not_briefed=3,
                as_of=date(2026, 10, 1),
            ),
            activity(cast.school, now, newly_briefed=20, held_on=date(2026, 3, 1)),
            activity(cast.school, now, newly_briefed=30, held_on=date(2026, 9, 20)),
            activity(cast.school, now, newly_briefed=3, held_on=date(2026, 10, 2)),
        ]
    )
    session.flush()
    (state,) = briefing_state(session, organisation_ids=[cast.school.id], on=TODAY, scope=over(cast.school))
    assert (state.roster, state.newly_briefed, state.briefed_since, state.needs_review) == (44, 33, 3, True)
    (before,) = briefing_state(
        session, organisation_ids=[cast.school.id], on=date(2026, 8, 31), scope=over(cast.school)
    )
    assert (before.roster, before.newly_briefed, before.needs_review) == (40, 20, False)


def one_state(roster: int | None, confirmed: int, known_not: int) -> BriefingState:
    still_open = (roster or 0) - confirmed - known_not
    return BriefingState(
        1,
        "Trường",
        YEAR["start"],
        YEAR["end"],
        None,
        None,
        roster,
        True,
        confirmed,
        confirmed,
        known_not,
        still_open,
        0,
        None,
    )


@pytest.mark.parametrize(
    ("states", "verdict"),
    [
        ([one_state(10, 10, 0), one_state(20, 20, 0)], Verdict.MET),
        ([one_state(10, 10, 0), one_state(20, 19, 0)], Verdict.NOT_YET_SHOWN),
        ([one_state(10, 10, 0), one_state(20, 19, 1)], Verdict.NOT_MET),
        ([one_state(10, 10, 0), one_state(None, 0, 0)], Verdict.NOT_YET_SHOWN),
        ([one_state(10, 9, 1), one_state(None, 0, 0)], Verdict.NOT_MET),
        ([one_state(None, 0, 0)], None),
    ],
)
def test_several_units_have_met_only_when_each_is_known_to_have(
    states: list[BriefingState], verdict: Verdict | None
) -> None:
    total = briefing_total(states)
    assert total.verdict is verdict
    assert total.roster == total.confirmed + total.known_not + total.open


def test_open_difficulties_and_unsettled_findings_outlive_their_year(session: Session, cast: Cast) -> None:
    last_year = date(2025, 10, 1)
    for status in ("open", "done"):
        session.add(
            Difficulty(
                organisation_id=cast.school.id, kind="difficulty", raised_on=last_year, text=status, status=status
            )
        )
    for done_on in (None, last_year):
        session.add(
            CheckVisit(
                organisation_id=cast.school.id,
                checked_by_id=cast.ward.id,
                visited_on=last_year,
                finding="Cũ",
                done_on=done_on,
            )
        )
    session.flush()
    within: dict[str, Any] = {"organisation_ids": [cast.school.id], "scope": over(cast.school), **YEAR}
    assert [entry.text for entry in difficulties_between(session, **within)] == ["open"]
    assert [check.done_on for check in checks_between(session, today=TODAY, **within)] == [None]


def test_findings_come_with_the_overdue_first(session: Session, cast: Cast) -> None:
    def finding(text: str, deadline: date | None, reported: date | None = None, done: date | None = None) -> CheckVisit:
        return CheckVisit(
            organisation_id=cast.school.id,
            checked_by_id=cast.ward.id,
            visited_on=date(2026, 10, 1),
            finding=text,
            deadline=deadline,
            reported_on=reported,
            done_on=done,
        )

    session.add_all(
        [
            finding("xong", date(2026, 10, 9), date(2026, 10, 8), date(2026, 10, 9)),
            finding("còn hạn", TODAY),
            finding("đã báo", date(2026, 11, 1), date(2026, 11, 2)),
            finding("quá hạn", date(2026, 11, 20)),
            finding("quá hạn lâu", date(2026, 10, 20)),
        ]
    )
    session.flush()
    found = checks_between(session, organisation_ids=[cast.school.id], scope=over(cast.school), today=TODAY, **YEAR)
    assert [(check.finding, check.state) for check in found] == [
        ("quá hạn lâu", "overdue"),
        ("quá hạn", "overdue"),
        ("đã báo", "reported"),
        ("còn hạn", "open"),
        ("xong", "done"),
    ]
    assert found[0].checked_by == cast.ward.name


def test_effects_and_models_belong_to_the_period_of_their_day(session: Session, cast: Cast) -> None:
    session.add_all(
        [
            Effect(
                organisation_id=cast.school.id,
                indicator=str(day.year),
                unit="%",
                after=5,
                after_on=day,
                source="Sổ",
            )
            for day in (date(2026, 3, 1), date(2025, 12, 1))
        ]
    )
    session.add(
        GoodModel(
            organisation_id=cast.school.id,
            noted_on=date(2025, 12, 1),
            title="Cũ, nay được biểu dương",
            description="",
            commended_by="UBND",
            commended_on=date(2026, 2, 1),
        )
    )
    session.flush()
    within: dict[str, Any] = {"organisation_ids": [cast.school.id], "scope": over(cast.school), **YEAR}
    assert [entry.indicator for entry in effects_between(session, **within)] == ["2026"]
    assert len(models_between(session, **within)) == 1


def duty(session: Session, cast: Cast, code: str, *, year: str = "2026") -> tuple[str, int, int]:
    found = duties(session, organisation_id=cast.school.id, year=year, today=TODAY, scope=over(cast.school))
    line = next(line for line in found if line.code == code)
    return (line.state, line.done, line.needed)


def test_the_duties_of_an_empty_year_are_all_open(session: Session, cast: Cast) -> None:
    found = duties(session, organisation_id=cast.school.id, year="2026", today=TODAY, scope=over(cast.school))
    assert {line.code: line.state for line in found} == {
        "plan": "open",
        "briefing": "open",
        "themed": "open",
        "ai": "open",
        "posts": "open",
        "training": "open",
        "models": "open",
        # Nothing was found, so nothing is to be remedied.
        "checks": "done",
    }


def test_themed_sessions_count_and_one_must_be_about_ai(session: Session, cast: Cast, now: datetime) -> None:
    session.add(activity(cast.school, now, form="themed_session"))
    session.add(activity(cast.school, now, form="zalo", is_about_ai=True))
    session.flush()
    assert duty(session, cast, "themed") == ("going", 1, 2)
    assert duty(session, cast, "ai") == ("open", 0, 1)
    session.add(activity(cast.school, now, form="themed_session", is_about_ai=True, held_on=date(2026, 9, 1)))
    session.flush()
    assert duty(session, cast, "themed") == ("done", 2, 2)
    assert duty(session, cast, "ai") == ("done", 1, 1)
    assert duty(session, cast, "ai", year="2026-2027") == ("done", 1, 1)
    assert duty(session, cast, "themed", year="2025") == ("open", 0, 2)


def test_posts_are_asked_for_in_each_month_since_the_plan_on_each_channel(
    session: Session, cast: Cast, now: datetime
) -> None:
    session.add(
        CommunicationPlan(
            organisation_id=cast.school.id,
            year=2026,
            number="12/KH",
            issued_on=date(2026, 9, 20),
            channels=["zalo", "website"],
        )
    )
    session.add_all(
        activity(cast.school, now, form=form, held_on=day)
        for form, day in [
            ("zalo", date(2026, 9, 25)),
            ("zalo", date(2026, 10, 2)),
            ("zalo", date(2026, 10, 30)),
            ("website", date(2026, 9, 1)),
            ("fanpage", date(2026, 10, 2)),
        ]
    )
    session.flush()
    found = duties(session, organisation_id=cast.school.id, year="2026", today=TODAY, scope=over(cast.school))
    posts = next(line for line in found if line.code == "posts")
    # October and November on two channels: the plan came late in September, and November is not over.
    assert (posts.state, posts.done, posts.needed) == ("late", 1, 4)
    assert [(gap.channel, gap.month) for gap in posts.missing] == [("website", date(2026, 10, 1))]
    session.add(activity(cast.school, now, form="website", held_on=date(2026, 10, 31)))
    session.flush()
    assert duty(session, cast, "posts") == ("going", 2, 4)
    session.add_all(activity(cast.school, now, form=form, held_on=TODAY) for form in ("zalo", "website"))
    session.flush()
    assert duty(session, cast, "posts") == ("done", 4, 4)
    assert duty(session, cast, "plan") == ("done", 1, 1)


def test_duties_of_many_units_are_those_of_each(session: Session, cast: Cast, now: datetime) -> None:
    session.add(activity(cast.school, now, form="training"))
    session.add(
        CheckVisit(
            organisation_id=cast.other_school.id,
            checked_by_id=cast.ward.id,
            visited_on=date(2026, 10, 1),
            finding="Thiếu",
            deadline=date(2026, 10, 8),
        )
    )
    session.flush()
    places = (cast.ward, cast.school, cast.other_school)
    together = duties_by_unit(
        session, organisation_ids=[place.id for place in places], year="2026", today=TODAY, scope=over(*places)
    )
    assert set(together) == {place.id for place in places}
    for place in places:
        alone = duties(session, organisation_id=place.id, year="2026", today=TODAY, scope=over(*places))
        assert together[place.id] == alone
    states = {line.code: line.state for line in together[cast.other_school.id]}
    assert states["checks"] == "late"
    assert states["training"] == "open"


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2026", date(2026, 1, 1), date(2026, 12, 31)),
        ("2026-2027", date(2026, 9, 1), date(2027, 8, 31)),
        (None, date(2026, 1, 1), date(2026, 12, 31)),
        ("2026-Q4", date(2026, 1, 1), date(2026, 12, 31)),
        ("nonsense", date(2026, 1, 1), date(2026, 12, 31)),
    ],
)
def test_a_year_is_read_and_nonsense_is_the_present_one(text: str | None, first: date, last: date) -> None:
    year = read_year(text, today=TODAY)
    assert (year.starts, year.ends) == (first, last)
    months = months_of(year)
    assert (months[0], months[-1], len(months)) == (first, last.replace(day=1), 12)


def test_years_are_offered_since_the_resolution_and_only_when_begun() -> None:
    assert [year.text for year in years_offered(TODAY)] == ["2026-2027", "2026", "2025-2026", "2025"]
    assert [year.text for year in years_offered(date(2026, 8, 31))] == ["2026", "2025-2026", "2025"]
