"""The builder: what a report says for every state in which a campaign can be."""

from __future__ import annotations

import pickle
from dataclasses import fields, is_dataclass, replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.records import Reason, Shown, Verdict
from survey.reports.builder import build_report
from survey.reports.records import Hidden, Report, Step
from survey.responses.counts import BLANK, OptionCount
from tests.reports.inputs import (
    CLASSES,
    EMPLOYEES,
    OTHER,
    SCHOOL,
    TEACHERS,
    WARD,
    counts,
    item,
    source,
    staff,
)


@pytest.mark.parametrize(
    ("before", "after", "verdict", "shown", "first_step"),
    [
        pytest.param((31, 16), (36, 36), Verdict.MET, Shown.INCREASE, Step.KEEP_UP, id="met"),
        pytest.param((31, 10), (32, 18), Verdict.NOT_MET, Shown.NOT_SHOWN, Step.EXPLAIN_TOPIC, id="not met"),
        pytest.param((31, 16), (24, 22), Verdict.NOT_YET_SHOWN, Shown.INCREASE, Step.KEEP_UP, id="not yet shown"),
        pytest.param(None, (36, 36), Verdict.MET, None, Step.KEEP_UP, id="no baseline"),
        pytest.param((31, 10), None, Verdict.NOT_MET, None, Step.OPEN_FOLLOW_UP, id="baseline only"),
        pytest.param((31, 10), (0, 0), Verdict.NOT_MET, Shown.NOT_SHOWN, Step.EXPLAIN_TOPIC, id="nobody yet after"),
    ],
)
def test_verdict_change_and_next_step_follow_from_the_counts(
    before: tuple[int, int] | None,
    after: tuple[int, int] | None,
    verdict: Verdict,
    shown: Shown | None,
    first_step: Step,
) -> None:
    report = build_report(staff(before, after))
    (row,) = report.rows
    assert row.group == "teachers"
    assert row.headline.latest is not None
    assert row.headline.latest.verdict is verdict
    assert (row.headline.change.shown if row.headline.change else None) is shown
    assert first_step in {step.step for step in report.steps}
    assert (row.more is not None) == (verdict is Verdict.NOT_YET_SHOWN)


def test_figures_are_those_of_the_methods_example() -> None:
    report = build_report(staff(None, (31, 30)))
    found = report.rows[0].headline.after
    assert found is not None
    assert (found.low_count, found.high_count, found.verdict, found.tipping) == (33, 35, Verdict.MET, 0.6)


def test_a_campaign_that_has_not_begun_says_to_open_the_baseline() -> None:
    report = build_report(staff(None, None))
    assert not report.has_answers
    assert [step.step for step in report.steps] == [Step.OPEN_BASELINE]


def test_an_open_wave_without_answers_says_to_collect() -> None:
    made = source(counts("baseline", "staff", {}, [TEACHERS]), states={"baseline": "open", "follow_up": "draft"})
    report = build_report(made)
    assert not report.has_answers
    assert [step.step for step in report.steps] == [Step.COLLECT]
    assert report.before is not None
    assert not report.before.is_closed


@pytest.mark.parametrize(
    ("before", "after", "hidden"),
    [
        pytest.param((9, 3), (9, 8), None, id="enough in both waves"),
        pytest.param((4, 3), (9, 8), Hidden.SMALL, id="too few before hides both"),
        pytest.param((9, 3), (4, 4), Hidden.SMALL, id="too few after hides both"),
        pytest.param((0, 0), (9, 8), None, id="nobody before is no secret"),
    ],
)
def test_a_small_group_is_hidden_in_both_waves_and_all_topics(
    before: tuple[int, int], after: tuple[int, int], hidden: Hidden | None
) -> None:
    units = [TEACHERS, EMPLOYEES]
    made = source(
        counts("baseline", "staff", {11: (31, 16), 12: before}, units),
        counts("follow_up", "staff", {11: (33, 30), 12: after}, units),
    )
    report = build_report(made)
    teachers, employees = report.rows
    assert teachers.hidden is None
    assert employees.hidden is hidden
    pairs = (employees.headline, *employees.topics, *employees.levels)
    shown = any(one is not None for pair in pairs for one in (pair.before, pair.after, pair.change))
    assert shown == (hidden is None)
    assert not any(one.group == "employees" for one in report.misunderstood if hidden)


