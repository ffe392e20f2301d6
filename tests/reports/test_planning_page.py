"""The planning page: its numbers against `analysis.planning`, its sentences, and who sees which school."""

from __future__ import annotations

from datetime import date, datetime
from fractions import Fraction

import pytest
from flask import Flask
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from analysis.planning import plan
from analysis.records import Design
from analysis.sample_sizes import answers_for_precision, class_design_effect
from survey.accounts.models import User
from survey.campaigns.models import Campaign, Wave
from survey.core.clock import local_date
from survey.core.permissions import Scope
from survey.organisations.models import Group, Headcount
from survey.reports.planning_builder import expected_shares, plan_sizes
from survey.reports.planning_queries import planning_source
from survey.reports.planning_records import PlanSettings
from tests.factories import Cast, make_group, make_organisation
from tests.pages import PageClient
from tests.reports.fieldwork import make_campaign, run_wave

NINETY = Fraction(9, 10)
CENSUS = PlanSettings(NINETY, 0.95, "census")


def enter(app: Flask, user: User) -> PageClient:
    """Return a client that this person has signed in with."""
    client = PageClient(app)
    with client.http.session_transaction() as cookie:
        cookie["_user_id"] = f"{user.id}:{user.session_key}"
        cookie["_fresh"] = True
    return client


def wave_of(session: Session, campaign: Campaign, audience: str, kind: str = "baseline") -> Wave:
    query = select(Wave).where(Wave.campaign_id == campaign.id, Wave.audience == audience, Wave.kind == kind)
    return session.scalars(query).one()


@pytest.mark.parametrize(
    ("people", "answers", "gate"),
    [
        # Required answers of docs/methods.md, section 11, for 95 % and 97 %, and never below 60 % of the list.
        (30, (28, 24), 18),
        (40, (34, 34), 24),
        (50, (44, 38), 30),
        (60, (48, 42), 36),
        (300, (180, 180), 180),
        (700, (420, 420), 420),
        # 95 % of nine is eight, and the target is all nine: no number of answers shows it.
        (9, (None, None), 6),
    ],
)
def test_answers_needed(people: int, answers: tuple[int | None, int | None], gate: int) -> None:
    (found,) = plan_sizes(CENSUS, ((people, 0),))
    assert tuple(need.answers for need in found.needs) == answers
    assert [need.expected for need in found.needs] == [Fraction(95, 100), Fraction(97, 100)]
    assert found.gate == gate


@settings(max_examples=40, deadline=None)
@given(people=st.integers(1, 400), target=st.sampled_from([Fraction(8, 10), NINETY, Fraction(95, 100), Fraction(1)]))
def test_every_number_is_that_of_the_analysis(people: int, target: Fraction) -> None:
    (found,) = plan_sizes(PlanSettings(target, 0.95, "census"), ((people, 0),))
    design = Design(target=target)
    for need, share in zip(found.needs, expected_shares(target), strict=True):
        wanted = plan(people, expected=share, design=design)
        assert (need.required, need.answers) == (wanted.required, wanted.answers)
        assert found.target_count == wanted.target_count
    assert found.when_all == plan(people, expected=Fraction(1), design=design).answers
    assert found.when_all is not None
    assert found.at_target is not None
    assert all(need.answers is None or need.answers <= people for need in found.needs)


@pytest.mark.parametrize(
    ("people", "classes", "precision", "drawn"),
    [
        (400, 0, 103, None),
        # A school of 20 classes of 35: the design effect of a class of 35 is 2.7.
        (700, 20, 116, 7),
        (60, 2, 43, 2),
    ],
)
def test_answers_and_classes_for_a_margin(people: int, classes: int, precision: int, drawn: int | None) -> None:
    (found,) = plan_sizes(CENSUS, ((people, classes),))
    assert found.precision == answers_for_precision(0.05, population=people) == precision
    assert found.precision_classes == drawn


