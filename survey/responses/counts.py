"""The counts of a wave in one organisation: all that a report needs of the answers, and what closing a wave freezes.

Patterns carry every headline, topic and level figure; options carry what was chosen. No record here stands for a
person, and nothing here reads the database. A ward has tens of thousands of these records, so the two that are many are
named tuples: made, sorted and sent to the child process several times faster than other records.
"""

from __future__ import annotations

import hashlib
import pickle
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from functools import partial
from sys import intern
from typing import Any, NamedTuple, TypeVar

from survey.core.vocabulary import Audience
from survey.instruments.definitions import canonical_json

# Stands for "not answered" in OptionCount.option; 0 is "Tôi chưa rõ", options begin at 1.
BLANK = -1

# The layout of the JSON, written into it: frozen counts outlive the code that wrote them. Layout 1 had an object for
# each count; hashes are still taken over it, so that one content has one hash in any layout.
FORMAT = 2
HASHED_FORMAT = 1


class PatternCount(NamedTuple):
    """How many responses of a group and form have one mastery pattern (see analysis.mastery)."""

    group_id: int | None
    form: str
    pattern: int
    number: int


class OptionCount(NamedTuple):
    """How many responses of a group and form chose one option of an item.

    option: position from 1, 0 for "Tôi chưa rõ", BLANK for not answered. A multiple item counts each chosen option.
    """

    group_id: int | None
    form: str
    item_id: str
    option: int
    number: int


@dataclass(frozen=True, slots=True)
class GroupPopulation:
    """A group as it was on the day of the count; without group_id the organisation as a whole.

    number: the headcount of the wave's audience, None if nobody gave one.
    """

    group_id: int | None
    audience: str
    name: str
    grade: int | None
    staff_kind: str | None
    number: int | None


