"""Gathers what a report is built from, and which reports a person may read."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from survey.campaigns.models import Campaign, Plan, Wave
from survey.campaigns.queries import campaign_by_id, campaigns_in, plan_definition, subtree
from survey.core.clock import local_date
from survey.core.errors import NotFound
from survey.core.permissions import Scope
from survey.core.vocabulary import Audience, WaveKind, WaveState
from survey.instruments.definitions import FORMS, InstrumentDefinition, Item
from survey.organisations.models import Organisation
from survey.reports.coming_questions import audiences_to_ask
from survey.reports.correction_records import Correction
from survey.reports.records import AskedItem, AudiencePlan, Place, ReportInput, WaveFact, WrongOption
from survey.responses.models import Rescoring
from survey.responses.queries import stored_by_group, wave_counts
from survey.responses.rescoring_queries import has_other_key, rescorings_of, stored_places

LANGUAGES = ("vi", "en")


def report_input(
    session: Session,
    *,
    campaign_id: int,
    scope: Scope,
    today: date,
    organisation_id: int | None = None,
    is_handed_on: bool = False,
) -> ReportInput:
    """Return everything that the report of a campaign is built from.

    organisation_id: the one organisation to report on; None for the widest view that the scope allows.
    is_handed_on: whether it leaves the school, where small numbers are hidden sooner.
    Raises NotFound if the scope does not cover it, or nothing of the campaign.
    """
    campaign = campaign_by_id(session, campaign_id, scope)
    places = _places(session, campaign, scope)
    focus = _focus(campaign, places, scope, organisation_id)
    from_above = focus is None or _reads_from_above(session, focus, scope)
    wanted = [place for place in places if from_above or place.id == focus]
    counts = wave_counts(
        session,
        wave_ids=[wave.id for wave in campaign.waves],
        scope=_narrowed(scope, wanted),
        with_options=True,
        today=today,
    )
    used = {one.organisation_id for one in counts} | {focus}
    return ReportInput(
        campaign_id=campaign.id,
        title=campaign.title,
        starts=campaign.starts,
        ends=campaign.ends,
        owner=place_of(campaign.organisation),
        places=tuple(place_of(place) for place in wanted if place.id in used),
        focus=focus,
        is_outside=from_above or is_handed_on,
        waves=tuple(wave_fact(wave) for wave in campaign.waves),
        plans=tuple(audience_plan(session, plan) for plan in _in_order(campaign.plans)),
        counts=counts,
        asked_again=audiences_to_ask(session, places=[place.id for place in wanted]),
    )


def _places(session: Session, campaign: Campaign, scope: Scope) -> Sequence[Organisation]:
    """Return what lies in the campaign and wholly in the scope, by name."""
    below = subtree(session, campaign.organisation_id) & scope.whole
    query = select(Organisation).where(Organisation.id.in_(below)).order_by(Organisation.name, Organisation.id)
    return session.scalars(query).all()


def _focus(campaign: Campaign, places: Sequence[Organisation], scope: Scope, wanted: int | None) -> int | None:
    ids = [place.id for place in places]
    if wanted is not None:
        if wanted not in ids:
            raise NotFound
        # The owner of a campaign with others below it stands for all of them together.
        return None if wanted == campaign.organisation_id and len(ids) > 1 else wanted
    if not ids:
        raise NotFound
    if scope.covers(campaign.organisation_id):
        return None if len(ids) > 1 else campaign.organisation_id
    return ids[0]


def _reads_from_above(session: Session, organisation_id: int, scope: Scope) -> bool:
    parent = session.scalar(select(Organisation.parent_id).where(Organisation.id == organisation_id))
    return parent is not None and scope.covers(parent)


def _narrowed(scope: Scope, places: Iterable[Organisation]) -> Scope:
    wanted = frozenset(place.id for place in places)
    return Scope(organisations=scope.organisations & wanted, whole=scope.whole & wanted)


def place_of(organisation: Organisation) -> Place:
    """Return an organisation as reports know it."""
    return Place(organisation.id, organisation.name, organisation.code, organisation.kind, organisation.is_demo)


def wave_fact(wave: Wave) -> WaveFact:
    """Return a wave as reports know it."""
    return WaveFact(wave.id, wave.audience, wave.kind, wave.state, wave.opens, wave.closes)


def _in_order(plans: Iterable[Plan]) -> list[Plan]:
    audiences = list(Audience)
    return sorted(plans, key=lambda plan: audiences.index(Audience(plan.audience)))


def audience_plan(session: Session, plan: Plan) -> AudiencePlan:
    """Return a plan as reports know it, with what is asked."""
    definition = plan_definition(session, plan)
    asked = {item.topic for form in definition.forms for item in definition.scored_items(form)}
    return AudiencePlan(
        audience=plan.audience,
        target=plan.target,
        confidence=float(plan.confidence),
        sampling=plan.sampling,
        plan_version=plan.content_hash,
        rule={language: definition.rule_in_words(language) for language in LANGUAGES},
        topics=definition.topic_codes,
        levels=definition.level_codes,
        asked_topics=tuple(topic for topic in definition.topic_codes if topic in asked),
        items=tuple(_items(definition)),
        corrections=tuple(_correction(plan.audience, one) for one in rescorings_of(session, plan.id)),
    )


def _correction(audience: str, rescoring: Rescoring) -> Correction:
    return Correction(
        audience,
        tuple(stored_places(rescoring.corrected)),
        local_date(rescoring.done_at or rescoring.asked_at),
        changes_key=has_other_key(rescoring.corrected),
    )


def _items(definition: InstrumentDefinition) -> Iterable[AskedItem]:
    return (_item(item) for item in definition.items if item.scored and item.form in (None, *FORMS))


def _item(item: Item) -> AskedItem:
    wrong = (
        WrongOption(code, dict(option.text)) for code, option in enumerate(item.options, start=1) if not option.correct
    )
    return AskedItem(item.id, item.form, item.topic or "", dict(item.stem), tuple(wrong))


@dataclass(frozen=True, slots=True)
class Readable:
    """A campaign with what its report can show: answers stored before and after, as far as visible."""

    campaign: Campaign
    places: tuple[Place, ...]
    before: int
    after: int
    is_open: bool


def readable_reports(session: Session, scope: Scope) -> tuple[Readable, ...]:
    """Return the campaigns whose report a person may read, newest first."""
    found = []
    for campaign in campaigns_in(session, scope):
        places = _places(session, campaign, scope)
        if places:
            stored = {kind: _stored(session, campaign, kind, scope) for kind in WaveKind}
            is_open = any(wave.state in {WaveState.OPEN, WaveState.CLOSING} for wave in campaign.waves)
            whole = tuple(place_of(place) for place in places)
            found.append(Readable(campaign, whole, stored[WaveKind.BASELINE], stored[WaveKind.FOLLOW_UP], is_open))
    return tuple(found)


def _stored(session: Session, campaign: Campaign, kind: str, scope: Scope) -> int:
    waves = [wave for wave in campaign.waves if wave.kind == kind]
    return sum(sum(stored_by_group(session, wave.id, scope).values()) for wave in waves)


def organisation_scope(session: Session, code: str) -> tuple[int, Scope]:
    """Return the organisation with this code and the scope of whoever sits there; NotFound if there is none."""
    organisation_id = session.scalar(select(Organisation.id).where(Organisation.code == code))
    if organisation_id is None:
        raise NotFound
    below = subtree(session, organisation_id)
    return organisation_id, Scope(organisations=below, whole=below)
