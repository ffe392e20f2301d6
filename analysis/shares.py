"""The share of any group with its variance: one way in for strata, class samples and plain lists."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from analysis.clusters import sample_classes
from analysis.moments import ShareMoments, simple_moments
from analysis.records import Design, Sampling
from analysis.strata import has_strata, post_stratify
from analysis.tallies import Tally, Totals


def share_moments(
    tallies: Sequence[Tally],
    sums: Totals,
    design: Design,
    *,
    reference: Mapping[str, int] | None = None,
    finite: bool = True,
) -> ShareMoments:
    """Return the share by the weights of the design with its variance (docs/methods.md, sections 3.2, 6.1 and 6.2).

    `tallies` and their totals `sums` need at least one answer; `finite` switches the finite population correction
    on (levels) or off (changes); `reference` is the roster that weights the strata.

    Raises ValueError if a class sample names no class.

    >>> item = Tally(None, None, 40, None, 20, 15)
    >>> share_moments([item], Totals(15, 20, 40, 40), Design()).value
    0.75
    """
    if design.sampling is Sampling.CLUSTER:
        return sample_classes(tallies, design, finite=finite)
    if has_strata(tallies, sums, reference):
        return post_stratify(tallies, design, reference=reference, finite=finite)
    known = finite and sums.population is not None and sums.population >= sums.answered
    return simple_moments(sums.understood, sums.answered, sums.population if known else None)
