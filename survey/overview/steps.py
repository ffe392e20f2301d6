"""What to do next in a campaign, from the states of its waves. Pure: no database, no words for readers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from survey.core.vocabulary import WaveKind, WaveState


class Next(StrEnum):
    """The one thing to do next."""

    CLOSE_OVERDUE = "close_overdue"
    REVIEW = "review"
    OPEN_BASELINE = "open_baseline"
    COLLECT_BASELINE = "collect_baseline"
    COMMUNICATE = "communicate"
    OPEN_FOLLOW_UP = "open_follow_up"
    COLLECT_FOLLOW_UP = "collect_follow_up"
    READ_REPORT = "read_report"


class StepName(StrEnum):
    """The six steps of a campaign, in order."""

    REVIEW = "review"
    POSTERS = "posters"
    BASELINE = "baseline"
    COMMUNICATE = "communicate"
    FOLLOW_UP = "follow_up"
    REPORT = "report"


class StepState(StrEnum):
    """Whether a step lies behind, at hand or ahead."""

    DONE = "done"
    NOW = "now"
    LATER = "later"


@dataclass(frozen=True, slots=True)
class WaveFacts:
    """What the next step depends on; overdue is an open wave whose closing day has passed."""

    kind: str
    state: str
    opens: date
    is_overdue: bool = False


# The first and the last step that are at hand.
_AT_HAND = {
    Next.REVIEW: (StepName.REVIEW, StepName.REVIEW),
    Next.OPEN_BASELINE: (StepName.POSTERS, StepName.BASELINE),
    Next.COLLECT_BASELINE: (StepName.BASELINE, StepName.BASELINE),
    Next.COMMUNICATE: (StepName.COMMUNICATE, StepName.COMMUNICATE),
    Next.OPEN_FOLLOW_UP: (StepName.FOLLOW_UP, StepName.FOLLOW_UP),
    Next.COLLECT_FOLLOW_UP: (StepName.FOLLOW_UP, StepName.FOLLOW_UP),
    Next.READ_REPORT: (StepName.REPORT, StepName.REPORT),
}


def next_step(waves: Sequence[WaveFacts], *, is_reviewed: bool, today: date) -> Next:
    """Return the one thing to do next in a campaign with these waves."""
    if any(wave.is_overdue for wave in waves):
        return Next.CLOSE_OVERDUE
    return _next_by_dates(waves, is_reviewed=is_reviewed, today=today)


def _next_by_dates(waves: Sequence[WaveFacts], *, is_reviewed: bool, today: date) -> Next:
    before = [wave for wave in waves if wave.kind == WaveKind.BASELINE]
    after = [wave for wave in waves if wave.kind == WaveKind.FOLLOW_UP]
    if _any(after, WaveState.OPEN, WaveState.CLOSING):
        return Next.COLLECT_FOLLOW_UP
    if _any(before, WaveState.DRAFT) and not _any(after, WaveState.CLOSED):
        return Next.OPEN_BASELINE if is_reviewed else Next.REVIEW
    if _any(before, WaveState.OPEN, WaveState.CLOSING):
        return Next.COLLECT_BASELINE
    waiting = [wave.opens for wave in after if wave.state == WaveState.DRAFT]
    if waiting:
        return Next.OPEN_FOLLOW_UP if min(waiting) <= today else Next.COMMUNICATE
    return Next.READ_REPORT


def _any(waves: Sequence[WaveFacts], *states: WaveState) -> bool:
    return any(wave.state in states for wave in waves)


def steps(waves: Sequence[WaveFacts], *, is_reviewed: bool, today: date) -> dict[StepName, StepState]:
    """Return the state of each step: those before the next thing to do are done, those behind it come later."""
    first, last = _AT_HAND[_next_by_dates(waves, is_reviewed=is_reviewed, today=today)]
    names = list(StepName)
    return {
        name: StepState.DONE
        if place < names.index(first)
        else StepState.LATER
        if place > names.index(last)
        else StepState.NOW
        for place, name in enumerate(names)
    }
