"""Read RESPONSES.csv, one row a response, into counts: a million rows in seconds and little memory.

Every response becomes a pattern of bits: first one bit each for the headline and the topics that says "answered", then
as many that say "understood", and one that says "understood" where blanks are dropped instead of scored wrong. What is
counted is how often each pattern occurs in each group.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from analysis.codes import normalise_code
from analysis.command.cells import Cell
from analysis.command.faults import MOST_FAULTS, Fault, Faults
from analysis.command.indexes import CellIndex, FlagIndex, GroupIndex, WrongCells
from analysis.command.keys import Key
from analysis.command.scoring import Scoring
from analysis.command.tables import Chunk, Header, open_table
from analysis.mastery import MasteryRule

Integers = NDArray[np.int64]
AMBIGUOUS = -1
"""Stands for the pattern of a code that was seen twice in a wave: it links nobody."""


class Kept(NamedTuple):
    """Rows for an item analysis: group, total score, the answers as numbers of each block, and pattern."""

    groups: Integers
    totals: Integers
    outcomes: list[Integers]
    patterns: Integers


def joined(chunks: Sequence[Kept]) -> Kept:
    """Return the rows of all chunks, of which there is at least one, as one."""
    return Kept(
        np.concatenate([chunk.groups for chunk in chunks]),
        np.concatenate([chunk.totals for chunk in chunks]),
        [np.concatenate(parts) for parts in zip(*(chunk.outcomes for chunk in chunks), strict=True)],
        np.concatenate([chunk.patterns for chunk in chunks]),
    )


@dataclass
class Responses:
    """What a table of responses holds: groups, patterns and how often they occur, and the codes that link waves.

    `counts[group number, pattern]` responses; `persons[wave, audience][code]` a pattern or `AMBIGUOUS`;
    `first_lines[group number]` where a group first occurs; `answers` for item analysis, a chunk at a time; `unused`
    columns that mean nothing to the command, so that a misspelt one can be noticed.
    """

    topics: tuple[str, ...]
    groups: list[Cell]
    counts: Counter[tuple[int, int]] = field(default_factory=Counter)
    first_lines: dict[int, int] = field(default_factory=dict)
    persons: dict[tuple[str, str], dict[str, int]] = field(default_factory=dict)
    scoring: Scoring | None = None
    answers: list[Kept] = field(default_factory=list)
    unused: tuple[str, ...] = ()

    @property
    def size(self) -> int:
        """How many bits a half of a pattern has: the headline and the topics."""
        return len(self.topics) + 1

    def answered(self, pattern: int, place: int) -> bool:
        """Say whether a pattern answered the headline (place 0) or a topic (from 1)."""
        return bool(pattern >> place & 1)

    def understood(self, pattern: int, place: int) -> bool:
        """Say whether a pattern understood the headline (place 0) or a topic (from 1)."""
        return bool(pattern >> (self.size + place) & 1)

    def without_blanks(self) -> Responses | None:
        """Return the headline alone, judged without the blank items; None where single items are not known."""
        if self.scoring is None:
            return None
        counts: Counter[tuple[int, int]] = Counter()
        for (group, pattern), number in self.counts.items():
            counts[group, pattern & 1 | (pattern >> 2 * self.size & 1) << 1] += number
        return Responses((), self.groups, counts, self.first_lines)


def read_responses(
    path: Path,
    key: Key | None = None,
    *,
    rule: MasteryRule | None = None,
    keep_answers: bool = False,
) -> Responses:
    """Read a table of responses. With a key its `item:` columns are scored, without one `understood` is read.

    `keep_answers` keeps every answer for an item analysis. Raises `Faults` naming file, line and column of what cannot
    be used; nothing is returned then.
    """
    with open_table(path) as table:
        reader = _Reader(table.header, key, rule or MasteryRule(), keep_answers=keep_answers)
        faults: list[Fault] = []
        for chunk in table.chunks():
            try:
                reader.take(chunk)
            except WrongCells:
                chunk = chunk.without_blank_rows()
                faults += reader.explain(chunk)
                if len(faults) >= MOST_FAULTS:
                    break
                if not faults:
                    reader.take(chunk)
        if faults:
            raise Faults(faults)
        return reader.responses


class _Reader:
    """Knows which column means what, and folds chunks into `Responses`."""

    def __init__(self, header: Header, key: Key | None, rule: MasteryRule, *, keep_answers: bool) -> None:
        header.require("wave", "audience")
        self._file = header.file
        places = {name: place for place, name in enumerate(header.names)}
        self._groups = GroupIndex(places, key)
        self._code_place = header.place("code")
        self._keep = keep_answers
        self._flags: FlagIndex | None = None
        if key is not None:
            scoring = Scoring(header, key, rule)
            self.responses = Responses(scoring.topics, self._groups.groups, scoring=scoring)
            self._outcomes: Sequence[CellIndex] = scoring.blocks
        else:
            flags = _flag_places(header)
            self._flags = FlagIndex(flags)
            topics = tuple(name.removeprefix("topic:") for name in flags if name != "understood")
            self.responses = Responses(topics, self._groups.groups)
            self._outcomes = [self._flags]
        used = {*GroupIndex.COLUMNS, "code", *(name for index in self._outcomes for name in index.columns)}
        self.responses.unused = tuple(name for name in header.names if name not in used)

    def take(self, chunk: Chunk) -> None:
        """Count a chunk. Raises `WrongCells` before anything of it was counted."""
        groups = _numbers(self._groups, chunk)
        outcomes = [_numbers(index, chunk) for index in self._outcomes]
        if not len(groups):
            return
        patterns, totals = self._patterns(groups, outcomes)
        self._remember_lines(groups, chunk.lines)
        self._count(groups, patterns)
        if self._code_place is not None:
            self._remember_codes(chunk, groups, patterns)
        if self._keep:
            self.responses.answers.append(Kept(groups, totals, outcomes, patterns))

    def _patterns(self, groups: Integers, outcomes: list[Integers]) -> tuple[Integers, Integers]:
        if self._flags is not None:
            patterns: Integers = np.array(self._flags.patterns, dtype=np.int64)[outcomes[0]]
            return patterns, np.zeros_like(patterns)
        if self.responses.scoring is None:
            raise AssertionError("without flags there is a scoring")
        return self.responses.scoring.patterns([cell.form for cell in self._groups.groups], groups, outcomes)

    def _remember_lines(self, groups: Integers, lines: Sequence[int]) -> None:
        for group, first in zip(*np.unique(groups, return_index=True), strict=True):
            self.responses.first_lines.setdefault(int(group), lines[int(first)])

    def _count(self, groups: Integers, patterns: Integers) -> None:
        kinds, places = np.unique(patterns, return_inverse=True)
        joint, numbers = np.unique(groups * len(kinds) + places, return_counts=True)
        for place, number in zip(joint.tolist(), numbers.tolist(), strict=True):
            group, kind = divmod(place, len(kinds))
            self.responses.counts[group, int(kinds[kind])] += number

    def _remember_codes(self, chunk: Chunk, groups: Integers, patterns: Integers) -> None:
        place, cells, persons = self._code_place or 0, self._groups.groups, self.responses.persons
        waves = [persons.setdefault((cell.wave, cell.audience), {}) for cell in cells]
        for row, group, pattern in zip(chunk.rows, groups.tolist(), patterns.tolist(), strict=True):
            if row[place] and (code := normalise_code(row[place])):
                seen = waves[group]
                seen[code] = AMBIGUOUS if code in seen else pattern

    def explain(self, chunk: Chunk) -> list[Fault]:
        """Return what is wrong with a chunk that `take` refused, row by row."""
        faults: list[Fault] = []
        for line, row in zip(chunk.lines, chunk.rows, strict=True):
            for index in (self._groups, *self._outcomes):
                wrong = index.check(index.cells_of(row))
                faults += [Fault(self._file, line, one.column, one.code, one.parts) for one in wrong]
            if len(faults) >= MOST_FAULTS:
                break
        return faults


def _numbers(index: CellIndex, chunk: Chunk) -> Integers:
    lookup: Callable[[tuple[str, ...]], int] = index.__getitem__
    return np.fromiter(map(lookup, map(index.cells_of, chunk.rows)), dtype=np.int64, count=len(chunk.rows))


def _flag_places(header: Header) -> dict[str, int]:
    """Return the columns with outcomes, the headline first; raise `Faults` where there are none."""
    place = header.place("understood")
    if place is None:
        code = "no_key" if header.starting_with("item:") else "no_outcome"
        raise Faults([Fault(header.file, 1, None, code)])
    topics = header.starting_with("topic:")
    return {"understood": place} | {f"topic:{name}": column for name, column in topics.items()}
