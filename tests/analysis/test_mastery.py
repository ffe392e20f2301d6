"""Scoring, the mastery rule, and the chance to pass it by guessing."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from itertools import product
from math import prod

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.mastery import (
    DONT_KNOW,
    Answer,
    Mastery,
    MasteryRule,
    ScoredItem,
    evaluate,
    evaluate_without_blanks,
    guess_probability,
    has_bit,
    pass_probability,
    score_item,
    topic_guess_probability,
)

TOPICS = ("a", "b", "c", "d", "e")
LEVELS = ("own", "unit")
RULE = MasteryRule()
# Five topics of two items, one a level; option 1 is always right.
ITEMS = [ScoredItem(f"{topic}-{level}", topic, level, frozenset({1})) for topic in TOPICS for level in LEVELS]
RIGHT = frozenset({1})
WRONG = frozenset({2})


def judge(answers: Sequence[Answer], rule: MasteryRule = RULE) -> Mastery:
    return evaluate(ITEMS, answers, rule, topics=TOPICS, levels=LEVELS)


def marks(text: str) -> list[Answer]:
    """Ten answers as signs: 1 right, 0 wrong, ? "Tôi chưa rõ", - not answered."""
    signs: dict[str, Answer] = {"1": RIGHT, "0": WRONG, "?": DONT_KNOW, "-": None}
    return [signs[sign] for sign in text.replace(" ", "")]


@pytest.mark.parametrize(
    ("chosen", "key", "expected", "remark"),
    [
        ({1}, {1}, 1, "the key"),
        ({2}, {1}, 0, "a distractor"),
        ({0}, {1}, 0, "don't know"),
        (None, {1}, 0, "not answered"),
        (set(), {1}, 0, "nothing ticked"),
        ({1, 3}, {1, 3}, 1, "the whole set"),
        ({1}, {1, 3}, 0, "a part of the set"),
        ({1, 2, 3}, {1, 3}, 0, "one too many"),
        (set(), set(), 0, "nothing ticked is never right"),
    ],
)
def test_an_item_scores_one_only_for_exactly_its_key(
    chosen: set[int] | None, key: set[int], expected: int, remark: str
) -> None:
    answer = None if chosen is None else frozenset(chosen)
    assert score_item(answer, frozenset(key)) == expected, remark


@pytest.mark.parametrize(
    ("answers", "score", "is_master", "pattern", "remark"),
    [
        ("11 11 11 11 11", 10, True, 0b11111_11_11111_1, "all right"),
        ("11 11 11 10 01", 8, True, 0b11111_11_00111_1, "eight, one in each topic; 4 of 5 at both levels"),
        ("11 11 11 11 00", 8, False, 0b11111_11_01111_0, "eight, but nothing of one topic"),
        ("11 11 11 10 00", 7, False, 0b11111_01_00111_0, "seven; 4 of 5 at the first level only"),
        ("00 00 00 00 00", 0, False, 0b11111_00_00000_0, "all wrong is still answered"),
        ("?? ?? ?? ?? ??", 0, False, 0b11111_00_00000_0, "don't know is an answer"),
        ("-- -- -- -- --", 0, False, 0b00000_00_00000_0, "nothing answered"),
        ("1- -1 11 11 11", 8, True, 0b11111_11_11100_1, "a blank counts as not right"),
        ("11 11 11 11 --", 8, False, 0b01111_11_01111_0, "a topic left out altogether"),
    ],
)
def test_the_rule_is_eight_of_ten_and_one_in_each_topic(
    answers: str, score: int, is_master: bool, pattern: int, remark: str
) -> None:
    result = judge(marks(answers))
    assert (result.score, result.is_master, bin(result.pattern)) == (score, is_master, bin(pattern)), remark
    assert result.is_respondent == all(result.topics_answered)


def test_a_must_pass_item_decides_and_one_that_was_not_shown_does_not() -> None:
    rule = MasteryRule(must_pass=("a-own", "from-the-other-form"))
    assert judge(marks("11 11 11 11 11"), rule).is_master
    assert not judge(marks("01 11 11 11 11"), rule).is_master


def test_no_items_at_all_are_no_mastery() -> None:
    result = evaluate([], [], RULE, topics=TOPICS, levels=LEVELS)
    assert result.pattern == 0
    assert not result.is_respondent


def test_a_topic_without_items_asks_for_nothing() -> None:
    items = [item for item in ITEMS if item.topic != "e"]
    result = evaluate(items, [RIGHT] * len(items), RULE, topics=TOPICS, levels=LEVELS)
    assert result.is_master
    assert result.topics_mastered == (True, True, True, True, False)


@pytest.mark.parametrize(
    ("answers", "topics", "match"),
    [
        ([RIGHT], TOPICS, "10 items but 1 answers"),
        ([RIGHT] * 10, (*TOPICS, "f"), "pattern holds"),
    ],
)
def test_impossible_calls_are_refused(answers: list[Answer], topics: Sequence[str], match: str) -> None:
    with pytest.raises(ValueError, match=match):
        evaluate(ITEMS, answers, RULE, topics=topics, levels=LEVELS)


@pytest.mark.parametrize(
    ("chance", "expected", "remark"),
    [
        (Fraction(1, 4), 0.000373, "four options"),
        (Fraction(1, 3), 0.003065, "three options"),
        (Fraction(2, 5), 0.0111, "uninformed people choose the key with .40"),
        (Fraction(19, 20), 0.9802, "somebody who knows"),
        (Fraction(1), 1.0, "always right"),
        (Fraction(0), 0.0, "never right"),
    ],
)
def test_the_chance_to_pass_five_topics_of_two_is_that_of_the_methods_page(
    chance: Fraction, expected: float, remark: str
) -> None:
    figure = float(pass_probability({topic: [chance] * 2 for topic in TOPICS}, RULE))
    places = len(str(expected).partition(".")[2])
    assert round(figure, places) == expected, remark


def test_option_counts_are_the_same_as_equal_chances() -> None:
    counts = {topic: [4, 3] for topic in TOPICS}
    chances = {topic: [Fraction(1, 4), Fraction(1, 3)] for topic in TOPICS}
    assert guess_probability(counts, RULE) == pass_probability(chances, RULE)


SIZES = st.lists(st.integers(1, 2), min_size=1, max_size=3)
SHARES = st.fractions(0, 1, max_denominator=6)


@given(sizes=SIZES, chance=SHARES, cut=SHARES, topic_cut=SHARES, forced=st.booleans())
def test_the_exact_chance_equals_the_sum_over_all_answer_sheets(
    sizes: list[int], chance: Fraction, cut: Fraction, topic_cut: Fraction, forced: bool
) -> None:
    items = [
        ScoredItem(f"{topic}{place}", TOPICS[topic], "own", frozenset({1}))
        for topic, size in enumerate(sizes)
        for place in range(size)
    ]
    rule = MasteryRule(cut, topic_cut, (items[0].id,) if forced else ())
    topics = TOPICS[: len(sizes)]
    expected = Fraction(0)
    for sheet in product((True, False), repeat=len(items)):
        answers = [RIGHT if right else WRONG for right in sheet]
        if evaluate(items, answers, rule, topics=topics, levels=LEVELS).is_master:
            expected += prod((chance if right else 1 - chance for right in sheet), start=Fraction(1))
    chances = {topic: [chance] * size for topic, size in zip(topics, sizes, strict=True)}
    must = {
        topic: [forced and (topic, place) == ("a", 0) for place in range(size)]
        for topic, size in zip(topics, sizes, strict=True)
    }
    assert pass_probability(chances, rule, must) == expected


def test_the_chance_to_master_a_topic_or_level_by_luck_uses_the_cut_alone() -> None:
    assert topic_guess_probability([Fraction(1, 4)] * 2, RULE) == Fraction(1, 16)
    # 4 or 5 of 5 at one level: 5 * (1/4)^4 * 3/4 + (1/4)^5
    assert topic_guess_probability([Fraction(1, 4)] * 5, RULE) == Fraction(16, 1024)


ANSWERS = st.lists(st.sampled_from([RIGHT, WRONG, DONT_KNOW, None]), min_size=10, max_size=10)


@given(answers=ANSWERS, place=st.integers(0, 9))
def test_one_more_right_answer_never_takes_anything_away(answers: list[Answer], place: int) -> None:
    before = judge(answers)
    after = judge([*answers[:place], RIGHT, *answers[place + 1 :]])
    assert after.score >= before.score
    assert before.pattern & ~after.pattern == 0


@given(answers=ANSWERS)
def test_the_pattern_says_what_the_record_says(answers: list[Answer]) -> None:
    result = judge(answers)
    flags = (result.is_master, *result.topics_mastered, *result.levels_mastered, *result.topics_answered)
    assert [has_bit(result.pattern, bit) for bit in range(13)] == list(flags)
    assert result.pattern < 1 << 13
    assert result.score == sum(answer == RIGHT for answer in answers)


def judge_without_blanks(answers: Sequence[Answer], rule: MasteryRule = RULE) -> Mastery:
    return evaluate_without_blanks(ITEMS, answers, rule, topics=TOPICS, levels=LEVELS)


@given(answers=ANSWERS)
def test_dropping_blanks_never_takes_understanding_away_and_changes_no_respondent(answers: list[Answer]) -> None:
    plain, dropped = judge(answers), judge_without_blanks(answers)
    assert dropped.is_master >= plain.is_master
    assert (dropped.topics_answered, dropped.score) == (plain.topics_answered, plain.score)


@given(answers=ANSWERS)
def test_without_blanks_there_is_nothing_to_drop(answers: list[Answer]) -> None:
    full = [answer or DONT_KNOW for answer in answers]
    assert judge_without_blanks(full) == judge(full)


@pytest.mark.parametrize(
    ("answers", "must_pass", "expected"),
    [
        ([RIGHT, None] * 5, (), True),  # 5 of 5 answered
        ([RIGHT, DONT_KNOW] * 5, (), False),  # "Tôi chưa rõ" is an answer
        ([RIGHT, None] * 3 + [RIGHT, WRONG] * 2, (), False),  # 5 of 7, 6 needed
        ([RIGHT, None] * 4 + [WRONG, None], (), False),  # 4 of 5, but none of the last topic
        ([RIGHT, None] * 4 + [RIGHT, WRONG], (), True),  # 5 of 6, 5 needed
        ([RIGHT, None] * 5, ("a-unit",), True),  # a blank item asks for nothing
        ([RIGHT, None] * 4 + [RIGHT, WRONG], ("e-unit",), False),
    ],
)
def test_the_cuts_apply_to_the_items_that_were_answered(
    answers: list[Answer], must_pass: tuple[str, ...], expected: bool
) -> None:
    assert judge_without_blanks(answers, MasteryRule(must_pass=must_pass)).is_master is expected


@given(answers=ANSWERS, order=st.permutations(range(10)))
def test_the_order_of_the_items_never_matters(answers: list[Answer], order: list[int]) -> None:
    shuffled = evaluate(
        [ITEMS[place] for place in order], [answers[place] for place in order], RULE, topics=TOPICS, levels=LEVELS
    )
    assert shuffled == judge(answers)


@pytest.mark.parametrize(
    ("rule", "sizes", "language", "expected"),
    [
        (RULE, [2] * 5, "vi", "Đúng ít nhất 8 trong 10 câu, và ít nhất 1 câu ở mỗi đột phá"),
        (RULE, [2] * 5, "en", "At least 8 of 10 questions right, and at least 1 in each breakthrough"),
        (RULE, [2] * 5, "xx", "Đúng ít nhất 8 trong 10 câu, và ít nhất 1 câu ở mỗi đột phá"),
        (RULE, [2, 4], "vi", "Đúng ít nhất 5 trong 6 câu, và ít nhất 1/2 số câu ở mỗi đột phá"),
        (MasteryRule(topic_cut=Fraction(0)), [2, 4], "vi", "Đúng ít nhất 5 trong 6 câu"),
        (
            MasteryRule(must_pass=("X-1", "X-2")),
            [2, 2],
            "vi",
            "Đúng ít nhất 4 trong 4 câu, và ít nhất 1 câu ở mỗi đột phá, và phải đúng câu X-1, X-2",
        ),
    ],
)
def test_the_rule_is_said_in_words(rule: MasteryRule, sizes: list[int], language: str, expected: str) -> None:
    assert rule.in_words(sizes, language) == expected


def test_cuts_are_exact_rationals() -> None:
    # In floating point 0.55 * 100 is a little more than 55, and everybody would need 56.
    assert [RULE.needed(items) for items in (5, 10, 15, 2)] == [4, 8, 12, 2]
    assert MasteryRule(cut=Fraction("0.55")).needed(100) == 55
