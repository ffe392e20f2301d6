"""Reads one page from its picture: straighten, serial, rows, decisions. Loads the vision libraries.

In two steps, because the rows of a sheet are known only once its serial is.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from survey.paper.layouts import EMPTY_EXAMPLE, FILLED_EXAMPLE, Layout
from survey.paper.reading.decisions import Measured, decide_rows
from survey.paper.reading.images import Picture
from survey.paper.reading.ink import Darkness, ink_in_circle, measure_darkness
from survey.paper.reading.records import PageRefused, Refusal, RowReading
from survey.paper.reading.registration import SCALE, Registration, register
from survey.paper.reading.rows import MIN_RING, locate_rows
from survey.paper.reading.serials import read_serial

# The printed filled example must stand out this much from the empty one, or nothing can be told apart.
MIN_CONTRAST = 0.25
MIN_DENSITY = 3.0

# OpenCV must not take the other cores: answers that come in go first.
cv2.setNumThreads(1)


@dataclass(frozen=True, slots=True)
class Straightened:
    """A page laid flat, with its serial if the QR could be read."""

    flat: Picture
    registration: Registration
    serial: str | None


def straighten(picture: Picture) -> Straightened:
    """Return the page laid flat. Raises PageRefused when corner marks are missing or the page is not flat."""
    registration = register(picture)
    if registration.density < MIN_DENSITY:
        raise PageRefused(Refusal.BLURRED)
    return Straightened(registration.flatten(picture), registration, read_serial(picture, registration))


def read_rows(page: Straightened, layout: Layout) -> tuple[RowReading, ...]:
    """Return the answers of a flattened page. Raises PageRefused when it is not a sheet of this layout."""
    darkness = measure_darkness(page.flat)
    contrast = _example(darkness, FILLED_EXAMPLE, darkest=True) - _example(darkness, EMPTY_EXAMPLE, darkest=False)
    if contrast < MIN_CONTRAST:
        raise PageRefused(Refusal.NOT_OUR_SHEET)
    places = locate_rows(darkness, layout.rows)
    if float(np.median([ring for place in places for ring in place.rings])) < MIN_RING:
        raise PageRefused(Refusal.NOT_OUR_SHEET)
    measured = [
        Measured(row, place, tuple(ink_in_circle(darkness, x, y) for x, y in place.centres))
        for row, place in zip(layout.rows, places, strict=True)
    ]
    return decide_rows(measured, contrast=contrast)


def _example(darkness: Darkness, centre: tuple[float, float], *, darkest: bool) -> float:
    """Return the ink of a printed example, allowing for a page that is not quite flat."""
    shifts = (-4, 0, 4)
    inks = [ink_in_circle(darkness, centre[0] * SCALE + dx, centre[1] * SCALE + dy) for dx in shifts for dy in shifts]
    return max(inks) if darkest else min(inks)


def encode_flat(flat: Picture) -> bytes:
    """Return a flattened page as JPEG, for the people who check it."""
    done, data = cv2.imencode(".jpg", cv2.cvtColor(flat, cv2.COLOR_RGB2BGR), [cv2.IMWRITE_JPEG_QUALITY, 82])
    if not done:
        raise PageRefused(Refusal.DAMAGED)
    return bytes(np.asarray(data).tobytes())


def thumbnail(picture: Picture, side: int = 480) -> bytes:
    """Return a small JPEG of a page that was refused."""
    scale = min(1.0, side / max(picture.shape[:2]))
    small = cv2.resize(picture, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    return encode_flat(np.asarray(small, dtype=np.uint8))
