"""Finds each row of printed rings again on the flattened page: paper swells, curls and is copied askew.

A row is looked for within 2.6 mm of its place. The places found must follow a smooth curve down the page; a row that is
off the curve, too faint, or found at the very edge of its window is not located, and is then never called blank.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from survey.paper.layouts import DIAMETER, Circle, Row
from survey.paper.reading.ink import Darkness
from survey.paper.reading.registration import SCALE

SEARCH_MILLIMETRES = 2.6
OFF_CURVE_MILLIMETRES = 0.5
FAINT = 0.35
# Rings fainter than this on the whole sheet are no rings: some other paper with our corner marks.
MIN_RING = 0.06

_REACH = round(SEARCH_MILLIMETRES * SCALE)
_NEAR = round(0.8 * SCALE)
_SINGLE = 4
_CAP = 0.45

Field = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class RowPlace:
    """Where a row was found: its circles' centres in pixels, how clear their rings are, and whether to trust it."""

    centres: tuple[tuple[float, float], ...]
    rings: tuple[float, ...]
    is_located: bool
    dx: float
    dy: float


@dataclass(slots=True)
class _Guess:
    offset: NDArray[np.float64]
    score: float
    is_inside: bool


def locate_rows(darkness: Darkness, rows: Sequence[Row]) -> tuple[RowPlace, ...]:
    """Return the place of each row, in their order; rows of blocks side by side follow curves of their own."""
    field = ring_field(darkness)
    guesses = [_search(field, row, np.zeros(2), _REACH) for row in rows]
    typical = float(np.median([guess.score for guess in guesses]))
    found: list[RowPlace] = [RowPlace((), (), False, 0.0, 0.0)] * len(rows)
    for block in _blocks(rows):
        curve = _curve([rows[index].y for index in block], [guesses[index] for index in block], typical)
        for index in block:
            expected = curve(rows[index].y)
            guess = guesses[index]
            if not _fits(guess, expected, typical):
                guess = _search(field, rows[index], expected, _NEAR)
            found[index] = _place(field, rows[index], guess, _fits(guess, expected, typical))
    return tuple(found)


def ring_field(darkness: Darkness) -> Field:
    """Return at each pixel how much a printed ring is centred there: dark on the ring, light just outside."""
    radius = (DIAMETER / 2 - 0.175) * SCALE
    side = int(radius + 7)
    grid = np.arange(-side, side + 1)
    distance = np.hypot(grid[:, None], grid[None, :])
    on_ring = np.abs(distance - radius) <= 1.3
    outside = (distance >= radius + 3) & (distance <= radius + 6)
    kernel = (on_ring / on_ring.sum() - outside / outside.sum()).astype(np.float32)
    field = cv2.filter2D(darkness, cv2.CV_32F, kernel, borderType=cv2.BORDER_REPLICATE)
    return np.asarray(np.clip(field, -0.1, _CAP), dtype=np.float32)


def _search(field: Field, row: Row, around: NDArray[np.float64], reach: int) -> _Guess:
    """Return the shift at which the rings of a row show best together."""
    mean = np.mean([_window(field, circle, around, reach) for circle in row.circles], axis=0)
    total = np.asarray(cv2.GaussianBlur(mean, (0, 0), 1.0), dtype=np.float32)
    place = np.array(np.unravel_index(int(np.argmax(total)), total.shape))
    is_inside = bool(np.all((place > 0) & (place < 2 * reach)))
    return _Guess(np.round(around) + place[::-1] - reach, float(total[tuple(place)]), is_inside)


def _window(field: Field, circle: Circle, around: NDArray[np.float64], reach: int) -> Field:
    column = round(circle.x * SCALE) + round(float(around[0]))
    row = round(circle.y * SCALE) + round(float(around[1]))
    return field[row - reach : row + reach + 1, column - reach : column + reach + 1]


def _blocks(rows: Sequence[Row]) -> list[list[int]]:
    """Return the rows' numbers by block: a block ends where the next row stands higher on the page."""
    blocks: list[list[int]] = [[]]
    for index, row in enumerate(rows):
        if index and row.y < rows[index - 1].y:
            blocks.append([])
        blocks[-1].append(index)
    return blocks


@dataclass(frozen=True, slots=True)
class _Curve:
    coefficients: NDArray[np.float64]

    def __call__(self, y: float) -> NDArray[np.float64]:
        powers = y ** np.arange(len(self.coefficients))
        return np.asarray(powers @ self.coefficients, dtype=np.float64)


def _curve(heights: Sequence[float], guesses: Sequence[_Guess], typical: float) -> _Curve:
    """Fit a smooth curve to the clear rows, leaving out the farthest ones until the rest agree."""
    kept = [n for n, guess in enumerate(guesses) if guess.is_inside and guess.score >= FAINT * typical]
    while len(kept) >= 3:
        degree = 2 if len(kept) >= 6 else 1
        y = np.array([heights[n] for n in kept])
        offsets = np.array([guesses[n].offset for n in kept])
        powers = y[:, None] ** np.arange(degree + 1)
        coefficients, *_ = np.linalg.lstsq(powers, offsets, rcond=None)
        misses = np.linalg.norm(powers @ coefficients - offsets, axis=1)
        worst = int(np.argmax(misses))
        if misses[worst] <= OFF_CURVE_MILLIMETRES * SCALE:
            return _Curve(np.asarray(coefficients, dtype=np.float64))
        del kept[worst]
    offsets = np.array([guesses[n].offset for n in kept] or [np.zeros(2)])
    return _Curve(np.median(offsets, axis=0)[None, :])


def _fits(guess: _Guess, expected: NDArray[np.float64], typical: float) -> bool:
    off = float(np.linalg.norm(guess.offset - expected))
    return guess.is_inside and off <= OFF_CURVE_MILLIMETRES * SCALE and guess.score >= FAINT * typical


def _place(field: Field, row: Row, guess: _Guess, is_located: bool) -> RowPlace:
    centres, rings = [], []
    for circle in row.circles:
        shift, ring = _nudge(field, circle, guess.offset)
        centres.append((circle.x * SCALE + shift[0], circle.y * SCALE + shift[1]))
        rings.append(ring)
    return RowPlace(
        tuple(centres), tuple(rings), is_located, float(guess.offset[0]) / SCALE, float(guess.offset[1]) / SCALE
    )


_STEPS = np.arange(-_SINGLE, _SINGLE + 1)
# A single circle may stand a little off its row, the less likely the farther.
_DOUBT = (0.004 * (_STEPS[:, None] ** 2 + _STEPS[None, :] ** 2)).astype(np.float32)


def _nudge(field: Field, circle: Circle, offset: NDArray[np.float64]) -> tuple[tuple[float, float], float]:
    window = _window(field, circle, offset, _SINGLE)
    place = np.unravel_index(int(np.argmax(window - _DOUBT)), window.shape)
    shift = (float(offset[0]) + float(place[1]) - _SINGLE, float(offset[1]) + float(place[0]) - _SINGLE)
    return shift, float(window[place])
