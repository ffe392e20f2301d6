"""Sums a run up: rates, percentiles, and a picture of the latencies."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from matplotlib.figure import Figure

from bench.burst.phones import Clock
from survey.core.look import INK, INK_SOFT, JADE, LACQUER, LINE, SLATE

BAR_MS = 1000


def summarise(seconds: Sequence[float]) -> dict[str, float]:
    """Return number, p50, p95, p99 and the worst, in milliseconds."""
    if not seconds:
        return {"number": 0}
    values = 1000 * np.asarray(seconds)
    p50, p95, p99 = np.percentile(values, [50, 95, 99])
    return {
        "number": len(values),
        "p50": round(float(p50), 1),
        "p95": round(float(p95), 1),
        "p99": round(float(p99), 1),
        "worst": round(float(values.max()), 1),
    }


def latencies(clock: Clock) -> dict[str, Any]:
    """Return the summaries of both kinds of requests and of all together."""
    everything = [second for seconds in clock.seconds.values() for second in seconds]
    return {kind: summarise(seconds) for kind, seconds in clock.seconds.items()} | {"all": summarise(everything)}


def draw(clock: Clock, title: str, path: Path) -> None:
    """Draw how many requests took how long, on a logarithmic axis, with the bar of one second."""
    figure = Figure(figsize=(8, 3.6), layout="constrained")
    axes = figure.add_subplot()
    edges = np.geomspace(0.5, 2 * BAR_MS, 60)
    kinds = (("page", "opening the page", SLATE), ("send", "sending the form", JADE))
    for kind, name, colour in kinds:
        values = np.clip(1000 * np.asarray(clock.seconds[kind]), edges[0], edges[-1])
        counts, _ = np.histogram(values, edges)
        axes.stairs(counts, edges, fill=kind == "page", color=colour, linewidth=2, label=name)
    p99 = latencies(clock)["all"]["p99"]
    axes.axvline(p99, color=INK, linestyle=":", label=f"99 of 100 are faster: {p99:.0f} ms")
    axes.axvline(BAR_MS, color=LACQUER, label="bar: 1 s")
    axes.set_xscale("log")
    axes.set_xticks([1, 10, 100, 1000], ["1 ms", "10 ms", "100 ms", "1 s"])
    axes.set_xlabel("from the connection to the last byte", color=INK_SOFT)
    axes.set_ylabel("requests", color=INK_SOFT)
    axes.set_title(title, loc="left", color=INK)
    axes.grid(axis="y", color=LINE)
    axes.spines[["top", "right"]].set_visible(False)
    axes.set_axisbelow(True)
    figure.legend(frameon=False, loc="outside lower center", ncols=4, fontsize="small")
    path.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(path)
