"""The duties of a unit in a year: rules as data, each with its source, and how far the unit is.

The rules come from the plans that implement the resolution in schools and wards; a unit's own plan may ask for more.
Progress is counted from the log and never typed in. Nothing here says anything about what people understand.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Protocol, TypeVar

from sqlalchemy.orm import Session

from survey.activities.briefing_queries import briefing_state
from survey.activities.queries import activities_between, checks_between, models_between, plans_of
from survey.activities.records import (
    ActivityRecord,
    BriefingState,
    CheckRecord,
    Duty,
    MissingPost,
    ModelRecord,
    PlanRecord,
)
from survey.activities.vocabulary import ActivityForm, CheckState, DutyCode, DutyState
from survey.activities.years import months_of, read_year
from survey.core.periods import Period
from survey.core.permissions import Scope


@dataclass(frozen=True, slots=True)
class DutyRule:
    """One duty: how much is asked for at least, and which document asks for it."""

    code: DutyCode
    needed: int
    source: str


SCHOOL_PLAN = "school_plan"
WARD_PLAN = "ward_plan"
BOTH_PLANS = "both_plans"

# The titles of the sources stand in words.SOURCES.
RULES = (
    DutyRule(DutyCode.PLAN, 1, BOTH_PLANS),
    DutyRule(DutyCode.BRIEFING, 100, BOTH_PLANS),
    DutyRule(DutyCode.THEMED, 2, SCHOOL_PLAN),
    DutyRule(DutyCode.AI, 1, BOTH_PLANS),
    DutyRule(DutyCode.POSTS, 1, BOTH_PLANS),
    DutyRule(DutyCode.TRAINING, 1, BOTH_PLANS),
    DutyRule(DutyCode.MODELS, 1, SCHOOL_PLAN),
    DutyRule(DutyCode.CHECKS, 0, WARD_PLAN),
)


@dataclass(frozen=True, slots=True)
class _Year:
    """What a unit's duties are judged by: its year up to today."""

    year: Period
    today: date
    plan: PlanRecord | None
    activities: Sequence[ActivityRecord]
    models: Sequence[ModelRecord]
    checks: Sequence[CheckRecord]
    briefing: BriefingState


def duties(
    session: Session, *, organisation_id: int, year: Period | str, today: date, scope: Scope
) -> tuple[Duty, ...]:
    """Return the duties of a unit in a year ("2026" or "2026-2027") with their progress up to today.

    Raises NotFound.
    """
    found = duties_by_unit(session, organisation_ids=[organisation_id], year=year, today=today, scope=scope)
    return found[organisation_id]


def duties_by_unit(
    session: Session, *, organisation_ids: Collection[int], year: Period | str, today: date, scope: Scope
) -> dict[int, tuple[Duty, ...]]:
    """Return the duties of several units, in as many queries as for one. Raises NotFound."""
    period = read_year(year, today=today) if isinstance(year, str) else year
    last = max(min(period.ends, today), period.starts)
    within: dict[str, Any] = {"organisation_ids": organisation_ids, "scope": scope}
    between: dict[str, Any] = {**within, "start": period.starts, "end": last}
    plans = _by_unit(plans_of(session, years={period.starts.year, period.ends.year}, **within))
    activities = _by_unit(activities_between(session, **between))
    models = _by_unit(models_between(session, **between))
    checks = _by_unit(checks_between(session, today=today, **between))
    found = {}
    for state in briefing_state(session, on=last, **within):
        unit = state.organisation_id
        judged = _Year(period, today, _plan_in_force(plans[unit]), activities[unit], models[unit], checks[unit], state)
        found[unit] = tuple(_JUDGES[rule.code](rule, judged) for rule in RULES)
    return found


class _OfUnit(Protocol):
    @property
    def organisation_id(self) -> int: ...


Record = TypeVar("Record", bound=_OfUnit)


def _by_unit(records: Iterable[Record]) -> defaultdict[int, list[Record]]:
    found: defaultdict[int, list[Record]] = defaultdict(list)
    for record in records:
        found[record.organisation_id].append(record)
    return found


