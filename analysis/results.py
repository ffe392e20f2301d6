"""All results of a set of waves at once: every share, every change, and Holm's adjustment over them.

What belongs here: what a report and the command have in common, so that both show the same figures. Each single result
comes from `analysis.estimates` and `analysis.changes`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby, pairwise
from typing import TypeVar

from analysis.changes import adjust, change, finish
from analysis.common_items import CommonScores, common_items_change
from analysis.estimates import estimate
from analysis.forms import mix_differs
from analysis.grades import grades_of
from analysis.records import Change, ClusterCounts, Design, Estimate, MatchedCounts, Reason, Sampling
from analysis.strata import roster

Lines = Sequence[ClusterCounts]
_Name = TypeVar("_Name", str, str | None)


@dataclass(frozen=True, slots=True)
class Result:
    """The share of one audience in one wave; `topic` None is the headline."""

    wave: str
    audience: str
    topic: str | None
    estimate: Estimate


@dataclass(frozen=True, slots=True)
class Difference:
    """The change of one audience from one wave to the next; `topic` None is the headline."""

    audience: str
    topic: str | None
    earlier: str
    later: str
    answered: int
    change: Change


@dataclass(frozen=True, slots=True)
class Results:
    """Every share and every change, headlines before topics within an audience."""

    results: tuple[Result, ...]
    differences: tuple[Difference, ...]


@dataclass(frozen=True, slots=True)
class Link:
    """Which two waves of which audience and topic a set of matched persons belongs to."""

    audience: str
    topic: str | None
    earlier: str
    later: str


def all_results(
    lines: Lines,
    waves: Sequence[str],
    design_of: Callable[[str], Design],
    *,
    topics: Sequence[str] | None = None,
    pairs: Mapping[Link, MatchedCounts] | None = None,
    scores: Mapping[Link, CommonScores] | None = None,
) -> Results:
    """Return every share and every change between neighbouring waves.

    All waves of an audience are weighted by the roster of its latest wave; where the mix of forms changes, all
    waves take the average of the forms. Small classes join their grade first (`analysis.grades`) unless the design
    says otherwise. The headline changes are one family for Holm's adjustment, the changes by topic another.

    Parameters: `lines` of any waves, audiences and topics; `waves` in time, others are left out; `design_of` gives each
    audience's design; `topics` in the order wanted (default: sorted); `pairs` matched persons where there are codes;
    `scores` on common items, which carry the change where two waves did not share their forms.
    Returns `Results`, audiences sorted by name: the order of the lines never matters.
    Raises ValueError for lines that contradict each other.
    Source: docs/methods.md, sections 6.4, 7, 8 and 10.

    >>> lines = [ClusterCounts(wave, "staff", None, None, None, None, None, 36, 31, x)
    ...     for wave, x in (("before", 20), ("after", 30))]
    >>> found = all_results(lines, ["before", "after"], lambda audience: Design())
    >>> [round(one.estimate.value, 3) for one in found.results], round(found.differences[0].change.value, 3)
    ([0.645, 0.968], 0.323)
    """
    wanted = [line for line in lines if line.wave in set(waves)]
    by_audience = _grouped(wanted, lambda line: line.audience)
    order = {topic: place for place, topic in enumerate(topics or sorted({line.topic or "" for line in wanted}))}
    results: list[Result] = []
    differences: list[Difference] = []
    for audience, of_audience in by_audience:
        design = with_grades(design_of(audience), of_audience)
        by_topic = _grouped(of_audience, lambda line: line.topic)
        for topic, of_topic in sorted(by_topic, key=lambda part: -1 if part[0] is None else order.get(part[0], 0)):
            by_wave = {wave: [line for line in of_topic if line.wave == wave] for wave in waves}
            series = _Series(audience, topic, {wave: part for wave, part in by_wave.items() if part}, design)
            results += series.results()
            differences += series.differences(pairs or {}, scores or {})
    return Results(tuple(results), _adjusted(differences))


def with_grades(design: Design, lines: Lines) -> Design:
    """Return the design with small classes joining their grade first, unless it already says what they join.

    >>> lines = [ClusterCounts("before", "parents", None, None, "6A", None, None, 30, 2, 1)]
    >>> with_grades(Design(), lines).collapse
    {'6A': 'grade 6'}
    """
    if design.collapse or design.sampling is Sampling.CLUSTER:
        return design
    return replace(design, collapse=grades_of(sorted({line.stratum for line in lines if line.stratum})))


@dataclass(frozen=True, slots=True)
class _Series:
    """One audience and topic through all waves."""

    audience: str
    topic: str | None
    waves: Mapping[str, Lines]
    design: Design

    def _reference(self) -> dict[str, int] | None:
        """The roster of the latest wave weights every wave (docs/methods.md, section 6.4)."""
        latest = list(self.waves.values())[-1]
        return (roster(latest, self.design) or None) if self.design.sampling is not Sampling.CLUSTER else None

    def results(self) -> Iterator[Result]:
        reference = self._reference()
        by_form = any(mix_differs(one, other, self.design) for one, other in pairwise(self.waves.values()))
        for wave, lines in self.waves.items():
            found = estimate(lines, self.design, reference=reference, by_form=by_form)
            yield Result(wave, self.audience, self.topic, found)

    def differences(
        self, pairs: Mapping[Link, MatchedCounts], scores: Mapping[Link, CommonScores]
    ) -> Iterator[Difference]:
        reference = self._reference()
        for (earlier, before), (later, after) in pairwise(self.waves.items()):
            link = Link(self.audience, self.topic, earlier, later)
            found = change(before, after, self.design, pairs=pairs.get(link), reference=reference)
            if Reason.FORMS_NOT_LINKED in found.reasons and link in scores:
                # Matched persons go with it: their transitions are of understanding, on forms that cannot be compared.
                instead = common_items_change(
                    scores[link], before, after, self.design, reference or roster(after, self.design)
                )
                found = finish(instead, (), self.design) if instead is not None else found
            answered = min(sum(line.answered for line in lines) for lines in (before, after))
            yield Difference(self.audience, self.topic, earlier, later, answered, found)


def _grouped(lines: Lines, key: Callable[[ClusterCounts], _Name]) -> list[tuple[_Name, list[ClusterCounts]]]:
    ordered = sorted(lines, key=lambda line: str(key(line) or ""))
    return [(name, list(part)) for name, part in groupby(ordered, key=key)]


def _adjusted(differences: Sequence[Difference]) -> tuple[Difference, ...]:
    """Adjust the headline changes as one family and the changes by topic as another."""
    families = [[one for one in differences if (one.topic is None) == headline] for headline in (True, False)]
    settled = {}
    for family in families:
        for one, adjusted in zip(family, adjust([one.change for one in family]), strict=True):
            settled[id(one)] = replace(one, change=adjusted)
    return tuple(settled[id(one)] for one in differences)
