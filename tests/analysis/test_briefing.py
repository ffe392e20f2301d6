"""Everybody briefed is a count: one missing confirmation keeps it open, one known gap decides it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import hypergeom

from analysis.briefing import briefing, most_unbriefed
from analysis.records import Verdict


@pytest.mark.parametrize(
    ("roster", "confirmed", "known_not", "verdict", "still_open"),
    [
        (40, 40, 0, Verdict.MET, 0),
        (40, 39, 0, Verdict.NOT_YET_SHOWN, 1),
        (40, 39, 1, Verdict.NOT_MET, 0),
        (40, 10, 1, Verdict.NOT_MET, 29),
        (40, 45, 0, Verdict.MET, 0),  # two attendance lists named the same persons
        (40, 45, 2, Verdict.NOT_MET, 0),
        (0, 0, 0, None, 0),
    ],
)
def test_the_verdict_on_a_roster(
    roster: int, confirmed: int, known_not: int, verdict: Verdict | None, still_open: int
) -> None:
    record = briefing(roster, confirmed, known_not=known_not)
    assert (record.verdict, record.open) == (verdict, still_open)


@given(st.integers(0, 50), st.integers(0, 60), st.integers(0, 50))
def test_everybody_is_counted_exactly_once(roster: int, confirmed: int, known_not: int) -> None:
    if known_not <= roster:
        record = briefing(roster, confirmed, known_not=known_not)
        assert record.confirmed + record.known_not + record.open == roster


@pytest.mark.parametrize(("roster", "confirmed", "known_not"), [(-1, 0, 0), (3, -1, 0), (3, 0, 4)])
def test_impossible_rosters_are_refused(roster: int, confirmed: int, known_not: int) -> None:
    with pytest.raises(ValueError, match="negative|only"):
        briefing(roster, confirmed, known_not=known_not)


@pytest.mark.parametrize(("checked", "most"), [(25, 2), (35, 1), (40, 0), (0, 40)])
def test_a_check_of_forty_leaves_so_many_possible(checked: int, most: int) -> None:
    assert most_unbriefed(40, checked) == most


@given(st.integers(1, 120).flatmap(lambda n: st.tuples(st.just(n), st.integers(0, n))))
def test_a_check_agrees_with_the_hypergeometric_distribution(case: tuple[int, int]) -> None:
    roster, checked = case
    possible = [d for d in range(roster + 1) if hypergeom.pmf(0, roster, d, checked) > 0.05 + 1e-12]
    assert most_unbriefed(roster, checked) == max(possible)


@pytest.mark.parametrize(("checked", "doubt"), [(41, 0.05), (-1, 0.05), (3, 0.0), (3, 1.0)])
def test_impossible_checks_are_refused(checked: int, doubt: float) -> None:
    with pytest.raises(ValueError, match="checked|doubt"):
        most_unbriefed(40, checked, doubt=doubt)
