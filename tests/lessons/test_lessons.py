"""The lesson after a class session: when it opens, what stands on its slides, and whose figures they are."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from survey.campaigns.models import Plan, Wave
from survey.collection.models import Collector
from survey.collection.windows import start_class_session
from survey.core.clock import utc_now
from survey.core.permissions import Scope
from survey.lessons.queries import lesson_of
from survey.lessons.records import Figure, LessonState, Origin
from survey.responses.closing import close_wave
from tests.factories import PASSWORD, Cast
from tests.pages import PageClient
from tests.responses.fieldwork import collector, make_wave, memory, new_token, store

WRONG = {1: frozenset({0})}


@pytest.fixture(autouse=True)
def _fresh_memory(app: Flask) -> None:
    memory(app).forget()
    app.extensions.pop("survey.monitor", None)


@pytest.fixture
def wave(session: Session, cast: Cast) -> Wave:
    """A baseline wave for pupils whose plan lets lessons be held at once."""
    made = make_wave(session, cast.school, "pupils_secondary", now=utc_now())
    set_plan(session, made, shows_baseline_explanations=True)
    return made


def set_plan(session: Session, wave: Wave, **changes: bool) -> None:
    plan = session.scalars(select(Plan).where(Plan.campaign_id == wave.campaign_id)).one()
    for name, value in changes.items():
        setattr(plan, name, value)
    session.commit()


def hold(session: Session, cast: Cast, wave: Wave, group_id: int, *, right: int, wrong: int, form: str = "A") -> int:
    """Hold a session of a class in which so many have the first question of form A right and wrong; return its id."""
    now = utc_now()
    held = start_class_session(
        session,
        wave=session.merge(wave),
        organisation_id=cast.school.id,
        group_id=group_id,
        present=right + wrong,
        minutes=30,
        person=cast.teacher.id,
        now=now,
    )
    session.commit()
    number, code = held.id, held.code
    for answers in [None] * right + [WRONG] * wrong:
        store(session, code, now=now, token=new_token(code, now, form), answers=answers)
    ended = session.get_one(Collector, number)
    ended.opens, ended.closes = now - timedelta(hours=2), now - timedelta(hours=1)
    session.commit()
    return number


def own_scope(cast: Cast) -> Scope:
    """Return what the teacher of 6A may see."""
    return Scope(frozenset({cast.school.id}), frozenset(), frozenset({cast.own_class.id}))


def first_figure(session: Session, cast: Cast, number: int) -> Figure:
    """Return the figure of the first question of form A."""
    lesson = lesson_of(session, number, own_scope(cast), utc_now())
    assert lesson.state == LessonState.READY
    return next(slide.figure for slide in lesson.slides if slide.item.id == "CS-CDS-CN-A")


@pytest.mark.parametrize(
    ("minutes_after_end", "state"),
    [(-5, LessonState.RUNNING), (5, LessonState.GRACE), (14, LessonState.GRACE), (16, LessonState.READY)],
)
def test_no_lesson_while_somebody_may_still_be_writing(
    session: Session, cast: Cast, wave: Wave, minutes_after_end: int, state: LessonState
) -> None:
    number = hold(session, cast, wave, cast.own_class.id, right=6, wrong=6)
    ended = session.get_one(Collector, number)
    ended.closes = utc_now() - timedelta(minutes=minutes_after_end)
    session.commit()
    lesson = lesson_of(session, number, own_scope(cast), utc_now())
    assert lesson.state == state
    assert bool(lesson.slides) == (state == LessonState.READY)


def test_the_baselines_lesson_waits_for_the_follow_up(session: Session, cast: Cast, wave: Wave) -> None:
    set_plan(session, wave, shows_baseline_explanations=False)
    number = hold(session, cast, wave, cast.own_class.id, right=6, wrong=6)
    close_wave(session, wave_id=wave.id, user_id=None, now=utc_now())
    session.commit()
    assert lesson_of(session, number, own_scope(cast), utc_now()).state == LessonState.WITHHELD
    again = session.scalars(select(Wave).where(Wave.kind == "follow_up")).one()
    again.state = "closed"
    session.commit()
    assert lesson_of(session, number, own_scope(cast), utc_now()).state == LessonState.READY


def test_a_plan_can_switch_lessons_off(session: Session, cast: Cast, wave: Wave) -> None:
    set_plan(session, wave, shows_explanations=False)
    number = hold(session, cast, wave, cast.own_class.id, right=6, wrong=6)
    assert lesson_of(session, number, own_scope(cast), utc_now()).state == LessonState.SWITCHED_OFF


def test_the_slides_show_what_the_class_answered(session: Session, cast: Cast, wave: Wave) -> None:
    number = hold(session, cast, wave, cast.own_class.id, right=7, wrong=5)
    lesson = lesson_of(session, number, own_scope(cast), utc_now())
    assert lesson.received == 12
    assert len(lesson.slides) == 20
    figure = first_figure(session, cast, number)
    assert (figure.origin, figure.answered, figure.share) == (Origin.CLASS, 12, pytest.approx(7 / 12))
    assert [(option.code, option.number) for option in figure.options] == [(3, 7), (0, 5)]
    of_form_b = next(slide.figure for slide in lesson.slides if slide.item.id == "CS-CDS-CN-B")
    assert of_form_b.origin == Origin.NONE, "nobody of the class had this question"
    everybody_right = next(slide.figure for slide in lesson.slides if slide.item.id == "CS-CDS-DV-A")
    assert everybody_right.share is None
    assert everybody_right.bound is not None
    assert everybody_right.bound.side == "at_least"
    assert [line.figure.answered for line in lesson.topics] == [12] * 5
    assert lesson.slides[lesson.to_stress[0] - 1].item.id == "CS-CDS-CN-A"


def test_a_class_with_few_answers_gets_the_schools_figure_once_the_wave_is_closed(
    session: Session, cast: Cast, wave: Wave
) -> None:
    hold(session, cast, wave, cast.other_class.id, right=9, wrong=9)
    number = hold(session, cast, wave, cast.own_class.id, right=2, wrong=2)
    assert first_figure(session, cast, number).origin == Origin.NONE
    close_wave(session, wave_id=wave.id, user_id=None, now=utc_now())
    session.commit()
    figure = first_figure(session, cast, number)
    assert (figure.origin, figure.answered) == (Origin.SCHOOL, 22)


def test_who_looks_at_a_school_from_above_sees_no_class_with_fewer_than_ten_answers(
    client: PageClient, session: Session, cast: Cast, wave: Wave
) -> None:
    number = hold(session, cast, wave, cast.own_class.id, right=4, wrong=4)
    small = hold(session, cast, wave, cast.other_class.id, right=7, wrong=7)
    pages = {}
    for login in ("administrator", "officer"):
        pages[login] = PageClient(client.http.application).sign_in(login, PASSWORD)
    assert "Kết quả của lớp 6A" in pages["administrator"].visit(f"/sessions/{number}/lesson")
    assert "Kết quả của lớp" not in pages["officer"].visit(f"/sessions/{number}/lesson")
    # The other class hides too: from both together the small one would follow.
    assert "Kết quả của lớp" not in pages["officer"].visit(f"/sessions/{small}/lesson")


def test_what_came_in_by_the_poster_is_not_the_session(session: Session, cast: Cast, wave: Wave) -> None:
    number = hold(session, cast, wave, cast.own_class.id, right=6, wrong=6)
    poster = collector(session, wave, cast.own_class.id).code
    for _ in range(7):
        store(session, poster, now=utc_now())
    assert first_figure(session, cast, number).answered == 12


@pytest.fixture
def teacher(client: PageClient, cast: Cast) -> PageClient:
    """The teacher of 6A, signed in."""
    return client.sign_in("teacher", PASSWORD)


def test_the_page_says_question_answer_why_source_and_whose_figures(
    teacher: PageClient, session: Session, cast: Cast, wave: Wave
) -> None:
    number = hold(session, cast, wave, cast.own_class.id, right=7, wrong=5)
    page = teacher.visit(f"/sessions/{number}/lesson")
    assert "Em muốn kể chuyện riêng của một bạn cùng lớp lên mạng. Theo luật, cần ai đồng ý?" in page
    assert "Công bố chuyện riêng của trẻ từ đủ 7 tuổi" in page
    assert "Nguồn: Luật Bảo vệ dữ liệu cá nhân 91/2025/QH15, Điều 24" in page
    assert "https://plo.vn" not in page
    assert "Kết quả của lớp 6A" in page
    assert "<strong>58%</strong>" in page
    assert "Không có số liệu cho câu này" in page, "the questions of form B"


@pytest.mark.parametrize(
    ("changes", "ago", "sentence"),
    [
        ({}, -10, "Lớp đang làm phiếu."),
        ({}, 3, "Ai đang làm dở vẫn gửi được đến"),
        ({"shows_baseline_explanations": False}, 60, "Những câu này còn được hỏi lại lần sau."),
        ({"shows_explanations": False}, 60, "không cho xem đáp án"),
    ],
)
def test_the_page_says_why_there_is_no_lesson_yet(
    teacher: PageClient, session: Session, cast: Cast, wave: Wave, changes: dict[str, bool], ago: int, sentence: str
) -> None:
    set_plan(session, wave, **changes)
    number = hold(session, cast, wave, cast.own_class.id, right=6, wrong=6)
    session.get_one(Collector, number).closes = utc_now() - timedelta(minutes=ago)
    session.commit()
    page = teacher.visit(f"/sessions/{number}/lesson")
    assert sentence in page
    assert "Em muốn kể chuyện riêng" not in page


def test_a_meeting_and_a_poster_have_no_lesson(teacher: PageClient, session: Session, cast: Cast, wave: Wave) -> None:
    poster = collector(session, wave, cast.own_class.id)
    assert teacher.http.get(f"/sessions/{poster.id}/lesson").status_code == 404
