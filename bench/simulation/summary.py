"""The table of docs/methods.md: each measure of each method, over all its scenarios."""

from __future__ import annotations

from collections.abc import Sequence

from bench.simulation.rows import Row

COUNTED = {"coverage", "coverage_lowest", "coverage_mean", "coverage_of_bounds", "coverage_of_these_classes", "bias"}
COUNTED |= {"wrong_met_without_half_person", "wrong_not_met_without_half_person"}
COUNTED |= {"wrong_met", "wrong_not_met", "false_alarm", "repeats_found", "false_links", "ambiguous"}


def in_markdown(rows: Sequence[Row]) -> str:
    """Return one line a part, setting, method and measure: how many scenarios, lowest, mean and highest value."""
    groups: dict[tuple[str, str, str, str], list[float]] = {}
    for row in rows:
        if row.measure in COUNTED:
            groups.setdefault((row.part, _setting(row), row.method, row.measure), []).append(row.value)
    lines = ["| part | setting | method | measure | scenarios | lowest | mean | highest |", "| --- " * 8 + "|"]
    for (part, setting, method, measure), values in groups.items():
        figures = (min(values), sum(values) / len(values), max(values))
        lowest, mean, highest = (f"{value:.4f}" for value in figures)
        lines.append(f"| {part} | {setting} | {method} | {measure} | {len(values)} | {lowest} | {mean} | {highest} |")
    return "\n".join(lines)


def _setting(row: Row) -> str:
    """Return what a reader tells apart; truths and sizes are averaged over."""
    if row.part == "codes":
        return row.truth
    if row.part == "class changes":
        return "9 classes or more" if (row.classes or 0) >= 9 else "fewer than 9 classes"
    if row.part == "class strata" and "random" in row.setting:
        return f"{row.classes} classes, silent at random"
    return row.setting
