"""The test of a trend over waves, for the child process: `analysis.trend` loads SciPy."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from analysis.trend import WaveShare, trend


def trend_of(waves: Sequence[tuple[date, int, int]]) -> tuple[float | None, float | None]:
    """Return p and z of the trend over waves of (closing day, understood, answered)."""
    found = trend([WaveShare(*wave) for wave in waves])
    return found.p, found.z
