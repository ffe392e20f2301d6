"""What a lesson shows: slides with masked figures. No record here stands for a pupil."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from analysis.suppression import ExtremeShare
from survey.collection.models import Collector
from survey.instruments.definitions import Item, Text


class Origin(StrEnum):
    """Whose answers a figure rests on."""

    CLASS = "class"
    SCHOOL = "school"
    NONE = "none"


class LessonState(StrEnum):
    """Whether the lesson may be shown, and if not, why."""

    RUNNING = "running"
    GRACE = "grace"
    # The same questions are asked again after the campaign: whoever knows the key by then has not learned from it.
    WITHHELD = "withheld"
    SWITCHED_OFF = "switched_off"
    READY = "ready"


@dataclass(frozen=True, slots=True)
class OptionShare:
    """How many chose one option (0: "Tôi chưa rõ"); without a code, all options that few chose, together."""

    code: int | None
    number: int
    share: Fraction


@dataclass(frozen=True, slots=True)
class Figure:
    """The share that was right, after masking. Without origin nothing is known, and nothing else is set.

    bound: the share is so near to one end that only "at most" or "at least" is said.
    options: by how many were chosen, the right one first; empty where that would say too much.
    """

    origin: Origin = Origin.NONE
    answered: int = 0
    share: Fraction | None = None
    bound: ExtremeShare | None = None
    options: tuple[OptionShare, ...] = ()

    @property
    def place(self) -> Fraction | None:
        """Where a bar ends: the share, or the bound that stands for it."""
        return self.bound.bound if self.bound is not None else self.share


@dataclass(frozen=True, slots=True)
class TopicLine:
    """A topic and how many have got hold of it."""

    code: str
    title: Text
    figure: Figure


@dataclass(frozen=True, slots=True)
class Slide:
    """One question with its answer, why, and where that is written."""

    item: Item
    topic: Text
    figure: Figure


@dataclass(frozen=True, slots=True)
class Lesson:
    """Everything the slides of one class session show; without slides unless its state is READY."""

    collector: Collector
    state: LessonState
    received: int = 0
    topics: tuple[TopicLine, ...] = ()
    slides: tuple[Slide, ...] = ()

    @property
    def origins(self) -> frozenset[Origin]:
        """Whose figures stand on the slides of questions."""
        return frozenset(slide.figure.origin for slide in self.slides)

    @property
    def to_stress(self) -> tuple[int, ...]:
        """The places (from 1) of the up to three questions that fewest of the class got right."""
        known = [
            (slide.figure.place, place)
            for place, slide in enumerate(self.slides, start=1)
            if slide.figure.origin == Origin.CLASS and slide.figure.place is not None
        ]
        return tuple(place for share, place in sorted(known)[:3] if share < Fraction(4, 5))
