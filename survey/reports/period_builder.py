"""Builds the one `PeriodReport` that every format of a periodic report is made from. Formats nothing.

Runs in the child process of `jobs`. The figures of understanding come from `build_report`, as those of a campaign do.
"""

from __future__ import annotations

from survey.reports.builder import build_report
from survey.reports.period_records import PeriodInput, PeriodReport
from survey.reports.publication import published_sums, withhold


def build_period(given: PeriodInput) -> PeriodReport:
    """Return the report of a period."""
    source = withhold(given.source, given.published) if given.published else given.source
    with_answers = {wave.place_id for wave in given.counted if wave.answered}
    # An authority is named as missing only where it should have been measured itself.
    asked = {wave.place_id for wave in given.counted}
    missing = tuple(
        place
        for place in source.places
        if place.id not in with_answers and (place.kind == "school" or place.id in asked)
    )
    return PeriodReport(
        period=given.period,
        organisation=given.organisation,
        superior=given.superior,
        report=build_report(source),
        counted=given.counted,
        missing=missing,
        withheld=tuple(sorted(source.withheld, key=lambda one: (one[0] or 0, one[1]))),
        sums=published_sums(source),
        log=given.log,
        previous=given.previous,
        ways=given.ways,
    )
