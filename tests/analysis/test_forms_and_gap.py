"""Two forms of a questionnaire; the share of the gap closed; the score interval of two independent shares."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.forms import (
    answers_by_form,
    are_linked,
    common_items,
    form_average,
    form_difference,
    forms_differ,
    mix_differs,
)
from analysis.gap import gap_closed
from analysis.multiplicity import holm
from analysis.records import ClusterCounts, Design, MatchedCounts, Reason
from analysis.unpaired import constrained_shares, miettinen_nurminen


def form(name: str | None, answered: int, understood: int, *, stratum: str | None = None) -> ClusterCounts:
    population = 100 if stratum else None
    return ClusterCounts("wave", "group", None, name, stratum, None, None, population, answered, understood)


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ((50, 50), (50, 50), False),
        ((500, 500), (600, 400), False),  # exactly ten points
        ((500, 500), (601, 399), True),
        ((50, 50), (61, 39), False),  # no more than chance gives
        ((10, 10), (14, 6), False),
        ((10, 10), (19, 1), True),
        ((500, 500), (399, 601), True),
    ],
)
def test_the_mix_of_forms_may_differ_by_ten_points_and_by_chance(
    before: tuple[int, int], after: tuple[int, int], expected: bool
) -> None:
    first, second = ([form("A", wave[0], 0), form("B", wave[1], 0)] for wave in (before, after))
    assert mix_differs(first, second, Design()) is expected


def test_lines_without_forms_are_linked_and_never_reweighted() -> None:
    lines = [form(None, 20, 10)]
    assert are_linked(lines, lines)
    assert not mix_differs(lines, lines, Design())
    assert answers_by_form(lines) == {}
    assert form_average(lines, Design()) is None
    assert form_difference(lines, Design()) is None


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [("A", "A", True), ("A", "B", False), ("AB", "A", False), ("AB", "AB", True)],
)
def test_waves_are_linked_by_running_the_same_forms(before: str, after: str, expected: bool) -> None:
    first, second = ([form(name, 20, 10) for name in names] for names in (before, after))
    assert are_linked(first, second) is expected


def test_the_average_of_forms_has_a_quarter_of_both_variances() -> None:
    average = form_average([form("A", 20, 12), form("B", 40, 32)], Design())
    assert average is not None
    assert average.value == pytest.approx(0.7)
    assert average.variance == pytest.approx((0.6 * 0.4 / 19 + 0.8 * 0.2 / 39) / 4)


def test_a_class_without_answers_on_one_form_keeps_its_weight_there() -> None:
    lines = [
        form("A", 20, 10, stratum="6A"),
        form("B", 20, 10, stratum="6A"),
        form("A", 20, 20, stratum="6B"),
    ]
    average = form_average(lines, Design())
    assert average is not None
    assert average.value == pytest.approx((0.75 + 0.5) / 2)


def test_forms_differ_only_when_both_waves_show_it() -> None:
    easy, even = [form("A", 70, 56), form("B", 80, 48)], [form("A", 70, 50), form("B", 80, 55)]
    assert forms_differ(easy, easy, Design())
    assert not forms_differ(easy, even, Design())


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ({"t": "abcde"}, {"t": "abcxy"}, {"t": ("a", "b", "c")}),
        ({"t": "abcde"}, {"t": "abxyz"}, None),
        ({"t": "ab", "u": "c"}, {"t": "ab"}, None),
    ],
)
def test_three_in_five_common_items_carry_a_change(
    before: dict[str, str], after: dict[str, str], expected: dict[str, tuple[str, ...]] | None
) -> None:
    assert common_items(before, after) == expected


def test_common_items_stand_on_every_form_of_both_waves() -> None:
    first, second, third = ({"t": [*"abc", own]} for own in "xyz")
    assert common_items(first, second, third) == {"t": ("a", "b", "c")}
    assert common_items(first, second, {"t": "abz"}) is None


def test_the_share_of_the_gap_gives_the_worked_example() -> None:
    result = gap_closed((18, 35), (29, 34), Design())
    assert result.value == pytest.approx(0.697, abs=5e-4)
    assert (result.low, result.high) == (pytest.approx(0.310, abs=5e-4), pytest.approx(0.872, abs=5e-4))


@pytest.mark.parametrize(
    ("before", "after", "reasons"),
    [((20, 20), (20, 20), (Reason.NO_GAP,)), ((16, 20), (20, 20), (Reason.TOO_FEW_FAILING,))],
)
def test_hardly_a_gap_is_not_divided(
    before: tuple[int, int], after: tuple[int, int], reasons: tuple[Reason, ...]
) -> None:
    result = gap_closed(before, after, Design())
    assert (result.value, result.lost, result.reasons) == (None, None, reasons)


def test_a_decrease_is_told_as_what_was_lost() -> None:
    result = gap_closed((20, 40), (15, 40), Design())
    assert (result.value, result.lost) == (None, 0.25)


@given(st.integers(10, 80), st.integers(10, 80), st.data())
def test_the_interval_of_the_gap_contains_it(n1: int, n2: int, data: st.DataObject) -> None:
    x1 = data.draw(st.integers(0, n1 - 5))
    x2 = data.draw(st.integers(-(-x1 * n2 // n1), n2))
    result = gap_closed((x1, n1), (x2, n2), Design())
    assert result.value is not None
    assert result.high is not None
    assert result.low is None or result.low <= result.value + 1e-9
    assert result.value - 1e-9 <= result.high <= 1


def test_matched_persons_narrow_the_interval_of_the_gap() -> None:
    pairs = MatchedCounts(both=17, lost=1, gained=11, neither=5)
    alone, matched = (gap_closed((18, 34), (28, 34), Design(), given) for given in (None, pairs))
    assert alone.low is not None
    assert matched.low is not None
    assert matched.low > alone.low


@st.composite
def two_waves(draw: st.DrawFn) -> tuple[int, int, int, int]:
    n0, n1 = draw(st.integers(1, 100)), draw(st.integers(1, 100))
    return draw(st.integers(0, n0)), n0, draw(st.integers(0, n1)), n1


@given(two_waves(), st.booleans())
def test_swapping_the_waves_mirrors_the_score_interval(case: tuple[int, int, int, int], corrected: bool) -> None:
    x0, n0, x1, n1 = case
    forth = miettinen_nurminen(x0, n0, x1, n1, corrected=corrected)
    back = miettinen_nurminen(x1, n1, x0, n0, corrected=corrected)
    assert back.low == pytest.approx(-forth.high, abs=1e-7)
    assert back.high == pytest.approx(-forth.low, abs=1e-7)
    assert -1 <= forth.low <= x1 / n1 - x0 / n0 <= forth.high <= 1


@given(two_waves(), st.floats(-0.95, 0.95))
def test_the_constrained_shares_are_the_most_likely(case: tuple[int, int, int, int], difference: float) -> None:
    x0, n0, x1, n1 = case

    def likelihood(share: float) -> float:
        after = share + difference
        return share**x0 * (1 - share) ** (n0 - x0) * after**x1 * (1 - after) ** (n1 - x1)

    before, after = constrained_shares(x0, n0, x1, n1, difference)
    assert after - before == pytest.approx(difference, abs=1e-9)
    low, high = max(0.0, -difference), min(1.0, 1.0 - difference)
    best = max(likelihood(low + (high - low) * i / 200) for i in range(1, 200))
    assert likelihood(before) >= best * (1 - 1e-6)


ps = st.lists(st.one_of(st.none(), st.floats(0, 1)), max_size=12)


@given(ps)
def test_holm_never_lowers_a_p_value_and_keeps_their_order(p: list[float | None]) -> None:
    adjusted = holm(p)
    pairs = sorted((raw, new) for raw, new in zip(p, adjusted, strict=True) if raw is not None and new is not None)
    assert all(raw <= new <= 1 for raw, new in pairs)
    assert [new for _, new in pairs] == sorted(new for _, new in pairs)
    assert [one is None for one in p] == [one is None for one in adjusted]


@given(ps)
def test_holm_does_not_depend_on_the_order(p: list[float | None]) -> None:
    assert holm(p[::-1]) == holm(p)[::-1]


def test_impossible_tests_do_not_count_in_holms_family() -> None:
    assert holm([0.01, None, 0.04]) == (0.02, None, 0.04)
    with pytest.raises(ValueError, match="p-values"):
        holm([1.2])
