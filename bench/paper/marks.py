"""Draws what people do to an answer sheet: pens, pencils, ticks, crosses, half-filled circles, erasures, dots."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import cv2
import numpy as np

from survey.paper.layouts import DIAMETER, Circle, Layout, Row

# Pixels per millimetre of the clean raster that is drawn on.
SCALE = 200 / 25.4
_SUB = 3  # bits of sub-pixel precision for OpenCV's drawing

KINDS = ("dark", "pencil", "light", "tick", "cross", "partial")
SHARES = (0.40, 0.22, 0.08, 0.12, 0.10, 0.08)
BLANK, TWO, ERASED, DOT = 0.06, 0.03, 0.03, 0.03

BLUE, BLACK, RED = (35, 45, 150), (30, 30, 34), (175, 40, 45)


@dataclass(frozen=True)
class Truth:
    """What a row really says. is_ambiguous: a careful person would hesitate too (two marks, erasure)."""

    place: int
    codes: frozenset[int]
    is_ambiguous: bool


@dataclass(frozen=True)
class Tool:
    """What a person writes with: colour, how much it covers, thickness in millimetres."""

    colour: tuple[int, int, int]
    strength: float
    thickness: float


def pick_tool(random: np.random.Generator, kind: str) -> Tool:
    """Return a pen or pencil for a kind of mark."""
    if kind == "light":
        return Tool((70, 70, 72), random.uniform(0.35, 0.5), 0.7)
    if kind in ("pencil", "partial"):
        return Tool((55, 55, 58), random.uniform(0.6, 0.85), random.uniform(0.5, 0.8))
    colour = (BLUE, BLACK, RED)[random.choice(3, p=(0.6, 0.32, 0.08))]
    return Tool(colour, random.uniform(0.85, 1.0), random.uniform(0.4, 0.75))


class Hand:
    """One person's way of marking: a habit, mixed with another now and then."""

    def __init__(self, random: np.random.Generator) -> None:
        self.random = random
        self.habit = str(random.choice(KINDS, p=SHARES))
        self.tool = pick_tool(random, self.habit)

    def mark(self, page: np.ndarray, circle: Circle) -> None:
        """Mark one circle."""
        kind, tool = self.habit, self.tool
        if self.random.random() < 0.2:
            kind = str(self.random.choice(KINDS, p=SHARES))
            tool = pick_tool(self.random, kind)
        self._stroke(page, circle, _DRAW[kind], tool)

    def erase(self, page: np.ndarray, circle: Circle) -> bool:
        """Mark a circle with a pencil and rub it out again; return whether the smudge would make a person hesitate."""
        page, spot = _near(page, self.random, circle)
        layer = page.copy()
        _fill(layer, spot, Tool((70, 70, 72), 1.0, 0.6))
        soft = cv2.GaussianBlur(layer, (0, 0), 3)
        keep = self.random.uniform(0.08, 0.3)
        page[:] = (page * (1 - keep) + soft * keep).astype(np.uint8)
        return keep >= 0.15

    def stray(self, page: np.ndarray, circle: Circle) -> None:
        """Leave a dot where the pen rested, beside or in a circle."""
        page, spot = _near(page, self.random, circle)
        point = spot.at(*self.random.uniform(-1.4, 1.4, 2))
        cv2.circle(page, point, max(1, round(0.3 * SCALE * 2**_SUB)), self.tool.colour, -1, cv2.LINE_AA, _SUB)

    def _stroke(self, page: np.ndarray, circle: Circle, draw: Callable, tool: Tool) -> None:
        page, spot = _near(page, self.random, circle)
        layer = page.copy()
        draw(layer, spot, tool)
        grain = self.random.normal(1, 0.12, page.shape[:2])[:, :, None] if tool.strength < 0.9 else 1.0
        share = np.clip(tool.strength * grain, 0, 1)
        page[:] = np.minimum(page, page * (1 - share) + layer * share).astype(np.uint8)


class _Spot:
    """A circle with the small misses of a hand."""

    def __init__(self, random: np.random.Generator, x: float, y: float) -> None:
        self.random = random
        self.x = x + random.normal(0, 0.25)
        self.y = y + random.normal(0, 0.25)
        self.radius = DIAMETER / 2

    def at(self, dx: float, dy: float) -> tuple[int, int]:
        return round((self.x + dx) * SCALE * 2**_SUB), round((self.y + dy) * SCALE * 2**_SUB)


