"""The records of the planning page: what goes into the child process, and what comes out of it."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from survey.reports.records import Place, WaveFact


@dataclass(frozen=True, slots=True)
class GroupSize:
    """One reporting group of one organisation.

    population: None where headcounts are missing. here: how many of them this wave asks, which are fewer where two
    questionnaires make up one group. classes: 0 for a group that is one list.
    """

    place: Place
    group: str
    population: int | None
    here: int | None
    classes: int


@dataclass(frozen=True, slots=True)
class PlanSettings:
    """How the audience is judged."""

    target: Fraction
    confidence: float
    sampling: str


@dataclass(frozen=True, slots=True)
class PlanningSource:
    """Everything that the planning page of a wave is built from."""

    wave: WaveFact
    title: str
    owner: Place
    settings: PlanSettings
    sizes: tuple[GroupSize, ...]


@dataclass(frozen=True, slots=True)
class Need:
    """How many must answer if a share truly understands.

    required: what the verdict needs; None where even everybody's answer could not show it. answers: that, and the
    minimum response rate. classes: for a sample of whole classes, how many of them.
    """

    expected: Fraction
    required: int | None
    answers: int | None
    classes: int | None


@dataclass(frozen=True, slots=True)
class SizePlan:
    """What a group of a size needs.

    needs: for the usual truths, the lower first. at_target: answers needed if just the target is reached.
    when_all: answers needed if everybody understands. precision: answers for a margin of 5 points, and the classes that
    bring them when whole classes are drawn (None for a group without classes).
    """

    population: int
    target_count: int
    gate: int | None
    needs: tuple[Need, ...]
    at_target: int | None
    when_all: int | None
    precision: int
    precision_classes: int | None
