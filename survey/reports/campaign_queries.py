"""Gathers what the written report of one campaign is built from: its waves, and the log of its days."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from survey.campaigns.models import Campaign, Wave
from survey.campaigns.queries import campaign_by_id
from survey.core.periods import CutOff, Period, PeriodKind
from survey.core.permissions import Scope
from survey.core.vocabulary import WaveKind, WaveState
from survey.organisations.models import Organisation
from survey.reports.period_log import log_facts
from survey.reports.period_queries import ways_in
from survey.reports.period_records import CountedWave, PeriodInput
from survey.reports.period_waves import Key, closing_day
from survey.reports.queries import place_of, report_input
from survey.reports.records import ReportInput
from survey.reports.release_queries import published_before
from survey.responses.counts import WaveCounts


def campaign_input(
    session: Session, *, campaign_id: int, scope: Scope, today: date, organisation_id: int | None = None
) -> PeriodInput:
    """Return everything that the written report of a campaign is built from; it is made to be handed on.

    organisation_id: as in `report_input`. Raises NotFound as it does.
    """
    source = report_input(
        session,
        campaign_id=campaign_id,
        scope=scope,
        today=today,
        organisation_id=organisation_id,
        is_handed_on=True,
    )
    campaign = campaign_by_id(session, campaign_id, scope)
    waves = {wave.id: wave for wave in campaign.waves}
    organisation = _organisation(session, source.focus or campaign.organisation_id)
    told = [one for one in source.counts if source.focus in (None, one.organisation_id)]
    period = _days(campaign, organisation.cut_off)
    return PeriodInput(
        period=period,
        organisation=place_of(organisation),
        superior=organisation.parent.name if organisation.parent is not None else "",
        superior_kind=organisation.parent.kind if organisation.parent is not None else "",
        source=source,
        counted=_counted(told, waves),
        log=log_facts(
            session, places=_places(session, source), owner=organisation, period=period, scope=scope, today=today
        ),
        previous=None,
        published=published_before(session, parts={(one.wave_id, one.organisation_id) for one in told}),
        origins={},
        succeeded=(),
        ways=ways_in(told),
        campaign=campaign.title,
    )


def _organisation(session: Session, organisation_id: int) -> Organisation:
    query = select(Organisation).where(Organisation.id == organisation_id).options(joinedload(Organisation.parent))
    return session.scalars(query).one()


def _places(session: Session, source: ReportInput) -> list[Organisation]:
    ids = [source.focus] if source.focus is not None else [place.id for place in source.places]
    return list(session.scalars(select(Organisation).where(Organisation.id.in_(ids))))


def _days(campaign: Campaign, cut_off: str) -> Period:
    """Return the days of a campaign as a period, however long."""
    starts, ends = campaign.starts, campaign.ends
    text = f"{starts.isoformat()}..{ends.isoformat()}"
    return Period(text, PeriodKind.RANGE, CutOff(cut_off), ends.year, 0, starts, ends)


def _counted(counts: Iterable[WaveCounts], waves: Mapping[int, Wave]) -> tuple[CountedWave, ...]:
    """Return for each organisation and audience the wave that its latest figures are of."""
    latest: dict[Key, WaveCounts] = {}
    for one in counts:
        key = one.organisation_id, one.audience
        known = latest.get(key)
        if waves[one.wave_id].state != WaveState.DRAFT and (known is None or _rank(one, waves) > _rank(known, waves)):
            latest[key] = one
    before = {wave.audience: wave for wave in waves.values() if wave.kind == WaveKind.BASELINE}
    return tuple(
        _counted_wave(one, waves[one.wave_id], before.get(one.audience)) for _key, one in sorted(latest.items())
    )


def _rank(one: WaveCounts, waves: Mapping[int, Wave]) -> tuple[bool, bool]:
    return one.number > 0, waves[one.wave_id].kind == WaveKind.FOLLOW_UP


def _counted_wave(one: WaveCounts, wave: Wave, before: Wave | None) -> CountedWave:
    has_before = before is not None and before.id != wave.id and before.state == WaveState.CLOSED
    return CountedWave(
        place_id=one.organisation_id,
        audience=one.audience,
        campaign=wave.campaign.title,
        kind=wave.kind,
        starts=wave.opens,
        closed=closing_day(wave),
        baseline_starts=before.opens if before is not None and has_before else None,
        baseline_closed=closing_day(before) if before is not None and has_before else None,
        answered=one.number,
    )
