"""What two waves scored on the items they have in common, where they did not share their forms."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from analysis.command.cells import place
from analysis.command.keys import Key
from analysis.command.responses import Kept, Responses, joined
from analysis.common_items import ClassName, CommonScores
from analysis.forms import common_items
from analysis.records import Sampling
from analysis.results import Link


@dataclass(frozen=True, slots=True)
class _Unlinked:
    """Two neighbouring waves of an audience that did not share their forms, and all forms of both."""

    audience: str
    earlier: str
    later: str
    forms: frozenset[str | None]


def common_scores(
    responses: Responses, waves: Sequence[str], sampling_of: Callable[[str], Sampling]
) -> dict[Link, CommonScores]:
    """Return the scores on common items of the waves that need them, for the headline and each topic.

    Nothing where the answers to single items are not known, or where fewer than 60 % of a topic's items are common to
    all forms of both waves.
    """
    unlinked = list(_unlinked(responses, waves))
    if responses.scoring is None or not responses.answers or not unlinked:
        return {}
    found: dict[Link, CommonScores] = {}
    rows = joined(responses.answers)
    for two in unlinked:
        shared = common_items(*(_by_topic(responses.scoring.key, form) for form in two.forms))
        if shared is None:
            continue
        everything = [item for items in shared.values() for item in items]
        sampling = sampling_of(two.audience)
        for position, topic in enumerate((None, *responses.topics)):
            items = everything if topic is None else shared[topic]
            before, after = (
                _histograms(responses, rows, _Wanted(wave, two.audience, position, frozenset(items)), sampling)
                for wave in (two.earlier, two.later)
            )
            found[Link(two.audience, topic, two.earlier, two.later)] = CommonScores(len(items), before, after)
    return found


def _unlinked(responses: Responses, waves: Sequence[str]) -> Iterator[_Unlinked]:
    for audience in sorted({cell.audience for cell in responses.groups}):
        forms = {
            wave: frozenset(cell.form for cell in responses.groups if (cell.wave, cell.audience) == (wave, audience))
            for wave in waves
        }
        for earlier, later in pairwise(wave for wave in waves if forms[wave]):
            if forms[earlier] != forms[later]:
                yield _Unlinked(audience, earlier, later, forms[earlier] | forms[later])


def _by_topic(key: Key, form: str | None) -> dict[str, list[str]]:
    topics: dict[str, list[str]] = {}
    for item in key.on_form(form):
        topics.setdefault(item.topic, []).append(item.id)
    return topics


@dataclass(frozen=True, slots=True)
class _Wanted:
    """Whose scores: those of a wave and audience who answered the headline (position 0) or a topic; and which items."""

    wave: str
    audience: str
    position: int
    items: Collection[str]


def _histograms(
    responses: Responses, rows: Kept, wanted: _Wanted, sampling: Sampling
) -> dict[ClassName, tuple[int, ...]]:
    """Count for every class how many persons have 0, 1, ... of the items right."""
    if responses.scoring is None:
        raise AssertionError("without answers there is nothing to count")
    names: dict[ClassName, int] = {}
    class_of = np.full(len(responses.groups), -1, dtype=np.int64)
    for number, cell in enumerate(responses.groups):
        if (cell.wave, cell.audience) == (wanted.wave, wanted.audience):
            placed = place(cell, sampling)
            class_of[number] = names.setdefault((placed.stratum or "", placed.cluster or ""), len(names))
    classes = class_of[rows.groups]
    mine = np.flatnonzero((classes >= 0) & (rows.patterns >> wanted.position & 1 == 1))
    right = responses.scoring.right_among(wanted.items, [numbers[mine] for numbers in rows.outcomes], len(mine))
    width = len(wanted.items) + 1
    table = np.bincount(classes[mine] * width + right, minlength=len(names) * width).reshape(len(names), width)
    return {name: tuple(table[number].tolist()) for name, number in names.items()}
