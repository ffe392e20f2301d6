"""The kinds of item: how many options each may have, how an answer is packed, how often a blind guess is right.

A new kind is one entry in ITEM_TYPES; CONTRIBUTING.md lists what else it touches.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction

from analysis.mastery import DONT_KNOW, Answer

_SINGLE_BLANK = 255
_MULTIPLE_BLANK = 1 << 15


@dataclass(frozen=True, slots=True)
class ItemType:
    """What distinguishes one kind of item from another."""

    size: int
    max_options: int
    max_chosen: int
    encode: Callable[[Answer], int]
    decode: Callable[[int], Answer]
    blind_chance: Callable[[int], Fraction]

    def accepts(self, chosen: Answer, options: int) -> bool:
        """Return whether an answer is possible at all for an item with so many options."""
        if not chosen or chosen == DONT_KNOW:
            return True
        return len(chosen) <= self.max_chosen and min(chosen) >= 1 and max(chosen) <= min(options, self.max_options)


def _encode_single(chosen: Answer) -> int:
    return next(iter(chosen)) if chosen else _SINGLE_BLANK


def _decode_single(value: int) -> Answer:
    return None if value == _SINGLE_BLANK else frozenset({value})


def _encode_multiple(chosen: Answer) -> int:
    if not chosen:
        return _MULTIPLE_BLANK
    return sum(1 << (code - 1) for code in chosen if code)


def _decode_multiple(value: int) -> Answer:
    if value & _MULTIPLE_BLANK:
        return None
    return frozenset(code for code in range(1, 16) if value >> (code - 1) & 1) or DONT_KNOW


# Blind chance of a multiple item: all sets with at least one option are taken as equally likely.
ITEM_TYPES = {
    "single": ItemType(
        size=1,
        max_options=20,
        max_chosen=1,
        encode=_encode_single,
        decode=_decode_single,
        blind_chance=lambda options: Fraction(1, options),
    ),
    "multiple": ItemType(
        size=2,
        max_options=15,
        max_chosen=15,
        encode=_encode_multiple,
        decode=_decode_multiple,
        blind_chance=lambda options: Fraction(1, 2**options - 1),
    ),
}
