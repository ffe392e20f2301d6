"""Puts the answers of former schools before those of the school that stands in their place.

Classes of former schools are not those of the new one, so both waves are then taken as one list a school; numbers of
staff are added up by kind of staff. A school that came out of a split has no figures before it: what belonged to which
part is not known.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from survey.core.vocabulary import Audience
from survey.responses.counts import GroupPopulation, WaveCounts


def add_up(counts: Sequence[WaveCounts], *, organisation_id: int, name: str) -> WaveCounts:
    """Return the counts of one wave in several former schools as those of the school in their place."""
    first = counts[0]
    return as_one_list(
        replace(
            first,
            organisation_id=organisation_id,
            patterns=tuple(pattern for one in counts for pattern in one.patterns),
            options=tuple(option for one in counts for option in one.options),
            populations=(
                GroupPopulation(None, first.audience, name, None, None, _sum(map(_size, counts))),
                *(group for one in counts for group in one.populations if group.group_id is not None),
            ),
        )
    )


def as_one_list(counts: WaveCounts) -> WaveCounts:
    """Return the counts without the headcounts of classes: the whole school is one list. Staff keep their kinds."""
    if counts.audience == Audience.STAFF:
        return counts
    whole = _size(counts)
    return replace(
        counts,
        populations=tuple(replace(one, number=whole if one.group_id is None else None) for one in counts.populations),
    )


def _size(counts: WaveCounts) -> int | None:
    """Return the people of one school: the sum of its classes, or its own number."""
    classes = [one.number for one in counts.populations if one.group_id is not None]
    whole = next((one.number for one in counts.populations if one.group_id is None), None)
    return _sum(classes) if classes and None not in classes else whole


def _sum(numbers: Iterable[int | None]) -> int | None:
    total = 0
    for number in numbers:
        if number is None:
            return None
        total += number
    return total
