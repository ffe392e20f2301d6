"""Says what to do next from the figures of a report, as codes; the presenter puts them into words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from analysis.records import Reason, Verdict
from survey.core.vocabulary import WaveKind, WaveState
from survey.reports.records import GroupRow, NextStep, Report, Step, WaveFact

# A topic that so many understand needs no more explaining than the others.
WELL_UNDERSTOOD = 0.9


def next_steps(report: Report, waves: Iterable[WaveFact]) -> tuple[NextStep, ...]:
    """Return what to do next, most urgent first; never empty."""
    facts = list(waves)
    if report.before is None and report.after is None:
        return (NextStep(Step.OPEN_BASELINE),)
    is_open = any(wave.state in {WaveState.OPEN, WaveState.CLOSING} for wave in facts)
    if not report.has_answers:
        return (NextStep(Step.COLLECT),) if is_open else (NextStep(Step.OPEN_FOLLOW_UP),)
    found = [step for row in report.visible for step in _of_row(row, report, is_open=is_open)]
    has_next = any(wave.kind == WaveKind.FOLLOW_UP and wave.state == WaveState.DRAFT for wave in facts)
    if has_next and report.after is None:
        found.append(NextStep(Step.OPEN_FOLLOW_UP))
    order = list(Step)
    return tuple(sorted(found, key=lambda step: order.index(step.step))) or (NextStep(Step.KEEP_UP),)


def _of_row(row: GroupRow, report: Report, *, is_open: bool) -> Iterator[NextStep]:
    latest = row.headline.latest
    if latest is None or latest.value is None:
        return
    if latest.population is None:
        yield NextStep(Step.GIVE_HEADCOUNT, row.group)
    if is_open and row.more is not None:
        yield NextStep(Step.MORE_ANSWERS, row.group, number=row.more.answers)
    elif is_open and Reason.LOW_RESPONSE in latest.reasons:
        yield NextStep(Step.REMIND, row.group)
    if latest.verdict is not Verdict.MET:
        yield from _weakest_topic(row, report)


def _weakest_topic(row: GroupRow, report: Report) -> Iterator[NextStep]:
    shares = [
        (pair.latest.value, topic)
        for topic, pair in zip(report.topics, row.topics, strict=True)
        if pair.latest is not None and pair.latest.value is not None
    ]
    if shares and min(shares)[0] < WELL_UNDERSTOOD:
        yield NextStep(Step.EXPLAIN_TOPIC, row.group, topic=min(shares)[1])
