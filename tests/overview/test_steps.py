"""What comes next in a campaign, for every stage of its waves."""

from __future__ import annotations

from datetime import date
from itertools import product

import pytest

from survey.core.vocabulary import WaveState
from survey.overview.steps import Next, StepState, WaveFacts, next_step, steps

TODAY = date(2026, 11, 21)
SOON = date(2026, 12, 10)


def waves(before: str, after: str, *, after_opens: date = SOON, overdue: bool = False) -> list[WaveFacts]:
    return [
        WaveFacts("baseline", before, TODAY, is_overdue=overdue),
        WaveFacts("follow_up", after, after_opens),
    ]


@pytest.mark.parametrize(
    ("facts", "is_reviewed", "expected"),
    [
        (waves("draft", "draft"), False, Next.REVIEW),
        (waves("draft", "draft"), True, Next.OPEN_BASELINE),
        (waves("open", "draft"), True, Next.COLLECT_BASELINE),
        (waves("closing", "draft"), True, Next.COLLECT_BASELINE),
        (waves("open", "draft", overdue=True), True, Next.CLOSE_OVERDUE),
        (waves("closed", "draft"), True, Next.COMMUNICATE),
        (waves("closed", "draft", after_opens=TODAY), True, Next.OPEN_FOLLOW_UP),
        (waves("closed", "open"), True, Next.COLLECT_FOLLOW_UP),
        (waves("draft", "open"), True, Next.COLLECT_FOLLOW_UP),  # a campaign without a baseline
        (waves("draft", "closed"), False, Next.READ_REPORT),
        (waves("closed", "closed"), True, Next.READ_REPORT),
        # One audience is ready, another has not begun: the one that has not begun comes first.
        (waves("closed", "draft") + waves("draft", "draft"), True, Next.OPEN_BASELINE),
    ],
)
def test_the_next_thing_to_do(facts: list[WaveFacts], is_reviewed: bool, expected: Next) -> None:
    assert next_step(facts, is_reviewed=is_reviewed, today=TODAY) == expected


@pytest.mark.parametrize(("before", "after", "is_reviewed"), list(product(WaveState, WaveState, [True, False])))
def test_steps_are_done_then_at_hand_then_later(before: str, after: str, is_reviewed: bool) -> None:
    states = list(steps(waves(before, after), is_reviewed=is_reviewed, today=TODAY).values())
    order = [StepState.DONE, StepState.NOW, StepState.LATER]
    assert states == sorted(states, key=order.index)
    assert StepState.NOW in states
