"""Item analysis, reliability and drift, against hand counts, NumPy and statsmodels."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from statsmodels.stats.contingency_tables import StratifiedTable

from analysis.drift import Band, bands_of, drift
from analysis.items import (
    BLANK,
    DONT_KNOW,
    NOT_SHOWN,
    Item,
    ItemAnalysis,
    ItemFlag,
    ResponseMatrix,
    analyse_items,
    chosen,
    count_answers,
)
from analysis.reliability import ReliabilityReason, alpha, feldt_interval, kr20

THREE = (Item("q1", chosen(1), 3), Item("q2", chosen(2), 4), Item("q3", chosen(1, 3), 4))


def analyse(rows: list[list[int]], items: tuple[Item, ...] = THREE) -> tuple[ItemAnalysis, ...]:
    return analyse_items(ResponseMatrix(items, np.array(rows, dtype=np.int64)))


SIX_PEOPLE = [
    [chosen(1), chosen(2), chosen(1, 3)],
    [chosen(1), chosen(2), chosen(1)],
    [chosen(1), chosen(3), chosen(1, 3)],
    [chosen(2), DONT_KNOW, chosen(1, 2, 3)],
    [chosen(3), chosen(2), BLANK],
    [DONT_KNOW, BLANK, chosen(4)],
]


@pytest.mark.parametrize(
    ("item", "right", "dont_know", "blank", "difficulty"),
    [(0, 3, 1, 0, 3 / 6), (1, 3, 1, 1, 3 / 6), (2, 2, 0, 1, 2 / 6)],
)
def test_counts_of_an_item_are_those_of_the_hand(
    item: int, right: int, dont_know: int, blank: int, difficulty: float
) -> None:
    found = analyse(SIX_PEOPLE)[item]
    assert (found.n, found.right, found.dont_know, found.blank) == (6, right, dont_know, blank)
    assert found.difficulty == pytest.approx(difficulty)


def test_corrected_item_total_correlation_agrees_with_numpy() -> None:
    scores = np.array([[1, 1, 1], [1, 1, 0], [1, 0, 1], [0, 0, 0], [0, 1, 0], [0, 0, 0]], dtype=float)
    for column, found in enumerate(analyse(SIX_PEOPLE)):
        rest = scores.sum(axis=1) - scores[:, column]
        assert found.discrimination == pytest.approx(np.corrcoef(scores[:, column], rest)[0, 1])


def test_options_tell_who_chose_them_and_how_good_those_were() -> None:
    first = analyse(SIX_PEOPLE)[0]
    assert [(option.option, option.is_key, option.n) for option in first.options] == [
        (1, True, 3),
        (2, False, 1),
        (3, False, 1),
    ]
    assert [option.mean_rest for option in first.options] == [pytest.approx(4 / 3), 0, 1]


def test_an_option_of_a_multiple_response_item_counts_wherever_it_was_chosen() -> None:
    third = analyse(SIX_PEOPLE)[2]
    assert [(option.n, option.is_key) for option in third.options] == [(4, True), (1, False), (3, True), (1, False)]
    assert third.guess_corrected is None


def test_blank_and_not_shown_are_never_taken_for_an_option() -> None:
    found = analyse([[BLANK, NOT_SHOWN, chosen(1)], [chosen(1), NOT_SHOWN, BLANK]])
    assert [option.n for option in found[0].options] == [1, 0, 0]
    assert (found[1].n, found[1].difficulty, found[1].discrimination) == (0, None, None)


def test_a_wrong_key_is_suspected_when_better_people_choose_another_option() -> None:
    items = (Item("suspect", chosen(1), 3), *(Item(f"q{i}", chosen(1), 3) for i in range(4)))
    good = [[chosen(2), 1, 1, 1, 1]] * 6
    weak = [[chosen(1), 2, 2, 1, 2]] * 6 + [[chosen(3), 2, 2, 2, 2]] * 4
    suspect = analyse(good + weak, items)[0]
    assert suspect.options[1].flags == (ItemFlag.POSSIBLE_WRONG_KEY,)
    assert ItemFlag.POSSIBLE_WRONG_KEY in suspect.flags
    assert ItemFlag.NEGATIVE_DISCRIMINATION in suspect.flags
    four_good = analyse(good[:4] + weak, items)[0]
    assert ItemFlag.POSSIBLE_WRONG_KEY not in four_good.flags, "four people are too few to suspect the key"


@pytest.mark.parametrize(
    ("right", "people", "flag"),
    [(19, 100, ItemFlag.TOO_HARD), (20, 100, None), (95, 100, None), (96, 100, ItemFlag.TOO_EASY)],
)
def test_difficulty_flags_start_beyond_their_bounds(right: int, people: int, flag: ItemFlag | None) -> None:
    rows = [[chosen(1), chosen(1)]] * right + [[chosen(2), chosen(1)]] * (people - right)
    found = analyse(rows, (Item("a", chosen(1), 2), Item("b", chosen(1), 2)))[0]
    assert found.flags == ((flag,) if flag else ())
    assert found.discrimination is None, "the rest score is constant"


def test_guess_correction_takes_a_blind_guesser_to_nothing() -> None:
    rows = [[chosen(option)] for option in (1, 2, 3, 4)]
    assert analyse(rows, (Item("a", chosen(1), 4),))[0].guess_corrected == pytest.approx(0)


@given(st.lists(st.lists(st.integers(-1, 7), min_size=3, max_size=3), min_size=1, max_size=25), st.randoms())
def test_row_order_never_matters(rows: list[list[int]], random: object) -> None:
    shuffled = list(rows)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    for one, other in zip(analyse(rows), analyse(shuffled), strict=True):
        assert (one.right, one.flags, one.dont_know, one.blank) == (
            other.right,
            other.flags,
            other.dont_know,
            other.blank,
        )
        assert one.discrimination == pytest.approx(other.discrimination)


def test_a_matrix_with_a_missing_column_is_refused() -> None:
    with pytest.raises(ValueError, match="columns"):
        ResponseMatrix(THREE, np.zeros((2, 2), dtype=np.int64))


@pytest.mark.parametrize("option", [0, 63])
def test_options_outside_the_code_are_refused(option: int) -> None:
    with pytest.raises(ValueError, match="1 to 62"):
        chosen(option)


# Reliability


def test_feldt_limits_agree_with_the_documented_example() -> None:
    assert feldt_interval(0.80, 60, 20) == (pytest.approx(0.7185, abs=5e-5), pytest.approx(0.8666, abs=5e-5))


@given(st.integers(0, 2**32 - 1))
@settings(max_examples=25)
def test_alpha_of_binary_items_is_kr20(seed: int) -> None:
    random = np.random.default_rng(seed)
    ability = random.normal(size=(80, 1))
    table = (ability + random.normal(size=(80, 6)) > 0).astype(int)
    shares, total = table.mean(axis=0), table.sum(axis=1)
    kr20 = 6 / 5 * (1 - (shares * (1 - shares)).sum() / total.var())
    found = alpha(table)
    assert found.alpha == pytest.approx(kr20)
    assert found.low is not None
    assert found.high is not None
    assert found.low < kr20 < found.high


def test_constant_items_are_dropped_and_named() -> None:
    random = np.random.default_rng(5)
    table = (random.normal(size=(50, 1)) + random.normal(size=(50, 4)) > 0).astype(int)
    with_constant = np.column_stack([table, np.ones(50)])
    found = alpha(with_constant, ["a", "b", "c", "d", "e"])
    assert (found.items, found.constant) == (4, ("e",))
    assert found.alpha == alpha(table).alpha


@pytest.mark.parametrize(
    ("table", "reason"),
    [
        (np.eye(29), ReliabilityReason.TOO_FEW_PERSONS),
        (np.ones((40, 4)), ReliabilityReason.TOO_FEW_ITEMS),
        (np.array([[1, 0], [0, 1]] * 20), ReliabilityReason.CONSTANT_TOTAL),
    ],
)
def test_where_alpha_says_nothing_the_reason_is_given(table: np.ndarray, reason: ReliabilityReason) -> None:
    found = alpha(table)
    assert (found.alpha, found.low, found.reasons) == (None, None, (reason,))


@pytest.mark.parametrize("arguments", [(1.2, 40, 5), (0.8, 1, 5), (0.8, 40, 1)])
def test_feldt_refuses_numbers_out_of_range(arguments: tuple[float, int, int]) -> None:
    with pytest.raises(ValueError, match="alpha"):
        feldt_interval(*arguments)


def test_alpha_refuses_names_that_do_not_fit() -> None:
    with pytest.raises(ValueError, match="name"):
        alpha(np.eye(40), ["only one"])


# Drift

BANDS = st.lists(st.tuples(*[st.integers(1, 40)] * 4), min_size=1, max_size=6)


@given(BANDS)
@settings(max_examples=50)
def test_drift_agrees_with_statsmodels(cells: list[tuple[int, int, int, int]]) -> None:
    table = StratifiedTable([np.array([[a, b], [c, d]], dtype=float) for a, b, c, d in cells])
    found = drift([Band(*cell) for cell in cells])
    assert found.odds_ratio == pytest.approx(table.oddsratio_pooled)
    assert found.se == pytest.approx(2.35 * table.logodds_pooled_se)
    test = table.test_null_odds(correction=True)
    # The correction is capped at the distance itself here; statsmodels lets it overshoot.
    if found.chi_square:
        assert found.chi_square == pytest.approx(test.statistic)
        assert found.p == pytest.approx(test.pvalue)


@given(BANDS)
def test_swapping_the_waves_turns_the_drift_round(cells: list[tuple[int, int, int, int]]) -> None:
    forward = drift([Band(*cell) for cell in cells])
    backward = drift([Band(c, d, a, b) for a, b, c, d in cells])
    assert forward.delta == pytest.approx(-(backward.delta or 0), abs=1e-9)
    assert forward.category == backward.category


@pytest.mark.parametrize(
    ("bands", "category", "remark"),
    [
        ([Band(50, 50, 50, 50)] * 3, "A", "no drift"),
        ([Band(40, 60, 55, 45)] * 3, "B", "moderate: delta 1.42"),
        ([Band(25, 75, 75, 25)] * 3, "C", "large and certain"),
        ([Band(2, 3, 4, 1)], "A", "large but anything but certain"),
    ],
)
def test_drift_classes(bands: list[Band], category: str, remark: str) -> None:
    assert drift(bands).category == category, remark


def test_bands_with_an_empty_margin_are_dropped() -> None:
    assert drift([Band(12, 18, 15, 15), Band(5, 0, 7, 0)]) == drift([Band(12, 18, 15, 15)])
    assert drift([Band(5, 0, 7, 0)]).delta is None


def test_negative_counts_are_refused() -> None:
    with pytest.raises(ValueError, match="negative"):
        drift([Band(-1, 2, 3, 4)])


def test_bands_count_everybody_who_was_shown_the_item() -> None:
    before = count_answers(ResponseMatrix(THREE, np.array(SIX_PEOPLE)), 0)
    after = count_answers(ResponseMatrix(THREE, np.array(SIX_PEOPLE[:3] + [[NOT_SHOWN, 1, 1]])), 0)
    bands = bands_of(before, after)
    assert sum(band.right_before + band.wrong_before for band in bands) == 6
    assert sum(band.right_after + band.wrong_after for band in bands) == 3
    with pytest.raises(ValueError, match="two different items"):
        bands_of(before, count_answers(ResponseMatrix(THREE, np.array(SIX_PEOPLE)), 1))


@given(st.lists(st.lists(st.booleans(), min_size=4, max_size=4), min_size=2, max_size=60))
def test_kr20_from_counts_is_alpha_from_scores(rows: list[list[bool]]) -> None:
    scores = np.array(rows, dtype=int)
    right = {str(column + 1): int(count) for column, count in enumerate(scores.sum(axis=0))}
    found = kr20(right, np.bincount(scores.sum(axis=1)).tolist(), fewest_persons=2)
    expected = alpha(scores, fewest_persons=2)
    assert (found.constant, found.reasons, found.items) == (expected.constant, expected.reasons, expected.items)
    assert found.alpha == (None if expected.alpha is None else pytest.approx(expected.alpha, abs=1e-9))


def test_counts_that_do_not_belong_together_are_refused() -> None:
    with pytest.raises(ValueError, match="belong together"):
        kr20({"a": 3, "b": 2}, [1, 2, 1])
