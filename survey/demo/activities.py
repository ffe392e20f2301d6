"""Loads what the demo's units did to communicate, through the same operations that people use."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from survey.activities.check_operations import record_check, report_remedied
from survey.activities.models import CheckVisit, Difficulty, Effect, GoodModel
from survey.activities.operations import add_entry, log_activity, set_plan, set_roll
from survey.activities.rules import ActivityValues
from survey.core.clock import local_date
from survey.demo.activity_content import (
    ACTIVITIES,
    BANMAI,
    CHECKS,
    CONCERNS,
    EFFECTS,
    MODEL,
    WARD,
    DemoActivity,
    DemoEffect,
)
from survey.organisations.models import Organisation

WARD_OFFICIALS = 14


def load_activities(session: Session, *, places: Mapping[str, Organisation], now: datetime) -> int:
    """Load activities, plan, roll, effects, a good model, difficulties and checks; return how many activities."""
    today = local_date(now)
    for demo in ACTIVITIES:
        log_activity(session, organisation_id=places[demo.place].id, values=_values(demo, today), user_id=None, now=now)
    set_roll(
        session,
        organisation_id=places[WARD].id,
        starts=date(today.year, 1, 1),
        ends=date(today.year, 12, 31),
        campaign_id=None,
        roster=WARD_OFFICIALS,
        known_not_briefed=0,
        as_of=today,
        user_id=None,
        now=now,
    )
    _load_plan(session, places[BANMAI].id, today, now)
    _load_results(session, places[BANMAI].id, today, now)
    _load_checks(session, places, today, now)
    return len(ACTIVITIES)


def _values(demo: DemoActivity, today: date) -> ActivityValues:
    return ActivityValues(
        held_on=today - timedelta(days=demo.days_ago),
        form=demo.form,
        topics=demo.topics,
        is_about_ai=demo.is_about_ai,
        audiences=demo.audiences,
        reach=demo.reach,
        counting=demo.counting,
        newly_briefed=demo.newly_briefed,
        note=demo.note,
    )


def _load_plan(session: Session, place: int, today: date, now: datetime) -> None:
    set_plan(
        session,
        organisation_id=place,
        year=today.year,
        number="12/KH-BM",
        issued_on=today - timedelta(days=58),
        channels=("website", "zalo"),
        user_id=None,
        now=now,
    )


def _load_results(session: Session, place: int, today: date, now: datetime) -> None:
    entries: list[Effect | GoodModel | Difficulty] = [_effect(place, demo, today) for demo in EFFECTS]
    title, description, authority = MODEL
    entries.append(
        GoodModel(
            organisation_id=place,
            noted_on=today - timedelta(days=25),
            title=title,
            description=description,
            commended_by=authority,
            commended_on=today - timedelta(days=8),
        )
    )
    entries += [
        Difficulty(
            organisation_id=place,
            kind=kind,
            raised_on=today - timedelta(days=21),
            text=text,
            addressee=addressee,
            status=status,
            answer=answer,
        )
        for kind, text, addressee, status, answer in CONCERNS
    ]
    for entry in entries:
        add_entry(session, entry=entry, user_id=None, now=now)


def _effect(place: int, demo: DemoEffect, today: date) -> Effect:
    return Effect(
        organisation_id=place,
        topic=demo.topic,
        indicator=demo.indicator,
        unit=demo.unit,
        before=demo.before,
        before_on=today - timedelta(days=60),
        after=demo.after,
        after_on=today - timedelta(days=5),
        source=demo.source,
    )


def _load_checks(session: Session, places: Mapping[str, Organisation], today: date, now: datetime) -> None:
    for code, finding, days_ago, deadline, remedy in CHECKS:
        check = CheckVisit(
            organisation_id=places[code].id,
            checked_by_id=places[WARD].id,
            visited_on=today - timedelta(days=days_ago),
            finding=finding,
            deadline=today + timedelta(days=deadline),
        )
        record_check(session, check=check, user_id=None, now=now)
        if remedy:
            report_remedied(session, check=check, report=remedy, user_id=None, now=now)
