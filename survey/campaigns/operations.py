"""Makes campaigns with their plans and waves, and moves waves from draft to open.

Closing belongs to `responses`, which freezes the counts.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from fractions import Fraction

from sqlalchemy import select
from sqlalchemy.orm import Session

from survey.audit.operations import record
from survey.campaigns.models import EXPLAINS, Campaign, Plan, Wave
from survey.campaigns.queries import plan_definition, plan_of, plan_rule, plan_withdrawn, version_is_in_use
from survey.core.clock import local_date
from survey.core.errors import Conflict, Invalid, NotFound
from survey.core.vocabulary import TOPICS, Audience, WaveKind, WaveState
from survey.instruments.checks import check_definition
from survey.instruments.definitions import canonical_json
from survey.instruments.operations import withdraw_item
from survey.instruments.queries import latest_version


class WaveConflict(Conflict):
    """The state of a wave or its campaign does not allow this; `reason` is a word for the page to put in words.

    Reasons: not_draft, closing_date_passed, baseline_open, follow_up_began, plan_locked, item_in_use.
    """

    def __init__(self, reason: str) -> None:
        super().__init__()
        self.reason = reason


class PlanInvalid(Invalid):
    """The rule or the dates are not possible; `reason` is a word for the page to put in words.

    Reasons: dates_in_order, no_audience, unknown_topic, rule_too_easy.
    """

    def __init__(self, reason: str) -> None:
        super().__init__()
        self.reason = reason


@dataclass(frozen=True, slots=True)
class WaveDates:
    """The days on which a wave opens and closes; the closing day still counts."""

    opens: date
    closes: date


def default_dates(starts: date, ends: date) -> dict[WaveKind, WaveDates]:
    """Return sensible days for both waves: the first week before, the last two weeks after; shorter when time is."""
    days = (ends - starts).days + 1
    before = max(1, min(7, days // 4))
    after = max(1, min(14, days // 3))
    return {
        WaveKind.BASELINE: WaveDates(starts, starts + timedelta(days=before - 1)),
        WaveKind.FOLLOW_UP: WaveDates(ends - timedelta(days=after - 1), ends),
    }


def create_campaign(
    session: Session,
    *,
    organisation_id: int,
    title: str,
    topics: Sequence[str],
    starts: date,
    ends: date,
    audiences: Iterable[str],
    user_id: int | None,
    now: datetime,
) -> Campaign:
    """Make a campaign with, per audience, a plan and a baseline and a follow-up wave of the same instrument version.

    Raises PlanInvalid, or NotFound when no instrument is published for an audience.
    """
    wanted = [audience for audience in Audience if audience in set(audiences)]
    if starts > ends:
        raise PlanInvalid("dates_in_order")
    if not wanted:
        raise PlanInvalid("no_audience")
    if not topics or not set(topics) <= set(TOPICS):
        raise PlanInvalid("unknown_topic")
    campaign = Campaign(
        organisation_id=organisation_id,
        title=title,
        topics=[topic for topic in TOPICS if topic in topics],
        starts=starts,
        ends=ends,
        created_at=now,
    )
    session.add(campaign)
    session.flush()
    for audience in wanted:
        _add_audience(session, campaign, audience)
    session.flush()
    session.refresh(campaign, ["plans", "waves"])
    _record(session, "create", campaign, user_id, now, title=title, audiences=[str(audience) for audience in wanted])
    return campaign


def _add_audience(session: Session, campaign: Campaign, audience: str) -> None:
    version = latest_version(session, audience)
    rule = version.definition["mastery"]
    session.add(
        Plan(
            campaign_id=campaign.id,
            audience=str(audience),
            instrument_version_id=version.id,
            cut=rule["cut"],
            topic_cut=rule["topic_cut"],
            must_pass=list(rule["must_pass"]),
        )
    )
    for kind, dates in default_dates(campaign.starts, campaign.ends).items():
        session.add(
            Wave(
                campaign_id=campaign.id,
                audience=str(audience),
                kind=str(kind),
                instrument_version_id=version.id,
                opens=dates.opens,
                closes=dates.closes,
            )
        )


def edit_campaign(
    session: Session, *, campaign: Campaign, title: str, topics: Sequence[str], user_id: int | None, now: datetime
) -> None:
    """Change a campaign's title and topics; its dates are those of its waves."""
    if not topics or not set(topics) <= set(TOPICS):
        raise PlanInvalid("unknown_topic")
    campaign.title = title
    campaign.topics = [topic for topic in TOPICS if topic in topics]
    session.flush()
    _record(session, "edit", campaign, user_id, now, title=title, topics=campaign.topics)


def edit_wave_dates(
    session: Session, *, wave_id: int, opens: date, closes: date, user_id: int | None, now: datetime
) -> Wave:
    """Change the days of a wave: both while it is a draft, only the closing day while it is open."""
    wave = _wave(session, wave_id)
    if opens > closes:
        raise PlanInvalid("dates_in_order")
    if wave.state not in (WaveState.DRAFT, WaveState.OPEN) or (wave.state == WaveState.OPEN and opens != wave.opens):
        raise WaveConflict("not_draft")
    if wave.state == WaveState.OPEN and closes < local_date(now):
        raise WaveConflict("closing_date_passed")
    wave.opens, wave.closes = opens, closes
    campaign = wave.campaign
    campaign.starts, campaign.ends = min(campaign.starts, opens), max(campaign.ends, closes)
    session.flush()
    _record(session, "edit_dates", wave, user_id, now, opens=opens.isoformat(), closes=closes.isoformat())
    return wave