def _near(page: np.ndarray, random: np.random.Generator, circle: Circle) -> tuple[np.ndarray, _Spot]:
    """Return the part of the page around a circle, and the circle in it: marks need no more."""
    left, top = round((circle.x - 8) * SCALE), round((circle.y - 8) * SCALE)
    side = round(16 * SCALE)
    spot = _Spot(random, circle.x - left / SCALE, circle.y - top / SCALE)
    return page[top : top + side, left : left + side], spot


def _lines(page: np.ndarray, spot: _Spot, tool: Tool, points: list[tuple[float, float]], thickness: float = 0) -> None:
    width = max(1, round((thickness or tool.thickness) * SCALE))
    array = np.array([spot.at(*point) for point in points], dtype=np.int32)
    cv2.polylines(page, [array], False, tool.colour, width, cv2.LINE_AA, _SUB)


def _scribble(page: np.ndarray, spot: _Spot, tool: Tool, reach: float, share: float, step: float) -> None:
    heights = np.arange(-reach, -reach + 2 * reach * share, step)
    points = []
    for n, height in enumerate(heights):
        half = (max(0.0, reach**2 - height**2) ** 0.5) * spot.random.uniform(0.85, 1.05)
        points += [(-half, height), (half, height)] if n % 2 == 0 else [(half, height), (-half, height)]
    if len(points) > 1:
        _lines(page, spot, tool, points)


def _fill(page: np.ndarray, spot: _Spot, tool: Tool) -> None:
    _scribble(page, spot, tool, spot.radius * spot.random.uniform(0.85, 1.05), 1.0, tool.thickness * 0.8)


def _partial(page: np.ndarray, spot: _Spot, tool: Tool) -> None:
    reach = spot.radius * spot.random.uniform(0.7, 0.95)
    _scribble(page, spot, tool, reach, spot.random.uniform(0.45, 0.8), tool.thickness * 1.3)


def _tick(page: np.ndarray, spot: _Spot, tool: Tool) -> None:
    size = spot.random.uniform(0.8, 1.3)
    _lines(page, spot, tool, [(-1.6 * size, 0.1), (-0.4 * size, 1.6 * size), (2.6 * size, -2.6 * size)])


def _cross(page: np.ndarray, spot: _Spot, tool: Tool) -> None:
    size = spot.random.uniform(1.4, 2.5)
    _lines(page, spot, tool, [(-size, -size), (size, size)])
    _lines(page, spot, tool, [(-size, size), (size, -size)])


_DRAW: dict[str, Callable] = {
    "dark": _fill,
    "pencil": _fill,
    "light": _fill,
    "tick": _tick,
    "cross": _cross,
    "partial": _partial,
}


def fill_sheet(page: np.ndarray, layout: Layout, random: np.random.Generator, form: str) -> list[Truth]:
    """Answer a sheet as one person would; return the truth, row by row."""
    hand = Hand(random)
    return [_fill_row(page, row, hand, form) for row in layout.rows]


def _fill_row(page: np.ndarray, row: Row, hand: Hand, form: str) -> Truth:
    random, chance = hand.random, hand.random.random()
    if row.place == 0:
        circle = row.circles["AB".index(form)]
        if chance < 0.15:
            return Truth(0, frozenset(), False)
        hand.mark(page, circle)
        return Truth(0, frozenset({circle.code}), False)
    if chance < BLANK:
        return Truth(row.place, frozenset(), False)
    circles = list(row.circles)
    random.shuffle(circles)
    if row.is_multiple:
        chosen = circles[: random.integers(1, min(4, len(circles)) + 1)]
        for circle in chosen:
            hand.mark(page, circle)
        return Truth(row.place, frozenset(circle.code for circle in chosen), False)
    hand.mark(page, circles[0])
    codes = frozenset({circles[0].code})
    if chance < BLANK + TWO:
        hand.mark(page, circles[1])
        return Truth(row.place, codes | {circles[1].code}, True)
    if chance < BLANK + TWO + ERASED:
        return Truth(row.place, codes, hand.erase(page, circles[1]))
    if chance < BLANK + TWO + ERASED + DOT:
        hand.stray(page, circles[1])
    return Truth(row.place, codes, False)
