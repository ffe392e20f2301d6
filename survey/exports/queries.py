"""Reads what an export is made from, within a scope."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from typing import cast

from sqlalchemy import select
from sqlalchemy.orm import Session

from survey.campaigns.models import Campaign
from survey.campaigns.queries import campaign_by_id, subtree
from survey.core.errors import Conflict, NotFound
from survey.core.permissions import Scope
from survey.core.vocabulary import OrganisationKind, WaveState
from survey.exports.microdata import Microdata, MicrodataInput, build_microdata
from survey.exports.records import AnswersChoice, CountsTable, PlaceCounts
from survey.jobs.calls import run_in_child
from survey.organisations.models import Organisation
from survey.reports.queries import report_input
from survey.responses.microdata import wave_records
from survey.responses.queries import stored_by_group, wave_counts


def campaign_counts(
    session: Session, *, campaign_id: int, organisation_id: int, scope: Scope, today: date
) -> CountsTable:
    """Return the counts behind the report of one organisation in a campaign.

    Raises NotFound where the scope does not cover them, Conflict where the organisation stands for several: their
    figures are rolled up, which one table cannot carry.
    """
    source = report_input(session, campaign_id=campaign_id, scope=scope, today=today, organisation_id=organisation_id)
    if source.focus is None:
        raise Conflict
    return cast(CountsTable, run_in_child("survey.exports.tables:counts_table", source))


def counts_by_place(session: Session, *, campaign_id: int, scope: Scope, today: date) -> tuple[PlaceCounts, ...]:
    """Return the counts of every organisation of a campaign that has answers and may be shown, by code.

    Each table is masked together with the others, as the report of all of them is.
    """
    widest = report_input(session, campaign_id=campaign_id, scope=scope, today=today)
    places = widest.places if widest.focus is None else [one for one in widest.places if one.id == widest.focus]
    found = []
    for place in sorted(places, key=lambda one: one.code):
        own = report_input(session, campaign_id=campaign_id, scope=scope, today=today, organisation_id=place.id)
        if own.focus is not None:
            table = cast(CountsTable, run_in_child("survey.exports.tables:counts_table", own))
            found.append(PlaceCounts(place.code, place.name, table))
    return tuple(found)


def exporting_places(session: Session, *, campaign_id: int, scope: Scope) -> Sequence[Organisation]:
    """Return the schools and associations of a campaign whose single answers the scope covers, by name."""
    campaign = campaign_by_id(session, campaign_id, scope)
    below = subtree(session, campaign.organisation_id) & scope.whole
    query = select(Organisation).where(
        Organisation.id.in_(below),
        Organisation.kind.in_((OrganisationKind.SCHOOL, OrganisationKind.ASSOCIATION)),
    )
    return session.scalars(query.order_by(Organisation.name, Organisation.id)).all()


def answers_choices(
    session: Session, *, campaign_id: int, organisation_id: int, scope: Scope
) -> tuple[AnswersChoice, ...]:
    """Return the audiences of a campaign whose single answers one organisation may be given."""
    campaign = campaign_by_id(session, campaign_id, scope)
    if not scope.covers(organisation_id):
        return ()
    own = Scope(frozenset({organisation_id}), frozenset({organisation_id}))
    by_audience = defaultdict(list)
    for wave in campaign.waves:
        if wave.state != WaveState.DRAFT:
            by_audience[wave.audience].append(wave)
    return tuple(
        AnswersChoice(
            audience=audience,
            closed=sum(wave.state == WaveState.CLOSED for wave in waves),
            waiting=sum(wave.state != WaveState.CLOSED for wave in waves),
            answered=sum(sum(stored_by_group(session, wave.id, own).values()) for wave in waves),
        )
        for audience, waves in by_audience.items()
    )


def campaign_answers(
    session: Session, *, campaign_id: int, organisation_id: int, audience: str, scope: Scope, today: date
) -> tuple[MicrodataInput, Microdata]:
    """Return the single answers of one audience of one organisation in the closed waves of a campaign.

    Raises NotFound where the scope does not cover the organisation or nobody of the audience was asked, Conflict while
    no wave of it is closed.
    """
    campaign = campaign_by_id(session, campaign_id, scope)
    place = session.get(Organisation, organisation_id)
    if place is None or not scope.covers(organisation_id):
        raise NotFound
    waves = [wave for wave in campaign.waves if wave.audience == audience]
    closed = [wave.id for wave in waves if wave.state == WaveState.CLOSED]
    if not closed:
        raise Conflict if waves else NotFound
    own = Scope(frozenset({organisation_id}), frozenset({organisation_id}))
    source = MicrodataInput(
        title=campaign.title,
        organisation=place.name,
        audience=audience,
        is_demo=place.is_demo,
        waves=tuple(
            wave_records(session, wave_id=wave_id, organisation_id=organisation_id, scope=scope) for wave_id in closed
        ),
        counts=wave_counts(session, wave_ids=closed, scope=own, with_options=False, today=today),
    )
    return source, build_microdata(source)


def campaign_owner(session: Session, campaign_id: int) -> str:
    """Return the code of the organisation that a campaign belongs to; NotFound without such a campaign."""
    query = select(Organisation.code).join(Campaign, Campaign.organisation_id == Organisation.id)
    code = session.scalar(query.where(Campaign.id == campaign_id))
    if code is None:
        raise NotFound
    return code
