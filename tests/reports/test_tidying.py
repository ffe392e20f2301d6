"""Small classes join their grade, rare forms are pooled, and nobody is lost on the way."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.records import ClusterCounts
from survey.reports.tidying import EVERYBODY, pooled, tidy

GRADES = {"6A": "grade 6", "6B": "grade 6", "7A": "grade 7", "7B": "grade 7"}


def line(stratum: str | None, answered: int, form: str | None = None, wave: str = "after") -> ClusterCounts:
    """Return a line of parents."""
    size = 30 if stratum else None
    return ClusterCounts(wave, "parents", None, form, stratum, None, None, size, answered, answered // 2)


@pytest.mark.parametrize(
    ("answered", "names"),
    [
        pytest.param({"6A": 9, "6B": 8, "7A": 7, "7B": 6}, {"6A", "6B", "7A", "7B"}, id="nothing is small"),
        pytest.param({"6A": 3, "6B": 8, "7A": 7, "7B": 6}, {"khối 6", "7A", "7B"}, id="a small class joins its grade"),
        pytest.param({"6A": 0, "6B": 8, "7A": 7, "7B": 6}, {"6A", "6B", "7A", "7B"}, id="a silent class is not small"),
        pytest.param({"6A": 2, "6B": 0, "7A": 7, "7B": 6}, {EVERYBODY}, id="a grade that stays small joins everybody"),
    ],
)
def test_small_classes_join(answered: dict[str, int], names: set[str]) -> None:
    found = tidy([line(name, number) for name, number in answered.items()], GRADES)
    assert {one.stratum for one in found} == names
    assert sum(one.answered for one in found) == sum(answered.values())
    sizes = {one.stratum: one.population for one in found}
    assert sum(size or 0 for size in sizes.values()) == 120


def test_a_class_that_is_small_in_one_wave_is_joined_in_both() -> None:
    lines = [line(name, 9, wave=wave) for name in GRADES for wave in ("before", "after")]
    lines[0] = replace(lines[0], answered=2, understood=1)
    found = tidy(lines, GRADES)
    assert {(one.wave, one.stratum) for one in found} == {
        (wave, name) for wave in ("before", "after") for name in ("khối 6", "7A", "7B")
    }


def test_a_form_that_hardly_anybody_had_is_pooled_for_the_whole_group() -> None:
    found = tidy([line("6A", 20, "A"), line("6A", 3, "B")], GRADES)
    assert [(one.form, one.answered) for one in found] == [(None, 23)]
    kept = tidy([line("6A", 20, "A"), line("6A", 6, "B")], GRADES)
    assert {one.form for one in kept} == {"A", "B"}


@given(
    st.lists(
        st.builds(
            line,
            st.sampled_from([*GRADES, None]),
            st.integers(0, 12),
            st.sampled_from(["A", "B"]),
            st.sampled_from(["before", "after"]),
        ),
        max_size=12,
    )
)
def test_tidying_keeps_every_answer_and_leaves_no_small_class(lines: list[ClusterCounts]) -> None:
    found = tidy(lines, GRADES)
    for wave in ("before", "after"):
        for what in ("answered", "understood"):
            assert sum(getattr(one, what) for one in found if one.wave == wave) == sum(
                getattr(one, what) for one in lines if one.wave == wave
            )
    answered: Counter[tuple[str, str]] = Counter()
    for one in found:
        if one.stratum is not None and one.stratum != EVERYBODY:
            answered[one.wave, one.stratum] += one.answered
    assert all(number == 0 or number >= 5 for number in answered.values())
    assert tidy(pooled(found), GRADES) == tidy(pooled(tidy(found, GRADES)), GRADES)
