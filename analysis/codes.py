"""Linking one person's answers in two waves by a self-generated code (docs/methods.md, 7.5). No SciPy needed."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

from analysis.records import MatchedCounts


@dataclass(frozen=True, slots=True)
class CodeMatch:
    """Who could be linked: the matched persons, and how the codes of each wave came out.

    `usable_*` counts codes seen once in their wave, `ambiguous_*` codes seen more often (never linked),
    `without_*` rows without a readable code.
    """

    pairs: MatchedCounts
    usable_before: int
    usable_after: int
    ambiguous_before: int
    ambiguous_after: int
    without_before: int
    without_after: int

    @property
    def rate(self) -> float | None:
        """Matched persons over the codes that could have been matched at most; None without usable codes."""
        possible = min(self.usable_before, self.usable_after)
        return self.pairs.total / possible if possible else None


def normalise_code(code: str) -> str:
    """Return a code as it is compared: no accents, no case, no spaces or signs, Đ as D; "" if nothing is left.

    Source: docs/methods.md, section 7.5.

    >>> normalise_code(" đặng-07 Hà ")
    'DANG07HA'
    """
    if code.isascii() and code.isalnum():
        return code.upper()
    letters = unicodedata.normalize("NFKD", code).upper().replace("Đ", "D")
    return "".join(letter for letter in letters if letter.isascii() and letter.isalnum())


def match_codes(before: Iterable[tuple[str, bool]], after: Iterable[tuple[str, bool]]) -> CodeMatch:
    """Return the persons whose code was seen exactly once in each of two waves, and what they understood.

    Each row is (code, understood). Only equal codes (after `normalise_code`) match. A code seen twice in a wave is
    ambiguous: its rows count for the levels, never for pairs.

    Source: docs/methods.md, section 7.5.

    >>> match = match_codes([("An01", False), ("bi02", True), ("bi 02", True)], [("AN01", True), ("BI02", True)])
    >>> match.pairs, match.ambiguous_before, match.rate
    (MatchedCounts(both=0, lost=0, gained=1, neither=0), 1, 1.0)
    """
    first, ambiguous_first, without_first = _unique(before)
    second, ambiguous_second, without_second = _unique(after)
    # One count for each (understood before, understood after).
    counts = {(old, new): 0 for old in (True, False) for new in (True, False)}
    for code, old in first.items():
        if code in second:
            counts[old, second[code]] += 1
    return CodeMatch(
        pairs=MatchedCounts(
            both=counts[True, True],
            lost=counts[True, False],
            gained=counts[False, True],
            neither=counts[False, False],
        ),
        usable_before=len(first),
        usable_after=len(second),
        ambiguous_before=ambiguous_first,
        ambiguous_after=ambiguous_second,
        without_before=without_first,
        without_after=without_second,
    )


def _unique(rows: Iterable[tuple[str, bool]]) -> tuple[dict[str, bool], int, int]:
    """Return the codes seen once with their answer, how many were seen more often, and the rows without one."""
    seen: dict[str, bool] = {}
    ambiguous: set[str] = set()
    without = 0
    for raw, understood in rows:
        code = normalise_code(raw)
        if not code:
            without += 1
        elif code in seen:
            ambiguous.add(code)
        else:
            seen[code] = bool(understood)
    for code in ambiguous:
        del seen[code]
    return seen, len(ambiguous), without
