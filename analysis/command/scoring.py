"""Score `item:` columns by a key, on arrays: the same rule as `analysis.mastery`, a chunk of rows at a time."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from analysis.command.faults import Fault, Faults
from analysis.command.indexes import ItemIndex
from analysis.command.keys import Key, KeyedItem
from analysis.command.tables import Header
from analysis.items import BLANK, AnswerCounts, Item
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

    def patterns(
        self, forms: Sequence[str | None], groups: Integers, answers: Sequence[Integers]
    ) -> tuple[Integers, Integers]:
        """Return the pattern and the total score of every row; `forms[group number]` is the form that it answered."""
        patterns, totals = np.zeros((2, len(groups)), dtype=np.int64)
        form_of = np.array([self._form_number(form) for form in forms], dtype=np.int64)[groups]
        for number, form in enumerate(self.forms):
            rows = np.flatnonzero(form_of == number)
            if len(rows):
                found = self._form_patterns(form, [numbers[rows] for numbers in answers], len(rows))
                patterns[rows], totals[rows] = found
        return patterns, totals

    @property
    def forms(self) -> tuple[str | None, ...]:
        """The forms of the key; one without a name where it tells none apart."""
        return self.key.forms or (None,)

    def _form_number(self, form: str | None) -> int:
        return self.key.forms.index(form) if form is not None and self.key.forms else 0

    def _form_patterns(self, form: str | None, answers: Sequence[Integers], rows: int) -> tuple[Integers, Integers]:
        """Score rows of one form: per topic how many are right and whether anything was answered."""
        right = {topic: np.zeros(rows, dtype=np.int64) for topic in self._topics}
        given = {topic: np.zeros(rows, dtype=np.int64) for topic in self._topics}
        for block, numbers in zip(self.blocks, answers, strict=True):
            topic = block.keyed[0].topic
            shown = [item.form is None or item.form == form for item in block.keyed]
            codes = np.array(block.codes, dtype=np.int64).reshape(-1, len(block.keyed))
            keys = np.array([item.key for item in block.keyed])
            right[topic] += ((codes == keys) & shown).sum(axis=1)[numbers]
            given[topic] += ((codes != BLANK) & shown).sum(axis=1)[numbers]
        totals = sum(right.values(), np.zeros(rows, dtype=np.int64))
        return self._bits(form, right, given, rows), totals

    def _bits(self, form: str | None, right: dict[str, Integers], given: dict[str, Integers], rows: int) -> Integers:
        """Return the pattern of rows of a form, from how many items of each topic are right and were answered."""
        items = self.key.on_form(form)
        sizes = {topic: sum(item.topic == topic for item in items) for topic in self._topics}
        # A topic without items on this form asks for nothing and is answered by nobody.
        asked = [topic for topic in self._topics if sizes[topic]]
        answered = {topic: given[topic] > 0 for topic in self._topics}
        respondent = np.all([answered[topic] for topic in asked], axis=0) & bool(asked)
        every = {topic: np.full(rows, sizes[topic], dtype=np.int64) for topic in asked}
        master = respondent & self._masters(right, every, len(items))
        without_blanks = respondent & self._masters(right, given, len(items))
        size = len(self.topics) + 1
        bits: Integers = respondent.astype(np.int64) | master.astype(np.int64) << size
        bits |= without_blanks.astype(np.int64) << (2 * size)
        for place, topic in enumerate(self.topics, 1):
            understood = answered[topic] & (right[topic] >= self._rule.needed(sizes[topic]))
            bits |= answered[topic].astype(np.int64) << place | understood.astype(np.int64) << (size + place)
        return bits

    def _masters(self, right: dict[str, Integers], asked: dict[str, Integers], most: int) -> NDArray[np.bool_]:
        """Say of every row whether it passes the rule, where so many items of each topic are asked of it."""
        needed = np.array([self._rule.needed(number) for number in range(most + 1)], dtype=np.int64)
        in_topic = np.array([self._rule.needed_in_topic(number) for number in range(most + 1)], dtype=np.int64)
        nothing = np.zeros_like(next(iter(right.values())))
        passes: NDArray[np.bool_] = (
            sum((right[topic] for topic in asked), nothing) >= needed[sum(asked.values(), nothing)]
        )
        for topic, numbers in asked.items():
            passes &= right[topic] >= in_topic[numbers]
        return passes

    def right_among(self, items: Collection[str], answers: Sequence[Integers], rows: int) -> Integers:
        """Return how many of some items, which every row was shown, each of so many rows has right."""
        right = np.zeros(rows, dtype=np.int64)
        for block, numbers in zip(self.blocks, answers, strict=True):
            wanted = [item.id in items for item in block.keyed]
            if any(wanted):
                codes = np.array(block.codes, dtype=np.int64).reshape(-1, len(block.keyed))
                keys = np.array([item.key for item in block.keyed])
                right += ((codes == keys) & wanted).sum(axis=1)[numbers]
        return right

    def count(
        self, form: str | None, totals: Integers, answers: Sequence[Integers]
    ) -> Iterator[tuple[KeyedItem, AnswerCounts]]:
        """Yield the counts of every item of a form, from rows that all answered it; `totals[row]` items were right."""
        width = len(self.key.items) + 1
        for block, numbers in zip(self.blocks, answers, strict=True):
            joint = np.bincount(numbers * width + totals, minlength=len(block.codes) * width)
            table = joint.reshape(len(block.codes), width)
            codes = np.array(block.codes, dtype=np.int64).reshape(-1, len(block.keyed))
            for place, item in enumerate(block.keyed):
                if item.form is None or item.form == form:
                    yield item, self._counts(item, codes[:, place], table)

    def _counts(self, item: KeyedItem, codes: Integers, table: Integers) -> AnswerCounts:
        """Add up the rows of a block's table that hold the same answer to one item."""
        different, places = np.unique(codes, return_inverse=True)
        sums = np.zeros((len(different), table.shape[1]), dtype=np.int64)
        np.add.at(sums, places, table)
        # Where the key does not say how many options there are, the highest one that was ever seen is the last.
        highest = max(item.key.bit_length(), int(different.max(initial=0)).bit_length())
        return AnswerCounts(Item(item.id, item.key, item.options or highest), different, sums)


def _blocks(items: Sequence[KeyedItem], topics: Sequence[str]) -> Iterator[tuple[KeyedItem, ...]]:
    """Yield the items of each topic a few at a time."""
    for topic in topics:
        of_topic = [item for item in items if item.topic == topic]
        for start in range(0, len(of_topic), _BLOCK):
            yield tuple(of_topic[start : start + _BLOCK])
