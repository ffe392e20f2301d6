"""Matched persons: McNemar, Tango, and linking by codes."""

from __future__ import annotations

import math
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from statsmodels.stats.contingency_tables import mcnemar

from analysis.codes import match_codes, normalise_code
from analysis.intervals import quantile
from analysis.mover import matched_correlation, phi
from analysis.pairs import matched_result, mcnemar_exact, mcnemar_midp, tango_interval
from analysis.records import MatchedCounts


@given(st.integers(0, 200), st.integers(0, 200))
def test_exact_mcnemar_agrees_with_statsmodels(lost: int, gained: int) -> None:
    expected = 1.0 if lost == gained else mcnemar([[5, lost], [gained, 5]], exact=True).pvalue
    assert mcnemar_exact(lost, gained) == pytest.approx(expected)


@given(st.integers(0, 200), st.integers(0, 200))
def test_midp_is_the_exact_p_less_the_chance_of_the_point(lost: int, gained: int) -> None:
    changed, smaller = lost + gained, min(lost, gained)
    point = math.comb(changed, smaller) / 2**changed
    expected = 1.0 if lost == gained else mcnemar_exact(lost, gained) - point
    assert mcnemar_midp(lost, gained) == pytest.approx(expected, abs=1e-12)
    assert mcnemar_midp(lost, gained) == mcnemar_midp(gained, lost)


def by_roots(lost: int, gained: int, matched: int, difference: float) -> float:
    """Tango's score with the nuisance share found by maximising the likelihood on a fine grid of the quadratic."""
    a, b = 2 * matched, -gained - lost + (2 * matched - gained + lost) * difference
    c = -lost * difference * (1 - difference)
    q = (math.sqrt(b * b - 4 * a * c) - b) / (2 * a)
    return (gained - lost - matched * difference) / math.sqrt(matched * (2 * q + difference * (1 - difference)))


@given(st.integers(0, 40), st.integers(0, 40), st.integers(1, 60))
def test_the_score_at_tangos_limits_is_the_quantile(lost: int, gained: int, others: int) -> None:
    matched = lost + gained + others
    interval = tango_interval(lost, gained, matched)
    z = quantile(0.025)
    assert -1 <= interval.low <= (gained - lost) / matched <= interval.high <= 1
    assert by_roots(lost, gained, matched, interval.low) == pytest.approx(z, abs=1e-5)
    assert by_roots(lost, gained, matched, interval.high) == pytest.approx(-z, abs=1e-5)


@given(st.integers(0, 40), st.integers(0, 40), st.integers(0, 60))
def test_swapping_the_waves_mirrors_tangos_interval(lost: int, gained: int, others: int) -> None:
    matched = max(lost + gained + others, 1)
    forth, back = tango_interval(lost, gained, matched), tango_interval(gained, lost, matched)
    assert back.low == pytest.approx(-forth.high, abs=1e-9)
    assert back.high == pytest.approx(-forth.low, abs=1e-9)


@pytest.mark.parametrize(("lost", "gained", "end"), [(0, 5, "high"), (5, 0, "low")])
def test_when_everybody_changed_one_way_the_limit_is_the_end(lost: int, gained: int, end: str) -> None:
    assert abs(getattr(tango_interval(lost, gained, 5), end)) == 1.0


def test_without_matched_persons_there_are_no_limits() -> None:
    result = matched_result(MatchedCounts(0, 0, 0, 0))
    assert (result.midp, result.tango_low, result.tango_high) == (1.0, None, None)


def test_negative_or_too_many_changes_are_refused() -> None:
    with pytest.raises(ValueError, match="matched"):
        tango_interval(3, 4, 6)
    with pytest.raises(ValueError, match="negative"):
        mcnemar_midp(-1, 3)
    with pytest.raises(ValueError, match="negative"):
        MatchedCounts(1, -1, 0, 0)


@given(st.builds(MatchedCounts, *[st.integers(0, 50)] * 4))
def test_correlations_lie_between_minus_one_and_one(pairs: MatchedCounts) -> None:
    assert -1 <= phi(pairs) <= phi(pairs, corrected=False) + 1e-12 <= 1 + 2e-12
    if pairs.total:
        assert abs(matched_correlation(pairs, pairs.total + 3, pairs.total)) <= 1


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("an07", "AN07"),
        (" Ân-07 ", "AN07"),
        ("Đặng 12", "DANG12"),
        ("đ", "D"),
        ("NGUYỄN", "NGUYEN"),
        ("Nguye\u0302\u0303n", "NGUYEN"),  # already decomposed
        ("７", "7"),  # full width
        ("--", ""),
        ("", ""),
    ],
)
def test_codes_are_compared_without_accents_case_and_signs(raw: str, expected: str) -> None:
    assert normalise_code(raw) == expected


@given(st.text(max_size=12))
def test_normalising_twice_changes_nothing(raw: str) -> None:
    assert normalise_code(normalise_code(raw)) == normalise_code(raw)


def test_a_code_seen_twice_in_a_wave_is_never_linked() -> None:
    before = [("a", True), ("b", False), ("b", True), ("c", False), ("", True)]
    after = [("A", True), ("b", True), ("C", True), ("d", False)]
    match = match_codes(before, after)
    assert match.pairs == MatchedCounts(both=1, lost=0, gained=1, neither=0)
    assert (match.usable_before, match.ambiguous_before, match.without_before) == (2, 1, 1)
    assert (match.usable_after, match.ambiguous_after, match.without_after) == (4, 0, 0)
    assert match.rate == 1.0


def test_without_codes_there_is_no_match_rate() -> None:
    assert match_codes([], [("a", True)]).rate is None


@given(st.lists(st.tuples(st.sampled_from("abcdefgh"), st.booleans())), st.randoms(use_true_random=False))
def test_the_order_of_rows_never_matters_for_linking(rows: list[tuple[str, bool]], source: random.Random) -> None:
    shuffled = rows.copy()
    source.shuffle(shuffled)
    others = [(letter, True) for letter in "abcd"]
    assert match_codes(rows, others).pairs == match_codes(shuffled, others).pairs
