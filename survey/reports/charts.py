"""Draws the picture of a report as SVG or PNG: before and after, intervals, the target, the verdict in words.

Runs in the child process of `jobs` only: it loads matplotlib, by its object interface (pyplot keeps global state). The
letters become paths, so that the picture looks the same everywhere. One unit is one pixel, counted from the top left.
"""

from __future__ import annotations

import io
import textwrap
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties

from survey.config import PROJECT
from survey.core.look import GOLD, INK, INK_SOFT, JADE, LACQUER, SLATE
from survey.reports.pictures import Mark, Picture, PictureRow

_FONTS = PROJECT / "survey" / "fonts"
_REGULAR = FontProperties(fname=str(_FONTS / "BeVietnamPro-Regular.ttf"))
_STRONG = FontProperties(fname=str(_FONTS / "BeVietnamPro-SemiBold.ttf"))

TONES = {"met": JADE, "not_met": LACQUER, "not_yet_shown": GOLD, "plain": INK_SOFT}
# The usual width of a letter or digit in a label.
_LETTER = 9.8
# And of one in a name, as a part of its size.
_WIDTH = 0.6
PERCENTS = (0, 0.25, 0.5, 0.75, 1)


@dataclass(frozen=True, slots=True)
class Layout:
    """The measures of one variant, in pixels."""

    width: int
    row: int
    top: int
    foot: int
    left: int
    right: int
    # Within a row: the line of the dots, and of the name.
    dots: int
    name: int
    is_stacked: bool
    size: float


LAYOUTS: Mapping[str, Layout] = {
    "wide": Layout(1040, 74, 14, 74, 190, 690, 44, 49, is_stacked=False, size=15),
    "narrow": Layout(308, 144, 2, 100, 20, 272, 68, 20, is_stacked=True, size=15.5),
    "print": Layout(700, 74, 14, 74, 118, 440, 44, 49, is_stacked=False, size=15),
}

# How wide a picture stands on paper, in millimetres, and how fine its pixels are there.
PRINTED_WIDTH = 165
PIXELS_PER_INCH = 300

Format = Literal["svg", "png"]


def draw_picture(picture: Picture, variant: str, form: Format = "svg") -> bytes:
    """Return the picture; variant is "wide" for desks, "narrow" for phones or "print" for A4; PNG has 300 dpi there."""
    drawing = Drawing(picture, LAYOUTS[variant])
    return drawing.draw() if form == "svg" else drawing.draw_pixels()


