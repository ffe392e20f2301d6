"""Makes the table of counts behind a report: the same lines, masked in the same way, under labels instead of names.

Runs in the child process of `jobs`: the lines come from the builder of reports, which needs SciPy.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from analysis.forms import mix_differs
from analysis.records import ClusterCounts, Design
from survey.exports.records import COLUMNS, CountsTable
from survey.reports.builder import report_lines
from survey.reports.figures import as_designed
from survey.reports.lines import AFTER, BEFORE
from survey.reports.masks import minimum
from survey.reports.records import ReportInput


def counts_table(source: ReportInput) -> CountsTable:
    """Return the counts of one organisation's report; `python -m analysis --counts` computes its figures from them.

    What the page hides is not there. A group with a class of fewer than 5 answers is left out as a whole, because the
    table shows classes, which the page does not. Where only the two forms of a class are that small, they are added up.
    """
    lines, designs = report_lines(source)
    own = {group: [line for line in lines if line.audience == group] for group in designs}
    fewest = minimum(is_outside=source.is_outside)
    kept: list[ClusterCounts] = []
    left_out: list[str] = []
    for group, of_group in own.items():
        safe = _safe(as_designed(of_group, designs), designs[group], fewest)
        if safe is None:
            left_out.append(group)
        else:
            kept += safe
    labels = _labels(source, designs)
    rows = sorted(_row(_relabelled(line, labels)) for line in kept)
    return CountsTable(tuple(rows), tuple(left_out))


def _safe(lines: Sequence[ClusterCounts], design: Design, fewest: int) -> list[ClusterCounts] | None:
    """Return lines without small cells, or None where that would change a figure."""
    if not _has_small_cell(lines, fewest):
        return list(lines)
    pooled = _pooled(lines)
    if _has_small_cell(pooled, fewest) or _averages_forms(lines, design):
        return None
    return pooled


def _has_small_cell(lines: Iterable[ClusterCounts], fewest: int) -> bool:
    return any(0 < line.answered < fewest for line in lines)


def _pooled(lines: Iterable[ClusterCounts]) -> list[ClusterCounts]:
    """Add up the forms of each cell."""
    found: dict[tuple[str, str | None, str | None, str | None], ClusterCounts] = {}
    for line in lines:
        key = line.wave, line.topic, line.stratum, line.cluster
        sums = found.get(key, replace(line, form=None, answered=0, understood=0))
        found[key] = replace(sums, answered=sums.answered + line.answered, understood=sums.understood + line.understood)
    return list(found.values())


def _averages_forms(lines: Sequence[ClusterCounts], design: Design) -> bool:
    """Whether any figure of the group is the average of its two forms, so that they must stay apart."""
    by_topic: dict[str | None, dict[str, list[ClusterCounts]]] = defaultdict(lambda: {BEFORE: [], AFTER: []})
    for line in lines:
        by_topic[line.topic][line.wave].append(line)
    return any(
        waves[BEFORE] and waves[AFTER] and mix_differs(waves[BEFORE], waves[AFTER], design)
        for waves in by_topic.values()
    )


def _labels(source: ReportInput, designs: Mapping[str, Design]) -> Mapping[str, str]:
    """Return class -> label: the grade, by which small classes are merged, and a number that says nothing.

    A class without a grade takes letters, so that no grade is read from its label.
    """
    grades = {name: grade for design in designs.values() for name, grade in design.collapse.items()}
    names = {one.name for counts in source.counts for one in counts.populations if one.group_id is not None}
    seen: dict[str, int] = defaultdict(int)
    found = {}
    for name in sorted(names | set(grades), key=lambda name: _digest(source.campaign_id, name)):
        grade = grades.get(name, "")
        seen[grade] += 1
        found[name] = f"{grade.removeprefix('grade ')}-{seen[grade]}" if grade else "c" + "i" * seen[grade]
    return found


def _digest(campaign_id: int, name: str) -> str:
    return hashlib.sha256(f"{campaign_id}:{name}".encode()).hexdigest()


def _relabelled(line: ClusterCounts, labels: Mapping[str, str]) -> ClusterCounts:
    # In a sample of classes the stratum is the grade, and the class is the cluster.
    if line.cluster is not None:
        return replace(line, cluster=labels.get(line.cluster, line.cluster))
    return line if line.stratum is None else replace(line, stratum=labels.get(line.stratum, line.stratum))


def _row(line: ClusterCounts) -> tuple[str, ...]:
    values = (getattr(line, column) for column in COLUMNS)
    return tuple("" if value is None else str(value) for value in values)