def _plan_in_force(plans: Sequence[PlanRecord]) -> PlanRecord | None:
    """Return the newest plan that has a number, else the newest entry: a school year touches two calendar years."""
    numbered = [plan for plan in plans if plan.number] or plans
    return numbered[-1] if numbered else None


def _counted(rule: DutyRule, done: int) -> Duty:
    return Duty(rule.code, _state(done, rule.needed), done, rule.needed)


def _state(done: int, needed: int) -> DutyState:
    return DutyState.DONE if done >= needed else DutyState.GOING if done else DutyState.OPEN


def _judge_plan(rule: DutyRule, state: _Year) -> Duty:
    return _counted(rule, int(state.plan is not None and bool(state.plan.number)))


def _judge_themed(rule: DutyRule, state: _Year) -> Duty:
    return _counted(rule, len(_themed(state)))


def _judge_ai(rule: DutyRule, state: _Year) -> Duty:
    return _counted(rule, sum(activity.is_about_ai for activity in _themed(state)))


def _themed(state: _Year) -> list[ActivityRecord]:
    return [activity for activity in state.activities if activity.form == ActivityForm.THEMED_SESSION]


def _judge_training(rule: DutyRule, state: _Year) -> Duty:
    return _counted(rule, sum(activity.form == ActivityForm.TRAINING for activity in state.activities))


def _judge_models(rule: DutyRule, state: _Year) -> Duty:
    days = [model.commended_on for model in state.models if model.commended_on is not None]
    return _counted(rule, sum(state.year.covers(day) for day in days))


def _judge_briefing(rule: DutyRule, state: _Year) -> Duty:
    roll = state.briefing
    if not roll.roster:
        return Duty(rule.code, DutyState.OPEN, 0, 0)
    return Duty(rule.code, _state(roll.confirmed, roll.roster), roll.confirmed, roll.roster)


def _judge_posts(rule: DutyRule, state: _Year) -> Duty:
    """Judge each month that is over, on each channel; a post of the present month counts, its lack does not yet."""
    if state.plan is None or not state.plan.channels:
        return Duty(rule.code, DutyState.OPEN, 0, 0)
    posted = {(activity.form, activity.held_on.replace(day=1)) for activity in state.activities}
    this_month = state.today.replace(day=1)
    # A plan issued in the middle of the year binds from its first whole month on.
    issued_on = state.plan.issued_on or state.year.starts
    months = [month for month in months_of(state.year) if issued_on <= month <= this_month]
    cells = [MissingPost(channel, month) for month in months for channel in state.plan.channels]
    done = [cell for cell in cells if (cell.channel, cell.month) in posted]
    missing = tuple(cell for cell in cells if cell not in done and cell.month < this_month)
    if missing:
        return Duty(rule.code, DutyState.LATE, len(done), len(cells), missing)
    return Duty(rule.code, _state(len(done), len(cells)), len(done), len(cells))


def _judge_checks(rule: DutyRule, state: _Year) -> Duty:
    """Judge what the authority above has found: everything settled, and nothing past its deadline."""
    settled = sum(check.state == CheckState.DONE for check in state.checks)
    if any(check.state == CheckState.OVERDUE for check in state.checks):
        return Duty(rule.code, DutyState.LATE, settled, len(state.checks))
    return Duty(rule.code, _state(settled, len(state.checks)), settled, len(state.checks))


_JUDGES: dict[DutyCode, Callable[[DutyRule, _Year], Duty]] = {
    DutyCode.PLAN: _judge_plan,
    DutyCode.BRIEFING: _judge_briefing,
    DutyCode.THEMED: _judge_themed,
    DutyCode.AI: _judge_ai,
    DutyCode.POSTS: _judge_posts,
    DutyCode.TRAINING: _judge_training,
    DutyCode.MODELS: _judge_models,
    DutyCode.CHECKS: _judge_checks,
}
