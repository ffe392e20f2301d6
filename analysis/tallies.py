"""Counts of one wave, audience and topic added up: one tally a stratum and cluster, and their totals.

Forms are added up, headcounts repeated over forms count once, and the order of the lines is made not to matter.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from analysis.records import ClusterCounts, Design, Sampling


class Tally(NamedTuple):
    """The answers of one stratum and cluster, forms added up. A ward makes many thousands, hence a light record."""

    stratum: str | None
    cluster: str | None
    population: int | None
    drawn: int | None
    answered: int
    understood: int

    @property
    def is_placed(self) -> bool:
        """Whether the class of these people is known."""
        return self.stratum is not None or self.cluster is not None


@dataclass(frozen=True, slots=True)
class Totals:
    """Sums over the whole group: `invited` and `population` are None when unknown."""

    understood: int
    answered: int
    invited: int | None
    population: int | None

    @property
    def response_rate(self) -> float | None:
        """Answered over invited."""
        return self.answered / self.invited if self.invited else None


def tally(lines: Iterable[ClusterCounts], sampling: Sampling) -> tuple[Tally, ...]:
    """Return one tally a (stratum, cluster), sorted by name, the one without a class first.

    `lines` must be of one wave, audience and topic. Outside cluster sampling the cluster is ignored.

    Raises ValueError if waves, audiences or topics are mixed, or if two lines give one class different headcounts.

    Source: docs/methods.md, section 0.

    >>> a = ClusterCounts("before", "parents", None, "A", "6A", None, None, 30, 10, 6)
    >>> b = ClusterCounts("before", "parents", None, "B", "6A", None, None, 30, 12, 9)
    >>> [(t.population, t.answered, t.understood) for t in tally([a, b], Sampling.CENSUS)]
    [(30, 22, 15)]
    """
    parts: dict[_Key, list[int | None]] = {}
    head: ClusterCounts | None = None
    for line in lines:
        if head is None:
            head = line
        elif line.wave != head.wave or line.audience != head.audience or line.topic != head.topic:
            raise ValueError(f"the lines mix waves, audiences or topics: {head}, {line}")
        key = (line.stratum, line.cluster)
        part = parts.get(key)
        if part is None:
            parts[key] = [line.population, line.drawn, line.answered, line.understood]
        else:
            _add_line(key, part, line)
    items = [Tally(*key, part[0], part[1], part[2] or 0, part[3] or 0) for key, part in parts.items()]
    if sampling is not Sampling.CLUSTER and any(item.cluster is not None for item in items):
        items = _without_clusters(items)
    return tuple(sorted(items, key=_by_name))


_Key = tuple[str | None, str | None]


def _by_name(item: Tally) -> tuple[bool, str, bool, str]:
    return item.stratum is not None, item.stratum or "", item.cluster is not None, item.cluster or ""


def _add_line(key: _Key, part: list[int | None], line: ClusterCounts) -> None:
    """Add one more line to its class: [population, drawn, answered, understood], headcounts agreed over forms."""
    if part[0] != line.population or part[1] != line.drawn:
        part[:2] = _agreed(key, part[0], line.population), _agreed(key, part[1], line.drawn)
    part[2] = (part[2] or 0) + line.answered
    part[3] = (part[3] or 0) + line.understood


def _agreed(key: _Key, known: int | None, number: int | None) -> int | None:
    if known is not None and number is not None and known != number:
        raise ValueError(f"the lines of class {key} give different numbers: {known}, {number}")
    return number if known is None else known


def _without_clusters(items: Iterable[Tally]) -> list[Tally]:
    """Clusters mean nothing outside a class sample: those of one stratum add up."""
    strata: dict[str | None, Tally] = {}
    for item in items:
        other = strata.get(item.stratum)
        if other is None:
            strata[item.stratum] = item._replace(cluster=None)
            continue
        strata[item.stratum] = other._replace(
            population=_sum((item.population, other.population)),
            drawn=_sum((item.drawn, other.drawn)),
            answered=item.answered + other.answered,
            understood=item.understood + other.understood,
        )
    return list(strata.values())


def _sum(numbers: Iterable[int | None]) -> int | None:
    total = 0
    for number in numbers:
        if number is None:
            return None
        total += number
    return total


def totals(tallies: Sequence[Tally], design: Design) -> Totals:
    """Return the sums of a group.

    People whose class is unknown belong to the classes of the roster, so their own headcount may be missing; the
    headcount of a class may not, or the population is unknown. Under cluster sampling it is also unknown when
    not all classes are listed. Invited are: census everybody on the roster; srs those drawn; cluster everybody in
    the drawn classes.

    Source: docs/methods.md, section 1.

    >>> totals([Tally("6A", None, 30, None, 22, 15), Tally("6B", None, 32, None, 20, 11)], Design())
    Totals(understood=26, answered=42, invited=62, population=62)
    """
    counted = [item for item in tallies if item.is_placed or item.population is not None or len(tallies) == 1]
    population = _sum(item.population for item in counted) if counted else None
    return Totals(
        understood=sum(item.understood for item in tallies),
        answered=sum(item.answered for item in tallies),
        invited=_invited(counted, design.sampling, population),
        population=population if all_listed(tallies, design) else None,
    )


def all_listed(tallies: Sequence[Tally], design: Design) -> bool:
    """Return whether no stratum has more classes than the lines list (always true outside cluster sampling).

    Source: docs/methods.md, section 6.2.

    >>> all_listed([Tally("6", "6A", 30, 30, 22, 15)], Design(Sampling.CLUSTER, classes={"6": 4}))
    False
    """
    if design.sampling is not Sampling.CLUSTER:
        return True
    listed = Counter(item.stratum or "" for item in tallies if item.cluster is not None)
    return all(listed[name] >= number for name, number in design.classes.items())


def _invited(tallies: Sequence[Tally], sampling: Sampling, population: int | None) -> int | None:
    if sampling is Sampling.CENSUS:
        return population
    if sampling is Sampling.SRS:
        return _sum(item.drawn for item in tallies)
    return _sum(item.population for item in tallies if was_drawn(item))


def has_answers(tallies: Sequence[Tally] | Sequence[ClusterCounts], design: Design) -> bool:
    """Return whether there are answers to estimate from; in a class sample that names classes, answers in a class.

    Source: docs/methods.md, section 1.

    >>> rows = [Tally("6", "6A", 30, 30, 0, 0), Tally(None, None, None, None, 4, 2)]
    >>> has_answers(rows, Design()), has_answers(rows, Design(Sampling.CLUSTER))
    (True, False)
    """
    if design.sampling is Sampling.CLUSTER and any(item.cluster is not None for item in tallies):
        return any(item.answered for item in tallies if item.cluster is not None)
    return any(item.answered for item in tallies)


def was_drawn(item: Tally) -> bool:
    """Return whether a class of a cluster sample was drawn: `drawn` is not 0, or it has answers after all.

    Source: docs/methods.md, section 6.2.

    >>> was_drawn(Tally("6", "6A", 30, 0, 0, 0)), was_drawn(Tally("6", "6B", 30, None, 0, 0))
    (False, True)
    """
    return item.drawn != 0 or item.answered > 0
