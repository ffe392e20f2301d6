"""Computes item analysis in the child process: answers in, figures out; the statistics are those of `analysis`."""

from __future__ import annotations

import numpy as np

from analysis.drift import bands_of, drift
from analysis.items import (
    Item,
    ItemAnalysis,
    ItemFlag,
    OptionAnalysis,
    ResponseMatrix,
    analyse_items,
    count_answers,
)
from analysis.reliability import alpha
from analysis.suppression import MINIMUM_DETAIL, MINIMUM_INSIDE
from survey.reports.item_records import (
    DriftResult,
    FormInput,
    FormResult,
    ItemResult,
    OptionResult,
    ReliabilityResult,
    Rows,
)

# What a reviewer should look at first. An idle option alone comes last.
URGENCY = (
    ItemFlag.POSSIBLE_WRONG_KEY,
    ItemFlag.NEGATIVE_DISCRIMINATION,
    ItemFlag.TOO_HARD,
    ItemFlag.LOW_DISCRIMINATION,
    ItemFlag.TOO_EASY,
    ItemFlag.NON_FUNCTIONAL,
)
SEPARATION = frozenset({ItemFlag.LOW_DISCRIMINATION, ItemFlag.NEGATIVE_DISCRIMINATION})

# With fewer people right, or not right, their other answers are those of a handful: no word on how an item separates.
FEWEST_A_SIDE = MINIMUM_INSIDE


def analyse_forms(forms: tuple[FormInput, ...]) -> tuple[FormResult, ...]:
    """Return the item analysis of each form, items with flags first."""
    return tuple(_form(source) for source in forms)


def _form(source: FormInput) -> FormResult:
    matrix = matrix_of(source, source.rows)
    persons = len(matrix.codes)
    if not persons:
        return FormResult(source.form, 0, source.hidden, (), None)
    other = matrix_of(source, source.other_rows)
    items = [
        _item(found, _drift(matrix, other, column, source.is_after))
        for column, found in enumerate(analyse_items(matrix))
    ]
    return FormResult(source.form, persons, None, tuple(sorted(items, key=_urgency)), _reliability(matrix))


def matrix_of(source: FormInput, rows: Rows) -> ResponseMatrix:
    """Return the answers as the matrix that `analysis` takes: a row a person."""
    items = tuple(Item(item.id, item.key, item.options) for item in source.items)
    codes = np.array([codes for codes, _number in rows], dtype=np.int64).reshape(len(rows), len(items))
    people = np.array([number for _codes, number in rows], dtype=np.int64)
    return ResponseMatrix(items, np.repeat(codes, people, axis=0))


def _item(found: ItemAnalysis, moved: DriftResult | None) -> ItemResult:
    # Nobody's choice shows where only a handful chose at all; what follows from the options goes with them.
    has_options = found.n - found.blank >= MINIMUM_DETAIL
    options = tuple(_option(option) for option in found.options) if has_options else None
    has_sides = FEWEST_A_SIDE <= found.right <= found.n - FEWEST_A_SIDE
    unsaid = (set() if has_options else {ItemFlag.POSSIBLE_WRONG_KEY}) | (set() if has_sides else SEPARATION)
    flags = [flag for flag in found.flags if flag not in unsaid]
    if options and any(ItemFlag.NON_FUNCTIONAL in option.flags for option in options):
        flags.append(ItemFlag.NON_FUNCTIONAL)
    return ItemResult(
        item=found.item,
        number=found.n,
        right=found.right,
        dont_know=found.dont_know,
        blank=found.blank,
        discrimination=found.discrimination if has_sides else None,
        options=options,
        flags=tuple(str(flag) for flag in sorted(flags, key=URGENCY.index)),
        drift=moved,
    )


def _option(found: OptionAnalysis) -> OptionResult:
    return OptionResult(found.option, found.is_key, found.n, tuple(str(flag) for flag in found.flags))


def _drift(matrix: ResponseMatrix, other: ResponseMatrix, column: int, is_after: bool) -> DriftResult | None:
    if not len(other.codes):
        return None
    waves = (count_answers(other, column), count_answers(matrix, column))
    before, after = waves if is_after else waves[::-1]
    found = drift(bands_of(before, after))
    if found.category is None or found.delta is None:
        return None
    return DriftResult(found.category, found.delta > 0)


def _urgency(item: ItemResult) -> int:
    """Return the place of an item by its worst flag; sorting keeps the order of the form among equals."""
    return min((URGENCY.index(ItemFlag(flag)) for flag in item.flags), default=len(URGENCY))


def _reliability(matrix: ResponseMatrix) -> ReliabilityResult:
    found = alpha(matrix.scores, [item.id for item in matrix.items])
    reason = str(found.reasons[0]) if found.reasons else ""
    return ReliabilityResult(
        found.alpha, found.low, found.high, found.persons, found.items, len(found.constant), reason
    )
