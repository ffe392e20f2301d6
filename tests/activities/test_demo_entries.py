"""The demo's log passes the same checks as what people type, and shows each state of a duty and a finding."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from survey.activities.briefing_queries import briefing_state
from survey.activities.duties import duties_by_unit
from survey.activities.models import Activity
from survey.activities.queries import checks_between
from survey.core.clock import local_date
from survey.core.permissions import Scope
from survey.demo.activities import load_activities
from survey.demo.activity_content import ACTIVITIES, BANMAI, DOICHE, SUOIREO, WARD
from tests.factories import Cast, make_school


def test_the_demo_has_something_of_everything(session: Session, cast: Cast, now: datetime) -> None:
    third = make_school(session, "Trường Tiểu học Đồi Chè", code="DOICHE", parent=cast.ward)
    places = {WARD: cast.ward, BANMAI: cast.school, SUOIREO: cast.other_school, DOICHE: third}
    load_activities(session, places=places, now=now)
    session.commit()
    assert session.scalar(select(func.count()).select_from(Activity)) == len(ACTIVITIES)
    ids = frozenset(place.id for place in places.values())
    scope, today = Scope(ids, ids), local_date(now)
    found = duties_by_unit(session, organisation_ids=ids, year=str(today.year), today=today, scope=scope)
    assert {duty.state for unit in found.values() for duty in unit} == {"done", "going", "open", "late"}
    (ward,) = briefing_state(session, organisation_ids=[cast.ward.id], on=today, scope=scope)
    assert ward.verdict == "met"
    year = {"start": today.replace(month=1, day=1), "end": today}
    checks = checks_between(session, organisation_ids=ids, scope=scope, today=today, **year)
    assert [check.state for check in checks] == ["overdue", "reported"]
