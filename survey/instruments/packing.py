"""Answers as a few bytes, in the order in which the form shows its items.

Single choice takes one byte: the option's code from 1, 0 for "Tôi chưa rõ", 255 for not answered. Multiple choice
takes two, high byte first: a bit an option (option 1 is bit 0), no bit for "Tôi chưa rõ", bit 15 for not answered.
"""

from __future__ import annotations

from collections.abc import Sequence

from analysis.mastery import Answer
from survey.instruments.definitions import Item
from survey.instruments.item_types import ITEM_TYPES


def pack(answers: Sequence[Answer], items: Sequence[Item]) -> bytes:
    """Return the answers as bytes; ValueError if one of them is not possible for its item.

    None and the empty set both mean "not answered" and come back as None.
    """
    if len(answers) != len(items):
        raise ValueError(f"{len(items)} items but {len(answers)} answers")
    packed = bytearray()
    for item, chosen in zip(items, answers, strict=True):
        kind = ITEM_TYPES[item.kind]
        if not kind.accepts(chosen, len(item.options)):
            raise ValueError(f"item {item.id} has no answer {sorted(chosen or ())}")
        packed += kind.encode(chosen).to_bytes(kind.size, "big")
    return bytes(packed)


def unpack(packed: bytes, items: Sequence[Item]) -> tuple[Answer, ...]:
    """Return the answers that `pack` turned into these bytes, for the same items in the same order."""
    if len(packed) != packed_size(items):
        raise ValueError(f"{packed_size(items)} bytes expected, {len(packed)} found")
    answers: list[Answer] = []
    place = 0
    for item in items:
        kind = ITEM_TYPES[item.kind]
        answers.append(kind.decode(int.from_bytes(packed[place : place + kind.size], "big")))
        place += kind.size
    return tuple(answers)


def packed_size(items: Sequence[Item]) -> int:
    """Return how many bytes the answers to these items take."""
    return sum(ITEM_TYPES[item.kind].size for item in items)
