"""Rounding tells no lies: not across the target, not across the ends, intervals outward."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.rounding import (
    Direction,
    Language,
    exact,
    format_count,
    format_interval,
    format_points,
    format_share,
    format_value,
    localised,
    round_percent,
)

NINE_TENTHS = Fraction(9, 10)


@pytest.mark.parametrize(
    ("understood", "answered", "lang", "text"),
    [
        (30, 31, "vi", "97%"),
        (43, 48, "vi", "89,6%"),  # 89.58: whole percent would claim 90
        (43, 48, "en", "89.6%"),
        (250, 279, "vi", "89,6%"),
        (8999, 10000, "vi", "89,99%"),  # one decimal would claim 90.0
        (89999, 100000, "vi", "89,99%"),  # two decimals would too: cut
        (9, 10, "vi", "90%"),
        (181, 201, "vi", "90,0%"),  # 90.05 is above the target and may show as 90.0
        (1, 8, "vi", "13%"),  # half up
        (0, 31, "vi", "0%"),
        (31, 31, "vi", "100%"),
        (2999, 3000, "vi", "99,97%"),  # one decimal would claim that everybody understands
        (1, 3000, "en", "0.03%"),
        (0, 0, "vi", "–"),
    ],
)
def test_a_share_prints_as_the_rules_say(understood: int, answered: int, lang: Language, text: str) -> None:
    assert format_share(understood, answered, lang=lang) == text


@given(st.integers(1, 5000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))), st.integers(0, 2))
def test_a_rounded_share_stands_on_the_true_side_of_the_target(share: tuple[int, int], decimals: int) -> None:
    true = Fraction(*share)
    shown = Fraction(round_percent(true, decimals=decimals)) / 100
    assert (shown >= NINE_TENTHS) == (true >= NINE_TENTHS)
    assert abs(shown - true) <= Fraction(1, 200)


@given(st.floats(0, 1), st.floats(0, 1), st.integers(1, 500))
def test_interval_ends_round_outward_unless_that_crosses_the_target(one: float, two: float, answered: int) -> None:
    low, high = sorted((one, two))
    decimals = 0 if answered < 100 else 1
    lower = Fraction(round_percent(low, decimals=decimals, direction="down")) / 100
    upper = Fraction(round_percent(high, decimals=decimals, direction="up")) / 100
    assert lower <= exact(low)
    assert upper >= exact(high) or exact(high) < NINE_TENTHS
    assert (upper >= NINE_TENTHS) == (exact(high) >= NINE_TENTHS)


@pytest.mark.parametrize(
    ("low", "high", "answered", "text"),
    [
        (0.8502, 0.9258, 160, "85,0–92,6%"),
        (0.8502, 0.9258, 60, "85–93%"),
        (0.80, 0.8951, 60, "80–89,6%"),  # 90 would claim a target that is outside the interval
        (0.80, 0.89999, 160, "80,0–89,99%"),
        (None, None, 0, "–"),
    ],
)
def test_an_interval_prints_outward(low: float | None, high: float | None, answered: int, text: str) -> None:
    assert format_interval(low, high, answered=answered) == text


@pytest.mark.parametrize(
    ("difference", "answered", "direction", "lang", "text"),
    [
        (0.2293, 26, "nearest", "vi", "+23"),
        (-0.046, 300, "nearest", "vi", "−4,6"),
        (0.0, 30, "nearest", "vi", "0"),
        (0.001, 30, "nearest", "en", "+0.1"),  # not nothing
        (0.0234, 30, "down", "vi", "+2"),
        (-0.0234, 30, "down", "vi", "−3"),
        (-0.0034, 30, "up", "vi", "−0,3"),  # an interval wholly below 0 never prints as touching it
    ],
)
def test_points_print_as_the_rules_say(
    difference: float, answered: int, direction: Direction, lang: Language, text: str
) -> None:
    assert format_points(difference, answered=answered, direction=direction, lang=lang) == text


def test_noise_in_the_last_digits_of_a_weighted_share_decides_nothing() -> None:
    assert format_value(0.1 * 9 - 1e-16, answered=50) == "90%"


@pytest.mark.parametrize(("share", "decimals"), [(1.2, 0), (-0.1, 0), (0.5, 3), (0.5, -1)])
def test_numbers_off_the_scale_are_refused(share: float, decimals: int) -> None:
    with pytest.raises(ValueError, match="outside|decimals"):
        round_percent(share, decimals=decimals)


def test_impossible_counts_are_refused() -> None:
    with pytest.raises(ValueError, match="not a share"):
        format_share(5, 4)


def test_thousands_and_signs_follow_the_language() -> None:
    assert (format_count(1234567), format_count(1234567, "en")) == ("1.234.567", "1,234,567")
    assert (localised(Decimal("-0.5"), "vi"), localised(Decimal("-0.5"), "en")) == ("−0,5", "−0.5")
