"""Where everything stands on an answer sheet, in millimetres from the upper left corner of an A4 page.

One source for the printer (as JSON for typst) and for the reader. The frame (corner marks, QR, examples) is the same on
every sheet, so that a page can be straightened and its serial read before anything else is known; the rows follow from
the instrument. The rows that were printed are kept with the print run: a later change here never moves circles that are
already on paper.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from itertools import zip_longest
from typing import Any

from survey.core.errors import Conflict
from survey.instruments.definitions import InstrumentDefinition, Item

VERSION = 1
PAGE_WIDTH = 210.0
PAGE_HEIGHT = 297.0

# ArUco marks of the dictionary 4x4_50, ids 0-3 clockwise from the upper left, on four sides of white paper.
MARK_SIZE = 12.0
MARK_EDGE = 10.0
MARKS: dict[int, tuple[float, float]] = {
    0: (MARK_EDGE, MARK_EDGE),
    1: (PAGE_WIDTH - MARK_EDGE - MARK_SIZE, MARK_EDGE),
    2: (PAGE_WIDTH - MARK_EDGE - MARK_SIZE, PAGE_HEIGHT - MARK_EDGE - MARK_SIZE),
    3: (MARK_EDGE, PAGE_HEIGHT - MARK_EDGE - MARK_SIZE),
}

# The QR with its quiet zone: left, top, side.
QR_BOX = (146.0, 10.0, 34.0)

DIAMETER = 4.8
# Printed by the machine on every sheet: what a filled, a ticked and an empty circle look like.
FILLED_EXAMPLE = (136.0, 63.5)
TICKED_EXAMPLE = (150.0, 63.5)
EMPTY_EXAMPLE = (164.0, 63.5)

FORM_PLACE = 0
DONT_KNOW_CODE = 0

_TOP = 84.0
_BOTTOM = 269.0
_LEFT = 26.0
_RIGHT = 184.0
_HEADING = 6.5
_PITCH_MIN = 8.0
_PITCH_MAX = 11.5
_LABEL = 24.0
_NARROW_LABEL = 14.0
_GAP = 5.0
_COLUMN_MIN = 8.2
_COLUMN_MAX = 14.0


class LayoutTooLarge(Conflict):
    """The questionnaire has more questions or answers than one page of circles can hold."""


@dataclass(frozen=True, slots=True)
class Circle:
    """One circle to fill: the code of its answer, its centre, and what is printed in it."""

    code: int
    x: float
    y: float
    text: str


@dataclass(frozen=True, slots=True)
class Row:
    """The circles of one question. Place 0 asks which question paper (form) lay beside the sheet."""

    place: int
    label: str
    is_multiple: bool
    circles: tuple[Circle, ...]

    @property
    def y(self) -> float:
        """The height at which the row stands."""
        return self.circles[0].y


@dataclass(frozen=True, slots=True)
class Heading:
    """A small word above a column of circles, centred at x; y is its baseline."""

    x: float
    y: float
    text: str


@dataclass(frozen=True, slots=True)
class Layout:
    """Everything that differs from one instrument's sheet to another's."""

    version: int
    rows: tuple[Row, ...]
    headings: tuple[Heading, ...]

    @property
    def questions(self) -> tuple[Row, ...]:
        """The rows of questions, without the one that asks for the form."""
        return tuple(row for row in self.rows if row.place != FORM_PLACE)

    def to_dict(self) -> dict[str, Any]:
        """Return the layout as plain values for JSON."""
        return asdict(self)

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> Layout:
        """Rebuild a layout from what `to_dict` returned."""
        rows = tuple(
            Row(row["place"], row["label"], row["is_multiple"], tuple(Circle(**circle) for circle in row["circles"]))
            for row in data["rows"]
        )
        return cls(data["version"], rows, tuple(Heading(**heading) for heading in data["headings"]))


@dataclass(frozen=True, slots=True)
class _Asked:
    """What one row has to hold, in whichever form."""

    place: int
    options: int
    has_dont_know: bool
    is_multiple: bool

    @property
    def shape(self) -> tuple[int, bool, bool]:
        return (self.options, self.has_dont_know, self.is_multiple)


def build_layout(definition: InstrumentDefinition) -> Layout:
    """Return the layout of an instrument; both forms share it, each place as wide as its wider question.

    Raises LayoutTooLarge when the questions do not fit on one page in circles that can be filled and read.
    """
    asked = _asked(definition)
    with_form = len(definition.forms) > 1
    blocks = _split(asked, with_form)
    width = (_RIGHT - _LEFT - _GAP * (len(blocks) - 1)) / len(blocks)
    rows: list[Row] = []
    headings: list[Heading] = []
    for number, block in enumerate(blocks):
        left = _LEFT + number * (width + _GAP)
        pen = _Pen(left, width, _pitch(block, with_form and number == 0), is_narrow=len(blocks) > 1)
        pen.centre(max(pen.width_of(_columns(block, each), each.has_dont_know) for each in block))
        if with_form and number == 0:
            rows.append(pen.draw_form())
        shape: tuple[int, bool, bool] | None = None
        for each in block:
            if each.shape != shape:
                headings += pen.draw_headings(each, _columns(block, each))
                shape = each.shape
            rows.append(pen.draw_row(each, _columns(block, each)))
    return Layout(VERSION, tuple(rows), tuple(headings))


def _asked(definition: InstrumentDefinition) -> list[_Asked]:
    pairs: list[Sequence[Item | None]] = list(zip_longest(*(definition.items_of(form) for form in definition.forms)))
    asked = []
    for place, pair in enumerate(pairs, start=1):
        items = [item for item in pair if item is not None]
        asked.append(
            _Asked(
                place,
                max(len(item.options) for item in items),
                any(item.scored for item in items),
                any(item.kind == "multiple" for item in items),
            )
        )
    return asked


def _columns(block: Sequence[_Asked], each: _Asked) -> int:
    """Return how many options stand before the column "Chưa rõ", the same for all rows that have it."""
    return max(other.options for other in block if other.has_dont_know == each.has_dont_know)


def _height(block: Sequence[_Asked], with_form: bool, pitch: float) -> float:
    shapes = [each.shape for each in block]
    headings = sum(shape != before for shape, before in zip(shapes, [None, *shapes], strict=False))
    return (len(block) + with_form) * pitch + headings * _HEADING


def _pitch(block: Sequence[_Asked], with_form: bool) -> float:
    rows = len(block) + with_form
    room = _BOTTOM - _TOP - (_height(block, with_form, _PITCH_MIN) - rows * _PITCH_MIN)
    return min(_PITCH_MAX, room / rows)


def _split(asked: Sequence[_Asked], with_form: bool) -> list[list[_Asked]]:
    """Return the rows in one block, or in two side by side where one page's height is not enough."""
    room = _BOTTOM - _TOP
    if not asked:
        raise LayoutTooLarge
    if _height(asked, with_form, _PITCH_MIN) <= room:
        return [list(asked)]
    middle = (len(asked) + with_form + 1) // 2 - with_form
    blocks = [list(asked[:middle]), list(asked[middle:])]
    if any(_height(block, with_form and block is blocks[0], _PITCH_MIN) > room for block in blocks):
        raise LayoutTooLarge
    return blocks


