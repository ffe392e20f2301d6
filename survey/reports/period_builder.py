"""Builds the one `PeriodReport` that every format of a periodic report is made from. Formats nothing.

Runs in the child process of `jobs`. The figures of understanding come from `build_report`, as those of a campaign do.
"""

from __future__ import annotations

from collections.abc import Iterable

from survey.reports.builder import build_report, lines_by_place
from survey.reports.period_records import PeriodInput, PeriodReport
from survey.reports.publication import published_sums, withhold
from survey.reports.records import AudiencePlan


def build_period(given: PeriodInput) -> PeriodReport:
    """Return the report of a period, or of the one campaign that the input is about."""
    source = withhold(given.source, given.published, given.origins) if given.published else given.source
    lines = lines_by_place(source)
    with_answers = {wave.place_id for wave in given.counted if wave.answered}
    # An authority is named as missing only where it should have been measured itself.
    asked = {wave.place_id for wave in given.counted}
    missing = tuple(
        place
        for place in source.places
        if source.focus in (None, place.id)
        and place.id not in with_answers
        and (place.kind == "school" or place.id in asked)
    )
    return PeriodReport(
        period=given.period,
        organisation=given.organisation,
        superior=given.superior,
        superior_kind=given.superior_kind,
        report=build_report(source, lines),
        counted=given.counted,
        missing=missing,
        mixed=_mixed(given.source.plans),
        withheld=tuple(sorted(source.withheld, key=lambda one: (one[0] or 0, one[1]))),
        sums=published_sums(source, given.origins, lines),
        log=given.log,
        previous=given.previous,
        succeeded=given.succeeded,
        ways=given.ways,
        campaign=given.campaign,
    )


def _mixed(plans: Iterable[AudiencePlan]) -> tuple[str, ...]:
    targets: dict[str, set[object]] = {}
    for plan in plans:
        targets.setdefault(plan.audience, set()).add(plan.target)
    return tuple(audience for audience, own in targets.items() if len(own) > 1)
