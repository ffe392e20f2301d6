"""Budgets of wrong tries: used up by guessing, filled up by time, one for each meeting."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from survey.responses.guessing import MAX_KEYS, GuessBudget, GuessBudgets


class Clock:
    """Seconds that only a test moves."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def __call__(self) -> float:
        """Return the present second."""
        return self.seconds


@given(burst=st.integers(1, 50), waits=st.lists(st.floats(0, 30), max_size=200))
def test_no_pace_of_guessing_gets_more_than_the_burst_and_what_time_gives_back(burst: int, waits: list[float]) -> None:
    clock = Clock()
    budget = GuessBudget(burst, 0.5, clock)
    tried = 0
    for wait in waits:
        clock.seconds += wait
        if not budget.is_spent("meeting"):
            budget.spend("meeting")
            tried += 1
    assert tried <= burst + clock.seconds * 0.5 + 1e-6


def test_a_budget_is_used_up_by_its_burst_and_comes_back_one_by_one() -> None:
    clock = Clock()
    budget = GuessBudget(3, 0.1, clock)
    for _ in range(3):
        assert not budget.is_spent("meeting")
        budget.spend("meeting")
    assert budget.is_spent("meeting")
    assert not budget.is_spent("another meeting")
    clock.seconds = 9.9
    assert budget.is_spent("meeting")
    clock.seconds = 10.1
    assert not budget.is_spent("meeting")
    clock.seconds = 1e6
    for _ in range(3):
        budget.spend("meeting")
    assert budget.is_spent("meeting")


def test_the_memory_of_wrong_tries_stays_small() -> None:
    budget = GuessBudget(2, 1.0, Clock())
    for number in range(MAX_KEYS + 100):
        budget.spend(str(number))
    assert len(budget._left) == MAX_KEYS


def test_an_hour_of_guessing_typed_codes_finds_one_with_less_than_one_chance_in_a_hundred() -> None:
    clock = Clock()
    budgets = GuessBudgets(clock)
    tries = 0
    for second in range(3600):
        clock.seconds = float(second)
        while not budgets.time_codes.is_spent("meeting"):
            budgets.time_codes.spend("meeting")
            tries += 1
    assert tries < 3_850
    assert 1 - (1 - 2 / 32**4) ** tries < 0.01
