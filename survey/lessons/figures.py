"""Which figure a slide may show: the class's where enough answered, else the school's, else none. No database.

A class is one cell of a list whose total the school's report publishes, so that a class with few answers would follow
by subtraction; `analysis.suppression` hides a second cell then (docs/methods.md, section 13). What came in by posters,
cards and the rest is one more cell of that list.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction

from analysis.suppression import MINIMUM_DETAIL, MINIMUM_INSIDE, ExtremeShare, extreme_share, suppress
from survey.lessons.records import Figure, OptionShare, Origin
from survey.responses.item_tallies import Tally

# Two pupils who chose the same are close to being singled out in a class: such options are shown together.
FEWEST_CHOSEN = 3

# In a class of 5 to 9 answers, all right or nearly none right would say what each of them answered.
SMALL_BAND = Fraction(1, 5)

NOTHING = Tally()


def choose_figure(
    own: int,
    sessions: Mapping[int, Tally],
    rest: Tally,
    *,
    is_final: bool,
    minimum: int = MINIMUM_INSIDE,
    key: frozenset[int] = frozenset(),
) -> Figure:
    """Return the figure of one item or topic for a class session.

    own: the session whose lesson it is; sessions: the tallies of all class sessions of the school's wave; rest: all
    that came in otherwise. is_final: whether the wave has closed; before, the school's figure would change with each
    class, and the difference would be that class. minimum: fewest answers of a class that is shown. key: the right
    options, to put them first.
    """
    ids = sorted({*sessions, own})
    cells = [sessions.get(one, NOTHING) for one in ids]
    hidden = suppress([*(cell.answered for cell in cells), rest.answered], minimum=minimum)
    mine = cells[ids.index(own)]
    if mine.answered and not hidden[ids.index(own)]:
        return figure_of(mine, Origin.CLASS, key)
    whole = sum(cells, rest)
    if is_final and whole.answered >= MINIMUM_DETAIL:
        return figure_of(whole, Origin.SCHOOL, key)
    return Figure()


def figure_of(tally: Tally, origin: Origin, key: frozenset[int]) -> Figure:
    """Return the figure of a cell that may be shown; its ends are coded, and options need ten answers."""
    bound = coded(tally.right, tally.answered)
    share = None if bound is not None else Fraction(tally.right, tally.answered)
    shows_options = bound is None and tally.answered >= MINIMUM_DETAIL and bool(tally.chosen)
    options = _options(tally, key) if shows_options else ()
    return Figure(origin, tally.answered, share, bound, options)


def coded(right: int, answered: int) -> ExtremeShare | None:
    """Return "at most" or "at least" where nearly all or nearly none were right, so that nobody's answer is certain.

    >>> coded(0, 7)
    ExtremeShare(side='at_most', bound=Fraction(1, 5))
    >>> coded(3, 7) is None
    True
    """
    if answered >= MINIMUM_DETAIL:
        return extreme_share(right, answered)
    share = Fraction(right, answered)
    if share <= SMALL_BAND:
        return ExtremeShare("at_most", SMALL_BAND)
    return ExtremeShare("at_least", 1 - SMALL_BAND) if share >= 1 - SMALL_BAND else None


def _options(tally: Tally, key: frozenset[int]) -> tuple[OptionShare, ...]:
    """Return the options that enough chose, the right ones first, then by number; the others together at the end."""
    shown = [(option, number) for option, number in tally.chosen if option in key or number >= FEWEST_CHOSEN]
    shown.sort(key=lambda pair: (pair[0] not in key, -pair[1], pair[0]))
    found: list[tuple[int | None, int]] = list(shown)
    others = sum(number for _option, number in tally.chosen) - sum(number for _option, number in shown)
    if others:
        found.append((None, others))
    return tuple(OptionShare(code, number, Fraction(number, tally.answered)) for code, number in found)


def total(tallies: Iterable[Mapping[str, Tally]], name: str) -> Tally:
    """Return the sum of several ways in for one item or topic."""
    return sum((tally.get(name, NOTHING) for tally in tallies), NOTHING)


def by_session(tallies: Mapping[int, Mapping[str, Tally]], sessions: Sequence[int], name: str) -> dict[int, Tally]:
    """Return each class session's tally of one item or topic."""
    return {one: tallies[one].get(name, NOTHING) for one in sessions if one in tallies}