class Drawing:
    """One picture in one layout."""

    def __init__(self, picture: Picture, layout: Layout) -> None:
        self.picture = picture
        self.layout = layout
        self.height = layout.top + layout.row * len(picture.rows) + layout.foot
        figure = Figure(figsize=(layout.width / 72, self.height / 72), dpi=72)
        self.axes: Axes = figure.add_axes((0, 0, 1, 1))
        self.axes.set_xlim(0, layout.width)
        self.axes.set_ylim(self.height, 0)
        self.axes.set_axis_off()
        figure.patch.set_alpha(0)
        self.figure = figure

    def draw(self) -> bytes:
        """Return the SVG."""
        self._fill()
        target = io.BytesIO()
        # A fixed seed for the names inside: equal input gives equal bytes.
        with mpl.rc_context({"svg.fonttype": "path", "svg.hashsalt": "hieu-ro"}):
            self.figure.savefig(target, format="svg", metadata={"Date": None, "Creator": "Hiểu Rõ"})
        return target.getvalue()

    def draw_pixels(self) -> bytes:
        """Return the PNG, on white, so wide that it has 300 pixels an inch on paper."""
        self._fill()
        pixels = PRINTED_WIDTH / 25.4 * PIXELS_PER_INCH
        target = io.BytesIO()
        self.figure.savefig(
            target,
            format="png",
            dpi=72 * pixels / self.layout.width,
            facecolor="white",
            metadata={"Software": "Hiểu Rõ"},
            pil_kwargs={"dpi": (PIXELS_PER_INCH, PIXELS_PER_INCH)},
        )
        return target.getvalue()

    def x(self, share: float) -> float:
        """Return where a share lies on the scale."""
        return self.layout.left + share * (self.layout.right - self.layout.left)

    def _fill(self) -> None:
        for place, row in enumerate(self.picture.rows):
            self._row(row, self.layout.top + place * self.layout.row)
        self._scale()
        self._legend()

    def _row(self, row: PictureRow, top: float) -> None:
        layout = self.layout
        middle = top + layout.dots
        self._grid(middle)
        self._words(row, top)
        if row.blank:
            self._text(self.x(0.02), middle, row.blank, INK_SOFT, layout.size - 2, vertical="center")
        if row.before is not None and row.after is not None:
            ends = [self.x(row.before.share), self.x(row.after.share)]
            self._line(ends, [middle, middle], "#C9D3DD", 4)
        if row.before is not None:
            self._mark(row.before, middle, is_after=False)
        if row.after is not None:
            self._mark(row.after, middle, is_after=True)

    def _grid(self, middle: float) -> None:
        for share in PERCENTS:
            self._line([self.x(share)] * 2, [middle - 22, middle + 22], "#EDF0F3", 1)
        self._line([self.x(self.picture.target)] * 2, [middle - 30, middle + 30], LACQUER, 2)

    def _words(self, row: PictureRow, top: float) -> None:
        layout, tone = self.layout, TONES[row.tone]
        if layout.is_stacked:
            self._text(0, top + layout.name, row.name, INK, layout.size, font=_STRONG)
            # The name and the verdict share one line, which is short on a phone.
            size = layout.size - (1 if len(row.verdict) <= 24 else 2.5)
            self._text(layout.width, top + layout.name, row.verdict, tone, size, font=_STRONG, side="right")
            for place, note in enumerate(row.notes):
                self._text(0, top + layout.dots + 45 + 17 * place, note, INK_SOFT, layout.size - 3)
            return
        self._name(row.name, top)
        column = layout.right + 34
        # "Not enough evidence to conclude" is too long for the print variant at full size.
        size = min(layout.size, (layout.width - column) / max(len(row.verdict), 1) / _WIDTH)
        self._text(column, top + layout.name - 14, row.verdict, tone, size, font=_STRONG)
        for place, note in enumerate(row.notes):
            self._text(column, top + layout.name + 5 + 17 * place, note, INK_SOFT, layout.size - 2.5)

    def _name(self, name: str, top: float) -> None:
        """Write a name left of the scale, over several lines if it is long; one that is still too long gets smaller."""
        layout = self.layout
        size, room = layout.size + 1, layout.left - 14
        lines = textwrap.wrap(name, max(int(room / size / _WIDTH), 1)) or [""]
        size = min(size, 3 * size / len(lines), room / max(len(max(lines, key=len)), 1) / _WIDTH)
        first = top + layout.dots + size * (0.32 - 0.6 * (len(lines) - 1))
        for place, line in enumerate(lines):
            self._text(0, first + place * size * 1.2, line, INK, size, font=_STRONG)

    def _mark(self, mark: Mark, middle: float, *, is_after: bool) -> None:
        colour = JADE if is_after else SLATE
        x = self.x(mark.share)
        if mark.low is not None and mark.high is not None:
            self._whisker(self.x(mark.low), self.x(mark.high), middle, colour)
        fill = JADE if is_after else "white"
        self.axes.plot([x], [middle], "o", ms=14, mfc=fill, mec=colour, mew=2.5, zorder=5 if is_after else 4)
        self._label(mark, x, middle, is_after=is_after)

    def _whisker(self, low: float, high: float, middle: float, colour: str) -> None:
        self._line([low, high], [middle, middle], colour, 1.8, order=3)
        for end in (low, high):
            self._line([end, end], [middle - 6, middle + 6], colour, 1.8, order=3)

    def _label(self, mark: Mark, x: float, middle: float, *, is_after: bool) -> None:
        size = self.layout.size - 0.5
        if is_after:
            place, side = self._beside_target(x, mark)
            self._text(place, middle - 13, mark.label, JADE, size, font=_STRONG, side=side)
            return
        # The later label stands above its dot, the earlier one below: they never meet.
        self._text(self._inside(x, mark), middle + 24, mark.label, INK_SOFT, size - 1, side="center")

    def _inside(self, x: float, mark: Mark) -> float:
        half = _LETTER * len(mark.label) / 2
        return min(max(x, half), self.layout.width - half)

    def _beside_target(self, x: float, mark: Mark) -> tuple[float, str]:
        """Return where a label goes: centred on its dot, or to one side where the line of the target would cut it."""
        line, half = self.x(self.picture.target), _LETTER * len(mark.label) / 2
        if abs(x - line) > half + 3:
            return self._inside(x, mark), "center"
        return (line - 5, "right") if mark.share < self.picture.target else (line + 5, "left")

    def _scale(self) -> None:
        y = self.layout.top + self.layout.row * len(self.picture.rows) + 12
        for share, label in zip(PERCENTS, self.picture.percents, strict=True):
            self._text(self.x(share), y, label, INK_SOFT, self.layout.size - 3, side="center")

    def _legend(self) -> None:
        parts = (
            (self.picture.before_label, self._legend_before),
            (self.picture.after_label, self._legend_after),
            (self.picture.interval_label, self._legend_interval),
            (self.picture.target_label, self._legend_target),
        )
        y = float(self.height - (44 if self.layout.is_stacked else 22))
        x = 8.0
        for place, (label, symbol) in enumerate(parts):
            if self.layout.is_stacked and place == 2:
                x, y = 8.0, y + 24
            symbol(x, y)
            self._text(x + 22, y + 4.5, label, INK_SOFT, self.layout.size - 2)
            x += 44 + 7.4 * len(label)

    def _legend_before(self, x: float, y: float) -> None:
        self.axes.plot([x + 5], [y], "o", ms=10, mfc="white", mec=SLATE, mew=2.2)

    def _legend_after(self, x: float, y: float) -> None:
        self.axes.plot([x + 5], [y], "o", ms=10, mfc=JADE, mec=JADE, mew=2.2)

    def _legend_interval(self, x: float, y: float) -> None:
        self._whisker(x - 4, x + 15, y, JADE)

    def _legend_target(self, x: float, y: float) -> None:
        self._line([x + 5, x + 5], [y - 9, y + 9], LACQUER, 2)

    def _line(self, xs: list[float], ys: list[float], colour: str, width: float, order: int = 2) -> None:
        self.axes.plot(xs, ys, color=colour, lw=width, solid_capstyle="butt", zorder=order)

    def _text(
        self,
        x: float,
        y: float,
        words: str,
        colour: str,
        size: float,
        *,
        font: FontProperties = _REGULAR,
        side: str = "left",
        vertical: str = "baseline",
    ) -> None:
        self.axes.text(
            x, y, words, color=colour, fontproperties=font, fontsize=size, ha=side, va=vertical, parse_math=False
        )
