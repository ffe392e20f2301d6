"""Answers that share a commit: each is stored once, each sender is told what became of the own one."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from survey.campaigns.models import Wave
from survey.core.database import will_write
from survey.core.errors import Gone, NotFound
from survey.responses.closing import close_wave
from survey.responses.entering import find_entrance
from survey.responses.models import Response
from survey.responses.operations import AnsweredDifferently, Outcome, Submission
from survey.responses.queries import entrance_by_code
from survey.responses.writers import Writer
from tests.factories import Cast
from tests.responses.fieldwork import SIGNER, collector, make_wave, new_token, right_answers

SENDERS = 24


def _writer(app: Flask) -> Writer:
    writer: Writer = app.extensions["survey.writer"]
    return writer


def _submission(session: Session, code: str, now: datetime) -> Submission:
    token = new_token(code, now)
    entrance = entrance_by_code(session, code)
    assert entrance is not None
    answers = right_answers(entrance.sheet(token.form))
    session.rollback()
    return Submission(code, token, SIGNER.receipt_hash(SIGNER.receipt(token)), answers)


def _stored(session: Session) -> int:
    number = session.scalar(select(func.count()).select_from(Response)) or 0
    session.rollback()
    return number


def _together(work: list[Callable[[], Outcome]]) -> list[Outcome | Exception]:
    """Run everything at the same moment, each in a thread of its own as a request has it."""
    start = threading.Barrier(len(work))

    def one(do: Callable[[], Outcome]) -> Outcome | Exception:
        will_write.set(True)
        start.wait()
        try:
            return do()
        except Exception as error:
            return error

    with ThreadPoolExecutor(len(work)) as pool:
        return list(pool.map(one, work))


def test_many_at_once_are_each_stored_once(app: Flask, session: Session, cast: Cast, now: datetime) -> None:
    code = collector(session, make_wave(session, cast.school, now=now)).code
    submissions = [_submission(session, code, now) for _sender in range(SENDERS)]
    # Every second phone sends twice.
    sent = [*submissions, *submissions[::2]]
    found = _together([lambda one=one: _writer(app).store(one, now=now) for one in sent])  # type: ignore[misc]
    assert sorted(str(outcome) for outcome in found) == ["same"] * (SENDERS // 2) + ["stored"] * SENDERS
    assert _stored(session) == SENDERS


def test_what_is_wrong_with_one_is_told_to_its_sender_alone(
    app: Flask, session: Session, cast: Cast, now: datetime
) -> None:
    wave = make_wave(session, cast.school, now=now)
    code = collector(session, wave).code
    good = [_submission(session, code, now) for _sender in range(8)]
    first = _submission(session, code, now)
    other = Submission(code, first.token, first.token_hash, (frozenset({0}), *first.answers[1:]))
    assert _writer(app).store(first, now=now) == Outcome.STORED
    unknown = Submission("0000000", good[0].token, b"0" * 16, good[0].answers)
    work = [*good, other, unknown]
    found = _together([lambda one=one: _writer(app).store(one, now=now) for one in work])  # type: ignore[misc]
    assert found[:8] == [Outcome.STORED] * 8
    assert isinstance(found[8], AnsweredDifferently)
    assert isinstance(found[9], NotFound)
    assert _stored(session) == 9


def test_nothing_is_stored_after_the_wave_closed(app: Flask, session: Session, cast: Cast, now: datetime) -> None:
    wave = make_wave(session, cast.school, now=now)
    code = collector(session, wave).code
    late = [_submission(session, code, now) for _sender in range(4)]
    close_wave(session, wave_id=wave.id, user_id=None, now=now)
    session.commit()
    after = now + timedelta(minutes=1)
    found = _together([lambda one=one: _writer(app).store(one, now=after) for one in late])  # type: ignore[misc]
    assert [type(error) for error in found] == [Gone] * 4
    assert _stored(session) == 0


def test_an_answer_waits_for_who_holds_the_database(app: Flask, session: Session, cast: Cast, now: datetime) -> None:
    """Acknowledged means committed: while another transaction holds SQLite, nobody is told anything."""
    if not app.extensions["survey.config"].is_sqlite:
        pytest.skip("on PostgreSQL answers do not wait for other rows")
    code = collector(session, make_wave(session, cast.school, now=now)).code
    submission = _submission(session, code, now)
    # The test's own session takes the write lock.
    session.execute(update(Wave).values(state=Wave.state))
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(_writer(app).store, submission, now=now)
        with pytest.raises(TimeoutError):
            waiting.result(0.3)
        session.rollback()
        assert waiting.result(10) == Outcome.STORED
    assert _stored(session) == 1


def test_looking_up_a_way_in_waits_for_nobody_who_writes(
    app: Flask, session: Session, cast: Cast, now: datetime
) -> None:
    """Sixty-four phones whose way in was forgotten at one moment took SQLite's write lock in turn, for seconds."""
    code = collector(session, make_wave(session, cast.school, now=now)).code
    session.commit()
    # The test's own session takes the write lock.
    session.execute(update(Wave).values(state=Wave.state))
    with app.test_request_context(f"/S/{code}", method="POST"), ThreadPoolExecutor(1) as pool:
        app.preprocess_request()
        assert will_write.get()
        found = pool.submit(copy_context().run, find_entrance, code)
        try:
            entrance = found.result(5)
        finally:
            session.rollback()
    assert entrance is not None
    assert entrance.code == code
