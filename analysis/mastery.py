"""Turn answers into "clearly understands": item scores, the mastery rule, and how easily a guesser passes it.

Standard library only, so that a web worker can score without loading NumPy. Method: docs/methods.md, "From answers
to clearly understands". Whatever needs more than one person's answers belongs elsewhere in this package.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TypeAlias

# What one person chose in one item: option codes from 1. None, like the empty set, means "not answered".
Answer: TypeAlias = frozenset[int] | None

# Code 0 stands for "Tôi chưa rõ": an answer, though never a right one.
DONT_KNOW: frozenset[int] = frozenset({0})

MAX_TOPICS = 5
MAX_LEVELS = 2

# Places of the bits in `Mastery.pattern`. Stored with every response, so they never change.
HEADLINE_BIT = 0
FIRST_TOPIC_BIT = 1
FIRST_LEVEL_BIT = FIRST_TOPIC_BIT + MAX_TOPICS
FIRST_ANSWERED_BIT = FIRST_LEVEL_BIT + MAX_LEVELS

# A rule that a blind guesser passes more often than this is refused.
GUESS_LIMIT = Fraction(1, 20)


@dataclass(frozen=True, slots=True)
class MasteryRule:
    """A cut for all items together, one within each topic, and the items that must be right."""

    cut: Fraction = Fraction(4, 5)
    topic_cut: Fraction = Fraction(1, 2)
    must_pass: tuple[str, ...] = ()

    def needed(self, items: int) -> int:
        """Return how many of so many items must be right for the cut (a topic and a level use it too)."""
        return _ceiling(self.cut, items)

    def needed_in_topic(self, items: int) -> int:
        """Return how many of a topic's items must be right for the headline."""
        return _ceiling(self.topic_cut, items)

    def in_words(self, topic_sizes: Sequence[int], language: str = "vi") -> str:
        """Say the rule in a sentence for a form with so many items in each topic.

        >>> MasteryRule().in_words([2, 2, 2, 2, 2])
        'Đúng ít nhất 8 trong 10 câu, và ít nhất 1 câu ở mỗi đột phá'
        """
        words = _WORDS.get(language, _WORDS["vi"])
        total = sum(topic_sizes)
        sentence = words["all"].format(needed=self.needed(total), total=total)
        floors = {self.needed_in_topic(size) for size in topic_sizes}
        if len(floors) == 1 and max(floors) > 0:
            sentence += words["topic"].format(needed=max(floors))
        elif max(floors, default=0) > 0:
            sentence += words["topic_share"].format(cut=self.topic_cut)
        if self.must_pass:
            sentence += words["must_pass"].format(items=", ".join(self.must_pass))
        return sentence


