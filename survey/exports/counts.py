"""The counts of a report as a table: one line a class and form, from which the same figures can be computed again.

Hidden like the page: what the page does not show is not in the table, and no line stands for few people. Plain data.
"""

from __future__ import annotations

import csv
import hashlib
import io
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from analysis.forms import mix_differs
from analysis.records import ClusterCounts, Design
from analysis.suppression import MINIMUM_INSIDE
from survey.reports.lines import AFTER, BEFORE
from survey.reports.tidying import pooled

COLUMNS = (
    "wave",
    "audience",
    "topic",
    "form",
    "stratum",
    "cluster",
    "drawn",
    "population",
    "answered",
    "understood",
)


@dataclass(frozen=True, slots=True)
class CountsTable:
    """The lines to be written, and the groups whose figures differ a little from the page's.

    pooled: groups whose forms had to be pooled although the page averages them.
    left_out: groups with a few answers without a class, which are not in the table.
    """

    lines: tuple[ClusterCounts, ...]
    pooled: tuple[str, ...]
    left_out: tuple[str, ...]


def counts_table(lines: Iterable[ClusterCounts], designs: Mapping[str, Design], *, secret: str) -> CountsTable:
    """Return the lines behind a page, safe to hand out.

    secret: what the labels of the classes are drawn from; equal for equal tables of one campaign.
    """
    by_group: dict[str, list[ClusterCounts]] = defaultdict(list)
    for line in lines:
        by_group[line.audience].append(line)
    safe: list[ClusterCounts] = []
    differs, left_out = [], []
    for group, own in by_group.items():
        placed = _without_few_unplaced(own)
        if len(placed) < len(own):
            left_out.append(group)
        if _has_small_cell(placed):
            if mix_differs(_headline(own, BEFORE), _headline(own, AFTER), designs[group]):
                differs.append(group)
            placed = pooled(placed)
        safe += _labelled(placed, designs[group].collapse, secret)
    return CountsTable(tuple(sorted(safe, key=_order)), tuple(differs), tuple(left_out))


def _headline(lines: Iterable[ClusterCounts], wave: str) -> list[ClusterCounts]:
    return [line for line in lines if line.wave == wave and line.topic is None]


def _without_few_unplaced(lines: Sequence[ClusterCounts]) -> list[ClusterCounts]:
    """Leave out the answers without a class where they are few; the page leaves them out of its weighting too."""
    if all(line.stratum is None for line in lines):
        return list(lines)
    unplaced: Counter[tuple[str, str | None]] = Counter()
    for line in lines:
        if line.stratum is None:
            unplaced[line.wave, line.topic] += line.answered
    are_few = any(0 < number < MINIMUM_INSIDE for number in unplaced.values())
    return [line for line in lines if line.stratum is not None] if are_few else list(lines)


def _has_small_cell(lines: Iterable[ClusterCounts]) -> bool:
    return any(line.form is not None and 0 < line.answered < MINIMUM_INSIDE for line in lines)


def _labelled(lines: Sequence[ClusterCounts], grades: Mapping[str, str], secret: str) -> Iterable[ClusterCounts]:
    labels = class_labels({line.stratum for line in lines if line.stratum is not None}, grades, secret)
    return (replace(line, stratum=None if line.stratum is None else labels[line.stratum]) for line in lines)


def class_labels(classes: Iterable[str], grades: Mapping[str, str], secret: str) -> dict[str, str]:
    """Return a label for each class that tells its grade but not its name, such as 6-b.

    The grade stays, because small classes are counted together with their grade.
    """
    numbers: Counter[str] = Counter()
    labels = {}
    for name in sorted(classes, key=lambda one: hashlib.sha256(f"{secret}:{one}".encode()).digest()):
        grade = grades.get(name, "").removeprefix("grade ") or "x"
        numbers[grade] += 1
        labels[name] = f"{grade}-{_letters(numbers[grade])}"
    return labels


def _letters(number: int) -> str:
    """Write 1, 2 ... 26, 27 as a, b ... z, aa: a digit would read as a grade."""
    letters = ""
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(ord("a") + rest) + letters
    return letters


def _order(line: ClusterCounts) -> tuple[str, ...]:
    wave = "0" if line.wave == BEFORE else "1"
    return wave, line.audience, line.topic or "", line.stratum or "", line.form or ""


def to_csv(lines: Iterable[ClusterCounts]) -> bytes:
    """Return the table as UTF-8 with a byte order mark, so that spreadsheets read its letters."""
    target = io.StringIO()
    writer = csv.writer(target, lineterminator="\n")
    writer.writerow(COLUMNS)
    for line in lines:
        values = (getattr(line, name) for name in COLUMNS)
        writer.writerow(["" if value is None else value for value in values])
    return target.getvalue().encode("utf-8-sig")
