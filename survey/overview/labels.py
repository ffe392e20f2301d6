"""Finds a place for the label of each dot of a small picture: on no other dot, interval or label."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

# Measures of a label of 12 units height: a sign is that wide on the safe side, the percent sign wider.
SIGN, PERCENT, HEIGHT = 7.4, 11.5, 12.0
# How far a label stays from its dot, and how far a dot reaches.
GAP, RADIUS = 9.0, 7.0


@dataclass(frozen=True, slots=True)
class Box:
    """A part of the picture that is taken."""

    left: float
    top: float
    right: float
    bottom: float

    def meets(self, other: Box) -> bool:
        """Say whether two boxes lie on each other."""
        return (
            self.left < other.right and other.left < self.right and self.top < other.bottom and other.top < self.bottom
        )

    def lies_in(self, frame: Box) -> bool:
        """Say whether the box is wholly inside another."""
        return (
            frame.left <= self.left
            and self.right <= frame.right
            and frame.top <= self.top
            and self.bottom <= frame.bottom
        )


@dataclass(frozen=True, slots=True)
class Mark:
    """A dot with its interval from high to low (the smaller number is the higher place), and what stands at it."""

    x: float
    y: float
    high: float
    low: float
    text: str


def place_labels(marks: Sequence[Mark], frame: Box, line: float) -> list[Box | None]:
    """Return the place of each mark's label, None where there is none: the list beside the picture has its figure.

    line: a level line that labels keep off where they can. The last mark is served first, then the first one, as these
    two are what a reader looks for.
    """
    taken = [box for mark in marks for box in _boxes(mark)]
    level = Box(frame.left, line - 1.5, frame.right, line + 1.5)
    places: list[Box | None] = [None] * len(marks)
    for number in sorted(range(len(marks)), key=lambda number: (number != len(marks) - 1, number)):
        free = [box for box in _candidates(marks[number]) if box.lies_in(frame) and not any(map(box.meets, taken))]
        best = next((box for box in free if not box.meets(level)), free[0] if free else None)
        if best is not None:
            places[number] = best
            taken.append(best)
    return places


def _boxes(mark: Mark) -> tuple[Box, Box]:
    dot = Box(mark.x - RADIUS, mark.y - RADIUS, mark.x + RADIUS, mark.y + RADIUS)
    return dot, Box(mark.x - 2, mark.high, mark.x + 2, mark.low)


def _candidates(mark: Mark) -> Iterator[Box]:
    """Yield the places for a label, the best first: beside the dot, above and below its interval, at the corners."""
    width = sum(PERCENT if sign == "%" else SIGN for sign in mark.text)
    right, left, middle = mark.x + GAP, mark.x - GAP - width, mark.x - width / 2
    above, below = min(mark.high, mark.y - RADIUS) - HEIGHT, max(mark.low, mark.y + RADIUS)
    beside = mark.y - HEIGHT / 2
    corners = [(side, mark.y + shift) for shift in (-HEIGHT - 2, 2) for side in (right, left)]
    for x, y in [(right, beside), (left, beside), (middle, above), (middle, below), *corners]:
        yield Box(x, y, x + width, y + HEIGHT)
