"""The organisations of a roll-up, each with its own headlines.

Runs in the child process: the figures need SciPy.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from analysis.records import ClusterCounts, Design, Estimate
from survey.core.vocabulary import OrganisationKind, WaveKind
from survey.reports.figures import Figures, place_headlines
from survey.reports.lines import BEFORE, WAVE_NAMES
from survey.reports.masks import Masks
from survey.reports.records import GroupRow, Pair, PlaceCell, PlaceRow, ReportInput


def place_rows(
    source: ReportInput,
    lines: Mapping[int, Sequence[ClusterCounts]],
    designs: Mapping[str, Design],
    masks: Masks,
    rows: Sequence[GroupRow],
) -> tuple[PlaceRow, ...]:
    """Return the organisations by name, schools after the ward itself: no ranking."""
    wave = {row.group: _latest_wave(row) for row in rows}
    ordered = sorted(source.places, key=lambda place: (place.kind == OrganisationKind.SCHOOL, place.name, place.id))
    found = []
    for place in ordered:
        own = [line for line in lines.get(place.id, ()) if masks[place.id][line.audience] is None]
        figures = place_headlines(own, designs)
        cells = tuple(
            PlaceCell(
                row.group,
                masks.get(place.id, {}).get(row.group),
                _of(figures, row, wave[row.group]),
                _of(figures, row, BEFORE) if wave[row.group] != BEFORE else None,
            )
            for row in rows
        )
        found.append(PlaceRow(place, cells))
    return tuple(found)


def _latest_wave(row: GroupRow) -> str:
    return BEFORE if row.headline.latest is row.headline.before else WAVE_NAMES[WaveKind.FOLLOW_UP]


def _of(figures: Figures, row: GroupRow, wave: str) -> Estimate | None:
    pair = figures.get((row.group, None), Pair())
    found = pair.before if wave == BEFORE else pair.after
    return found if row.has_verdict else without_verdict(found)


def without_verdict(estimate: Estimate | None) -> Estimate | None:
    """Return an estimate that is not judged."""
    if estimate is None:
        return None
    return replace(estimate, verdict=None, strength=None, tipping=None, target_count=None, p_met=None, p_not=None)
