"""Decides which circles of a sheet are marked, by comparison with this sheet's own empty and marked circles.

No fixed level of darkness works for hard pencils, pale pens, photos and photocopies alike (measured: one fixed level
gets a fifth of all answers wrong). What stands clearly above and clearly below is decided; what lies between, two
marks, and rows that were not found go to a person, with the reason.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from survey.paper.layouts import Row
from survey.paper.reading.records import Reason, RowReading, RowState
from survey.paper.reading.rows import FAINT, RowPlace

# As shares of a typical mark of this sheet.
BLANK_BELOW = 0.10
CERTAIN_ABOVE = 0.22
# Beside a clear mark a second one is doubted from this share of it on, or from this share of a typical mark.
SECOND = 0.30
DOUBT_ABOVE = 0.16

# As multiples of how much empty circles differ among themselves.
_NOISE_LOW = 4.0
_NOISE_HIGH = 6.0
_FLOOR_LOW = 0.03
_FLOOR_HIGH = 0.06


@dataclass(frozen=True, slots=True)
class Thresholds:
    """What counts as empty (below low) and as marked (above high), in darkness above the sheet's empty circles.

    doubt: from here on, what stands beside a clear mark is not taken for a speck.
    """

    low: float
    doubt: float
    high: float


@dataclass(frozen=True, slots=True)
class Measured:
    """One row's place and the darkness inside its circles."""

    row: Row
    place: RowPlace
    inks: tuple[float, ...]


def decide_rows(measured: Sequence[Measured], *, contrast: float) -> tuple[RowReading, ...]:
    """Return the answers; contrast is how much darker the printed filled example is than the printed empty one."""
    paper = float(np.median([_lightest(each.inks) for each in measured]))
    reliefs = [_relief(each.inks, paper) for each in measured]
    limits = _thresholds(reliefs, contrast)
    typical_ring = float(np.median([ring for each in measured for ring in each.place.rings]))
    return tuple(_decide(each, relief, limits, typical_ring) for each, relief in zip(measured, reliefs, strict=True))


def _lightest(inks: Sequence[float]) -> float:
    return float(np.median(sorted(inks)[: min(3, max(1, len(inks) - 1))]))


def _relief(inks: Sequence[float], paper: float) -> list[float]:
    """Return how much each circle stands out from its row's empty ones; a row of marks only, from the sheet's."""
    base = min(_lightest(inks), paper + 0.05)
    return [ink - base for ink in inks]


def _thresholds(reliefs: Sequence[Sequence[float]], contrast: float) -> Thresholds:
    quiet = np.array([value for relief in reliefs for value in sorted(relief)[:-1] if value < 0.15])
    noise = float(1.4826 * np.median(np.abs(quiet - np.median(quiet)))) if len(quiet) else 0.02
    seen = max(BLANK_BELOW * contrast, _NOISE_LOW * noise, _FLOOR_LOW)
    marks = [max(relief) for relief in reliefs if max(relief) > seen]
    # With few marks the printed example has a say, so that one smudge on an empty sheet is not "typical".
    full = float(np.median([*marks, *[0.5 * contrast] * max(0, 3 - len(marks))]))
    full = min(full, contrast)
    return Thresholds(
        # What a copier has left of a soft pencil is far below a tenth of a typical mark, yet clearly above the noise.
        low=max(min(BLANK_BELOW * full, _NOISE_HIGH * noise), _NOISE_LOW * noise, _FLOOR_LOW),
        doubt=max(DOUBT_ABOVE * full, _NOISE_HIGH * noise, _FLOOR_HIGH),
        high=max(CERTAIN_ABOVE * full, _NOISE_HIGH * noise, _FLOOR_HIGH),
    )


def _decide(each: Measured, relief: Sequence[float], limits: Thresholds, typical_ring: float) -> RowReading:
    codes, reason = _marked(each.row, relief, limits)
    if not each.place.is_located:
        codes, reason = (), Reason.NOT_LOCATED
    elif _is_dazzled(each.place, relief, limits, typical_ring):
        reason = Reason.GLARE
    state = RowState.REVIEW if reason else RowState.CERTAIN if codes else RowState.BLANK
    inks = tuple(round(ink, 3) for ink in each.inks)
    return RowReading(each.row.place, codes, state, reason, inks, round(each.place.dx, 2), round(each.place.dy, 2))


def _marked(row: Row, relief: Sequence[float], limits: Thresholds) -> tuple[tuple[int, ...], Reason | None]:
    return (_several if row.is_multiple else _one)([circle.code for circle in row.circles], relief, limits)


def _one(codes: Sequence[int], relief: Sequence[float], limits: Thresholds) -> tuple[tuple[int, ...], Reason | None]:
    order = sorted(range(len(codes)), key=lambda n: -relief[n])
    first, second = relief[order[0]], relief[order[1]]
    if first < limits.low:
        return (), None
    doubtful = max(min(SECOND * first, limits.doubt), limits.low)
    if second >= doubtful:
        reason = Reason.TWO_MARKS if second >= limits.high else Reason.ERASURE
        return tuple(sorted(codes[n] for n in order if relief[n] >= doubtful)), reason
    return (codes[order[0]],), Reason.WEAK if first < limits.high else None


def _several(
    codes: Sequence[int], relief: Sequence[float], limits: Thresholds
) -> tuple[tuple[int, ...], Reason | None]:
    strongest = max(relief)
    seen = [n for n, value in enumerate(relief) if value >= limits.low]
    chosen = tuple(sorted(codes[n] for n in seen))
    if any(relief[n] < limits.high for n in seen):
        return chosen, Reason.WEAK
    if any(relief[n] < SECOND * strongest for n in seen):
        return chosen, Reason.ERASURE
    return chosen, None


def _is_dazzled(place: RowPlace, relief: Sequence[float], limits: Thresholds, typical_ring: float) -> bool:
    """Whether a ring has vanished: a reflection or a fold hides what may stand there."""
    return any(
        ring < FAINT * typical_ring and value < limits.high for ring, value in zip(place.rings, relief, strict=True)
    )
