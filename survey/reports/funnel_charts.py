"""Draws the funnel of a roll-up as SVG: each school's share against its number of answers, inside the limits or out.

Runs in the child process of `jobs` only: it loads SciPy and matplotlib. No school is ranked; the limits say how far
shares may lie apart by chance alone (docs/methods.md, section 12).
"""

from __future__ import annotations

import io
from collections.abc import Mapping
from typing import Any

import matplotlib as mpl
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties

from analysis.funnel import ALARM, WARNING, funnel, funnel_limit
from survey.config import PROJECT
from survey.core.look import GOLD, INK, INK_SOFT, JADE, LACQUER, SLATE
from survey.reports.funnel_words import FunnelWords

_FONT = FontProperties(fname=str(PROJECT / "survey" / "fonts" / "BeVietnamPro-Regular.ttf"))
_STEPS = 60
_SHAPES = {"inside": ("o", JADE), "warning": ("^", GOLD), "alarm": ("D", LACQUER)}


def place_schools(schools: Mapping[str, tuple[int, int]], centre: float) -> tuple[dict[str, str], float | None]:
    """Return where each school lies, and the overdispersion; plain data, so that a worker needs no SciPy to read it."""
    found = funnel(schools, centre=centre)
    if found is None:
        return {}, None
    return {point.school: point.position for point in found.points}, found.overdispersion


def draw_funnel(
    schools: Mapping[str, tuple[int, int]], centre: float, words: FunnelWords, width: float, height: float
) -> bytes:
    """Return the picture as SVG, width and height in pixels."""
    found = funnel(schools, centre=centre)
    figure = Figure(figsize=(width / 72, height / 72), dpi=72, layout="constrained")
    figure.patch.set_alpha(0)
    axes = figure.add_subplot()
    most = max((answered for _understood, answered in schools.values()), default=10) * 1.1
    _limits(axes, centre, most, words)
    for point in found.points if found is not None else ():
        marker, colour = _SHAPES[point.position.rpartition("_")[2]]
        axes.plot([point.answered], [point.share], marker, ms=9, color=colour, mec="white", mew=1.2, zorder=4)
    _axes(axes, most, words)
    target = io.BytesIO()
    with mpl.rc_context({"svg.fonttype": "path", "svg.hashsalt": "hieu-ro"}):
        figure.savefig(target, format="svg", metadata={"Date": None, "Creator": "Hiểu Rõ"})
    return target.getvalue()


def _limits(axes: Any, centre: float, most: float, words: FunnelWords) -> None:
    sizes = sorted({max(2, round(most * step / _STEPS)) for step in range(1, _STEPS + 1)})
    for level, colour, style, label in (
        (WARNING, SLATE, "-", words.warning),
        (ALARM, SLATE, (0, (4, 3)), words.alarm),
    ):
        tail = (1 - level) / 2
        for place, probability in enumerate((tail, 1 - tail)):
            ends = [funnel_limit(size, centre, probability) for size in sizes]
            axes.plot(sizes, ends, color=colour, lw=1.6, ls=style, zorder=2, label=label if place else None)
    axes.axhline(centre, color=INK, lw=1.4, zorder=2, label=words.centre)


def _axes(axes: Any, most: float, words: FunnelWords) -> None:
    axes.set_xlim(0, most)
    axes.set_ylim(0, 1.03)
    axes.set_yticks([0, 0.25, 0.5, 0.75, 1], words.percents, fontproperties=_FONT, fontsize=13)
    for label in axes.get_xticklabels():
        label.set(fontproperties=_FONT, fontsize=13)
    axes.tick_params(colors=INK_SOFT)
    axes.set_xlabel(words.answers, fontproperties=_FONT, fontsize=13, color=INK)
    axes.set_title(words.share, fontproperties=_FONT, fontsize=13, color=INK, loc="left")
    axes.spines[["top", "right"]].set_visible(False)
    axes.grid(visible=True, color="#EDF0F3", lw=1)
    legend = axes.legend(loc="lower right", frameon=False, prop=_FONT)
    for text in legend.get_texts():
        text.set(fontsize=12, color=INK)
