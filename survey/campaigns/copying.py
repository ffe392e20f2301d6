"""Makes a campaign for the next year out of an earlier one: its plan, its days a year later; nothing of its answers."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from survey.audit.operations import record
from survey.campaigns.models import Campaign, Plan, Wave
from survey.campaigns.operations import PlanInvalid
from survey.core.errors import NotFound
from survey.instruments.models import InstrumentVersion
from survey.instruments.queries import latest_version

_YEAR = re.compile(r"\b20\d\d\b")


@dataclass(frozen=True, slots=True)
class CopiedPlan:
    """An audience of the copy with the newest published questionnaire; is_newer: another one than the earlier had."""

    audience: str
    version: InstrumentVersion
    is_newer: bool


def copied_plans(session: Session, campaign: Campaign) -> tuple[CopiedPlan, ...]:
    """Return the audiences that a copy will have; one without a published questionnaire is left out."""
    found = []
    for plan in campaign.plans:
        try:
            version = latest_version(session, plan.audience)
        except NotFound:
            continue
        found.append(CopiedPlan(plan.audience, version, version.id != plan.instrument_version_id))
    return tuple(found)


def next_year(day: date) -> date:
    """Return the same day a year later; 29 February becomes the 28th.

    >>> next_year(date(2028, 2, 29))
    datetime.date(2029, 2, 28)
    """
    try:
        return day.replace(year=day.year + 1)
    except ValueError:
        return day.replace(year=day.year + 1, day=28)


def next_title(title: str) -> str:
    """Return a title with every year of this century in it one later.

    >>> next_title("Hiểu Nghị quyết 71 – học kỳ I, năm học 2026-2027")
    'Hiểu Nghị quyết 71 – học kỳ I, năm học 2027-2028'
    """
    return _YEAR.sub(lambda found: str(int(found[0]) + 1), title)


def copy_campaign(
    session: Session, *, campaign: Campaign, title: str, starts: date, user_id: int | None, now: datetime
) -> Campaign:
    """Make a draft of a campaign that begins on a day: all days move with it, the rules stay, the newest texts apply.

    Raises PlanInvalid("no_audience") where no questionnaire is published any more.
    """
    plans = {plan.audience: plan for plan in copied_plans(session, campaign)}
    if not plans:
        raise PlanInvalid("no_audience")
    shift = starts - campaign.starts
    made = Campaign(
        organisation_id=campaign.organisation_id,
        title=title,
        topics=list(campaign.topics),
        starts=starts,
        ends=campaign.ends + shift,
        created_at=now,
    )
    session.add(made)
    session.flush()
    for plan in campaign.plans:
        if plan.audience in plans:
            session.add(_plan(plan, made, plans[plan.audience]))
    for wave in campaign.waves:
        if wave.audience in plans:
            session.add(_wave(wave, made, plans[wave.audience], shift))
    session.flush()
    session.refresh(made, ["plans", "waves"])
    record(
        session,
        action="copy",
        subject="campaign",
        subject_id=made.id,
        now=now,
        user_id=user_id,
        organisation_id=made.organisation_id,
        source=campaign.id,
        title=title,
    )
    return made


def _plan(plan: Plan, made: Campaign, copied: CopiedPlan) -> Plan:
    """Return the plan of the copy; items that a newer questionnaire no longer has cannot be required."""
    rule = copied.version.definition["mastery"]
    return Plan(
        campaign_id=made.id,
        audience=plan.audience,
        instrument_version_id=copied.version.id,
        target_numerator=plan.target_numerator,
        target_denominator=plan.target_denominator,
        cut=plan.cut,
        topic_cut=plan.topic_cut,
        must_pass=list(rule["must_pass"]),
        confidence=plan.confidence,
        sampling=plan.sampling,
        shows_explanations=plan.shows_explanations,
        shows_baseline_explanations=plan.shows_baseline_explanations,
    )


def _wave(wave: Wave, made: Campaign, copied: CopiedPlan, shift: timedelta) -> Wave:
    return Wave(
        campaign_id=made.id,
        audience=wave.audience,
        kind=wave.kind,
        instrument_version_id=copied.version.id,
        opens=wave.opens + shift,
        closes=wave.closes + shift,
    )
