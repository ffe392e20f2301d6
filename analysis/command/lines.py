"""From responses and headcounts to lines of counts: one a wave, audience, topic, class and form."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping
from itertools import pairwise

from analysis.command.cells import Cell, place
from analysis.command.faults import Fault, Faults
from analysis.command.populations import Headcounts, Place, Populations
from analysis.command.responses import AMBIGUOUS, Responses
from analysis.records import ClusterCounts, MatchedCounts, Sampling
from analysis.results import Link

Counted = dict[Cell, list[list[int]]]


def build_lines(
    responses: Responses, populations: Populations, sampling_of: Callable[[str], Sampling], file: str
) -> list[ClusterCounts]:
    """Return the lines of every wave, audience and topic, the headline included.

    Classes of the headcounts without answers get a line of their own. Raises `Faults` where answers come from a class
    that has no headcount, or a sample of classes names no class.
    """
    counted, first_lines = _count_cells(responses, sampling_of)
    lines: list[ClusterCounts] = []
    faults: list[Fault] = []
    for wave, audience in sorted({(cell.wave, cell.audience) for cell in counted}):
        cells = {cell: counts for cell, counts in counted.items() if (cell.wave, cell.audience) == (wave, audience)}
        sampling = sampling_of(audience)
        sizes = populations.of(wave, audience, sampling)
        faults += _cell_faults(cells, sizes, sampling, first_lines, file)
        lines += _lines_of(cells, sizes, sampling, responses)
    if faults:
        raise Faults(faults)
    return lines


def _count_cells(responses: Responses, sampling_of: Callable[[str], Sampling]) -> tuple[Counted, dict[Cell, int]]:
    """Return [answered, understood] of the headline and each topic by cell, and where a cell first occurs."""
    cells = [place(cell, sampling_of(cell.audience)) for cell in responses.groups]
    counted: Counted = {cell: [[0, 0] for _ in range(responses.size)] for cell in cells}
    for (group, pattern), number in responses.counts.items():
        for position, counts in enumerate(counted[cells[group]]):
            counts[0] += number * responses.answered(pattern, position)
            counts[1] += number * responses.understood(pattern, position)
    first: dict[Cell, int] = {}
    for group, line in responses.first_lines.items():
        first[cells[group]] = min(line, first.get(cells[group], line))
    return counted, first


def _cell_faults(
    cells: Counted, sizes: Headcounts, sampling: Sampling, first_lines: Mapping[Cell, int], file: str
) -> Iterator[Fault]:
    if sampling is Sampling.CLUSTER and not any(cell.cluster for cell in cells):
        cell = next(iter(cells))
        yield Fault(file, first_lines[cell], "cluster", "cluster_needed", {"value": cell.audience})
        return
    for cell in cells:
        if sizes.classes and (cell.stratum or cell.cluster) and (cell.stratum, cell.cluster) not in sizes.classes:
            name = " / ".join(part for part in (cell.audience, cell.stratum, cell.cluster) if part)
            yield Fault(file, first_lines[cell], None, "no_size", {"value": name, "first": str(first_lines[cell])})


def _lines_of(cells: Counted, sizes: Headcounts, sampling: Sampling, responses: Responses) -> Iterator[ClusterCounts]:
    if sizes.whole is not None and sampling is not Sampling.CLUSTER:
        cells = _without_classes(cells)
    heard = {(cell.stratum, cell.cluster) for cell in cells}
    some = next(iter(cells))
    silent = [Cell(some.wave, some.audience, *where, None) for where in sizes.classes if where not in heard]
    drawn = _drawn(cells, sizes, sampling)
    nothing = [[0, 0]] * responses.size
    for position, topic in enumerate((None, *responses.topics)):
        for cell in sorted([*cells, *silent], key=str):
            answered, understood = cells.get(cell, nothing)[position]
            where = (cell.stratum, cell.cluster)
            population = sizes.whole if where == (None, None) else sizes.classes.get(where)
            yield ClusterCounts(
                cell.wave, cell.audience, topic, cell.form, *where, drawn.get(where), population, answered, understood
            )


def _without_classes(cells: Counted) -> Counted:
    """Add up the classes: with one headcount for all there is nothing to weight them by."""
    merged: Counted = {}
    for cell, counts in cells.items():
        whole = cell._replace(stratum=None, cluster=None)
        before = merged.get(whole, [[0, 0]] * len(counts))
        merged[whole] = [[a + c, b + d] for (a, b), (c, d) in zip(before, counts, strict=True)]
    return merged


def _drawn(cells: Counted, sizes: Headcounts, sampling: Sampling) -> dict[Place, int | None]:
    """Return who was drawn, as `ClusterCounts.drawn` wants it.

    In a sample of classes an empty cell means "not drawn" as soon as another row says who was; where no row does, the
    classes with answers are taken as those drawn.
    """
    if sampling is Sampling.CENSUS:
        return {}
    if sampling is Sampling.SRS:
        return {**sizes.drawn, (None, None): sizes.whole_drawn}
    heard = {(cell.stratum, cell.cluster) for cell in cells}
    if all(drawn is None for drawn in sizes.drawn.values()):
        return {where: None if where in heard else 0 for where in sizes.classes}
    return {where: drawn or 0 for where, drawn in sizes.drawn.items()}


def link_persons(responses: Responses, waves: tuple[str, ...]) -> dict[Link, MatchedCounts]:
    """Return the matched persons of every audience, topic and two neighbouring waves; only where there are any."""
    audiences = sorted({audience for _, audience in responses.persons})
    linked: dict[Link, MatchedCounts] = {}
    for audience in audiences:
        heard = [wave for wave in waves if (wave, audience) in responses.persons]
        for earlier, later in pairwise(heard):
            moves = _moves(responses.persons[earlier, audience], responses.persons[later, audience])
            for position, topic in enumerate((None, *responses.topics)):
                matched = _matched(responses, moves, position)
                if matched.total:
                    linked[Link(audience, topic, earlier, later)] = matched
    return linked


def _moves(before: Mapping[str, int], after: Mapping[str, int]) -> Counter[tuple[int, int]]:
    """Count pairs of patterns of the codes that were seen exactly once in each wave."""
    return Counter(
        (pattern, after[code])
        for code, pattern in before.items()
        if pattern != AMBIGUOUS and after.get(code, AMBIGUOUS) != AMBIGUOUS
    )


def _matched(responses: Responses, moves: Counter[tuple[int, int]], position: int) -> MatchedCounts:
    cells: defaultdict[tuple[bool, bool], int] = defaultdict(int)
    for (old, new), number in moves.items():
        if responses.answered(old, position) and responses.answered(new, position):
            cells[responses.understood(old, position), responses.understood(new, position)] += number
    return MatchedCounts(cells[True, True], cells[True, False], cells[False, True], cells[False, False])
