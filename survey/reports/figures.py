"""Computes the figures of each reporting group: for one organisation, and rolled up over several.

Runs in the child process; loads SciPy through `analysis`. Figures of one organisation come from
`analysis.results.all_results`, as those of `python -m analysis --counts` do, so both agree.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields, replace
from typing import TypeVar

import numpy as np

from analysis.changes import adjust
from analysis.records import Change, ClusterCounts, Design, Estimate, Sampling
from analysis.results import all_results
from analysis.rollup import roll_up, roll_up_change
from analysis.strata import roster
from survey.reports.lines import AFTER, BEFORE
from survey.reports.records import Pair

Lines = Sequence[ClusterCounts]

# By reporting group and topic (None: the headline).
Figures = Mapping[tuple[str, str | None], Pair]

_Record = TypeVar("_Record", Estimate, Change)


def place_figures(lines: Lines, designs: Mapping[str, Design], *, topics: Sequence[str]) -> Figures:
    """Return every figure of one organisation."""
    prepared = as_designed(lines, designs)
    found = all_results(prepared, [BEFORE, AFTER], designs.__getitem__, topics=topics)
    pairs: dict[tuple[str, str | None], Pair] = {}
    for one in found.results:
        key = one.audience, one.topic
        shown = plain(one.estimate)
        pair = pairs.get(key, Pair())
        pairs[key] = replace(pair, before=shown) if one.wave == BEFORE else replace(pair, after=shown)
    for difference in found.differences:
        key = difference.audience, difference.topic
        pairs[key] = replace(pairs[key], change=plain(difference.change))
    return pairs


def rolled_up_figures(places: Mapping[str, Lines], designs: Mapping[str, Design], *, topics: Sequence[str]) -> Figures:
    """Return every figure over several organisations, each weighted by its headcount.

    `places` gives the lines by the code of the organisation.
    """
    pairs: dict[tuple[str, str | None], Pair] = {}
    sorted_out = {code: _by_topic(lines) for code, lines in places.items()}
    for group, design in designs.items():
        for topic in (None, *topics):
            own = {code: by_topic[group, topic] for code, by_topic in sorted_out.items() if (group, topic) in by_topic}
            schools = {code: as_designed(lines, designs) for code, lines in own.items()}
            if len(schools) == 1:
                # Nothing to roll up: the same figures as in the organisation's own report.
                pairs[group, topic] = _alone(next(iter(schools.values())), design)
            elif schools:
                pairs[group, topic] = _rolled_up_pair(schools, design)
    return _adjusted(pairs)


def _alone(lines: Lines, design: Design) -> Pair:
    waves = [wave for wave in (BEFORE, AFTER) if any(line.wave == wave for line in lines)]
    found = all_results(lines, waves, lambda _group: design)
    estimates = {one.wave: plain(one.estimate) for one in found.results}
    change = plain(found.differences[0].change) if found.differences else None
    return Pair(estimates.get(BEFORE), estimates.get(AFTER), change)


def as_designed(lines: Lines, designs: Mapping[str, Design]) -> list[ClusterCounts]:
    """Return the lines as their design wants them: in a sample of classes the grade is the stratum."""
    sampled = {group for group, design in designs.items() if design.sampling is Sampling.CLUSTER}
    answered = {(line.audience, line.wave, line.stratum) for line in lines if line.answered}
    return [
        _as_cluster(line, designs[line.audience], is_drawn=(line.audience, line.wave, line.stratum) in answered)
        if line.audience in sampled
        else line
        for line in lines
    ]


def _as_cluster(line: ClusterCounts, design: Design, *, is_drawn: bool) -> ClusterCounts:
    grade = design.collapse.get(line.stratum or "")
    return replace(line, stratum=grade, cluster=line.stratum, drawn=line.population if is_drawn else 0)


def _by_topic(lines: Lines) -> Mapping[tuple[str, str | None], list[ClusterCounts]]:
    """Return the lines of each reporting group and topic."""
    found: dict[tuple[str, str | None], list[ClusterCounts]] = {}
    for line in lines:
        found.setdefault((line.audience, line.topic), []).append(line)
    return found


def _rolled_up_pair(schools: Mapping[str, Lines], design: Design) -> Pair:
    before, after = (_of_wave(schools, wave) for wave in (BEFORE, AFTER))
    latest = {**before, **after}
    reference = {code: weights for code, lines in latest.items() if (weights := _weights(lines, design))}
    both = before and after
    return Pair(
        before=_rolled_up(before, reference, design),
        after=_rolled_up(after, reference, design),
        change=plain(roll_up_change(before, after, design)) if both else None,
    )


def _rolled_up(own: Mapping[str, Lines], rosters: Mapping[str, Mapping[str, int]], design: Design) -> Estimate | None:
    if not own:
        return None
    silent = {code: sum(weights.values()) for code, weights in rosters.items() if code not in own}
    return plain(roll_up(own, design, silent=silent, reference=rosters))


def _of_wave(schools: Mapping[str, Lines], wave: str) -> dict[str, list[ClusterCounts]]:
    found = {code: [line for line in lines if line.wave == wave] for code, lines in schools.items()}
    return {code: lines for code, lines in found.items() if lines}


def _weights(lines: Lines, design: Design) -> dict[str, int]:
    """The roster of one organisation; under "" the length of a list without classes."""
    classes = roster(lines, design)
    lengths = {line.population for line in lines if line.population is not None}
    return classes or ({"": max(lengths)} if lengths else {})


def _adjusted(pairs: Mapping[tuple[str, str | None], Pair]) -> Figures:
    """Adjust the headline changes as one family, those by topic and level as another, as `all_results` does."""
    settled = dict(pairs)
    for is_headline in (True, False):
        family = [key for key, pair in pairs.items() if pair.change is not None and (key[1] is None) is is_headline]
        changes = adjust([change for key in family if (change := pairs[key].change) is not None])
        for key, change in zip(family, changes, strict=True):
            settled[key] = replace(pairs[key], change=plain(change))
    return settled


def plain(record: _Record) -> _Record:
    """Return a record without NumPy's numbers: a web worker that reads it must not have to load NumPy."""
    values = {field.name: getattr(record, field.name) for field in fields(record)}
    return replace(record, **{name: value.item() for name, value in values.items() if isinstance(value, np.generic)})


def place_headlines(lines: Iterable[ClusterCounts], designs: Mapping[str, Design]) -> Figures:
    """Return the headline figures of one organisation only."""
    return place_figures([line for line in lines if line.topic is None], designs, topics=())
