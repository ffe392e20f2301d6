"""The records of item analysis: what goes into the child process, and what comes out of it.

Plain values only. The records of `analysis.items` stay in the child: with them a web worker would load NumPy.
"""

from __future__ import annotations

from dataclasses import dataclass

from survey.instruments.definitions import InstrumentDefinition
from survey.reports.records import Hidden, Place, WaveFact
from survey.responses.matrices import Codes

Rows = tuple[tuple[Codes, int], ...]


@dataclass(frozen=True, slots=True)
class KeyedItem:
    """One scored item: its right options as a sum of powers of two, and how many options it has."""

    id: str
    key: int
    options: int


@dataclass(frozen=True, slots=True)
class FormInput:
    """The answers to one form that may be looked at, in this wave and in the other one of the same audience.

    hidden: why there are none to look at although some are stored.
    """

    form: str
    items: tuple[KeyedItem, ...]
    rows: Rows
    other_rows: Rows
    is_after: bool
    hidden: Hidden | None


@dataclass(frozen=True, slots=True)
class ItemSource:
    """Everything that the item analysis of a wave is built from, with the words of the questions.

    focus: the one organisation looked at; None for all of the campaign together.
    left_out: reporting groups (None: staff of unknown kind) with too few answers to be part of the figures.
    """

    wave: WaveFact
    campaign_id: int
    title: str
    owner: Place
    place: Place
    places: tuple[Place, ...]
    focus: int | None
    has_whole: bool
    left_out: tuple[str | None, ...]
    definition: InstrumentDefinition
    forms: tuple[FormInput, ...]


@dataclass(frozen=True, slots=True)
class OptionResult:
    """How many chose one option of an item; flags as `analysis.items.ItemFlag` names them."""

    option: int
    is_key: bool
    number: int
    flags: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DriftResult:
    """How an item moved between the waves against the other items: category A, B or C, and in which direction."""

    category: str
    is_easier: bool


@dataclass(frozen=True, slots=True)
class ItemResult:
    """One item. `options` is None where fewer than 10 answered it; `drift` where there is nothing to compare."""

    item: str
    number: int
    right: int
    dont_know: int
    blank: int
    discrimination: float | None
    options: tuple[OptionResult, ...] | None
    flags: tuple[str, ...]
    drift: DriftResult | None


@dataclass(frozen=True, slots=True)
class ReliabilityResult:
    """KR-20 with Feldt's interval, or the reason why there is none (`analysis.reliability.ReliabilityReason`)."""

    alpha: float | None
    low: float | None
    high: float | None
    persons: int
    items: int
    constant: int
    reason: str


@dataclass(frozen=True, slots=True)
class FormResult:
    """One form: its items, those that need a look first, and how consistently they measure."""

    form: str
    persons: int
    hidden: Hidden | None
    items: tuple[ItemResult, ...]
    reliability: ReliabilityResult | None
