"""The estimation core against other people's numbers: published examples, the plan's own, other programs.

The cases stand in reference/core_*.json, each with its source and, where a program made it, the call.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from analysis.boschloo import boschloo
from analysis.class_changes import ClassPair, class_change
from analysis.clusters import ClassStratum, DrawnClass, class_moments
from analysis.common_items import MeanScore, welch_change
from analysis.gap import gap_closed, ratio_interval
from analysis.hypergeometric import exact_limits
from analysis.intervals import Interval, clopper_pearson, finite_size, korn_graubard, wilson
from analysis.mover import LimitedShare
from analysis.multiplicity import holm
from analysis.pairs import mcnemar_exact, mcnemar_midp, tango_interval
from analysis.records import Change, Design, MatchedCounts
from analysis.share_changes import list_change
from analysis.strata import Stratum, weighted_moments
from analysis.unpaired import miettinen_nurminen
from analysis.verdicts import exact_evidence, target_count

FOLDER = Path(__file__).with_name("reference")
CASES = [
    pytest.param(case, id=f"{path.stem}-{number}-{case['function']}")
    for path in sorted(FOLDER.glob("core_*.json"))
    for number, case in enumerate(json.loads(path.read_text(encoding="utf-8")))
]
# Boschloo's worst nuisance share is found by search in both programs.
SEARCHED = {"boschloo": 1e-4}


def limits(interval: Interval | Change) -> list[float | None]:
    return [interval.low, interval.high]


def limited(understood: int, answered: int) -> LimitedShare:
    interval = wilson(understood / answered, answered)
    return LimitedShare(understood / answered, interval.low, interval.high)


def newcombe_unpaired(x: int, n: int, y: int, m: int) -> list[float | None]:
    return limits(list_change((x, n), (y, m), Design()))


def newcombe_paired(both: int, gained: int, lost: int, neither: int) -> list[float | None]:
    pairs = MatchedCounts(both, lost, gained, neither)
    return limits(list_change((both + lost, pairs.total), (both + gained, pairs.total), Design(), pairs))


def tango(both: int, gained: int, lost: int, neither: int, confidence: float) -> list[float | None]:
    return limits(tango_interval(lost, gained, both + gained + lost + neither, confidence=confidence))


def post_stratified(*rows: Sequence[int]) -> list[float]:
    moments = weighted_moments([Stratum(str(i), N, N, n, x) for i, (N, n, x) in enumerate(rows)])
    interval = moments.interval()
    return [moments.value, moments.se, moments.df, moments.effective_size(), interval.low, interval.high]


def class_sample(total: int, *rows: Sequence[int]) -> list[float | None]:
    classes = tuple(DrawnClass(total / len(rows) * N / n, N, n, x) for N, n, x in rows)
    moments = class_moments([ClassStratum(classes, total)])
    return [moments.value, moments.se, moments.design_effect, moments.df, moments.effective_size()]


def partly_matched(a: int, b: int, c: int, d: int, e: int, f: int, g: int, h: int) -> list[float | None]:
    pairs = MatchedCounts(both=a, lost=b, gained=c, neither=d)
    result = list_change((a + b + e, pairs.total + e + f), (a + c + g, pairs.total + g + h), Design(), pairs)
    return [result.value, result.rho, result.low, result.high]


def class_differences(*rows: Sequence[float]) -> list[float | None]:
    result = class_change([ClassPair(str(i), *row) for i, row in enumerate(rows)])
    return [result.value, result.se, result.low, result.high]


def welch(*summary: float) -> list[float | None]:
    before, after = (MeanScore(int(n), mean, variance) for n, mean, variance in (summary[:3], summary[3:]))
    result = welch_change(before, after)
    return [result.df, result.p, result.low, result.high]


def gap(x: int, n: int, y: int, m: int) -> list[float | None]:
    result = gap_closed((x, n), (y, m), Design())
    return [result.value, result.low, result.high]


FUNCTIONS: dict[str, Callable[..., Sequence[float | None]]] = {
    "wilson": lambda x, n: limits(wilson(x / n, n)),
    "wilson_finite": lambda x, n, size: limits(wilson(x / n, finite_size(n, size))),
    "clopper_pearson": lambda x, n: limits(clopper_pearson(x, n)),
    "korn_graubard": lambda share, size, n, df: limits(korn_graubard(share, size, n, df)),
    "exact_limits": lambda x, n, size: exact_limits(x, n, size),
    "exact_p_met": lambda x, n, size, needed: [exact_evidence(x, n, size, needed).p_met],
    "target_count": lambda size: [target_count(Fraction(9, 10), size)],
    "mee": lambda x, n, y, m: limits(miettinen_nurminen(x, n, y, m, corrected=False)),
    "miettinen_nurminen": lambda x, n, y, m: limits(miettinen_nurminen(x, n, y, m)),
    "newcombe_unpaired": newcombe_unpaired,
    "newcombe_paired": newcombe_paired,
    "partly_matched": partly_matched,
    "tango": tango,
    "mcnemar_midp": lambda lost, gained: [mcnemar_midp(lost, gained)],
    "mcnemar_exact": lambda lost, gained: [mcnemar_exact(lost, gained)],
    "boschloo": lambda x, n, y, m: [boschloo(x, n, y, m)],
    "ratio": lambda x1, n1, x2, n2: ratio_interval(limited(x2, n2), limited(x1, n1)),
    "post_stratified": post_stratified,
    "class_sample": class_sample,
    "class_differences": class_differences,
    "holm": lambda *p: holm(p),
    "gap_closed": gap,
    "welch": welch,
}


def tolerances(case: dict[str, Any]) -> list[float]:
    """Half a unit of the last digit printed, or close to machine precision where a program gave all digits."""
    digits = case.get("digits")
    if digits is None:
        return [SEARCHED.get(case["function"], 1e-9)] * len(case["expected"])
    each = digits if isinstance(digits, list) else [digits] * len(case["expected"])
    return [0.5 * 10.0**-places + 1e-9 for places in each]


@pytest.mark.parametrize("case", CASES)
def test_the_core_reproduces(case: dict[str, Any]) -> None:
    found = FUNCTIONS[case["function"]](*case["arguments"])
    assert len(found) == len(case["expected"])
    for number, expected, tolerance in zip(found, case["expected"], tolerances(case), strict=True):
        assert number == pytest.approx(expected, abs=tolerance)


def test_every_case_names_its_source() -> None:
    assert len(CASES) > 80
    assert all(param.values[0]["source"] for param in CASES)
    assert {param.values[0]["function"] for param in CASES} == set(FUNCTIONS)
