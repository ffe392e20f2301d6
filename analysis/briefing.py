"""The first indicator: "100 % of staff have been briefed". A count with a verdict, never an estimate.

What belongs here: roster and confirmations in, a verdict out, and what a random check of the roster proves. The share
who understand is another indicator and is never merged with this one.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import comb

from analysis.records import Verdict

_DOUBT = 0.05


@dataclass(frozen=True, slots=True)
class Briefing:
    """How many of a roster are confirmed as briefed, how many are known not to be, how many are open."""

    roster: int
    confirmed: int
    known_not: int
    open: int
    verdict: Verdict | None


def briefing(roster: int, confirmed: int, *, known_not: int = 0) -> Briefing:
    """Judge "everybody on the roster has been briefed".

    Met only if all are confirmed; not met as soon as one person is known not to have been briefed; otherwise not yet
    shown, with the number still open. A survey "no" counts as known not; a survey "yes" confirms nothing.

    Parameters: `roster` persons (>= 0; with 0 there is no verdict); `confirmed` and `known_not` of them (>= 0).
    Confirmations beyond the roster are capped: the same person may stand on two attendance lists.
    Raises ValueError for negative counts, or more people known not to be briefed than the roster holds.
    Source: docs/methods.md, section 15.

    >>> briefing(40, 38)
    Briefing(roster=40, confirmed=38, known_not=0, open=2, verdict=<Verdict.NOT_YET_SHOWN: 'not_yet_shown'>)
    """
    if min(roster, confirmed, known_not) < 0:
        raise ValueError("numbers of persons cannot be negative")
    if known_not > roster:
        raise ValueError(f"{known_not} persons known not to be briefed, but only {roster} on the roster")
    confirmed = min(confirmed, roster - known_not)
    still_open = roster - confirmed - known_not
    return Briefing(roster, confirmed, known_not, still_open, _verdict(roster, still_open, known_not))


def _verdict(roster: int, still_open: int, known_not: int) -> Verdict | None:
    if roster == 0:
        return None
    if known_not:
        return Verdict.NOT_MET
    return Verdict.NOT_YET_SHOWN if still_open else Verdict.MET


def most_unbriefed(roster: int, checked: int, *, doubt: float = _DOUBT) -> int:
    """Return how many of the roster may still be unbriefed when a random check found everybody briefed.

    The largest number D of unbriefed persons for which drawing none of them into the check is not improbable:
    max{D : P(0 | roster, D, checked) > doubt} with the hypergeometric distribution. It is 0 only for a full check
    or one that misses so few that a single unbriefed person would have been found.

    Parameters: `checked` persons drawn at random from `roster` (0 <= checked <= roster), all confirmed; `doubt` is the
    probability of error that is accepted (0..1, exclusive).
    Raises ValueError for a check larger than the roster or a doubt outside (0, 1).
    Source: docs/methods.md, section 15; P(0) = C(roster-D, checked) / C(roster, checked), by exact integers.

    >>> most_unbriefed(40, 25), most_unbriefed(40, 35)
    (2, 1)
    """
    if not 0 <= checked <= roster:
        raise ValueError(f"{checked} checked of {roster} on the roster")
    if not 0 < doubt < 1:
        raise ValueError(f"doubt must lie between 0 and 1, not {doubt}")
    all_draws = comb(roster, checked)
    low, high = 0, roster - checked
    while low < high:
        middle = (low + high + 1) // 2
        if comb(roster - middle, checked) / all_draws > doubt:
            low = middle
        else:
            high = middle - 1
    return low
