"""Where a response belongs: its wave, audience, class and form, put where the design wants them; waves in time."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple

from analysis.records import Sampling


class Cell(NamedTuple):
    """Wave, audience, stratum, cluster and form of some responses, None where the table does not say."""

    wave: str
    audience: str
    stratum: str | None
    cluster: str | None
    form: str | None


def place(cell: Cell, sampling: Sampling) -> Cell:
    """Put the class where the design wants it: outside samples of classes, classes are strata.

    >>> place(Cell("before", "parents", None, "6A", None), Sampling.CENSUS)
    Cell(wave='before', audience='parents', stratum='6A', cluster=None, form=None)
    """
    if sampling is Sampling.CLUSTER:
        return cell
    return cell._replace(stratum=cell.stratum or cell.cluster, cluster=None)


def sorted_waves(waves: Iterable[str]) -> tuple[str, ...]:
    """Return the waves in time: `before` precedes `after`, everything else sorts naturally ("wave 2" before "wave 10").

    >>> sorted_waves(["after", "before"]), sorted_waves(["w10", "w2", "w1"])
    (('before', 'after'), ('w1', 'w2', 'w10'))
    """
    known = {"before": 0, "after": 1}
    names = set(waves)
    if names <= set(known):
        return tuple(sorted(names, key=known.__getitem__))
    return tuple(sorted(names, key=natural_key))


def natural_key(name: str) -> tuple[tuple[int, int, str], ...]:
    """Return a sort key in which the digits in a name count as numbers.

    >>> sorted(["10A", "6B", "6A"], key=natural_key)
    ['6A', '6B', '10A']
    """
    parts = re.split(r"(\d+)", name.casefold())
    return tuple((0, int(part), "") if part.isdecimal() else (1, 0, part) for part in parts if part)