def _ceiling(cut: Fraction, items: int) -> int:
    # In whole numbers: exact like the product of fractions, at a tenth of its cost, several times a response.
    return -(-cut.numerator * items // cut.denominator)


_WORDS = {
    "vi": {
        "all": "Đúng ít nhất {needed} trong {total} câu",
        "topic": ", và ít nhất {needed} câu ở mỗi đột phá",
        "topic_share": ", và ít nhất {cut} số câu ở mỗi đột phá",
        "must_pass": ", và phải đúng câu {items}",
    },
    "en": {
        "all": "At least {needed} of {total} questions right",
        "topic": ", and at least {needed} in each breakthrough",
        "topic_share": ", and at least {cut} of the questions in each breakthrough",
        "must_pass": ", and these right: {items}",
    },
}


@dataclass(frozen=True, slots=True)
class ScoredItem:
    """What scoring needs to know of an item; `key` holds the codes of the right options."""

    id: str
    topic: str
    level: str
    key: frozenset[int]


@dataclass(frozen=True, slots=True)
class Mastery:
    """What one person's answers amount to; topics and levels stand in the instrument's order."""

    score: int
    is_master: bool
    topics_mastered: tuple[bool, ...]
    levels_mastered: tuple[bool, ...]
    topics_answered: tuple[bool, ...]

    @property
    def is_respondent(self) -> bool:
        """Whether the headline may count this person: at least one item of every topic was answered."""
        return all(self.topics_answered)

    @property
    def pattern(self) -> int:
        """The results as bits: 0 headline, 1-5 topics mastered, 6-7 levels mastered, 8-12 topics answered."""
        return (
            int(self.is_master) << HEADLINE_BIT
            | _bits(self.topics_mastered, FIRST_TOPIC_BIT)
            | _bits(self.levels_mastered, FIRST_LEVEL_BIT)
            | _bits(self.topics_answered, FIRST_ANSWERED_BIT)
        )


def has_bit(pattern: int, bit: int) -> bool:
    """Return whether a stored pattern has the bit at this place set."""
    return bool(pattern >> bit & 1)


def _bits(flags: Sequence[bool], first: int) -> int:
    return sum(1 << (first + place) for place, flag in enumerate(flags) if flag)


def score_item(chosen: Answer, key: frozenset[int]) -> int:
    """Return 1 if exactly the right options were chosen, else 0 ("Tôi chưa rõ" and blanks score 0)."""
    return int(bool(chosen) and chosen == key)


def evaluate(
    items: Sequence[ScoredItem],
    answers: Sequence[Answer],
    rule: MasteryRule,
    *,
    topics: Sequence[str],
    levels: Sequence[str],
) -> Mastery:
    """Judge one person's answers, which stand in the order of the items that were shown to this person.

    A topic or level without items counts as neither mastered nor answered and asks for nothing.
    """
    if len(items) != len(answers):
        raise ValueError(f"{len(items)} items but {len(answers)} answers")
    if len(topics) > MAX_TOPICS or len(levels) > MAX_LEVELS:
        raise ValueError(f"the pattern holds {MAX_TOPICS} topics and {MAX_LEVELS} levels")
    right = {item.id: score_item(chosen, item.key) for item, chosen in zip(items, answers, strict=True)}
    by_topic = [[right[item.id] for item in items if item.topic == topic] for topic in topics]
    by_level = [[right[item.id] for item in items if item.level == level] for level in levels]
    answered = {item.topic for item, chosen in zip(items, answers, strict=True) if chosen}
    score = sum(right.values())
    return Mastery(
        score=score,
        is_master=bool(items)
        and score >= rule.needed(len(items))
        and all(sum(scores) >= rule.needed_in_topic(len(scores)) for scores in by_topic)
        and all(right.get(item, 1) for item in rule.must_pass),
        topics_mastered=tuple(bool(scores) and sum(scores) >= rule.needed(len(scores)) for scores in by_topic),
        levels_mastered=tuple(bool(scores) and sum(scores) >= rule.needed(len(scores)) for scores in by_level),
        topics_answered=tuple(topic in answered for topic in topics),
    )


def evaluate_without_blanks(
    items: Sequence[ScoredItem],
    answers: Sequence[Answer],
    rule: MasteryRule,
    *,
    topics: Sequence[str],
    levels: Sequence[str],
) -> Mastery:
    """Judge one person's answers as if the blank items had not been shown: a sensitivity figure, never the headline.

    The cuts apply to the items that were answered, in all and in each topic; "Tôi chưa rõ" is an answer and stays
    wrong, a blank item of `must_pass` asks for nothing. Who counts as a respondent does not change, and who is a
    master stays one.

    >>> items = [ScoredItem(f"{topic}{n}", topic, "own", frozenset({1})) for topic in "xy" for n in (1, 2)]
    >>> right, blank = frozenset({1}), None
    >>> judged = [judge(items, [right, right, right, blank], MasteryRule(), topics="xy", levels=["own"])
    ...     for judge in (evaluate, evaluate_without_blanks)]
    >>> [one.is_master for one in judged]
    [False, True]
    """
    shown = [(item, chosen) for item, chosen in zip(items, answers, strict=True) if chosen]
    kept, given = [item for item, _ in shown], [chosen for _, chosen in shown]
    return evaluate(kept, given, rule, topics=topics, levels=levels)


def guess_probability(option_counts: Mapping[str, Sequence[int]], rule: MasteryRule) -> Fraction:
    """Return the exact chance that someone who picks blindly passes, given each topic's numbers of options.

    >>> round(float(guess_probability({topic: [4, 4] for topic in "abcde"}, MasteryRule())), 6)
    0.000373
    """
    return pass_probability(
        {topic: [Fraction(1, count) for count in counts] for topic, counts in option_counts.items()}, rule
    )


def pass_probability(
    chances: Mapping[str, Sequence[Fraction]],
    rule: MasteryRule,
    must_pass: Mapping[str, Sequence[bool]] | None = None,
) -> Fraction:
    """Return the exact chance of passing for someone who gets each item right with its own, independent chance.

    Chances are listed by topic; `must_pass`, of the same shape, marks the items that have to be right. The numbers
    of right answers of a topic are cut below the topic's minimum, then convolved over topics.
    """
    total = [Fraction(1)]
    for topic, topic_chances in chances.items():
        forced = must_pass[topic] if must_pass else [False] * len(topic_chances)
        topic_total = [Fraction(1)]
        for chance, must in zip(topic_chances, forced, strict=True):
            topic_total = _convolve(topic_total, [Fraction(0) if must else 1 - chance, chance])
        floor = rule.needed_in_topic(len(topic_chances))
        total = _convolve(total, [Fraction(0)] * floor + topic_total[floor:])
    return sum(total[rule.needed(len(total) - 1) :], Fraction(0))


def topic_guess_probability(chances: Sequence[Fraction], rule: MasteryRule) -> Fraction:
    """Return the chance that a topic or level counts as mastered by luck; above GUESS_LIMIT it is indicative only."""
    return pass_probability({"": chances}, MasteryRule(cut=rule.cut, topic_cut=Fraction(0)))


def _convolve(left: Sequence[Fraction], right: Sequence[Fraction]) -> list[Fraction]:
    product = [Fraction(0)] * (len(left) + len(right) - 1)
    for i, a in enumerate(left):
        for j, b in enumerate(right):
            product[i + j] += a * b
    return product
