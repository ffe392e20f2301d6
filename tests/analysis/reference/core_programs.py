"""Writes core_programs.json: numbers for the estimation core from SciPy and statsmodels, each with its call.

Run as `python tests/analysis/reference/core_programs.py`; the project's own code takes no part.
"""

from __future__ import annotations

import json
import random
from pathlib import Path

import numpy as np
import scipy
import statsmodels
from scipy import stats
from statsmodels.stats.contingency_tables import mcnemar
from statsmodels.stats.multitest import multipletests
from statsmodels.stats.proportion import confint_proportions_2indep, proportion_confint

SCIPY, STATSMODELS = f"SciPy {scipy.__version__}", f"statsmodels {statsmodels.__version__}"
Case = dict[str, object]


def case(function: str, arguments: list[object], expected: list[float], source: str, call: str) -> Case:
    return {"function": function, "arguments": arguments, "expected": expected, "source": source, "call": call}


def hypergeometric(source: random.Random) -> list[Case]:
    cases = []
    for size in (8, 25, 36, 45, 60, 120, 300, 700, 1500):
        answered = source.randint(size // 3, size - 1)
        understood = source.randint(answered // 2, answered)
        every = range(understood, size - (answered - understood) + 1)
        low = min(k for k in every if stats.hypergeom.sf(understood - 1, size, k, answered) > 0.025)
        high = max(k for k in every if stats.hypergeom.cdf(understood, size, k, answered) > 0.025)
        call = "min K: hypergeom.sf(x-1, N, K, n) > .025; max K: hypergeom.cdf(x, N, K, n) > .025"
        cases.append(case("exact_limits", [understood, answered, size], [low, high], SCIPY, call))
    return cases


def one_share(source: random.Random) -> list[Case]:
    cases = []
    for n in (1, 7, 40, 333):
        x = source.randint(0, n)
        test = stats.binomtest(x, n)
        for name, method in (("wilson", "wilson"), ("clopper_pearson", "exact")):
            low, high = test.proportion_ci(method=method)
            call = f'binomtest({x}, {n}).proportion_ci(method="{method}")'
            cases.append(case(name, [x, n], [low, high], SCIPY, call))
        low, high = proportion_confint(0.8 * n, n, method="wilson")
        call = f'proportion_confint({0.8 * n!r}, {n}, method="wilson")'
        cases.append(case("wilson", [0.8 * n, n], [low, high], STATSMODELS, call))
    for share, size, n, df in ((0.89, 118.9, 93, 2), (0.9, 60.5, 200, 12), (0.75, 30.0, 40, 39)):
        real = size * (stats.t.ppf(0.975, n - 1) / stats.t.ppf(0.975, df)) ** 2
        x = real * share
        limits = [stats.beta.ppf(0.025, x, real - x + 1), stats.beta.ppf(0.975, x + 1, real - x)]
        call = "m = n_eff*(t.ppf(.975, n-1)/t.ppf(.975, df))**2; beta.ppf at x = m*p and m-x+1, x+1 and m-x"
        cases.append(case("korn_graubard", [share, size, n, df], [float(one) for one in limits], SCIPY, call))
    return cases


def two_waves(source: random.Random) -> list[Case]:
    cases = []
    for n, m in ((12, 15), (35, 39), (60, 44), (90, 100)):
        x, y = source.randint(0, n), source.randint(0, m)
        low, high = confint_proportions_2indep(y, m, x, n, method="newcomb", compare="diff")
        call = f'confint_proportions_2indep({y}, {m}, {x}, {n}, method="newcomb", compare="diff")'
        cases.append(case("newcombe_unpaired", [x, n, y, m], [float(low), float(high)], STATSMODELS, call))
        table = [[y, x], [m - y, n - x]]
        sides = [stats.boschloo_exact(table, alternative=side, n=128).pvalue for side in ("less", "greater")]
        call = f"min(1, 2*min(boschloo_exact({table}, alternative=a, n=128).pvalue for a in ('less', 'greater')))"
        cases.append(case("boschloo", [x, n, y, m], [min(1.0, 2 * float(min(sides)))], SCIPY, call))
    for lost, gained in ((0, 6), (2, 9), (25, 41)):
        p = float(mcnemar([[5, lost], [gained, 5]], exact=True).pvalue)
        call = f"mcnemar([[5, {lost}], [{gained}, 5]], exact=True).pvalue"
        cases.append(case("mcnemar_exact", [lost, gained], [p], STATSMODELS, call))
    differences, weights = np.array([0.3, 0.1, 0.25, 0.4]), np.full(4, 0.25)
    test = stats.ttest_1samp(differences, 0.0)
    limits = test.confidence_interval()
    rows = [[float(w), 0.4, 0.4 + float(d)] for w, d in zip(weights, differences, strict=True)]
    expected = [float(differences.mean()), float(stats.sem(differences)), float(limits.low), float(limits.high)]
    call = "ttest_1samp of the classes' differences: equal weights make section 7.2 the one-sample t test"
    cases.append(case("class_differences", rows, expected, SCIPY, call))
    return cases


def means(source: random.Random) -> list[Case]:
    """Shares right on a few common items: two independent means with unequal variances."""
    cases = []
    for n, m, items in ((6, 9, 3), (20, 35, 6), (35, 39, 8), (140, 120, 10)):
        before = [source.randint(0, items) / items for _ in range(n)]
        after = [source.randint(items // 2, items) / items for _ in range(m)]
        test = stats.ttest_ind(after, before, equal_var=False)
        limits = test.confidence_interval(0.95)
        summary = [
            n,
            float(np.mean(before)),
            float(np.var(before, ddof=1)),
            m,
            float(np.mean(after)),
            float(np.var(after, ddof=1)),
        ]
        expected = [float(one) for one in (test.df, test.pvalue, limits.low, limits.high)]
        call = "ttest_ind(after, before, equal_var=False): df, pvalue, confidence_interval(.95) from n, mean, variance"
        cases.append(case("welch", summary, expected, SCIPY, call))
    return cases


def families(source: random.Random) -> list[Case]:
    cases = []
    for size in (1, 4, 20):
        p = [round(source.random() ** 2, 4) for _ in range(size)]
        adjusted = [float(one) for one in multipletests(p, method="holm")[1]]
        cases.append(case("holm", p, adjusted, STATSMODELS, f'multipletests({p}, method="holm")[1]'))
    return cases


def main() -> None:
    source = random.Random(71)
    cases = [*hypergeometric(source), *one_share(source), *two_waves(source), *families(source), *means(source)]
    text = json.dumps(cases, indent=1, ensure_ascii=False)
    Path(__file__).with_name("core_programs.json").write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
