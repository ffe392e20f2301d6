"""What the log keeps, refuses and says it did."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from survey.activities.check_operations import (
    edit_check,
    record_check,
    report_remedied,
    return_check,
    settle_check,
)
from survey.activities.models import (
    Activity,
    BriefingRoll,
    CheckVisit,
    CommunicationPlan,
    Difficulty,
    Effect,
    GoodModel,
)
from survey.activities.operations import (
    add_entry,
    edit_activity,
    edit_entry,
    log_activities,
    log_activity,
    remove_activity,
    remove_entry,
    set_plan,
    set_roll,
)
from survey.activities.rules import ActivityValues, EntryInvalid, activity_faults, is_web_link
from survey.audit.models import AuditEntry
from survey.campaigns.models import Campaign
from survey.core.errors import Conflict
from tests.factories import Cast

TODAY = date(2026, 11, 21)
GOOD: dict[str, Any] = {
    "held_on": date(2026, 10, 5),
    "form": "conference",
    "topics": ("doi_ngu",),
    "audiences": ("staff",),
    "reach": 40,
    "counting": "sign_in",
    "newly_briefed": 38,
}

FAULTY: list[tuple[dict[str, Any], str, str]] = [
    ({"held_on": date(2026, 11, 22)}, "held_on", "in_future"),
    ({"held_on": date(2025, 8, 21)}, "held_on", "before_resolution"),
    ({"form": "dance"}, "form", "form_unknown"),
    ({"form": "other"}, "note", "other_needs_note"),
    ({"topics": ("ai",)}, "topics", "topic_unknown"),
    ({"audiences": ("staff", "dogs")}, "audiences", "audience_unknown"),
    ({"note": "a" * 501}, "note", "text_too_long"),
    ({"link": "javascript:alert(1)"}, "link", "link_odd"),
    ({"reach": None}, "reach", "reach_missing"),
    ({"counting": "not_counted"}, "counting", "counting_missing"),
    ({"counting": "by eye"}, "counting", "counting_unknown"),
    ({"reach": 10_000_001, "counting": "views"}, "reach", "number_range"),
    ({"newly_briefed": -1}, "newly_briefed", "number_range"),
    ({"newly_briefed": 41}, "newly_briefed", "briefed_beyond_reach"),
    ({"audiences": ("parents",)}, "newly_briefed", "briefed_not_staff"),
]


def values(**changes: Any) -> ActivityValues:
    return ActivityValues(**{**GOOD, **changes})


def test_a_good_activity_has_no_faults() -> None:
    assert activity_faults(values(), today=TODAY) == ()
    # Views say nothing about people in a room, so they limit nobody.
    assert activity_faults(values(counting="views", reach=3), today=TODAY) == ()
    assert activity_faults(values(held_on=TODAY), today=TODAY) == ()


@pytest.mark.parametrize(("changes", "field", "code"), FAULTY, ids=[f"{case[1]}-{case[2]}" for case in FAULTY])
def test_each_fault_is_named_with_its_field(changes: dict[str, Any], field: str, code: str) -> None:
    assert [(fault.field, fault.code) for fault in activity_faults(values(**changes), today=TODAY)] == [(field, code)]


@pytest.mark.parametrize(
    ("link", "good"),
    [
        ("https://truong.edu.vn/tin?id=1", True),
        ("http://phuong.gov.vn", True),
        ("javascript:alert(1)", False),
        ("data:text/html,x", False),
        ("//truong.edu.vn", False),
        ("truong.edu.vn", False),
        ("https://", False),
        ("https://a b.vn", False),
        ("https://ten:matkhau@truong.edu.vn", False),
        ("https://[truong", False),
        ("https://truong.edu.vn/\u202e", False),
        ("https://truong.edu.vn/" + "a" * 500, False),
    ],
)
def test_only_addresses_of_pages_become_links(link: str, good: bool) -> None:
    assert is_web_link(link) is good


def test_an_activity_is_kept_changed_and_removed_with_a_trace(session: Session, cast: Cast, now: datetime) -> None:
    made = log_activity(
        session, organisation_id=cast.school.id, values=values(), user_id=cast.administrator.id, now=now
    )
    edit_activity(session, activity=made, values=values(newly_briefed=36, is_about_ai=True), user_id=None, now=now)
    session.commit()
    kept = session.scalars(select(Activity)).one()
    assert (kept.newly_briefed, kept.is_about_ai, kept.topics, kept.created_by) == (
        36,
        True,
        ["doi_ngu"],
        cast.administrator.id,
    )
    remove_activity(session, activity=kept, user_id=None, now=now)
    session.commit()
    assert session.scalars(select(Activity)).first() is None
    trace = session.scalars(select(AuditEntry).where(AuditEntry.subject == "activity").order_by(AuditEntry.id)).all()
    assert [entry.action for entry in trace] == ["add", "edit", "remove"]
    assert {entry.organisation_id for entry in trace} == {cast.school.id}


def test_a_campaign_must_cover_the_unit(session: Session, cast: Cast, now: datetime) -> None:
    def campaign(owner: int) -> int:
        made = Campaign(
            organisation_id=owner,
            title="Chiến dịch",
            topics=["doi_ngu"],
            starts=date(2026, 9, 1),
            ends=date(2026, 12, 1),
            created_at=now,
        )
        session.add(made)
        session.flush()
        return made.id

    for owner in (cast.school, cast.ward):
        fitting = values(campaign_id=campaign(owner.id))
        log_activity(session, organisation_id=cast.school.id, values=fitting, user_id=None, now=now)
    elsewhere = values(campaign_id=campaign(cast.other_school.id))
    for wrong in (elsewhere, values(campaign_id=987654)):
        with pytest.raises(EntryInvalid) as refused:
            log_activity(session, organisation_id=cast.school.id, values=wrong, user_id=None, now=now)
        assert [fault.code for fault in refused.value.faults] == ["campaign_elsewhere"]


def test_a_sheet_leaves_one_trace_and_nothing_when_one_row_is_faulty(
    session: Session, cast: Cast, now: datetime
) -> None:
    with pytest.raises(EntryInvalid):
        log_activities(
            session,
            organisation_id=cast.school.id,
            values=[values(), values(reach=None)],
            user_id=None,
            now=now,
        )
    assert session.scalar(select(func.count()).select_from(Activity)) == 0
    log_activities(session, organisation_id=cast.school.id, values=[values(), values()], user_id=None, now=now)
    assert session.scalar(select(func.count()).select_from(Activity)) == 2
    assert session.scalars(select(AuditEntry)).one().detail == {"number": 2}


def effect(place: int, **changes: Any) -> Effect:
    given: dict[str, Any] = {
        "indicator": "Giáo viên dùng học liệu số",
        "unit": "người",
        "before": 8.0,
        "before_on": date(2026, 9, 10),
        "after": 21.0,
        "after_on": date(2026, 11, 10),
        "source": "Sổ dự giờ",
        "topic": "chuyen_doi_so",
    }
    return Effect(organisation_id=place, **{**given, **changes})


def model(place: int, **changes: Any) -> GoodModel:
    given: dict[str, Any] = {
        "noted_on": date(2026, 10, 1),
        "topic": None,
        "title": "Góc học liệu",
        "description": "Mỗi tổ một góc",
        "commended_by": "UBND phường",
        "commended_on": date(2026, 11, 1),
    }
    return GoodModel(organisation_id=place, **{**given, **changes})


def difficulty(place: int, **changes: Any) -> Difficulty:
    given: dict[str, Any] = {
        "kind": "difficulty",
        "raised_on": date(2026, 10, 1),
        "text": "Đường truyền yếu",
        "addressee": "Phòng Văn hóa - Xã hội",
        "status": "open",
        "answer": "",
    }
    return Difficulty(organisation_id=place, **{**given, **changes})


MAKERS = {"effect": effect, "model": model, "difficulty": difficulty}
ENTRY_FAULTS: list[tuple[str, dict[str, Any], str, str]] = [
    ("effect", {"after_on": date(2026, 11, 22)}, "after_on", "in_future"),
    ("effect", {"before_on": None}, "before_on", "day_missing"),
    ("effect", {"before": None}, "before", "value_missing"),
    ("effect", {"before_on": date(2026, 11, 11)}, "after_on", "dates_in_order"),
    ("effect", {"topic": "khac"}, "topic", "topic_unknown"),
    ("model", {"noted_on": date(2026, 11, 22)}, "noted_on", "in_future"),
    ("model", {"commended_by": ""}, "commended_by", "commended_by_missing"),
    ("model", {"commended_on": None}, "commended_on", "day_missing"),
    ("difficulty", {"raised_on": date(2026, 11, 22)}, "raised_on", "in_future"),
    ("difficulty", {"status": "answered"}, "answer", "answer_missing"),
]


@pytest.mark.parametrize(("kind", "changes", "field", "code"), ENTRY_FAULTS)
def test_a_faulty_entry_is_refused(
    session: Session, cast: Cast, now: datetime, kind: str, changes: dict[str, Any], field: str, code: str
) -> None:
    with pytest.raises(EntryInvalid) as refused:
        add_entry(session, entry=MAKERS[kind](cast.school.id, **changes), user_id=None, now=now)
    assert [(fault.field, fault.code) for fault in refused.value.faults] == [(field, code)]


@pytest.mark.parametrize("kind", list(MAKERS))
def test_an_entry_is_kept_changed_and_removed(session: Session, cast: Cast, now: datetime, kind: str) -> None:
    made = add_entry(session, entry=MAKERS[kind](cast.school.id), user_id=None, now=now)
    changes = {
        "effect": {"after": 22.5, "before": None, "before_on": None},
        "model": {"commended_by": "", "commended_on": None},
        "difficulty": {"status": "answered", "answer": "Đã nối cáp"},
    }[kind]
    edit_entry(session, entry=made, values=changes, user_id=None, now=now)
    session.commit()
    kept = session.scalars(select(type(made))).one()
    assert {name: getattr(kept, name) for name in changes} == changes
    remove_entry(session, entry=kept, user_id=None, now=now)
    session.commit()
    assert session.scalars(select(type(made))).first() is None


def roll(session: Session, cast: Cast, now: datetime, **changes: Any) -> BriefingRoll:
    given: dict[str, Any] = {
        "starts": date(2026, 1, 1),
        "ends": date(2026, 12, 31),
        "campaign_id": None,
        "roster": 44,
        "known_not_briefed": 2,
        "as_of": TODAY,
    }
    return set_roll(session, organisation_id=cast.school.id, user_id=None, now=now, **{**given, **changes})


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"roster": 0, "known_not_briefed": 0}, "roster"),
        ({"known_not_briefed": 45}, "known_not_briefed"),
        ({"known_not_briefed": -1}, "known_not_briefed"),
        ({"as_of": date(2026, 11, 22)}, "as_of"),
    ],
)
def test_a_roll_that_cannot_be_is_refused(
    session: Session, cast: Cast, now: datetime, changes: dict[str, Any], field: str
) -> None:
    with pytest.raises(EntryInvalid) as refused:
        roll(session, cast, now, **changes)
    assert [fault.field for fault in refused.value.faults] == [field]


def test_the_roll_of_a_year_is_written_over_not_doubled(session: Session, cast: Cast, now: datetime) -> None:
    roll(session, cast, now)
    roll(session, cast, now, roster=45, known_not_briefed=0)
    session.commit()
    kept = session.scalars(select(BriefingRoll)).one()
    assert (kept.roster, kept.known_not_briefed) == (45, 0)


def test_a_plan_has_number_and_date_or_neither(session: Session, cast: Cast, now: datetime) -> None:
    def put(number: str, issued_on: date | None, channels: tuple[str, ...] = ("zalo",)) -> CommunicationPlan:
        return set_plan(
            session,
            organisation_id=cast.school.id,
            year=2026,
            number=number,
            issued_on=issued_on,
            channels=channels,
            user_id=None,
            now=now,
        )

    for faulty in (
        ("12/KH", None),
        ("", date(2026, 2, 1)),
        ("12/KH", date(2027, 1, 1)),
        ("12/KH", date(2025, 1, 1)),
    ):
        with pytest.raises(EntryInvalid):
            put(*faulty)
    with pytest.raises(EntryInvalid):
        put("", None, ("conference",))
    put("", None)
    put("12/KH", date(2026, 2, 1))
    session.commit()
    assert session.scalars(select(CommunicationPlan)).one().number == "12/KH"


def visit(session: Session, cast: Cast, now: datetime, **changes: Any) -> CheckVisit:
    given: dict[str, Any] = {
        "visited_on": date(2026, 10, 1),
        "finding": "Bảng tin chưa có nội dung",
        "deadline": date(2026, 11, 1),
    }
    check = CheckVisit(organisation_id=cast.school.id, checked_by_id=cast.ward.id, **{**given, **changes})
    return record_check(session, check=check, user_id=cast.officer.id, now=now)


def test_a_finding_is_reported_sent_back_reported_and_settled(session: Session, cast: Cast, now: datetime) -> None:
    check = visit(session, cast, now)
    report_remedied(session, check=check, report="Đã dán", user_id=cast.administrator.id, now=now)
    assert (check.reported_on, check.report) == (TODAY, "Đã dán")
    return_check(session, check=check, user_id=cast.officer.id, now=now)
    assert check.reported_on is None
    report_remedied(session, check=check, report="Đã dán cả hai bảng", user_id=cast.administrator.id, now=now)
    settle_check(session, check=check, user_id=cast.officer.id, now=now)
    assert check.done_on == TODAY
    with pytest.raises(Conflict):
        settle_check(session, check=check, user_id=None, now=now)
    with pytest.raises(Conflict):
        report_remedied(session, check=check, report="Nữa", user_id=None, now=now)
    with pytest.raises(Conflict):
        edit_check(session, check=check, visited_on=TODAY, finding="Khác", deadline=None, user_id=None, now=now)
    session.commit()
    trace = session.scalars(select(AuditEntry).where(AuditEntry.subject == "check_visit").order_by(AuditEntry.id))
    assert [entry.action for entry in trace] == ["add", "report", "return", "report", "settle"]


@pytest.mark.parametrize("changes", [{"visited_on": date(2026, 11, 22)}, {"deadline": date(2026, 9, 30)}])
def test_a_visit_that_cannot_be_is_refused(
    session: Session, cast: Cast, now: datetime, changes: dict[str, Any]
) -> None:
    with pytest.raises(EntryInvalid):
        visit(session, cast, now, **changes)
