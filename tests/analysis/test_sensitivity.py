"""Taking guessing away lowers shares, keeps their order and never leaves 0..1."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.records import Estimate
from analysis.sensitivity import without_guessing


@given(st.lists(st.floats(0, 1), min_size=3, max_size=3), st.floats(0, 0.95))
def test_limits_stay_in_order_and_in_range(shares: list[float], guess: float) -> None:
    low, value, high = sorted(shares)
    found = without_guessing(Estimate(value=value, low=low, high=high), guess)
    assert found is not None
    assert 0 <= found.low <= found.value <= found.high <= 1
    assert found.value <= value


@given(st.floats(0, 1), st.floats(0, 0.9))
def test_guessing_back_in_gives_the_share_again(understood: float, guess: float) -> None:
    seen = understood + (1 - understood) * guess
    found = without_guessing(Estimate(value=seen, low=seen, high=seen), guess)
    assert found is not None
    assert found.value == pytest.approx(understood, abs=1e-12)


def test_without_a_share_there_is_nothing_to_correct() -> None:
    assert without_guessing(Estimate(), 0.1) is None


@pytest.mark.parametrize("guess", [-0.1, 1.0])
def test_impossible_chances_are_refused(guess: float) -> None:
    with pytest.raises(ValueError, match="chance of guessing"):
        without_guessing(Estimate(value=0.5, low=0.4, high=0.6), guess)
