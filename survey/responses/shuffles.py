"""Orders of questions and answers for class sessions: eight fixed shuffles of a form, so that neighbours differ.

Pages stay cached bytes, because a form has eight orders and not one a pupil. A shuffle changes only where something
stands on the screen: names of fields and codes of options stay those of the published form, and so do stored answers.

The shuffles follow from the definition's hash alone, through SHA-256 and not through a library's random numbers:
every machine and every version of Python draws the same.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from survey.core.vocabulary import Mode
from survey.instruments.definitions import Item
from survey.responses.sheets import Question, Sheet

SHUFFLES = 8

Member = TypeVar("Member")


@dataclass(frozen=True, slots=True)
class Placed:
    """A question where it stands on the screen. number: shown as "Câu 3"; codes: its options from top to bottom."""

    number: int
    question: Question
    codes: tuple[int, ...]


def shuffle_for(mode: str, nonce: bytes) -> int | None:
    """Return which shuffle a token gets, or None where everybody sees the published order.

    Bit 0 of the nonce chooses the form (survey.core.tokens), the next three choose the shuffle.
    """
    return nonce[0] >> 1 & SHUFFLES - 1 if mode == Mode.CLASS_SESSION else None


def read_shuffle(mode: str, text: str) -> int | None:
    """Return the shuffle that a sent page names; a page that names none is in the published order."""
    known = mode == Mode.CLASS_SESSION and text in {str(number) for number in range(SHUFFLES)}
    return int(text) if known else None


def arrange(sheet: Sheet, shuffle: int | None) -> tuple[Placed, ...]:
    """Return a form's questions in the order of a shuffle, or in the published order.

    Scored questions come first. Options of an item with `keep_order` stay where they are, and an option that rules out
    the others stays last. "Tôi chưa rõ" is not among the codes: the page puts it below all others.
    """
    if shuffle is None:
        return tuple(Placed(one.place, one, _codes(one.item)) for one in sheet.questions)
    seed = f"{sheet.definition.content_hash}/{sheet.form}/{shuffle}"
    scored = [one for one in sheet.questions if one.item.scored]
    others = [one for one in sheet.questions if not one.item.scored]
    ordered = [*_shuffled(scored, f"{seed}/items"), *others]
    return tuple(
        Placed(number, one, _shuffled_codes(one.item, f"{seed}/{one.item.id}"))
        for number, one in enumerate(ordered, start=1)
    )


def _codes(item: Item) -> tuple[int, ...]:
    return tuple(range(1, len(item.options) + 1))


def _shuffled_codes(item: Item, seed: str) -> tuple[int, ...]:
    codes = _codes(item)
    if item.keep_order:
        return codes
    free = [code for code in codes if code not in item.exclusive_codes]
    return (*_shuffled(free, seed), *sorted(item.exclusive_codes))


def _shuffled(members: Sequence[Member], seed: str) -> list[Member]:
    """Return the members in an order drawn from the seed (Fisher and Yates)."""
    drawn = list(members)
    below = _numbers(seed)
    for last in range(len(drawn) - 1, 0, -1):
        other = below(last + 1)
        drawn[last], drawn[other] = drawn[other], drawn[last]
    return drawn


def _numbers(seed: str) -> Callable[[int], int]:
    """Return a function that draws a number below its limit; of 64 bits, so that no place is noticeably favoured."""
    drawn = 0

    def below(limit: int) -> int:
        nonlocal drawn
        drawn += 1
        digest = hashlib.sha256(f"{seed}/{drawn}".encode()).digest()
        return int.from_bytes(digest[:8], "big") % limit

    return below
