"""Finds the four corner marks and lays the page flat: millimetres of the layout to pixels of the picture.

The ids of the marks say which corner is which, so a sheet may lie in any direction.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from survey.paper.layouts import MARK_SIZE, MARKS, PAGE_HEIGHT, PAGE_WIDTH
from survey.paper.reading.images import Picture
from survey.paper.reading.records import PageRefused, Refusal

# Pixels per millimetre of the flattened page.
SCALE = 6
MAX_RESIDUAL = 1.5
MIN_MARKS = 3

_SEARCH_SIDE = 1800
_CORNERS = np.array([(0, 0), (MARK_SIZE, 0), (MARK_SIZE, MARK_SIZE), (0, MARK_SIZE)], dtype=np.float64)

Points = NDArray[np.float64]
Grey = NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Registration:
    """How the page lies in its picture. matrix: from millimetres on the page to pixels of the picture."""

    matrix: NDArray[np.float64]
    residual: float
    marks: int

    def flatten(self, picture: Picture, scale: float = SCALE) -> Picture:
        """Return the whole page seen from straight above."""
        return self.cut(picture, (0, 0, PAGE_WIDTH, PAGE_HEIGHT), scale)

    def cut(self, picture: Picture, box: tuple[float, float, float, float], scale: float) -> Picture:
        """Return one part of the page (left, top, width, height in millimetres) seen from straight above."""
        left, top, width, height = box
        to_page = np.array([[1 / scale, 0, left], [0, 1 / scale, top], [0, 0, 1]])
        size = (round(width * scale), round(height * scale))
        flags = cv2.INTER_AREA if self.density > 1.5 * scale else cv2.INTER_LINEAR
        warped = cv2.warpPerspective(
            picture, self.matrix @ to_page, size, flags=flags | cv2.WARP_INVERSE_MAP, borderValue=(255, 255, 255)
        )
        return np.asarray(warped, dtype=np.uint8)

    @property
    def density(self) -> float:
        """How many pixels of the picture a millimetre has in the middle of the page."""
        middle = np.array([[[PAGE_WIDTH / 2, PAGE_HEIGHT / 2]], [[PAGE_WIDTH / 2 + 1, PAGE_HEIGHT / 2]]])
        ends = cv2.perspectiveTransform(middle, self.matrix)
        return float(np.linalg.norm(ends[1] - ends[0]))


def register(picture: Picture) -> Registration:
    """Return how the page lies. Raises PageRefused when fewer than three marks are seen or the page is not flat."""
    grey = np.asarray(cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY), dtype=np.uint8)
    best: dict[int, Points] = {}
    for attempt in _attempts(grey):
        found = attempt()
        if len(found) > len(best):
            best = found
        if len(best) == len(MARKS):
            break
    if len(best) < MIN_MARKS:
        raise PageRefused(Refusal.CORNERS_MISSING)
    return _fit(best)


def _attempts(grey: Grey) -> Iterator[Callable[[], dict[int, Points]]]:
    """Yield ever more patient ways to look: as it is, with evened contrast, enlarged, coarser windows."""
    longest = max(grey.shape)
    scale = min(1.0, _SEARCH_SIDE / longest)
    small = _resized(grey, scale)
    yield lambda: _find(small, scale)
    yield lambda: _find(_evened(small), scale)
    if scale < 1:
        yield lambda: _find(grey, 1.0)
    bigger = min(2.0, 3600 / longest)
    yield lambda: _find(_evened(_resized(grey, bigger)), bigger, patient=True)


def _resized(grey: Grey, scale: float) -> Grey:
    if scale == 1:
        return grey
    method = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
    return np.asarray(cv2.resize(grey, None, fx=scale, fy=scale, interpolation=method), dtype=np.uint8)


def _evened(grey: Grey) -> Grey:
    return np.asarray(cv2.createCLAHE(clipLimit=3.0, tileGridSize=(8, 8)).apply(grey), dtype=np.uint8)


def _find(grey: Grey, scale: float, *, patient: bool = False) -> dict[int, Points]:
    """Return the corners of the marks that are there exactly once, in pixels of the whole picture."""
    settings = cv2.aruco.DetectorParameters()
    settings.adaptiveThreshWinSizeMin = 5
    settings.adaptiveThreshWinSizeMax = 53 if patient else 35
    settings.adaptiveThreshWinSizeStep = 8 if patient else 15
    settings.minMarkerPerimeterRate = 0.02
    settings.maxMarkerPerimeterRate = 0.6
    settings.cornerRefinementMethod = cv2.aruco.CORNER_REFINE_SUBPIX
    settings.errorCorrectionRate = 0.5
    detector = cv2.aruco.ArucoDetector(cv2.aruco.getPredefinedDictionary(cv2.aruco.DICT_4X4_50), settings)
    corners, ids, _ = detector.detectMarkers(grey)
    return _single({} if ids is None else _by_mark(corners, ids, scale))


def _by_mark(corners: Any, ids: Any, scale: float) -> dict[int, list[Points]]:
    found: dict[int, list[Points]] = {}
    for mark, points in zip(np.asarray(ids).ravel(), corners, strict=True):
        found.setdefault(int(mark), []).append((np.asarray(points, dtype=np.float64).reshape(4, 2) + 0.5) / scale - 0.5)
    return found


def _single(found: dict[int, list[Points]]) -> dict[int, Points]:
    # Two of one id means two sheets in one photo; neither corner can be trusted then.
    return {mark: places[0] for mark, places in found.items() if mark in MARKS and len(places) == 1}


def _fit(found: dict[int, Points]) -> Registration:
    on_page = np.concatenate([_CORNERS + np.array(MARKS[mark]) for mark in sorted(found)])
    in_picture = np.concatenate([found[mark] for mark in sorted(found)])
    matrix, _ = cv2.findHomography(on_page, in_picture, 0)
    if matrix is None:
        raise PageRefused(Refusal.NOT_FLAT)
    residual = _residual(np.asarray(matrix, dtype=np.float64), on_page, in_picture)
    if residual > MAX_RESIDUAL or _is_mirrored(matrix):
        raise PageRefused(Refusal.NOT_FLAT)
    return Registration(np.asarray(matrix, dtype=np.float64), residual, len(found))


def _residual(matrix: NDArray[np.float64], on_page: Points, in_picture: Points) -> float:
    back = cv2.perspectiveTransform(in_picture.reshape(-1, 1, 2), np.linalg.inv(matrix)).reshape(-1, 2)
    return float(np.max(np.linalg.norm(back - on_page, axis=1)))


def _is_mirrored(matrix: Any) -> bool:
    corners = np.array([[[0, 0]], [[PAGE_WIDTH, 0]], [[PAGE_WIDTH, PAGE_HEIGHT]], [[0, PAGE_HEIGHT]]], dtype=np.float64)
    seen = cv2.perspectiveTransform(corners, np.asarray(matrix)).reshape(4, 2)
    steps = np.roll(seen, -1, axis=0) - seen
    turns = steps[:, 0] * np.roll(steps, -1, axis=0)[:, 1] - steps[:, 1] * np.roll(steps, -1, axis=0)[:, 0]
    # A sheet of paper stays convex and the right way round in any photo of its front.
    return bool(np.any(turns <= 0))
