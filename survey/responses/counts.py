"""The counts of a wave in one organisation: all that a report needs of the answers, and what closing a wave freezes.

Patterns carry every headline, topic and level figure; options carry what was chosen. No record here stands for a
person, and nothing here reads the database.
"""

from __future__ import annotations

import hashlib
import pickle
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, fields, replace
from sys import intern
from typing import Any, TypeVar

from survey.instruments.definitions import canonical_json

# Stands for "not answered" in OptionCount.option; 0 is "Tôi chưa rõ", options begin at 1.
BLANK = -1

# The layout of the JSON, written into it: frozen counts outlive the code that wrote them.
FORMAT = 1


@dataclass(frozen=True, slots=True)
class PatternCount:
    """How many responses of a group and form have one mastery pattern (see analysis.mastery)."""

    group_id: int | None
    form: str
    pattern: int
    number: int

    def __reduce__(self) -> tuple[type[PatternCount], tuple[int | None, str, int, int]]:
        # The usual way for frozen classes is five times slower; a ward's report sends thousands to its process.
        return PatternCount, (self.group_id, self.form, self.pattern, self.number)


@dataclass(frozen=True, slots=True)
class OptionCount:
    """How many responses of a group and form chose one option of an item.

    option: position from 1, 0 for "Tôi chưa rõ", BLANK for not answered. A multiple item counts each chosen option.
    """

    group_id: int | None
    form: str
    item_id: str
    option: int
    number: int

    def __reduce__(self) -> tuple[type[OptionCount], tuple[int | None, str, str, int, int]]:
        return OptionCount, (self.group_id, self.form, self.item_id, self.option, self.number)


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

    def __reduce__(self) -> tuple[Callable[[bytes], WaveCounts], tuple[bytes]]:
        return _unpickle, (self.pickled or pickle.dumps(self._values()),)

    def _values(self) -> tuple[Any, ...]:
        return tuple(getattr(self, one.name) for one in fields(self) if one.name != "pickled")

    @property
    def number(self) -> int:
        """How many responses are stored."""
        return sum(count.number for count in self.patterns)

    @property
    def content_hash(self) -> str:
        """SHA-256 of the canonical JSON; equal for equal counts, whatever the order they were read in."""
        return hashlib.sha256(canonical_json(self.to_dict()).encode()).hexdigest()

    def to_dict(self) -> dict[str, Any]:
        """Return plain values for JSON, in a fixed order."""
        known = {} if self.by_mode is None else {"by_mode": dict(sorted(self.by_mode.items()))}
        return known | {
            "format": FORMAT,
            "wave_id": self.wave_id,
            "organisation_id": self.organisation_id,
            "audience": self.audience,
            "patterns": _dicts(self.patterns),
            "options": _dicts(self.options),
            "populations": _dicts(self.populations),
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> WaveCounts:
        """Rebuild frozen counts from what `to_dict` returned."""
        if data["format"] != FORMAT:
            raise ValueError(f"counts of format {data['format']} are unknown")
        return cls(
            wave_id=data["wave_id"],
            organisation_id=data["organisation_id"],
            audience=data["audience"],
            is_frozen=True,
            patterns=tuple(
                PatternCount(row["group_id"], intern(row["form"]), row["pattern"], row["number"])
                for row in data["patterns"]
            ),
            options=tuple(
                OptionCount(row["group_id"], intern(row["form"]), intern(row["item_id"]), row["option"], row["number"])
                for row in data["options"]
            ),
            populations=tuple(GroupPopulation(**row) for row in data["populations"]),
            by_mode=data.get("by_mode"),
        )


def _unpickle(pickled: bytes) -> WaveCounts:
    return WaveCounts(*pickle.loads(pickled))


Record = TypeVar("Record", PatternCount, OptionCount, GroupPopulation)
_NAMES = {kind: tuple(one.name for one in fields(kind)) for kind in (PatternCount, OptionCount, GroupPopulation)}


def in_order(records: Iterable[Record]) -> tuple[Record, ...]:
    """Return the records in the one order that does not depend on the database."""
    return tuple(sorted(records, key=lambda record: [(value is not None, value) for value in _values(record)]))


def _dicts(records: Iterable[Record]) -> list[dict[str, Any]]:
    return [dict(zip(_NAMES[type(record)], _values(record), strict=True)) for record in in_order(records)]


def _values(record: Record) -> tuple[Any, ...]:
    # Flat records: the library's own `astuple` copies each value, which takes ten times as long.
    return tuple(getattr(record, name) for name in _NAMES[type(record)])
