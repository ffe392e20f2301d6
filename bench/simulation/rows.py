"""One line of results, and how a proportion of replicates becomes one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt


@dataclass(frozen=True, slots=True)
class Row:
    """One measure of one method in one scenario.

    `error` is the simulation's own standard error, 0 where everything was enumerated; `replicates` is 0 then.
    """

    part: str
    method: str
    population: int
    classes: int | None
    response: float | None
    truth: str
    setting: str
    measure: str
    value: float
    error: float = 0.0
    replicates: int = 0


@dataclass(frozen=True, slots=True)
class Scenario:
    """What was held fixed; makes rows."""

    part: str
    method: str
    population: int
    classes: int | None
    response: float | None
    truth: str
    setting: str = ""

    def exact(self, measure: str, value: float) -> Row:
        """Return a row for a number that was enumerated."""
        return self._row(measure, value, 0.0, 0)

    def share(self, measure: str, hits: Sequence[bool]) -> Row:
        """Return a row for the share of replicates in which something happened."""
        number = len(hits)
        value = sum(hits) / number
        return self._row(measure, value, sqrt(value * (1 - value) / number), number)

    def mean(self, measure: str, values: Sequence[float]) -> Row:
        """Return a row for a mean over replicates."""
        number = len(values)
        value = sum(values) / number
        spread = sum((one - value) ** 2 for one in values) / max(number - 1, 1)
        return self._row(measure, value, sqrt(spread / number), number)

    def _row(self, measure: str, value: float, error: float, replicates: int) -> Row:
        return Row(
            self.part,
            self.method,
            self.population,
            self.classes,
            self.response,
            self.truth,
            self.setting,
            measure,
            value,
            error,
            replicates,
        )
