"""Joins what is too small to stand alone, before anything is computed: small classes, and forms with few answers.

The page and the exported counts take the same tidied lines, so that both give the same figures and neither shows a
small cell. One rule for both waves and all topics (docs/methods.md, sections 6.1 and 13).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace

from analysis.records import ClusterCounts
from analysis.suppression import MINIMUM_INSIDE

Lines = Sequence[ClusterCounts]

# The name of all classes of a group joined together.
EVERYBODY = "tất cả"


def tidy(lines: Lines, grades: Mapping[str, str]) -> list[ClusterCounts]:
    """Return the lines of one organisation with small classes joined and rare forms pooled, group by group."""
    by_group: dict[str, list[ClusterCounts]] = defaultdict(list)
    for line in lines:
        by_group[line.audience].append(line)
    return [line for own in by_group.values() for line in _pool_rare_forms(_join_small_classes(own, grades))]


def joined_grade(grade: str) -> str:
    """Return the name of a grade whose classes were joined; it holds the number of the grade, as a class's does."""
    return grade.replace("grade", "khối")


def _join_small_classes(lines: Lines, grades: Mapping[str, str]) -> Lines:
    """A class where few answered joins its whole grade, a grade that is still small the whole group."""
    small = _small_strata(lines)
    if not small:
        return lines
    joined = {grades.get(name, "") for name in small}
    if "" in joined:
        return _joined(lines, lambda _name: EVERYBODY)
    found = _joined(lines, lambda name: joined_grade(grades[name]) if grades.get(name) in joined else name)
    return _joined(found, lambda _name: EVERYBODY) if _small_strata(found) else found


def _small_strata(lines: Iterable[ClusterCounts]) -> set[str]:
    answered: dict[tuple[str, str, str | None], int] = defaultdict(int)
    for line in lines:
        if line.stratum is not None and line.stratum != EVERYBODY:
            answered[line.stratum, line.wave, line.topic] += line.answered
    return {stratum for (stratum, _wave, _topic), number in answered.items() if 0 < number < MINIMUM_INSIDE}


def _joined(lines: Lines, name_of: Callable[[str], str]) -> list[ClusterCounts]:
    """Rename the classes, and give each line the headcount of all classes that now have its name."""
    sizes: dict[tuple[str, str], dict[str, int | None]] = defaultdict(dict)
    for line in lines:
        if line.stratum is not None:
            sizes[line.wave, name_of(line.stratum)][line.stratum] = line.population
    renamed = []
    for line in lines:
        if line.stratum is not None:
            name = name_of(line.stratum)
            line = replace(line, stratum=name, population=_sum(sizes[line.wave, name].values()))
        renamed.append(line)
    return added_up(renamed)


def _pool_rare_forms(lines: Lines) -> Lines:
    """A form that hardly anybody had says nothing on its own: its answers count together with the other form's."""
    answered: dict[tuple[str | None, str, str | None], int] = defaultdict(int)
    for line in lines:
        answered[line.form, line.wave, line.topic] += line.answered
    is_rare = any(form is not None and 0 < number < MINIMUM_INSIDE for (form, _, _), number in answered.items())
    return pooled(lines) if is_rare else lines


def pooled(lines: Lines) -> list[ClusterCounts]:
    """Return the lines without their forms."""
    return added_up([replace(line, form=None) for line in lines])


def added_up(lines: Iterable[ClusterCounts]) -> list[ClusterCounts]:
    """Return the lines with those added up that differ in nothing but their answers."""
    sums: dict[ClusterCounts, list[int]] = {}
    for line in lines:
        found = sums.setdefault(replace(line, answered=0, understood=0), [0, 0])
        found[0] += line.answered
        found[1] += line.understood
    counted = [replace(line, answered=numbers[0], understood=numbers[1]) for line, numbers in sums.items()]
    answered = {_place(line) for line in counted if line.answered}
    # A silent line beside one with answers says nothing more.
    return [line for line in counted if line.answered or _place(line) not in answered]


def _place(line: ClusterCounts) -> tuple[str, str, str | None, str | None]:
    return line.wave, line.audience, line.topic, line.stratum


def _sum(numbers: Iterable[int | None]) -> int | None:
    total = 0
    for number in numbers:
        if number is None:
            return None
        total += number
    return total
