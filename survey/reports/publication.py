"""What a report tells of numbers of respondents, and what must be withheld beside earlier reports.

Runs in the child process of `jobs`: the audit is a linear program (docs/methods.md, section 13).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from analysis.release_audit import PublishedSum, exposed_parts
from analysis.suppression import MINIMUM_OUTSIDE
from survey.core.vocabulary import WaveKind
from survey.reports.builder import LinesByPlace, groups_in, hidden_groups, lines_by_place, masks_of
from survey.reports.lines import WAVE_NAMES, by_form, criteria, units_of
from survey.reports.period_records import Sum
from survey.reports.records import ReportInput

# Wave and organisation.
Part = tuple[int, int]
Origins = Mapping[Part, tuple[Part, ...]]

# By wave and place: how many answered, by reporting group.
_Parts = Mapping[tuple[int, int], Mapping[str, int]]


def published_sums(source: ReportInput, origins: Origins, lines: LinesByPlace | None = None) -> tuple[Sum, ...]:
    """Return every number of respondents that the report of this input shows: of each place, and of all together.

    origins: what was added up from former organisations counts as the sum of their parts. lines: as in `build_report`.
    """
    lines = lines_by_place(source) if lines is None else lines
    masks = masks_of(source, lines)
    whole = hidden_groups(source, lines, masks)
    parts = _parts(source)
    found = []
    for group in groups_in(lines):
        for kind in WaveKind:
            own = {key: numbers[group] for key, numbers in parts[kind].items() if numbers.get(group)}
            told = [place for place in lines if source.focus in (None, place) and masks[place][group] is None]
            shown = [{key for key in own if key[1] == place} for place in told]
            if source.focus is None and whole[group] is None:
                shown.append(set(own))
            found += [Sum(group, _origins(keys, origins), sum(own[key] for key in keys)) for keys in shown if keys]
    return tuple(dict.fromkeys(found))


def _origins(parts: Iterable[Part], origins: Origins) -> tuple[Part, ...]:
    return tuple(sorted(origin for part in parts for origin in origins.get(part, (part,))))


def _parts(source: ReportInput) -> Mapping[str, _Parts]:
    """Return how many answered in each wave, place and group, by kind of wave."""
    plans = {(plan.campaign_id, plan.audience): plan for plan in source.plans}
    waves = {wave.id: wave for wave in source.waves}
    found: dict[str, dict[tuple[int, int], dict[str, int]]] = {kind: {} for kind in WAVE_NAMES}
    for counts in source.counts:
        wave = waves[counts.wave_id]
        numbers = found[wave.kind].setdefault((wave.id, counts.organisation_id), {})
        headline = criteria(plans[wave.campaign_id, wave.audience])[0]
        for group, units in units_of(counts).items():
            told = (headline.counts(by_form(unit.patterns)) for unit in units)
            answered = (number for forms in told for number, _right in forms.values())
            numbers[group] = numbers.get(group, 0) + sum(answered)
    return found


def withhold(source: ReportInput, published: Sequence[Sum], origins: Origins) -> ReportInput:
    """Return the input with as much withheld that, with what was published before, no small number can be worked out.

    In each group the smallest visible place goes first, the sum over all places last.
    """
    groups = {one.group for one in published}
    # What is withheld changes nothing of the lines.
    lines = lines_by_place(source)
    for group in sorted(groups):
        earlier = [one for one in published if one.group == group]
        known = _exposed(earlier)
        while (own := [one for one in published_sums(source, origins, lines) if one.group == group]) and (
            _exposed([*earlier, *own]) - known
        ):
            held = _next(source, own, group, origins)
            source = replace(source, withheld=source.withheld | {held})
    return source


def _exposed(sums: Iterable[Sum]) -> set[str]:
    published = [PublishedSum(frozenset(map(_name, one.parts)), one.answered) for one in sums]
    return set(exposed_parts(list(dict.fromkeys(published)), minimum=MINIMUM_OUTSIDE)) if published else set()


def _name(part: tuple[int, int]) -> str:
    return f"{part[0]}@{part[1]}"


def _next(source: ReportInput, own: Sequence[Sum], group: str, origins: Origins) -> tuple[int | None, str]:
    """Return what to withhold next: a place of the roll-up, else the figure of the whole report."""
    if source.focus is not None:
        return source.focus, group
    now = {origin: place for (_wave, place), parts in origins.items() for origin in parts}
    single: dict[int, int] = {}
    for one in own:
        places = {now.get(part, part[1]) for part in one.parts}
        if len(places) == 1 and (place := places.pop(), group) not in source.withheld:
            single[place] = single.get(place, 0) + one.answered
    if single:
        return min(single, key=lambda place: (single[place], place)), group
    return None, group