def edit_plan(
    session: Session,
    *,
    plan: Plan,
    target: Fraction,
    cut: Fraction,
    topic_cut: Fraction,
    user_id: int | None,
    now: datetime,
    explains: str | None = None,
) -> None:
    """Change what an audience is judged by, as long as no wave of it has opened.

    Raises PlanInvalid("rule_too_easy") for a rule that a guesser passes too often.
    """
    if plan.locked_at is not None:
        raise WaveConflict("plan_locked")
    plan.target_numerator, plan.target_denominator = target.numerator, target.denominator
    plan.cut, plan.topic_cut = str(cut), str(topic_cut)
    if explains is not None:
        plan.shows_explanations, plan.shows_baseline_explanations = EXPLAINS[explains]
    if check_definition(plan_definition(session, plan)):
        raise PlanInvalid("rule_too_easy")
    session.flush()
    _record(session, "edit_plan", plan, user_id, now, target=str(target), cut=str(cut), topic_cut=str(topic_cut))


def open_wave(session: Session, *, wave_id: int, user_id: int | None, now: datetime) -> Wave:
    """Open a wave today; the first wave of an audience locks and hashes its plan.

    Whoever opens it also calls `collection.operations.prepare_collectors`, so that every group has a way in.
    """
    wave = _wave(session, wave_id)
    if wave.state != WaveState.DRAFT:
        raise WaveConflict("not_draft")
    today = local_date(now)
    if wave.closes < today:
        raise WaveConflict("closing_date_passed")
    _require_order(session, wave)
    lock_plan(session, plan=plan_of(session, wave.campaign_id, wave.audience), now=now)
    wave.state = WaveState.OPEN
    wave.opened_at = now
    wave.opens = today
    session.flush()
    _record(session, "open", wave, user_id, now, closes=wave.closes.isoformat())
    return wave


def _require_order(session: Session, wave: Wave) -> None:
    """Two codes on one wall would mix up before and after, so a wave waits for the other to end."""
    other = session.scalars(
        select(Wave).where(Wave.campaign_id == wave.campaign_id, Wave.audience == wave.audience, Wave.id != wave.id)
    ).first()
    if other is None:
        return
    if wave.kind == WaveKind.FOLLOW_UP and other.state in (WaveState.OPEN, WaveState.CLOSING):
        raise WaveConflict("baseline_open")
    if wave.kind == WaveKind.BASELINE and other.state != WaveState.DRAFT:
        raise WaveConflict("follow_up_began")


def lock_plan(session: Session, *, plan: Plan, now: datetime) -> None:
    """Fix a plan and its hash for good; a locked one stays as it is."""
    if plan.locked_at is not None:
        return
    plan.withdrawn = list(plan_withdrawn(session, plan))
    plan.must_pass = [item for item in plan.must_pass if item not in plan.withdrawn]
    plan.content_hash = plan_hash(plan)
    plan.locked_at = now
    session.flush()


def plan_hash(plan: Plan) -> str:
    """Return the SHA-256 of everything by which an audience is judged."""
    rule = plan_rule(plan)
    terms = {
        "audience": plan.audience,
        "instrument": plan.instrument_version.content_hash,
        "target": str(plan.target),
        "cut": str(rule.cut),
        "topic_cut": str(rule.topic_cut),
        "must_pass": list(rule.must_pass),
        "confidence": plan.confidence,
        "sampling": plan.sampling,
        "withdrawn": list(plan.withdrawn),
    }
    return hashlib.sha256(canonical_json(terms).encode()).hexdigest()


def withdraw_item_before_opening(
    session: Session, *, version_id: int, organisation_id: int, item_id: str, user_id: int, now: datetime
) -> tuple[str, ...]:
    """Leave an item and its parallel out of a unit's questionnaires; return their ids.

    Raises WaveConflict("item_in_use") once a wave of this instrument has opened in a campaign of the unit.
    """
    if version_is_in_use(session, version_id=version_id, organisation_id=organisation_id):
        raise WaveConflict("item_in_use")
    return withdraw_item(
        session,
        version_id=version_id,
        organisation_id=organisation_id,
        item_id=item_id,
        user_id=user_id,
        now=now,
    )


def _wave(session: Session, wave_id: int) -> Wave:
    # Locked, so that two people who press the button at the same moment open it once.
    query = select(Wave).where(Wave.id == wave_id).with_for_update().execution_options(populate_existing=True)
    wave = session.scalars(query).first()
    if wave is None:
        raise NotFound
    return wave


def _record(
    session: Session, action: str, thing: Campaign | Plan | Wave, user_id: int | None, now: datetime, **detail: object
) -> None:
    campaign = thing if isinstance(thing, Campaign) else thing.campaign
    record(
        session,
        action=action,
        subject=thing.__tablename__,
        subject_id=thing.id,
        now=now,
        user_id=user_id,
        organisation_id=campaign.organisation_id,
        **detail,
    )
