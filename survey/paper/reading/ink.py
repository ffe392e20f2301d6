"""Measures how dark the paper is, free of shadow, yellow light and the colour of the pen."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from survey.paper.layouts import DIAMETER
from survey.paper.reading.images import Picture
from survey.paper.reading.registration import SCALE

Darkness = NDArray[np.float32]

# Marks are smaller than this; whatever is dark over a wider area is shadow.
_SHADOW_MILLIMETRES = 9.0
_COARSE = 2
INNER = 0.8


def measure_darkness(flat: Picture) -> Darkness:
    """Return 0 for paper to 1 for black at each pixel of a flattened page.

    The darkest of red, green and blue counts, so that red and blue pens do; then the brightness of the paper around
    each place is divided out. Closing, not blurring, finds that brightness: it keeps the edge of a shadow sharp.
    """
    value = flat.min(axis=2)
    height, width = value.shape
    coarse = cv2.resize(value, (width * _COARSE // SCALE, height * _COARSE // SCALE), interpolation=cv2.INTER_AREA)
    side = round(_SHADOW_MILLIMETRES * _COARSE) | 1
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (side, side))
    white = cv2.medianBlur(cv2.morphologyEx(coarse, cv2.MORPH_CLOSE, kernel), 5)
    white = cv2.resize(white, (width, height), interpolation=cv2.INTER_LINEAR).astype(np.float32)
    return np.asarray(np.clip(1 - value / np.maximum(white, 24), 0, 1), dtype=np.float32)


_RADIUS = INNER * DIAMETER / 2 * SCALE
_SIDE = int(_RADIUS) + 1
_GRID = np.arange(-_SIDE, _SIDE + 1)
_DISC = (_GRID[:, None] ** 2 + _GRID[None, :] ** 2) <= _RADIUS**2


def ink_in_circle(darkness: Darkness, x: float, y: float) -> float:
    """Return the mean darkness of a circle's inner four fifths; x and y in pixels of the flattened page."""
    column, row = round(x), round(y)
    cut = darkness[row - _SIDE : row + _SIDE + 1, column - _SIDE : column + _SIDE + 1]
    return float(cut[_DISC].mean()) if cut.shape == _DISC.shape else 0.0
