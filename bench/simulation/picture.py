"""The simulation in one picture: four panels, colours of the reports, bars as lines."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from bench.simulation.rows import Row

INK, PAPER, LINE, JADE, SLATE, LACQUER, GOLD = (
    "#12263A",
    "#FBFAF7",
    "#D9DEE3",
    "#0B6E5F",
    "#7A8CA3",
    "#B83A26",
    "#8A5A12",
)


def draw(rows: Sequence[Row], path: Path) -> None:
    """Write the picture as SVG or PNG, as the name says."""
    figure = Figure(figsize=(11, 8.5), layout="constrained", facecolor=PAPER)
    axes = figure.subplots(2, 2)
    _coverage_of_lists(axes[0, 0], rows)
    _wrong_verdicts(axes[0, 1], rows)
    _coverage_of_classes(axes[1, 0], rows)
    _coverage_of_changes(axes[1, 1], rows)
    # The same data must give the same file: no date, no random names inside.
    metadata = {"Date": None} if path.suffix == ".svg" else {}
    # Without the salt, names inside an SVG are random.
    with mpl.rc_context({"svg.hashsalt": "simulation"}):
        figure.savefig(path, dpi=150, metadata=metadata)


def _style(axis: Axes, title: str, x: str, y: str) -> None:
    axis.set_title(title, loc="left", color=INK, fontweight="bold", fontsize=11)
    axis.set_xlabel(x, color=INK)
    axis.set_ylabel(y, color=INK)
    axis.set_facecolor(PAPER)
    axis.grid(color=LINE, linewidth=0.6)
    axis.spines[["top", "right"]].set_visible(False)


def _pick(rows: Iterable[Row], part: str, method: str, measure: str) -> list[Row]:
    return [row for row in rows if (row.part, row.method, row.measure) == (part, method, measure)]


def _coverage_of_lists(axis: Axes, rows: Sequence[Row]) -> None:
    _style(axis, "Whole lists: lowest coverage", "people on the list", "coverage")
    for method, colour, marker in (("exact", JADE, "o"), ("wilson", SLATE, "x")):
        found = [row for row in _pick(rows, "lists", method, "coverage_lowest") if row.response is not None]
        axis.plot([row.population for row in found], [row.value for row in found], marker, color=colour, label=method)
    axis.axhline(0.95, color=LACQUER, linewidth=1)
    axis.legend(frameon=False)


def _wrong_verdicts(axis: Axes, rows: Sequence[Row]) -> None:
    _style(axis, "Whole lists: wrong verdicts at the target", "people on the list", "probability")
    kinds = (
        ("exact", "wrong_met", JADE, "o"),
        ("exact", "wrong_not_met", GOLD, "s"),
        ("wilson", "wrong_met", SLATE, "+"),
        ("wilson", "wrong_not_met", SLATE, "x"),
    )
    for method, measure, colour, marker in kinds:
        found = [row for row in _pick(rows, "lists", method, measure) if row.response is not None]
        label = f"{method}: {measure.replace('_', ' ')}"
        axis.plot([row.population for row in found], [row.value for row in found], marker, color=colour, label=label)
    axis.axhline(0.025, color=LACQUER, linewidth=1)
    axis.legend(frameon=False)


def _coverage_of_classes(axis: Axes, rows: Sequence[Row]) -> None:
    _style(axis, "Classes: coverage of the effective-size interval", "classes with answers", "coverage")
    strata = [row for row in _pick(rows, "class strata", "wilson_effective", "coverage") if "random" in row.setting]
    samples = _pick(rows, "class samples", "wilson_effective", "coverage")
    axis.plot([row.classes or 0 for row in strata], [row.value for row in strata], "o", color=JADE, label="strata")
    drawn = [int(row.setting.split()[0]) + 0.3 for row in samples]
    axis.plot(drawn, [row.value for row in samples], "^", color=GOLD, label="samples of classes")
    _band(axis)
    axis.legend(frameon=False)


def _coverage_of_changes(axis: Axes, rows: Sequence[Row]) -> None:
    _style(axis, "Changes: coverage", "people (lists) or people in all classes", "coverage")
    lists = _pick(rows, "list changes", "mover", "coverage")
    kinds = (
        ("other people", JADE, "o"),
        ("all with codes", GOLD, "s"),
        ("half with codes", INK, "d"),
        ("no codes", SLATE, "x"),
    )
    for ending, colour, marker in kinds:
        found = [row for row in lists if row.setting.endswith(ending)]
        axis.plot([row.population for row in found], [row.value for row in found], marker, color=colour, label=ending)
    classes = _pick(rows, "class changes", "class_differences", "coverage")
    axis.plot([row.population for row in classes], [row.value for row in classes], "^", color=LACQUER, label="classes")
    _band(axis)
    axis.legend(frameon=False, ncols=2)


def _band(axis: Axes) -> None:
    axis.axhspan(0.935, 0.975, color=JADE, alpha=0.08)
    axis.axhline(0.95, color=LACQUER, linewidth=1)
