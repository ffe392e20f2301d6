"""Standard errors and degrees of freedom agree with R's package survey (numbers in reference/survey.json)."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from analysis.changes import change
from analysis.clusters import ClassStratum, DrawnClass, class_moments
from analysis.estimates import estimate
from analysis.intervals import wilson
from analysis.records import ClusterCounts, Design, Method, Sampling
from analysis.strata import Stratum, weighted_moments

REFERENCE = json.loads((Path(__file__).parent / "reference" / "survey.json").read_text(encoding="utf-8"))


def cases(kind: str) -> list[Any]:
    found = [case for case in REFERENCE["cases"] if case["kind"] == kind]
    return [pytest.param(case, id=f"{case['name']}") for case in found]


def test_the_numbers_name_their_program_and_call() -> None:
    assert "survey" in REFERENCE["source"]
    assert (Path(__file__).parents[2] / REFERENCE["call"].split()[1]).exists()
    assert len(REFERENCE["cases"]) >= 30


@pytest.mark.parametrize("case", cases("strata"))
def test_class_strata(case: dict[str, Any]) -> None:
    rows = zip(case["N"], case["n"], case["x"], strict=True)
    strata = [Stratum(str(number), N, N, n, x) for number, (N, n, x) in enumerate(rows)]
    found = weighted_moments(strata, finite=case["finite"])
    assert found.value == pytest.approx(case["value"], rel=1e-12)
    assert found.se == pytest.approx(case["se"], rel=1e-10)
    assert found.df == case["df"]


@pytest.mark.parametrize("case", [case for case in cases("strata") if case.values[0]["finite"]])  # type: ignore[index]
def test_the_verb_estimate_carries_the_same_numbers(case: dict[str, Any]) -> None:
    rows = zip(case["N"], case["n"], case["x"], strict=True)
    lines = [
        ClusterCounts("after", "parents", None, None, f"class {number}", None, None, N, n, x)
        for number, (N, n, x) in enumerate(rows)
    ]
    found = estimate(lines, Design(cap=False))
    assert found.method is Method.WILSON_EFFECTIVE
    assert (found.value, found.se) == (pytest.approx(case["value"], rel=1e-12), pytest.approx(case["se"], rel=1e-10))
    # svyciprop(method = "wilson") of later versions is Wilson's interval at p(1-p)/V answers with the t quantile.
    size = case["value"] * (1 - case["value"]) / case["se"] ** 2
    expected = wilson(case["value"], size, df=case["df"])
    limits = (pytest.approx(expected.low, rel=1e-9), pytest.approx(expected.high, rel=1e-9))
    assert (found.wilson_low, found.wilson_high) == limits
    # What is shown is cut to what the answers leave possible, which R does not know.
    seen, silent = sum(case["x"]), sum(case["N"]) - sum(case["n"])
    assert found.low == max(found.wilson_low, seen / sum(case["N"]))
    assert found.high == min(found.wilson_high, (seen + silent) / sum(case["N"]))


@pytest.mark.parametrize("case", cases("poststrata"))
def test_a_post_stratified_sample_has_the_same_share_and_nearly_the_same_error(case: dict[str, Any]) -> None:
    rows = zip(case["N"], case["n"], case["x"], strict=True)
    found = weighted_moments([Stratum(str(number), N, N, n, x) for number, (N, n, x) in enumerate(rows)])
    assert found.value == pytest.approx(case["value"], rel=1e-12)
    # R linearises with one common fraction; given the class sizes (Holt & Smith 1979) the error differs slightly.
    assert found.se == pytest.approx(case["se"], rel=0.06)


@pytest.mark.parametrize("case", cases("classes"))
def test_samples_of_classes(case: dict[str, Any]) -> None:
    strata = []
    for grade, total in case["M"].items():
        drawn = [place for place, one in enumerate(case["grade"]) if str(one) == grade]
        weight = total / len(drawn)
        rows = [(case["N"][place], case["n"][place], case["x"][place]) for place in drawn]
        strata.append(ClassStratum(tuple(DrawnClass(weight * N / n, N, n, x) for N, n, x in rows), total))
    found = class_moments(strata, finite=case["finite"])
    assert found.value == pytest.approx(case["value"], rel=1e-12)
    assert found.se == pytest.approx(case["se"], rel=1e-10)
    assert found.df == case["df"]


@pytest.mark.parametrize("case", [case for case in cases("classes") if case.values[0]["finite"]])  # type: ignore[index]
def test_the_verb_estimate_takes_classes_that_were_not_drawn_from_the_lines(case: dict[str, Any]) -> None:
    rows = zip(case["grade"], case["N"], case["n"], case["x"], strict=True)
    lines = [
        ClusterCounts("after", "pupils", None, None, str(grade), f"{grade}/{number}", N, N, n, x)
        for number, (grade, N, n, x) in enumerate(rows)
    ]
    for grade, total in case["M"].items():
        missing = total - sum(str(one) == grade for one in case["grade"])
        lines += [
            ClusterCounts("after", "pupils", None, None, grade, f"{grade}/not drawn {number}", 0, 30, 0, 0)
            for number in range(missing)
        ]
    found = estimate(lines, Design(sampling=Sampling.CLUSTER))
    assert (found.value, found.se) == (pytest.approx(case["value"], rel=1e-12), pytest.approx(case["se"], rel=1e-10))
    assert found.df == case["df"]


@pytest.mark.parametrize("case", cases("change"))
def test_changes_of_whole_classes(case: dict[str, Any]) -> None:
    def lines(wave: str, answered: list[int], understood: list[int]) -> list[ClusterCounts]:
        rows = enumerate(zip(case["N"], answered, understood, strict=True))
        return [
            ClusterCounts(wave, "parents", None, None, f"class {number:02}", None, None, N, n, x)
            for number, (N, n, x) in rows
        ]

    design = Design(minimum_classes=2)
    found = change(lines("before", case["n1"], case["x1"]), lines("after", case["n2"], case["x2"]), design)
    assert found.method is Method.CLASS_DIFFERENCES
    assert (found.value, found.se) == (pytest.approx(case["value"], rel=1e-12), pytest.approx(case["se"], rel=1e-10))
    assert found.df == case["df"]