@dataclass(frozen=True, slots=True)
class WaveCounts:
    """Everything that is counted of one wave in one organisation.

    pickled: the rest of the record as it goes to the child process; kept where the same counts are sent often.
    by_mode: answers by way in (survey.core.vocabulary.Mode), which says how one answer a person was kept; None where
    that was not counted: without options, and in counts that were frozen before it was.
    """

    wave_id: int
    organisation_id: int
    audience: str
    is_frozen: bool
    patterns: tuple[PatternCount, ...]
    options: tuple[OptionCount, ...]
    populations: tuple[GroupPopulation, ...]
    by_mode: Mapping[str, int] | None = None
    # Never taken over into a changed copy.
    pickled: bytes | None = field(default=None, init=False, compare=False, repr=False)

    def packed(self) -> WaveCounts:
        """Return these counts ready to be sent to the child process again and again."""
        copy = replace(self)
        object.__setattr__(copy, "pickled", pickle.dumps(self._values()))
        return copy

    def without_options(self) -> WaveCounts:
        """Return what headlines need."""
        return replace(self, options=())

    def with_joined_options(self) -> WaveCounts:
        """Return what reports need: options of groups that a report takes together added up (see `joined_groups`)."""
        return replace(self, options=join_options(self.options, joined_groups(self.audience, self.populations)))

    def __reduce__(self) -> tuple[Callable[[bytes], WaveCounts], tuple[bytes]]:
        return _unpickle, (self.pickled or pickle.dumps(self._values()),)

    def _values(self) -> tuple[Any, ...]:
        values = {one.name: getattr(self, one.name) for one in fields(self) if one.name != "pickled"}
        # Plain tuples: the names are put back by the process that receives them.
        plain = {name: tuple(map(tuple, values[name])) for name in ("patterns", "options")}
        return tuple((values | plain).values())

    @property
    def number(self) -> int:
        """How many responses are stored."""
        return sum(count.number for count in self.patterns)

    @property
    def content_hash(self) -> str:
        """SHA-256 of the canonical JSON; equal for equal counts, whatever the order they were read in."""
        spelled_out = {"patterns": _dicts(self.patterns), "options": _dicts(self.options)}
        return hashlib.sha256(canonical_json(self._facts(HASHED_FORMAT) | spelled_out).encode()).hexdigest()

    def to_dict(self) -> dict[str, Any]:
        """Return plain values for JSON, in a fixed order: of each form, pattern or option its groups and numbers."""
        nested = {"patterns": _nested(self.patterns), "options": _nested(self.options)}
        return self._facts(FORMAT) | nested

    def _facts(self, layout: int) -> dict[str, Any]:
        known = {} if self.by_mode is None else {"by_mode": dict(sorted(self.by_mode.items()))}
        return known | {
            "format": layout,
            "wave_id": self.wave_id,
            "organisation_id": self.organisation_id,
            "audience": self.audience,
            "populations": _dicts(self.populations),
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> WaveCounts:
        """Rebuild frozen counts from what `to_dict` returned, in this layout or an earlier one."""
        if data["format"] not in _READERS:
            raise ValueError(f"counts of format {data['format']} are unknown")
        read = _READERS[data["format"]]
        return cls(
            wave_id=data["wave_id"],
            organisation_id=data["organisation_id"],
            audience=data["audience"],
            is_frozen=True,
            patterns=tuple(map(PatternCount._make, read(data["patterns"], PatternCount._fields))),
            options=tuple(map(OptionCount._make, read(data["options"], OptionCount._fields))),
            populations=tuple(GroupPopulation(**row) for row in data["populations"]),
            by_mode=data.get("by_mode"),
        )

    @classmethod
    def for_reports(cls, data: Mapping[str, Any]) -> WaveCounts:
        """Rebuild frozen counts with joined options: as `with_joined_options` gives them, at a third of the cost."""
        if data["format"] != FORMAT or data["audience"] == Audience.STAFF:
            return cls.from_dict(data).with_joined_options()
        # All groups go under None, and their numbers stand in one row.
        joined = ([*inner, [None, sum(numbers[1::2])]] for *inner, numbers in data["options"])
        return cls.from_dict({**data, "options": joined})


# Makes a named tuple of a row of the right length: as its `_make`, without a step of Python for each.
_to_pattern = partial(tuple.__new__, PatternCount)
_to_option = partial(tuple.__new__, OptionCount)


def _unpickle(pickled: bytes) -> WaveCounts:
    counts = WaveCounts(*pickle.loads(pickled))
    # Not yet seen by anybody else.
    object.__setattr__(counts, "patterns", tuple(map(_to_pattern, counts.patterns)))
    object.__setattr__(counts, "options", tuple(map(_to_option, counts.options)))
    return counts


def joined_groups(audience: str, populations: Iterable[GroupPopulation]) -> Mapping[int, int | None]:
    """Return under which group the options of each group are added up for reports.

    Classes count together, as those who named no group do: under None. Staff count by kind, under the first group of
    the kind. No report tells what a single class chose.
    """
    first: dict[str | None, int] = {}
    groups = sorted((one.group_id, one.staff_kind) for one in populations if one.group_id is not None)
    if audience != Audience.STAFF:
        return dict.fromkeys(group_id for group_id, _kind in groups)
    return {group_id: first.setdefault(kind, group_id) for group_id, kind in groups}


def join_options(options: Iterable[OptionCount], groups: Mapping[int, int | None]) -> tuple[OptionCount, ...]:
    """Return the options with those of joined groups added up; groups: what `joined_groups` gave."""
    sums: dict[tuple[int | None, str, str, int], int] = defaultdict(int)
    for group_id, form, item_id, option, number in options:
        sums[None if group_id is None else groups[group_id], form, item_id, option] += number
    return in_order(OptionCount(*key, number) for key, number in sums.items())


Count = TypeVar("Count", PatternCount, OptionCount)
Record = TypeVar("Record", PatternCount, OptionCount, GroupPopulation)
_POPULATION = tuple(one.name for one in fields(GroupPopulation))


def in_order(records: Iterable[Record]) -> tuple[Record, ...]:
    """Return the records in the one order that does not depend on the database."""
    return tuple(sorted(records, key=_place))


def _place(record: PatternCount | OptionCount | GroupPopulation) -> tuple[Any, ...]:
    if isinstance(record, GroupPopulation):
        return tuple((value is not None, value) for value in _values(record))
    # Whoever named no group comes first.
    return (record.group_id is not None, *(record if record.group_id is not None else record[1:]))


def _dicts(records: Iterable[Record]) -> list[dict[str, Any]]:
    return [_dict(record) for record in in_order(records)]


def _dict(record: PatternCount | OptionCount | GroupPopulation) -> dict[str, Any]:
    if isinstance(record, GroupPopulation):
        return dict(zip(_POPULATION, _values(record), strict=True))
    return record._asdict()


def _values(record: GroupPopulation) -> tuple[Any, ...]:
    # Flat records: the library's own `astuple` copies each value, which takes ten times as long.
    return tuple(getattr(record, name) for name in _POPULATION)


def _nested(records: Iterable[Count]) -> list[list[Any]]:
    """Return for each form and pattern (or form, item and option) the groups with their numbers, in turn."""
    found: dict[tuple[Any, ...], list[int | None]] = defaultdict(list)
    for record in in_order(records):
        found[record[1:-1]] += record.group_id, record.number
    return [list(inner) + [found[inner]] for inner in sorted(found)]


def _read_nested(rows: Iterable[Any], _names: Sequence[str]) -> Iterator[tuple[Any, ...]]:
    for row in rows:
        own = [intern(value) if isinstance(value, str) else value for value in row[:-1]]
        for group_id, number in zip(row[-1][::2], row[-1][1::2], strict=True):
            yield (group_id, *own, number)


def _read_objects(rows: Iterable[Any], names: Sequence[str]) -> Iterator[tuple[Any, ...]]:
    for row in rows:
        yield tuple(intern(row[name]) if isinstance(row[name], str) else row[name] for name in names)


_Reader = Callable[[Iterable[Any], Sequence[str]], Iterator[tuple[Any, ...]]]
_READERS: Mapping[int, _Reader] = {1: _read_objects, 2: _read_nested}
