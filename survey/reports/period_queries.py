"""Gathers what a periodic report is built from: per organisation and audience the latest wave closed in the period.

A wave that began before the period and closed in it belongs to it (DOMAIN.md 4.3); of two that closed in it, the later
one that somebody answered counts. The wave before the campaign comes with it whenever it was held.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from survey.campaigns.models import Campaign, Plan, Wave
from survey.campaigns.queries import subtree
from survey.core.errors import NotFound
from survey.core.periods import Period
from survey.core.permissions import Scope
from survey.core.vocabulary import Audience
from survey.organisations.models import Organisation
from survey.reports.coming_questions import audiences_to_ask
from survey.reports.period_log import log_facts
from survey.reports.period_records import CountedWave, PeriodInput
from survey.reports.period_waves import Found, Key, Part, choose_waves, closing_day, rank
from survey.reports.queries import audience_plan, place_of, wave_fact
from survey.reports.records import AudiencePlan, ReportInput, WaveFact
from survey.reports.release_queries import earlier_report, published_before
from survey.responses.counting import count_nobody
from survey.responses.counts import WaveCounts


def period_input(session: Session, *, organisation_id: int, period: Period, scope: Scope, today: date) -> PeriodInput:
    """Return everything that the report of an organisation and all below it for a period is built from.

    Raises NotFound if the scope does not cover the organisation.
    """
    organisation = session.get(Organisation, organisation_id)
    if organisation is None or not scope.covers(organisation_id):
        raise NotFound
    places = _places(session, organisation_id, scope)
    chosen = choose_waves(session, period=period, scope=Scope(*(frozenset(place.id for place in places),) * 2))
    places = [place for place in places if place.id not in chosen.former]
    inside = Scope(*(frozenset(place.id for place in places),) * 2)
    waves = chosen.waves()
    counts = [*chosen.counts(), *_nobody(session, chosen.latest, inside, day=min(today, period.ends))]
    source = ReportInput(
        campaign_id=0,
        title="",
        starts=period.starts,
        ends=period.ends,
        owner=place_of(organisation),
        places=tuple(map(place_of, places)),
        focus=None if len(places) > 1 else organisation_id,
        # A periodic report is made to be handed on.
        is_outside=True,
        waves=tuple(_fact(wave) for wave in sorted(waves.values(), key=lambda wave: wave.id)),
        plans=_plans(session, waves.values()),
        counts=tuple(counts),
        is_over=True,
        asked_again=audiences_to_ask(session, places=inside.whole),
    )
    return PeriodInput(
        period=period,
        organisation=place_of(organisation),
        superior=organisation.parent.name if organisation.parent is not None else "",
        superior_kind=organisation.parent.kind if organisation.parent is not None else "",
        source=source,
        counted=_counted(chosen.latest, chosen.baselines),
        log=log_facts(session, places=places, owner=organisation, period=period, scope=scope, today=today),
        previous=earlier_report(session, organisation_id=organisation_id, period=period),
        published=published_before(session, parts=_parts(counts, chosen.origins)),
        origins=chosen.origins,
        succeeded=chosen.succeeded,
        ways=ways_in(one for one, _wave in chosen.latest.values()),
    )


def _places(session: Session, organisation_id: int, scope: Scope) -> Sequence[Organisation]:
    below = subtree(session, organisation_id) & scope.whole
    query = select(Organisation).where(Organisation.id.in_(below)).order_by(Organisation.name, Organisation.id)
    return session.scalars(query).all()


def _nobody(session: Session, chosen: Mapping[Key, Found], scope: Scope, *, day: date) -> list[WaveCounts]:
    """Return the people of organisations that had no wave of an audience which others had: they count as unknown."""
    found: list[WaveCounts] = []
    for audience in sorted({audience for _place, audience in chosen}):
        _one, wave = max((pair for key, pair in chosen.items() if key[1] == audience), key=lambda pair: rank(*pair))
        others = [place for place in sorted(scope.whole) if (place, audience) not in chosen]
        found += count_nobody(session, wave_id=wave.id, audience=audience, organisation_ids=others, day=day)
    return found


def _fact(wave: Wave) -> WaveFact:
    return replace(wave_fact(wave), campaign_id=wave.campaign_id, closes=closing_day(wave))


def _plans(session: Session, waves: Collection[Wave]) -> tuple[AudiencePlan, ...]:
    """Return the plans of the waves: by audience, the newest campaign's first, which names the rules."""
    wanted = {(wave.campaign_id, wave.audience) for wave in waves}
    query = select(Plan).where(Plan.campaign_id.in_({campaign_id for campaign_id, _audience in wanted}))
    newest = {campaign_id: starts for campaign_id, starts in session.execute(select(Campaign.id, Campaign.starts))}
    audiences = list(Audience)
    found = [plan for plan in session.scalars(query) if (plan.campaign_id, plan.audience) in wanted]
    found.sort(key=lambda plan: (newest[plan.campaign_id], plan.campaign_id), reverse=True)
    found.sort(key=lambda plan: audiences.index(Audience(plan.audience)))
    return tuple(replace(audience_plan(session, plan), campaign_id=plan.campaign_id) for plan in found)


def _counted(chosen: Mapping[Key, Found], baselines: Mapping[Key, Found]) -> tuple[CountedWave, ...]:
    found = []
    for key, (one, wave) in sorted(chosen.items()):
        _counts, before = baselines.get(key, (None, None))
        found.append(
            CountedWave(
                place_id=one.organisation_id,
                audience=one.audience,
                campaign=wave.campaign.title,
                kind=wave.kind,
                starts=wave.opens,
                closed=closing_day(wave),
                baseline_starts=before.opens if before is not None else None,
                baseline_closed=closing_day(before) if before is not None else None,
                answered=one.number,
            )
        )
    return tuple(found)


def _parts(counts: Iterable[WaveCounts], origins: Mapping[Part, tuple[Part, ...]]) -> set[Part]:
    """Return the waves and organisations behind the counts, those of former schools as they were."""
    own = {(one.wave_id, one.organisation_id) for one in counts}
    return {origin for part in own for origin in origins.get(part, (part,))}


def ways_in(counts: Iterable[WaveCounts]) -> Mapping[str, int]:
    """Return how many answers came in by each way, where the counts say so."""
    sums: dict[str, int] = {}
    for one in counts:
        for mode, number in (one.by_mode or {}).items():
            sums[mode] = sums.get(mode, 0) + number
    return sums