def test_forms_that_were_not_shared_allow_no_conclusion_about_the_change() -> None:
    made = staff((31, 16), (33, 30))
    before, after = made.counts
    only_a = tuple(one for one in before.patterns if one.form == "A")
    only_b = tuple(one for one in after.patterns if one.form == "B")
    report = build_report(_with_patterns(made, only_a, only_b))
    change = report.rows[0].headline.change
    assert change is not None
    assert Reason.FORMS_NOT_LINKED in change.reasons
    assert change.shown is Shown.NOT_SHOWN


def test_low_response_gives_no_verdict_and_asks_for_more_while_the_wave_is_open() -> None:
    made = source(
        counts("follow_up", "staff", {11: (15, 14)}, [TEACHERS]), states={"baseline": "draft", "follow_up": "open"}
    )
    report = build_report(made)
    (row,) = report.rows
    assert row.headline.after is not None
    assert row.headline.after.verdict is Verdict.NOT_YET_SHOWN
    assert Reason.LOW_RESPONSE in row.headline.after.reasons
    assert report.steps[0].step is Step.MORE_ANSWERS
    assert report.steps[0].number == row.more.answers if row.more else None


def test_community_has_figures_but_no_verdict() -> None:
    unit = (40, "Tổ dân phố 1", None, None, 60)
    report = build_report(source(counts("follow_up", "community", {40: (30, 12)}, [unit])))
    (row,) = report.rows
    assert row.headline.after is not None
    assert row.headline.after.value == pytest.approx(0.4)
    assert row.headline.after.verdict is None
    assert row.headline.after.target_count is None
    assert not row.has_verdict


def test_pupils_of_both_questionnaires_are_one_group() -> None:
    primary = [(30, "4A", 4, None, 28), (31, "5A", 5, None, 26)]
    report = build_report(
        source(
            counts("follow_up", "pupils_secondary", {key: (26, 20) for key, *_ in CLASSES}, CLASSES),
            counts("follow_up", "pupils_primary", {30: (25, 15), 31: (24, 12)}, primary),
        )
    )
    (row,) = report.rows
    assert row.group == "pupils"
    assert row.headline.after is not None
    assert (row.headline.after.answered, row.headline.after.population) == (4 * 26 + 49, 120 + 54)


def test_staff_who_did_not_say_their_kind_are_counted_apart() -> None:
    report = build_report(source(counts("follow_up", "staff", {11: (31, 30), None: (3, 3)}, [TEACHERS])))
    assert report.rows[0].headline.after is not None
    assert report.rows[0].headline.after.answered == 31
    assert report.unplaced_staff == 3


def _options(chosen: int, blank: int) -> list[OptionCount]:
    return [
        OptionCount(11, "A", "st_1", 1, 20 - chosen - blank),
        OptionCount(11, "A", "st_1", 2, chosen),
        OptionCount(11, "A", "st_1", BLANK, blank),
    ]


@pytest.mark.parametrize(
    ("answered", "chosen", "blank", "found"),
    [
        pytest.param(40, 6, 2, (6, 18), id="many chose it, of those who answered the item"),
        pytest.param(40, 2, 0, None, id="two people are no common misunderstanding"),
        pytest.param(40, 3, 11, None, id="fewer than ten answered the item"),
    ],
)
def test_wrong_options_are_named_only_when_common_and_among_ten(
    answered: int, chosen: int, blank: int, found: tuple[int, int] | None
) -> None:
    teachers = (*TEACHERS[:4], 50)
    made = source(
        counts("follow_up", "staff", {11: (answered, 20)}, [teachers], options=_options(chosen, blank)),
        items=[item()],
    )
    entries = [(one.chosen, one.answered) for one in build_report(made).misunderstood]
    assert entries == ([found] if found else [])


def _ward(first: tuple[int, int], second: tuple[int, int]) -> Report:
    units = [TEACHERS]
    return build_report(
        source(
            counts("follow_up", "staff", {11: first}, units),
            counts("follow_up", "staff", {11: second}, units, place=OTHER),
            focus=None,
            places=(SCHOOL, OTHER),
            owner=WARD,
            is_outside=True,
        )
    )


