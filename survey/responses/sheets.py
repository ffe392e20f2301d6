"""One form of a wave's instrument: its questions with their places, how answers are packed, judged and tallied.

The definition handed in is the one of the plan (survey.campaigns.queries.plan_definition): without withdrawn items and
with the plan's rule. The plan is locked before the first answer, so that packed answers never change their meaning.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from analysis.mastery import Answer, Mastery
from survey.instruments.definitions import InstrumentDefinition, Item
from survey.instruments.item_types import ITEM_TYPES
from survey.instruments.packing import pack
from survey.instruments.scoring import score_response
from survey.responses.counts import BLANK

# What one person answered: one entry an item of the form, in the form's order.
Answers = tuple[Answer, ...]


@dataclass(frozen=True, slots=True)
class Question:
    """An item with its place in the form, from 1; the place names its field on the page."""

    place: int
    item: Item


@dataclass(frozen=True, slots=True)
class Sheet:
    """What is asked in one form."""

    definition: InstrumentDefinition
    form: str

    @property
    def items(self) -> tuple[Item, ...]:
        """What is asked, scored items first."""
        return self.definition.items_of(self.form)

    @property
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
        return score_response(self.definition, self.form, answers)

    def tally(self, packed: Iterable[bytes]) -> Iterator[tuple[str, int, int]]:
        """Yield item, option and how often it was chosen (0 "Tôi chưa rõ", BLANK not answered) in packed answers.

        Counts column by column instead of unpacking row by row: a wave has many rows and few different values.
        """
        rows = list(packed)
        start = 0
        for item in self.items:
            kind = ITEM_TYPES[item.kind]
            end = start + kind.size
            chosen: Counter[int] = Counter()
            for value, number in Counter(row[start:end] for row in rows).items():
                for option in kind.decode(int.from_bytes(value, "big")) or (BLANK,):
                    chosen[option] += number
            yield from ((item.id, option, number) for option, number in sorted(chosen.items()))
            start = end
