"""Computes in the child process how many must answer; the statistics are those of `analysis.planning`."""

from __future__ import annotations

from fractions import Fraction
from math import ceil

from analysis.planning import Plan, plan
from analysis.records import Design, Sampling
from analysis.sample_sizes import answers_for_precision, class_design_effect
from survey.reports.planning_records import Need, PlanSettings, SizePlan

# Where the truth is taken to lie between the target and everybody: with a target of 90 % these are 95 % and 97 %.
TRUTHS = (Fraction(1, 2), Fraction(7, 10))
MARGIN = 0.05
# A share for the precision where the target is everybody, which has no spread.
NEARLY_ALL = 0.95


def plan_sizes(settings: PlanSettings, sizes: tuple[tuple[int, int], ...]) -> tuple[SizePlan, ...]:
    """Return what each size needs; a size is people and classes (0 for a group that is one list)."""
    return tuple(_plan(settings, people, classes) for people, classes in sizes)


def expected_shares(target: Fraction) -> tuple[Fraction, ...]:
    """Return the shares that are taken as the truth for a target, without repeating one."""
    return tuple(dict.fromkeys(target + (1 - target) * part for part in TRUTHS))


def _plan(settings: PlanSettings, people: int, classes: int) -> SizePlan:
    design = Design(sampling=Sampling(settings.sampling), target=settings.target, confidence=settings.confidence)
    found = [(share, plan(people, expected=share, design=design)) for share in expected_shares(settings.target)]
    first = found[0][1]
    just = plan(people, expected=Fraction(first.target_count, people), design=design)
    everybody = plan(people, expected=Fraction(1), design=design)
    needed = [_need(share, one, design, classes) for share, one in found]
    return SizePlan(
        population=people,
        target_count=first.target_count,
        gate=first.gate,
        needs=tuple(needed),
        at_target=_need(Fraction(1), just, design, classes).answers,
        when_all=_need(Fraction(1), everybody, design, classes).answers,
        precision=_precision(settings, people, 1.0),
        precision_classes=_precision_classes(settings, people, classes) if classes else None,
    )


def _need(expected: Fraction, found: Plan, design: Design, classes: int) -> Need:
    if design.sampling is not Sampling.CLUSTER or found.answers is None or not classes:
        return Need(expected, found.required, found.answers, None)
    # Pupils of a class are alike: a class sample needs more answers than the exact rule for single people.
    size = found.population / classes
    answers = min(found.population, ceil(found.answers * class_design_effect(max(size, 1))))
    return Need(expected, found.required, answers, ceil(answers / size))


def _precision(settings: PlanSettings, people: int, effect: float) -> int:
    expected = float(settings.target) if settings.target < 1 else NEARLY_ALL
    return answers_for_precision(
        MARGIN, population=people, expected=expected, design_effect=effect, confidence=settings.confidence
    )


def _precision_classes(settings: PlanSettings, people: int, classes: int) -> int:
    size = people / classes
    return min(classes, ceil(_precision(settings, people, class_design_effect(max(size, 1))) / size))
