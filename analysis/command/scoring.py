"""Score `item:` columns by a key, on arrays: the same rule as `analysis.mastery`, a chunk of rows at a time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from analysis.command.faults import Fault, Faults
from analysis.command.indexes import ItemIndex
from analysis.command.keys import Key, KeyedItem
from analysis.command.tables import Header
from analysis.items import BLANK, NOT_SHOWN, Item, ResponseMatrix
from analysis.mastery import MasteryRule

Integers = NDArray[np.int64]

# Columns looked up together. Four columns of a few options keep every index small, whatever people answer.
_BLOCK = 4


class Scoring:
    """Which item stands in which column, and what makes a pattern of a row's answers."""

    def __init__(self, header: Header, key: Key, rule: MasteryRule) -> None:
        columns = header.starting_with("item:")
        known = [item for item in key.items if item.id in columns]
        if not known:
            raise Faults([Fault(header.file, 1, None, "no_keyed_item" if columns else "no_outcome")])
        missing = [item.id for item in key.items if item.id not in columns]
        if missing:
            raise Faults([Fault(header.file, 1, f"item:{name}", "item_missing") for name in missing])
        self.key = key
        self._rule = rule
        self._topics = key.topics
        self.topics = tuple(topic for topic in key.topics if topic)
        self.blocks = [ItemIndex(items, columns) for items in _blocks(key.items, key.topics)]

    def patterns(self, forms: Sequence[str | None], groups: Integers, answers: Sequence[Integers]) -> Integers:
        """Return the pattern of every row; `forms[group number]` is the form that the row's group answered."""
        patterns = np.zeros(len(groups), dtype=np.int64)
        form_of = np.array([self._form_number(form) for form in forms], dtype=np.int64)[groups]
        for number, form in enumerate(self._forms):
            rows = np.flatnonzero(form_of == number)
            if len(rows):
                patterns[rows] = self._form_patterns(form, [numbers[rows] for numbers in answers], len(rows))
        return patterns

    @property
    def _forms(self) -> tuple[str | None, ...]:
        return self.key.forms or (None,)

    def _form_number(self, form: str | None) -> int:
        return self.key.forms.index(form) if form is not None and self.key.forms else 0

    def _form_patterns(self, form: str | None, answers: Sequence[Integers], rows: int) -> Integers:
        """Score rows of one form: per topic how many are right and whether anything was answered."""
        right = {topic: np.zeros(rows, dtype=np.int64) for topic in self._topics}
        answered = {topic: np.zeros(rows, dtype=bool) for topic in self._topics}
        for block, numbers in zip(self.blocks, answers, strict=True):
            topic = block.keyed[0].topic
            shown = [item.form is None or item.form == form for item in block.keyed]
            codes = np.array(block.codes, dtype=np.int64).reshape(-1, len(block.keyed))
            keys = np.array([item.key for item in block.keyed])
            right[topic] += ((codes == keys) & shown).sum(axis=1)[numbers]
            answered[topic] |= ((codes != BLANK) & shown).any(axis=1)[numbers]
        return self._bits(form, right, answered, rows)

    def _bits(
        self, form: str | None, right: dict[str, Integers], answered: dict[str, NDArray[np.bool_]], rows: int
    ) -> Integers:
        items = self.key.on_form(form)
        sizes = {topic: sum(item.topic == topic for item in items) for topic in self._topics}
        # A topic without items on this form asks for nothing and is answered by nobody.
        asked = [topic for topic in self._topics if sizes[topic]]
        respondent = np.all([answered[topic] for topic in asked], axis=0) & bool(asked)
        master = sum((right[topic] for topic in asked), np.zeros(rows, dtype=np.int64)) >= self._rule.needed(len(items))
        for topic in asked:
            master &= right[topic] >= self._rule.needed_in_topic(sizes[topic])
        size = len(self.topics) + 1
        bits: Integers = respondent.astype(np.int64) | (respondent & master).astype(np.int64) << size
        for place, topic in enumerate(self.topics, 1):
            understood = answered[topic] & (right[topic] >= self._rule.needed(sizes[topic]))
            bits |= answered[topic].astype(np.int64) << place | understood.astype(np.int64) << (size + place)
        return bits

    def matrix(self, forms: NDArray[np.str_], answers: Sequence[Integers]) -> ResponseMatrix:
        """Return the answers of some rows for an item analysis; `forms[row]` is the form that a row answered."""
        items = [item for block in self.blocks for item in block.keyed]
        columns = []
        for block, numbers in zip(self.blocks, answers, strict=True):
            codes = np.array(block.codes, dtype=np.int32).reshape(-1, len(block.keyed))[numbers]
            columns += [_hide_other_forms(item, codes[:, place], forms) for place, item in enumerate(block.keyed)]
        sizes = [item.options or self._largest_option(item) for item in items]
        described = tuple(Item(item.id, item.key, size) for item, size in zip(items, sizes, strict=True))
        order = [items.index(item) for item in self.key.items]
        matrix = np.column_stack(columns)[:, order]
        return ResponseMatrix(tuple(described[place] for place in order), matrix)

    def _largest_option(self, item: KeyedItem) -> int:
        """Return the highest option that was chosen or is right, where the key does not say how many there are."""
        block = next(block for block in self.blocks if item in block.keyed)
        place = block.keyed.index(item)
        highest = max((codes[place] for codes in block.codes), default=0)
        return max(item.key.bit_length(), max(highest, 0).bit_length())


def _hide_other_forms(item: KeyedItem, codes: NDArray[np.int32], forms: NDArray[np.str_]) -> NDArray[np.int32]:
    if item.form is None:
        return codes
    return np.where(forms == item.form, codes, NOT_SHOWN).astype(np.int32)


def _blocks(items: Sequence[KeyedItem], topics: Sequence[str]) -> Iterator[tuple[KeyedItem, ...]]:
    """Yield the items of each topic a few at a time."""
    for topic in topics:
        of_topic = [item for item in items if item.topic == topic]
        for start in range(0, len(of_topic), _BLOCK):
            yield tuple(of_topic[start : start + _BLOCK])
