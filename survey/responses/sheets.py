"""One form of a wave's instrument: its questions with their places, how answers are packed, judged and tallied.

The definition handed in is the one of the plan (survey.campaigns.queries.plan_definition): without withdrawn items and
with the plan's rule. The plan is locked before the first answer, so that packed answers never change their meaning.
"""

from __future__ import annotations

from collections import Counter, OrderedDict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from analysis.mastery import Answer, Mastery
from survey.instruments.definitions import InstrumentDefinition, Item
from survey.instruments.item_types import ITEM_TYPES
from survey.instruments.packing import pack
from survey.instruments.scoring import Scorer, scorer_of
from survey.responses.counts import BLANK

# What one person answered: one entry an item of the form, in the form's order.
Answers = tuple[Answer, ...]


@dataclass(frozen=True, slots=True)
class Question:
    """An item with its place in the form, from 1; the place names its field on the page."""

    place: int
    item: Item


@dataclass(frozen=True)
class Sheet:
    """What is asked in one form. Without slots: what follows from the definition is worked out once and kept."""

    definition: InstrumentDefinition
    form: str

    @cached_property
    def items(self) -> tuple[Item, ...]:
        """What is asked, scored items first."""
        return self.definition.items_of(self.form)

    @cached_property
    def questions(self) -> tuple[Question, ...]:
        """The items with their places."""
        return tuple(Question(place, item) for place, item in enumerate(self.items, start=1))

    @property
    def blank(self) -> Answers:
        """The answers of somebody who has not begun."""
        return (None,) * len(self.items)

    def missing(self, answers: Answers) -> tuple[Question, ...]:
        """Return the scored questions without an answer."""
        return tuple(
            question for question in self.questions if question.item.scored and not answers[question.place - 1]
        )

    def pack(self, answers: Answers) -> bytes:
        """Return the answers as they are stored; ValueError if one is not possible for its item."""
        return pack(answers, self.items)

    def judge(self, answers: Answers) -> Mastery:
        """Return what the answers amount to."""
        return self._score(answers)

    def tally(self, packed: Iterable[bytes]) -> Iterator[tuple[str, int, int]]:
        """Yield item, option and how often it was chosen (0 "Tôi chưa rõ", BLANK not answered) in packed answers.

        packed: the answers of one or several people in each piece. Counts column by column, not row by row: a wave has
        many rows and few different values.
        """
        data = b"".join(packed)
        places = [ITEM_TYPES[item.kind].size for item in self.items]
        if len(data) % sum(places):
            raise ValueError(f"{len(data)} bytes are no answers of {sum(places)} bytes each")
        columns = iter([data[place :: sum(places)] for place in range(sum(places))])
        for item, size in zip(self.items, places, strict=True):
            decode = ITEM_TYPES[item.kind].decode
            chosen: Counter[int] = Counter()
            for value, number in _count([next(columns) for _byte in range(size)]):
                for option in decode(value) or (BLANK,):
                    chosen[option] += number
            yield from ((item.id, option, number) for option, number in sorted(chosen.items()))

    @cached_property
    def _score(self) -> Scorer:
        return scorer_of(self.definition, self.form)


def _count(columns: Sequence[bytes]) -> Iterable[tuple[int, int]]:
    """Return each value of an item with how often it occurs; columns: the bytes of the item, the highest first."""
    if len(columns) == 1:
        return ((value, columns[0].count(value)) for value in set(columns[0]))
    occurring = Counter(zip(*columns, strict=True)).items()
    return ((int.from_bytes(value, "big"), number) for value, number in occurring)


# By the hash of the definition and the form: requests share what a sheet has worked out.
_sheets: OrderedDict[tuple[str, str], Sheet] = OrderedDict()
_CACHED_SHEETS = 128


def shared_sheet(definition_hash: str, definition: InstrumentDefinition, form: str) -> Sheet:
    """Return one form of a definition, the same object for everybody who asks with the same hash."""
    sheet = _sheets.get((definition_hash, form))
    if sheet is None:
        sheet = _sheets[definition_hash, form] = Sheet(definition, form)
        if len(_sheets) > _CACHED_SHEETS:
            _sheets.popitem(last=False)
    return sheet