class _Pen:
    """Puts rows below each other in one block."""

    def __init__(self, left: float, width: float, pitch: float, *, is_narrow: bool) -> None:
        self._left = left
        self._label = _NARROW_LABEL if is_narrow else _LABEL
        self._room = width - self._label
        self._pitch = pitch
        self._y = _TOP

    def width_of(self, columns: int, has_dont_know: bool) -> float:
        """Return how wide the circles of such rows are together."""
        return self._column(columns, has_dont_know) * (columns + (1.5 if has_dont_know else 0))

    def centre(self, width: float) -> None:
        """Move everything towards the middle of the block when its circles need less than its width."""
        self._left += (self._room - width) / 2

    def draw_form(self) -> Row:
        """Put down the row that asks which question paper was used."""
        self._y += self._pitch
        y = self._y - self._pitch / 2
        first = self._left + self._label + self._column(4, False) / 2
        circles = tuple(
            Circle(code, _round(first + (code - 1) * self._column(4, False)), _round(y), text)
            for code, text in ((1, "A"), (2, "B"))
        )
        return Row(FORM_PLACE, "Đề", False, circles)

    def draw_headings(self, each: _Asked, columns: int) -> list[Heading]:
        """Put down what the columns of the next rows mean."""
        self._y += _HEADING
        y = _round(self._y - 1.2)
        heads = [Heading(self._x(code, each, columns), y, str(code)) for code in range(1, each.options + 1)]
        if each.has_dont_know:
            heads.append(Heading(self._x(DONT_KNOW_CODE, each, columns), y, "Chưa rõ"))
        return heads

    def draw_row(self, each: _Asked, columns: int) -> Row:
        """Put down the circles of one question."""
        self._y += self._pitch
        y = _round(self._y - self._pitch / 2)
        codes = [*range(1, each.options + 1), *([DONT_KNOW_CODE] if each.has_dont_know else [])]
        circles = tuple(Circle(code, self._x(code, each, columns), y, str(code)) for code in codes)
        return Row(each.place, f"Câu {each.place}", each.is_multiple, circles)

    def _x(self, code: int, each: _Asked, columns: int) -> float:
        column = self._column(columns, each.has_dont_know)
        place = columns + 0.5 if code == DONT_KNOW_CODE else code - 1
        return _round(self._left + self._label + (place + 0.5) * column)

    def _column(self, columns: int, has_dont_know: bool) -> float:
        # "Chưa rõ" stands half a column apart, so that nobody takes it for one more option.
        wanted = self._room / (columns + (1.5 if has_dont_know else 0))
        if wanted < _COLUMN_MIN:
            raise LayoutTooLarge
        return min(_COLUMN_MAX, wanted)


def _round(millimetres: float) -> float:
    return round(millimetres, 3)
