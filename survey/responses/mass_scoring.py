"""Scores stored answers by the hundred thousand, column by column, with NumPy: the same results as one by one.

Only jobs and commands load this module, never a web process. The rule itself is that of `analysis.mastery`; a test
compares both for any answers.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from analysis.mastery import FIRST_ANSWERED_BIT, FIRST_LEVEL_BIT, FIRST_TOPIC_BIT, HEADLINE_BIT
from survey.instruments.definitions import InstrumentDefinition, Item
from survey.instruments.item_types import ITEM_TYPES
from survey.instruments.packing import packed_size

Flags = NDArray[np.bool_]
Numbers = NDArray[np.int16]


def score_packed(
    definition: InstrumentDefinition, form: str, packed: Sequence[bytes]
) -> tuple[Sequence[int], Sequence[int]]:
    """Return the score and the pattern of each packed answer to one form.

    Raises ValueError if one of them has not the length of the form's answers.
    """
    items = definition.items_of(form)
    size = packed_size(items)
    joined = b"".join(packed)
    if len(joined) != size * len(packed) or any(len(one) != size for one in packed):
        raise ValueError(f"answers of {size} bytes expected")
    table = np.frombuffer(joined, np.uint8).reshape(len(packed), size)
    right, answered = _columns(table, definition.scored_items(form))
    score, pattern = _judge(definition, form, right, answered)
    return score.tolist(), pattern.tolist()


def _columns(table: NDArray[np.uint8], scored: Sequence[Item]) -> tuple[Flags, Flags]:
    """Return, item by item, who is right and who answered at all."""
    right = np.zeros((len(scored), len(table)), np.bool_)
    answered = np.zeros_like(right)
    start = 0
    for row, item in enumerate(scored):
        kind = ITEM_TYPES[item.kind]
        column = np.zeros(len(table), np.int32)
        for place in range(start, start + kind.size):
            column = column * 256 + table[:, place]
        blank = kind.encode(None)
        # Several right options fit no single choice: nobody is right, as when scored one by one.
        if item.key and len(item.key) <= kind.max_chosen:
            right[row] = column == kind.encode(item.key)
        answered[row] = column != blank if kind.size == 1 else column & blank == 0
        start += kind.size
    return right, answered


def _judge(definition: InstrumentDefinition, form: str, right: Flags, answered: Flags) -> tuple[Numbers, Numbers]:
    items, rule = definition.scored_items(form), definition.mastery
    score: Numbers = right.sum(axis=0, dtype=np.int16)
    pattern = np.zeros_like(score)
    is_master = (score >= rule.needed(len(items))) & bool(items)
    for place, topic in enumerate(definition.topic_codes):
        rows = [row for row, item in enumerate(items) if item.topic == topic]
        sums = right[rows].sum(axis=0, dtype=np.int16)
        is_master &= sums >= rule.needed_in_topic(len(rows))
        pattern |= _bit((sums >= rule.needed(len(rows))) & bool(rows), FIRST_TOPIC_BIT + place)
        pattern |= _bit(np.logical_or.reduce(answered[rows], axis=0), FIRST_ANSWERED_BIT + place)
    for place, level in enumerate(definition.level_codes):
        rows = [row for row, item in enumerate(items) if item.level == level]
        sums = right[rows].sum(axis=0, dtype=np.int16)
        pattern |= _bit((sums >= rule.needed(len(rows))) & bool(rows), FIRST_LEVEL_BIT + place)
    for row, item in enumerate(items):
        if item.id in rule.must_pass:
            is_master &= right[row]
    return score, pattern | _bit(is_master, HEADLINE_BIT)


def _bit(flags: Flags, bit: int) -> Numbers:
    return flags.astype(np.int16) << np.int16(bit)
