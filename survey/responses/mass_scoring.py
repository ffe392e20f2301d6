"""Scores stored answers by the hundred thousand, column by column, with NumPy: the same results as one by one.

Only jobs and commands load this module, never a web process. The rule itself is that of `analysis.mastery`; a test
compares both for any answers.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analysis.mastery import FIRST_ANSWERED_BIT, FIRST_LEVEL_BIT, FIRST_TOPIC_BIT, HEADLINE_BIT, MAX_TOPICS
from survey.instruments.definitions import InstrumentDefinition, Item
from survey.instruments.item_types import ITEM_TYPES
from survey.instruments.packing import packed_size
from survey.responses.batches import Batch, Changes

Flags = NDArray[np.bool_]
Numbers = NDArray[np.int16]

_PATTERN_BITS = FIRST_ANSWERED_BIT + MAX_TOPICS


def score_packed(
    definition: InstrumentDefinition, form: str, packed: Sequence[bytes]
) -> tuple[Sequence[int], Sequence[int]]:
    """Return the score and the pattern of each packed answer to one form.

    Raises ValueError if one of them has not the length of the form's answers.
    """
    size = packed_size(definition.items_of(form))
    if any(len(one) != size for one in packed):
        raise ValueError(f"answers of {size} bytes expected")
    score, pattern = _results(definition, form, np.frombuffer(b"".join(packed), np.uint8).reshape(len(packed), size))
    return score.tolist(), pattern.tolist()


def changed_results(definition: InstrumentDefinition, batch: Batch) -> Changes:
    """Return which answers of a batch have another score or pattern by this definition: their keys, by both.

    Raises ValueError if the records have not the length of a key and the form's answers.
    """
    size = batch.key_size + packed_size(definition.items_of(batch.form))
    records = np.frombuffer(batch.records, np.uint8).reshape(batch.number, size)
    score, pattern = _results(definition, batch.form, records[:, batch.key_size :])
    number, *old = np.array(batch.results, np.int64).reshape(-1, 3).T
    was = _joined(*(np.repeat(one, number) for one in old))
    now = _joined(score, pattern)
    changed = np.flatnonzero(was != now)
    changed = changed[np.argsort(now[changed], kind="stable")]
    results, starts = np.unique(now[changed], return_index=True)
    keys = records[changed, : batch.key_size].tobytes()
    bounds = pairwise([*starts.tolist(), len(changed)])
    return {
        (result >> _PATTERN_BITS, result & (1 << _PATTERN_BITS) - 1): [
            keys[place * batch.key_size : (place + 1) * batch.key_size] for place in range(start, end)
        ]
        for result, (start, end) in zip(results.tolist(), bounds, strict=True)
    }


def _joined(score: NDArray[Any], pattern: NDArray[Any]) -> NDArray[np.int64]:
    """Return both in one number, to be compared and sorted together."""
    joined: NDArray[np.int64] = score.astype(np.int64) << _PATTERN_BITS | pattern
    return joined


def _results(definition: InstrumentDefinition, form: str, table: NDArray[np.uint8]) -> tuple[Numbers, Numbers]:
    right, answered = _columns(table, definition.scored_items(form))
    return _judge(definition, form, right, answered)


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
