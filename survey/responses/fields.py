"""Reads what a form sent, strictly: an answer that was not offered is a fault, never stored and never guessed at.

Fields are q1, q2 ... by the place of the question; values are option codes. Knows neither Flask nor the database.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from analysis.mastery import DONT_KNOW, Answer
from survey.instruments.item_types import ITEM_TYPES
from survey.responses.sheets import Answers, Question, Sheet

# Field name -> all values sent under it.
Values = Callable[[str], Sequence[str]]

TOKEN_FIELD = "t"
FORM_FIELD = "f"
GROUP_FIELD = "g"
# Sent by the page that has asked for missing answers, so that it asks once only.
ASKED_FIELD = "asked"
# Sent by a page whose questions stand in an order of their own (survey.responses.shuffles).
SHUFFLE_FIELD = "o"
# Sent by whoever wants the same form in another language, with what was chosen so far: nothing is stored then.
SWITCH_FIELD = "switch"


@dataclass(frozen=True, slots=True)
class Reading:
    """What a form holds: possible answers, and the places of those that are not possible or contradict themselves.

    chosen: what to show again, contradictions included.
    answers: what may be stored; an answer that contradicts itself says nothing and counts as blank.
    """

    chosen: Answers
    answers: Answers
    impossible: tuple[int, ...]
    contradictory: tuple[int, ...]


def field_name(place: int) -> str:
    """Return the name of a question's field."""
    return f"q{place}"


def read_answers(sheet: Sheet, values: Values) -> Reading:
    """Return the answers to a form's questions."""
    chosen: list[Answer] = []
    impossible: list[int] = []
    contradictory: list[int] = []
    for question in sheet.questions:
        texts = [text for text in values(field_name(question.place)) if text]
        answer = _answer(question, texts)
        if texts and answer is None:
            impossible.append(question.place)
        if answer and _is_contradictory(question, answer):
            contradictory.append(question.place)
        chosen.append(answer)
    answers = tuple(None if place in contradictory else answer for place, answer in enumerate(chosen, start=1))
    return Reading(tuple(chosen), answers, tuple(impossible), tuple(contradictory))


def _answer(question: Question, texts: Sequence[str]) -> Answer:
    """Return the chosen codes, or None if nothing was chosen or something was not offered."""
    item = question.item
    offered = {str(code) for code in range(0 if item.scored else 1, len(item.options) + 1)}
    if not texts or not set(texts) <= offered or len(set(texts)) > ITEM_TYPES[item.kind].max_chosen:
        return None
    return frozenset(int(text) for text in texts)


def _is_contradictory(question: Question, answer: frozenset[int]) -> bool:
    """Whether "Tôi chưa rõ" or "chưa nghe lần nào" was chosen together with something else."""
    return len(answer) > 1 and bool(answer & (DONT_KNOW | question.item.exclusive_codes))


def read_group(values: Values, offered: Sequence[int]) -> int | None:
    """Return the class that was named, or None; a class that is not offered counts as not named."""
    texts = values(GROUP_FIELD)
    return next((group_id for group_id in offered if texts and texts[0] == str(group_id)), None)
