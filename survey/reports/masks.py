"""What must be hidden, decided once for a whole report on the numbers of respondents (docs/methods.md, section 13).

One mask for both waves, all topics and all levels, so that no figure can be found by subtracting others. No SciPy.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence

from analysis.records import ClusterCounts
from analysis.suppression import MINIMUM_INSIDE, MINIMUM_OUTSIDE, suppress_together, total_is_shown
from survey.reports.records import Hidden

# By organisation, then by reporting group.
Masks = Mapping[int, Mapping[str, Hidden | None]]

# One number a wave and topic.
_Numbers = dict[tuple[str, str | None], int]


def minimum(*, is_outside: bool) -> int:
    """Return the fewest respondents behind a figure that is shown."""
    return MINIMUM_OUTSIDE if is_outside else MINIMUM_INSIDE


def mask_places(lines: Mapping[int, Sequence[ClusterCounts]], *, groups: Iterable[str], is_outside: bool) -> Masks:
    """Return for each organisation and reporting group whether, and why, its figures are hidden.

    Read inside one school, a group is hidden when fewer than 5 answered. Read above, fewer than 10 hide it, and further
    schools are hidden until nothing follows from the sum over schools, which is shown as well.
    """
    fewest = minimum(is_outside=is_outside)
    masks: dict[int, dict[str, Hidden | None]] = {place: {} for place in lines}
    answered = {place: _answered(own) for place, own in lines.items()}
    for group in groups:
        numbers = {place: own.get(group, {}) for place, own in answered.items()}
        hidden = _hide(numbers, fewest, published_total=is_outside)
        for place, own in numbers.items():
            is_small = any(0 < number < fewest for number in own.values())
            masks[place][group] = None if place not in hidden else Hidden.SMALL if is_small else Hidden.COMPLEMENT
    return masks


def mask_total(lines: Iterable[ClusterCounts], group: str) -> Hidden | None:
    """Return whether the sum of a group over all organisations must be hidden."""
    numbers = _answered(lines).get(group, {}).values()
    return None if all(total_is_shown([number], minimum=MINIMUM_OUTSIDE) for number in numbers) else Hidden.SMALL


def _answered(lines: Iterable[ClusterCounts]) -> Mapping[str, _Numbers]:
    """Return how many answered, by reporting group."""
    found: dict[str, _Numbers] = {}
    for line in lines:
        own = found.setdefault(line.audience, {})
        key = line.wave, line.topic
        own[key] = own.get(key, 0) + line.answered
    return found


def _hide(numbers: Mapping[int, _Numbers], fewest: int, *, published_total: bool) -> Collection[int]:
    places = sorted(numbers)
    keys = sorted({key for own in numbers.values() for key in own}, key=str)
    lists = [[numbers[place].get(key, 0) for place in places] for key in keys]
    mask = suppress_together(lists, minimum=fewest, published_total=published_total)
    return {place for place, is_hidden in zip(places, mask, strict=False) if is_hidden}
