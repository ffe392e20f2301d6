"""Draws how far each bar is met: a bar's length is the measured share of what is allowed or asked for."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from matplotlib.figure import Figure

from bench.bars.measures import Bar
from survey.core.look import INK, INK_SOFT, JADE, LACQUER, LINE

# Name of a bar: which of its figures counts, what it is compared with, whether more is better, and what it is called.
_SHOWN = {
    "get_ratio": ("ratio", 0.6, True, "form, share of a bare hello"),
    "post_ratio": ("ratio", 0.6, True, "answer, share of a bare insert"),
    "slow_disk": ("per_s", 300, True, "answers a second, 5 ms disk"),
    "stalled_phones": ("p99_ms", 500, False, "p99 beside 50 stalled phones, ms"),
    "chart_meanwhile": ("p99_ms", 50, False, "p99 while charts are drawn, ms"),
    "worker_mb": ("mb", 90, False, "a web process, MB"),
    "import_s": ("s", 0.8, False, "import of the application, s"),
}


def draw(bars: Sequence[Bar], path: Path, title: str) -> None:
    """Draw the bars into a file; right of the line is better than asked for."""
    rows = [(bar, *_SHOWN[bar.name]) for bar in bars if bar.name in _SHOWN and bar.figures]
    figure = Figure(figsize=(8, 0.5 * len(rows) + 1.4), layout="constrained")
    axes = figure.add_subplot()
    for place, (bar, figure_name, limit, more_is_better, _name) in enumerate(reversed(rows)):
        value = bar.figures[figure_name]
        margin = value / limit if more_is_better else limit / value
        axes.barh(place, min(margin, 8), color=JADE if bar.met else LACQUER, height=0.6)
        sign = "at least" if more_is_better else "at most"
        label = f" {value:,.2f} ({sign} {limit:g})" if value < 10 else f" {value:,.0f} ({sign} {limit:g})"
        axes.text(min(margin, 8), place, label, va="center", color=INK)
    axes.axvline(1, color=LACQUER)
    axes.set_yticks(range(len(rows)), [row[-1] for row in reversed(rows)])
    axes.tick_params(left=False)
    axes.set_xlim(0, 11)
    axes.set_xlabel("times better than asked for", color=INK_SOFT)
    axes.set_title(title, loc="left", color=INK)
    axes.grid(axis="x", color=LINE)
    axes.set_axisbelow(True)
    axes.spines[["top", "right", "left"]].set_visible(False)
    path.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(path)
