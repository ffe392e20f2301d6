"""What may be stored, once, and what is refused: the rules of an acknowledged answer."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from analysis.mastery import has_bit
from survey.core.clock import end_of, local_date
from survey.core.errors import AppError, Gone, Invalid, NotFound
from survey.organisations.models import Group
from survey.responses.closing import close_wave, start_closing, undo_closing
from survey.responses.models import Response
from survey.responses.operations import (
    AnsweredDifferently,
    NothingChosen,
    NotOpenYet,
    Outcome,
    Submission,
    store_response,
)
from survey.web.db_session import db
from tests.factories import Cast, make_group
from tests.responses.fieldwork import collector, make_wave, new_token, number_stored, store

MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)


def test_the_first_answer_is_stored_with_its_score_pattern_and_date_and_nothing_else_about_the_person(
    session: Session, cast: Cast, now: datetime
) -> None:
    way_in = collector(session, make_wave(session, cast.school, now=now), cast.own_class.id)

    assert store(session, way_in.code, now=now) == Outcome.STORED

    row = session.scalars(select(Response)).one()
    assert (row.score, row.form, row.group_id) == (10, "A", cast.own_class.id)
    assert has_bit(row.pattern, 0)
    assert row.received_on == local_date(now)
    assert len(row.id) == 16
    assert {column.key for column in Response.__table__.columns} == {
        "organisation_id",
        "wave_id",
        "id",
        "group_id",
        "collector_id",
        "form",
        "token_hash",
        "received_on",
        "language",
        "answers",
        "score",
        "pattern",
    }


def test_a_date_in_the_evening_is_that_of_vietnam(session: Session, cast: Cast) -> None:
    evening = datetime(2026, 11, 21, 18, 0, tzinfo=UTC)
    way_in = collector(session, make_wave(session, cast.school, now=evening))
    store(session, way_in.code, now=evening)
    assert session.scalars(select(Response.received_on)).one().isoformat() == "2026-11-22"


def test_the_same_content_again_is_acknowledged_again_and_stored_once(
    session: Session, cast: Cast, now: datetime
) -> None:
    way_in = collector(session, make_wave(session, cast.school, now=now))
    token = new_token(way_in.code, now)
    assert store(session, way_in.code, now=now, token=token) == Outcome.STORED
    assert store(session, way_in.code, now=now + DAY, token=token) == Outcome.SAME
    assert number_stored(session) == 1


@pytest.mark.parametrize(
    ("answers", "group"),
    [({1: frozenset({0})}, None), ({1: None}, None), ({}, "own_class")],
    ids=["another option", "one left out", "another class"],
)
def test_other_content_under_the_same_token_is_refused_and_the_first_stays(
    session: Session, cast: Cast, now: datetime, answers: dict[int, frozenset[int] | None], group: str | None
) -> None:
    way_in = collector(session, make_wave(session, cast.school, now=now))
    token = new_token(way_in.code, now)
    store(session, way_in.code, now=now, token=token)
    before = session.scalars(select(Response.answers)).one()

    with pytest.raises(AnsweredDifferently):
        store(
            session,
            way_in.code,
            now=now,
            token=token,
            answers=answers,
            group_id=getattr(cast, group).id if group else None,
        )

    assert session.scalars(select(Response.answers)).all() == [before]


# When the form was handed out and when it is sent, in minutes after closing began; what becomes of it.
CLOSING = [
    pytest.param(-1, 10, None, id="begun before the closing, sent within the grace"),
    pytest.param(-600, 44, None, id="begun long before, sent at the end of the grace"),
    pytest.param(-1, 46, Gone, id="begun before, sent after the grace"),
    pytest.param(2, 3, Gone, id="begun after the closing began"),
]


@pytest.mark.parametrize(("begun", "sent", "refusal"), CLOSING)
def test_a_closing_wave_takes_forms_that_were_begun_in_time(
    session: Session, cast: Cast, now: datetime, begun: int, sent: int, refusal: type[AppError] | None
) -> None:
    wave = make_wave(session, cast.school, now=now)
    way_in = collector(session, wave)
    closing_at = now + 2 * DAY
    start_closing(session, wave_id=wave.id, user_id=None, now=closing_at)
    session.commit()
    check(session, way_in.code, closing_at + begun * MINUTE, closing_at + sent * MINUTE, refusal)


# The same around the closing date, where nobody has touched the wave's state.
DATES = [
    pytest.param(-600, -1, None, id="on the closing date"),
    pytest.param(-5, 30, None, id="begun before midnight, sent within the grace"),
    pytest.param(-5, 50, Gone, id="begun before midnight, sent after the grace"),
    pytest.param(5, 10, Gone, id="begun after midnight"),
]


@pytest.mark.parametrize(("begun", "sent", "refusal"), DATES)
def test_the_closing_date_holds_even_if_nobody_closes_the_wave(
    session: Session, cast: Cast, now: datetime, begun: int, sent: int, refusal: type[AppError] | None
) -> None:
    wave = make_wave(session, cast.school, now=now)
    end = end_of(wave.closes)
    check(session, collector(session, wave).code, end + begun * MINUTE, end + sent * MINUTE, refusal)


# A class session has its own window and a shorter grace.
WINDOWS = [
    pytest.param(5, 10, None, id="inside the window"),
    pytest.param(55, 74, None, id="begun inside, sent within a class session's grace"),
    pytest.param(55, 76, Gone, id="begun inside, sent after a class session's grace"),
    pytest.param(-5, -4, NotOpenYet, id="before the window"),
    pytest.param(61, 62, Gone, id="begun after the window"),
]


@pytest.mark.parametrize(("begun", "sent", "refusal"), WINDOWS)
def test_a_class_session_has_its_own_window(
    session: Session, cast: Cast, now: datetime, begun: int, sent: int, refusal: type[AppError] | None
) -> None:
    way_in = collector(session, make_wave(session, cast.school, now=now))
    start = now + DAY
    way_in.mode, way_in.opens, way_in.closes = "class_session", start, start + timedelta(hours=1)
    session.commit()
    check(session, way_in.code, start + begun * MINUTE, start + sent * MINUTE, refusal)


def check(session: Session, code: str, begun: datetime, sent: datetime, refusal: type[AppError] | None) -> None:
    if refusal is None:
        assert store(session, code, begun=begun, now=sent) == Outcome.STORED
        return
    with pytest.raises(refusal):
        store(session, code, begun=begun, now=sent)
    assert number_stored(session) == 0


def test_a_token_does_not_expire_before_its_wave(session: Session, cast: Cast, now: datetime) -> None:
    way_in = collector(session, make_wave(session, cast.school, now=now, days=80))
    assert store(session, way_in.code, begun=now, now=now + 79 * DAY) == Outcome.STORED


def test_what_was_acknowledged_stays_acknowledged_after_the_wave_has_closed(
    session: Session, cast: Cast, now: datetime
) -> None:
    wave = make_wave(session, cast.school, now=now)
    way_in = collector(session, wave)
    token = new_token(way_in.code, now)
    store(session, way_in.code, now=now, token=token)
    close_wave(session, wave_id=wave.id, user_id=None, now=now + MINUTE)
    session.commit()
    assert store(session, way_in.code, now=now + 2 * MINUTE, token=token) == Outcome.SAME
    with pytest.raises(Gone):
        store(session, way_in.code, begun=now, now=now + 2 * MINUTE)


def test_a_wave_whose_closing_was_undone_takes_new_forms(session: Session, cast: Cast, now: datetime) -> None:
    wave = make_wave(session, cast.school, now=now)
    start_closing(session, wave_id=wave.id, user_id=None, now=now + MINUTE)
    undo_closing(session, wave_id=wave.id, user_id=None, now=now + 2 * MINUTE)
    session.commit()
    assert store(session, collector(session, wave).code, now=now + 3 * MINUTE) == Outcome.STORED


def test_a_draft_takes_nothing(session: Session, cast: Cast, now: datetime) -> None:
    wave = make_wave(session, cast.school, now=now, is_open=False)
    with pytest.raises(NotOpenYet):
        store(session, collector(session, wave).code, now=now)


def test_an_unknown_code_takes_nothing(session: Session, cast: Cast, now: datetime) -> None:
    submission = Submission("7K2QX9K", new_token("7K2QX9K", now), bytes(16), (frozenset({1}),))
    with pytest.raises(NotFound):
        store_response(session, submission, now=now)


# Answers by place, and a class by name; what is wrong with them.
REFUSED = [
    pytest.param({place: None for place in range(1, 12)}, None, NothingChosen, id="nothing chosen at all"),
    pytest.param({1: frozenset({5})}, None, Invalid, id="an option that is not there"),
    pytest.param({1: frozenset({1, 2})}, None, Invalid, id="two options of a single choice"),
    pytest.param({11: frozenset({0, 1})}, None, Invalid, id="not clear together with an option"),
    pytest.param({}, "8B", Invalid, id="a class of another school"),
    pytest.param({}, "Giáo viên", Invalid, id="a staff group on a form for parents"),
]


@pytest.mark.parametrize(("answers", "group", "refusal"), REFUSED)
def test_answers_that_the_form_does_not_offer_are_refused(
    session: Session,
    cast: Cast,
    now: datetime,
    answers: dict[int, frozenset[int] | None],
    group: str | None,
    refusal: type[AppError],
) -> None:
    make_group(session, cast.other_school, "8B", grade=8)
    way_in = collector(session, make_wave(session, cast.school, now=now))
    groups = {other.name: other.id for other in session.scalars(select(Group))}
    with pytest.raises(refusal):
        store(session, way_in.code, now=now, answers=answers, group_id=groups[group] if group else None)
    assert number_stored(session) == 0


def test_a_code_of_a_class_counts_for_that_class_whatever_the_form_says(
    session: Session, cast: Cast, now: datetime
) -> None:
    way_in = collector(session, make_wave(session, cast.school, now=now), cast.own_class.id)
    store(session, way_in.code, now=now, group_id=cast.other_class.id)
    assert session.scalars(select(Response.group_id)).all() == [cast.own_class.id]


def test_one_form_sent_by_many_threads_at_once_is_stored_once(
    app: Flask, session: Session, cast: Cast, now: datetime
) -> None:
    way_in = collector(session, make_wave(session, cast.school, now=now))
    code, token = way_in.code, new_token(way_in.code, now)
    session.rollback()
    start = threading.Barrier(6)
    outcomes: list[Outcome] = []

    def send() -> None:
        with app.app_context():
            start.wait()
            outcomes.append(store(db.session, code, now=now, token=token))

    threads = [threading.Thread(target=send) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(outcomes) == [Outcome.SAME] * 5 + [Outcome.STORED]
    assert number_stored(session) == 1
