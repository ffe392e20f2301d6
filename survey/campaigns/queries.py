"""Reads campaigns, plans and waves, and what a wave really asks: its instrument without the withdrawn items."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from fractions import Fraction

from sqlalchemy import ColumnElement, exists, select
from sqlalchemy.orm import Session, aliased, joinedload, selectinload

from analysis.mastery import MasteryRule
from survey.campaigns.models import Campaign, Plan, Wave
from survey.core.errors import NotFound
from survey.core.permissions import Scope
from survey.core.vocabulary import Audience, WaveKind, audiences_of
from survey.instruments.definitions import InstrumentDefinition
from survey.instruments.queries import content_hash_of, definition_of, withdrawn_items, without_items
from survey.organisations.models import Group, Headcount, Organisation

_KIND_ORDER = (WaveKind.BASELINE, WaveKind.FOLLOW_UP)


def visible(scope: Scope) -> ColumnElement[bool]:
    """Return the condition under which a person may see a campaign: it covers an organisation of theirs.

    A school sees its ward's campaign, because its classes answer there.
    """
    covered, owner = aliased(Organisation), aliased(Organisation)
    return exists().where(
        covered.id.in_(scope.organisations),
        owner.id == Campaign.organisation_id,
        covered.path.startswith(owner.path),
    )


def campaigns_in(session: Session, scope: Scope) -> Sequence[Campaign]:
    """Return the campaigns a person may see, newest first."""
    query = (
        select(Campaign)
        .where(visible(scope))
        .options(joinedload(Campaign.organisation), selectinload(Campaign.waves))
        .order_by(Campaign.starts.desc(), Campaign.id.desc())
    )
    return session.scalars(query).all()


def campaign_by_id(session: Session, campaign_id: int, scope: Scope) -> Campaign:
    """Return a campaign with its plans and waves; NotFound if there is none for this person."""
    query = (
        select(Campaign)
        .where(Campaign.id == campaign_id, visible(scope))
        .options(joinedload(Campaign.organisation), selectinload(Campaign.plans), selectinload(Campaign.waves))
    )
    campaign = session.scalars(query).first()
    if campaign is None:
        raise NotFound
    return campaign


def wave_by_id(session: Session, wave_id: int, scope: Scope) -> Wave:
    """Return a wave with its campaign; NotFound if there is none for this person."""
    query = (
        select(Wave)
        .join(Campaign, Wave.campaign_id == Campaign.id)
        .where(Wave.id == wave_id, visible(scope))
        .options(joinedload(Wave.campaign).joinedload(Campaign.organisation))
    )
    wave = session.scalars(query).first()
    if wave is None:
        raise NotFound
    return wave


def waves_in(session: Session, scope: Scope, states: Iterable[str] = ()) -> Sequence[Wave]:
    """Return the waves of the campaigns a person may see, by campaign, audience and kind; of some states only."""
    query = (
        select(Wave)
        .join(Campaign, Wave.campaign_id == Campaign.id)
        .where(visible(scope))
        .options(joinedload(Wave.campaign).joinedload(Campaign.organisation))
    )
    wanted = tuple(states)
    if wanted:
        query = query.where(Wave.state.in_(wanted))
    return sorted(session.scalars(query), key=_wave_order)


def _wave_order(wave: Wave) -> tuple[int, int, int]:
    audiences = list(Audience)
    return (
        wave.campaign_id,
        audiences.index(Audience(wave.audience)),
        _KIND_ORDER.index(WaveKind(wave.kind)),
    )


def plan_of(session: Session, campaign_id: int, audience: str) -> Plan:
    """Return the plan by which an audience of a campaign is judged; NotFound if there is none."""
    query = select(Plan).where(Plan.campaign_id == campaign_id, Plan.audience == audience)
    plan = session.scalars(query).first()
    if plan is None:
        raise NotFound
    return plan


def version_is_in_use(session: Session, *, version_id: int, organisation_id: int) -> bool:
    """Whether a wave of this instrument has opened in a campaign of the organisation, so that nothing is withdrawn."""
    opened = (
        select(Plan.id)
        .join(Campaign, Plan.campaign_id == Campaign.id)
        .where(
            Plan.instrument_version_id == version_id,
            Plan.locked_at.is_not(None),
            Campaign.organisation_id == organisation_id,
        )
    )
    return session.scalars(opened.limit(1)).first() is not None


def plan_by_id(session: Session, plan_id: int, scope: Scope) -> Plan:
    """Return a plan with its campaign; NotFound if there is none for this person."""
    query = select(Plan).join(Campaign, Plan.campaign_id == Campaign.id).where(Plan.id == plan_id, visible(scope))
    plan = session.scalars(query).first()
    if plan is None:
        raise NotFound
    return plan


def plan_rule(plan: Plan) -> MasteryRule:
    """Return the mastery rule of a plan."""
    return MasteryRule(cut=Fraction(plan.cut), topic_cut=Fraction(plan.topic_cut), must_pass=tuple(plan.must_pass))


def plan_withdrawn(session: Session, plan: Plan) -> tuple[str, ...]:
    """Return the items left out: frozen once the plan is locked, until then what the unit has withdrawn so far."""
    if plan.locked_at is not None:
        return tuple(plan.withdrawn)
    organisation_id = session.scalar(select(Campaign.organisation_id).where(Campaign.id == plan.campaign_id))
    return withdrawn_items(
        session, version_id=plan.instrument_version_id, organisation_id=organisation_id if organisation_id else 0
    )


# The records are equal for equal input and never change; building one takes a millisecond, reading one nothing.
_asked: OrderedDict[tuple[str, tuple[str, ...], MasteryRule], InstrumentDefinition] = OrderedDict()
_CACHED = 64


def plan_definition(session: Session, plan: Plan) -> InstrumentDefinition:
    """Return what respondents are asked and how they are judged under a plan.

    That is the published instrument without the withdrawn items, with the plan's mastery rule. Pages, scoring and
    reports all take this one.
    """
    definition = definition_of(session, plan.instrument_version_id)
    withdrawn = plan_withdrawn(session, plan)
    rule = plan_rule(plan)
    key = (content_hash_of(session, plan.instrument_version_id), withdrawn, rule)
    asked = _asked.get(key)
    if asked is None:
        kept = tuple(item for item in rule.must_pass if item not in withdrawn)
        asked = replace(without_items(definition, withdrawn), mastery=replace(rule, must_pass=kept))
        _asked[key] = asked
        if len(_asked) > _CACHED:
            _asked.popitem(last=False)
    return asked


def wave_definition(session: Session, wave: Wave) -> InstrumentDefinition:
    """Return what the respondents of a wave are asked and how they are judged; see `plan_definition`."""
    return plan_definition(session, plan_of(session, wave.campaign_id, wave.audience))


def audiences_present(session: Session, organisation_id: int) -> tuple[Audience, ...]:
    """Return the audiences that the groups and headcounts at and below an organisation have, in the fixed order."""
    below = subtree(session, organisation_id)
    rows = session.execute(
        select(Group.grade, Group.staff_kind).where(Group.organisation_id.in_(below), Group.ended_on.is_(None))
    ).all()
    found = {audience for grade, staff_kind in rows for audience in audiences_of(grade, staff_kind)}
    counted = session.scalars(select(Headcount.audience).where(Headcount.organisation_id.in_(below)).distinct())
    found |= {Audience(audience) for audience in counted}
    return tuple(audience for audience in Audience if audience in found)


def subtree(session: Session, organisation_id: int) -> frozenset[int]:
    """Return the ids of an organisation and of everything below it."""
    path = session.scalar(select(Organisation.path).where(Organisation.id == organisation_id))
    if path is None:
        return frozenset()
    return frozenset(session.scalars(select(Organisation.id).where(Organisation.path.startswith(path))))


def all_campaigns(session: Session) -> Sequence[Campaign]:
    """Return every campaign, newest first, for the operator's command line."""
    query = (
        select(Campaign)
        .options(joinedload(Campaign.organisation), selectinload(Campaign.waves))
        .order_by(Campaign.starts.desc(), Campaign.id.desc())
    )
    return session.scalars(query).all()


def organisations_in(session: Session, scope: Scope) -> Sequence[Organisation]:
    """Return the organisations where a person may act, those nearest to the root first."""
    found = session.scalars(select(Organisation).where(Organisation.id.in_(scope.organisations)))
    return sorted(found, key=lambda organisation: (organisation.path.count("/"), organisation.name, organisation.id))


def place_to_act(places: Sequence[Organisation], wanted: int | None) -> Organisation:
    """Return the organisation asked for, else the first, which is the topmost; NotFound if it is not among them."""
    found = [organisation for organisation in places if wanted in (None, organisation.id)]
    if not found:
        raise NotFound
    return found[0]