def test_a_ward_adds_up_its_schools_and_lists_them_by_name() -> None:
    report = _ward((30, 24), (36, 36))
    (row,) = report.rows
    assert row.headline.after is not None
    assert (row.headline.after.answered, row.headline.after.population) == (66, 72)
    assert row.headline.after.value == pytest.approx((24 / 30 + 1) / 2)
    assert [one.place.name for one in report.places] == ["Trường Ban Mai", "Trường Suối Reo"]
    assert [one.cells[0].estimate.value for one in report.places if one.cells[0].estimate] == [
        pytest.approx(0.8),
        pytest.approx(1.0),
    ]


def test_a_ward_hides_a_second_school_so_that_the_small_one_cannot_be_found_by_subtraction() -> None:
    report = _ward((7, 5), (36, 36))
    assert report.rows[0].hidden is None
    assert [one.cells[0].hidden for one in report.places] == [Hidden.SMALL, Hidden.COMPLEMENT]
    assert all(one.cells[0].estimate is None for one in report.places)


def test_a_school_seen_from_the_ward_hides_what_the_ward_hides() -> None:
    made = source(
        counts("follow_up", "staff", {11: (7, 5)}, [TEACHERS]),
        counts("follow_up", "staff", {11: (36, 36)}, [TEACHERS], place=OTHER),
        focus=OTHER,
        places=(SCHOOL, OTHER),
        owner=WARD,
        is_outside=True,
    )
    (row,) = build_report(made).rows
    assert row.hidden is Hidden.COMPLEMENT
    assert row.headline.after is None


def test_a_ward_with_fewer_than_ten_answers_shows_nothing() -> None:
    report = _ward((5, 5), (4, 4))
    assert report.rows[0].hidden is Hidden.SMALL
    assert report.rows[0].headline.after is None


@settings(deadline=None, max_examples=40)
@given(numbers=st.lists(st.tuples(st.integers(0, 30), st.integers(0, 30)), min_size=2, max_size=4))
def test_no_hidden_school_can_be_computed_from_what_is_shown(numbers: list[tuple[int, int]]) -> None:
    places = [type(SCHOOL)(n + 1, f"Trường {n}", f"T{n}", "school", is_demo=False) for n in range(len(numbers))]
    made = source(
        *(
            counts(kind, "staff", {11: (wave, wave // 2)} if wave else {}, [TEACHERS], place=place)
            for place, both in zip(places, numbers, strict=True)
            for kind, wave in zip(("baseline", "follow_up"), both, strict=True)
        ),
        focus=None,
        places=places,
        owner=WARD,
        is_outside=True,
    )
    report = build_report(made)
    if report.rows[0].hidden is not None:
        return
    dark = [both for row, both in zip(report.places, numbers, strict=True) if row.cells[0].hidden is not None]
    for wave in (0, 1):
        answered = [both[wave] for both in dark if both[wave]]
        assert not answered or (len(answered) > 1 and sum(answered) >= 10) or len(dark) == len(numbers)
    assert all(one.cells[0].estimate is None for one in report.places if one.cells[0].hidden is not None)


def test_the_same_input_gives_the_same_report_without_numpy_inside() -> None:
    made = source(
        counts("baseline", "parents", {key: (20, 8) for key, *_ in CLASSES}, CLASSES),
        counts("follow_up", "parents", {key: (22, 16) for key, *_ in CLASSES}, CLASSES),
    )
    report = build_report(made)
    assert pickle.dumps(report) == pickle.dumps(build_report(made))
    assert not [value for value in _values(report) if isinstance(value, np.generic)]
    assert b"numpy" not in pickle.dumps(report)


def _values(value: Any) -> list[Any]:
    if is_dataclass(value):
        return [one for field in fields(value) for one in _values(getattr(value, field.name))]
    if isinstance(value, tuple):
        return [one for part in value for one in _values(part)]
    return [value]


def _with_patterns(made: Any, before: tuple[Any, ...], after: tuple[Any, ...]) -> Any:
    first, second = made.counts
    return replace(made, counts=(replace(first, patterns=before), replace(second, patterns=after)))