def test_a_sample_of_classes_needs_more_answers_and_no_minimum_response() -> None:
    (found,) = plan_sizes(PlanSettings(NINETY, 0.95, "cluster"), ((700, 20),))
    first = found.needs[0]
    assert found.gate is None
    assert first.required == 190
    assert first.answers == -(-190 * round(class_design_effect(35) * 10) // 10) == 513
    assert first.classes == 15


@pytest.mark.parametrize(
    ("target", "shares"),
    [
        (NINETY, (Fraction(95, 100), Fraction(97, 100))),
        (Fraction(8, 10), (Fraction(9, 10), Fraction(94, 100))),
        (Fraction(1), (Fraction(1),)),
    ],
)
def test_the_truths_planned_for_lie_above_the_target(target: Fraction, shares: tuple[Fraction, ...]) -> None:
    assert expected_shares(target) == shares


@pytest.fixture
def draft(session: Session, cast: Cast, now: datetime) -> Campaign:
    """A campaign of the school that asks everybody and has not begun."""
    return make_campaign(session, cast.school, ["staff", "pupils_primary", "pupils_secondary", "parents"], now)


@pytest.mark.parametrize(
    ("audience", "words"),
    [
        ("staff", "Trường TH và THCS Ban Mai có 36 giáo viên: cần ít nhất 34 người trả lời để cho thấy đạt 90%"),
        ("staff", "Nếu thật ra chỉ vừa đủ 33 người hiểu rõ, phải có 36 người trả lời mới thấy được."),
        ("staff", "Trường TH và THCS Ban Mai có 8 nhân viên: muốn đạt 90% thì phải có 8 người hiểu rõ."),
        ("pupils_primary", "có 103 học sinh ở cả hai bậc học (đợt này hỏi 30): cần ít nhất"),
        ("pupils_secondary", "có 103 học sinh ở cả hai bậc học (đợt này hỏi 73): cần ít nhất"),
        ("parents", "Trường TH và THCS Ban Mai có 103 phụ huynh: cần ít nhất"),
    ],
)
def test_each_group_gets_a_plain_sentence(
    app: Flask, session: Session, cast: Cast, draft: Campaign, audience: str, words: str
) -> None:
    page = enter(app, cast.administrator).visit(f"/waves/{wave_of(session, draft, audience).id}/planning")
    assert words in page
    assert "style=" not in page


def test_both_numbers_stand_in_sentence_and_table(app: Flask, session: Session, cast: Cast, draft: Campaign) -> None:
    likely, more = (plan(103, expected=share).answers for share in (Fraction(95, 100), Fraction(97, 100)))
    assert likely != more
    page = enter(app, cast.administrator).visit(f"/waves/{wave_of(session, draft, 'parents').id}/planning")
    assert f"cần ít nhất {likely} người trả lời" in page
    assert f"nếu 97% hiểu rõ thì cần {more}." in page
    assert f"<strong>{likely}</strong>" in page
    assert f"<strong>{more}</strong>" in page


@pytest.mark.parametrize(
    ("person", "status"),
    [("administrator", 200), ("officer", 200), ("teacher", 200), ("viewer", 403), ("stranger", 404)],
)
def test_who_may_open_the_page(
    app: Flask, session: Session, cast: Cast, draft: Campaign, person: str, status: int
) -> None:
    wave = wave_of(session, draft, "staff")
    response = enter(app, getattr(cast, person)).http.get(f"/waves/{wave.id}/planning")
    assert response.status_code == status
    # A teacher answers for a class, not for the school: its numbers are not theirs to see.
    assert ("36 giáo viên" in response.get_data(as_text=True)) == (person in {"administrator", "officer"})


def test_an_officer_sees_every_school_and_an_administrator_the_own(
    app: Flask, session: Session, cast: Cast, now: datetime
) -> None:
    wave = wave_of(session, make_campaign(session, cast.ward, ["staff"], now), "staff")
    of_ward = enter(app, cast.officer).visit(f"/waves/{wave.id}/planning")
    assert "Trường TH và THCS Ban Mai có 36 giáo viên" in of_ward
    assert "Trường THCS Suối Reo có 36 giáo viên" in of_ward
    own = enter(app, cast.administrator).visit(f"/waves/{wave.id}/planning")
    assert "Trường TH và THCS Ban Mai có 36 giáo viên" in own
    assert "Suối Reo" not in own


@pytest.mark.parametrize(
    ("groups", "words"),
    [
        ({}, "chưa thấy nhóm nào của đợt này"),
        ({"Giáo viên": None}, "chưa khai đủ sĩ số giáo viên"),
        ({"Giáo viên": 0}, "nhóm giáo viên có sĩ số là 0"),
    ],
)
def test_missing_headcounts_are_asked_for(
    app: Flask, session: Session, cast: Cast, now: datetime, groups: dict[str, int | None], words: str
) -> None:
    school = make_organisation(session, "Trường Tiểu học Mây Trắng", code="MAYTRANG", parent=cast.ward)
    for name, number in groups.items():
        make_group(session, school, name, staff_kind="teacher", headcounts={} if number is None else {"staff": number})
    wave = wave_of(session, make_campaign(session, school, ["staff"], now), "staff")
    page = enter(app, cast.officer).visit(f"/waves/{wave.id}/planning")
    assert words in page
    assert "Bảng số liệu" not in page


def test_headcounts_are_those_of_the_day(session: Session, cast: Cast, draft: Campaign, now: datetime) -> None:
    group = session.scalars(
        select(Group).where(Group.organisation_id == cast.school.id, Group.name == "Giáo viên")
    ).one()
    session.add(
        Headcount(
            organisation_id=cast.school.id, group_id=group.id, audience="staff", number=40, as_of=date(2026, 11, 10)
        )
    )
    session.commit()
    scope = Scope(frozenset({cast.school.id}), frozenset({cast.school.id}))
    wave = wave_of(session, draft, "staff")
    wave.closes = date(2026, 12, 1)
    session.commit()
    found = {
        day: planning_source(session, wave_id=wave.id, scope=scope, today=day).sizes[0].population
        for day in (date(2026, 11, 9), date(2026, 11, 10))
    }
    assert found == {date(2026, 11, 9): 36, date(2026, 11, 10): 40}


def test_the_page_of_a_wave_leads_here_until_it_is_closed(
    app: Flask, session: Session, cast: Cast, now: datetime, draft: Campaign
) -> None:
    wave = wave_of(session, draft, "staff")
    link = f'href="/waves/{wave.id}/planning"'
    client = enter(app, cast.administrator)
    assert link in client.visit(f"/waves/{wave.id}")
    wave.closes = local_date(now)
    session.commit()
    run_wave(session, draft, "staff", "baseline", {}, now, close=True)
    assert link not in client.visit(f"/waves/{wave.id}")
