"""Closing a wave: it moves in one direction, and what is frozen is what was counted and never changes again."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from survey.audit.models import AuditEntry
from survey.campaigns.models import Wave
from survey.collection.models import Collector
from survey.core.clock import end_of
from survey.core.errors import Gone
from survey.organisations.models import Headcount
from survey.responses.closing import ClosingConflict, advance_waves, close_wave, start_closing, undo_closing
from survey.responses.counting import count_wave
from survey.responses.counts import WaveCounts
from survey.responses.models import WaveSummary
from survey.responses.operations import Outcome
from survey.responses.queries import (
    stored_count,
)
from survey.web.db_session import db
from tests.factories import Cast
from tests.responses.fieldwork import (
    collector,
    counts_of,
    make_wave,
    store,
)

MINUTE = timedelta(minutes=1)
Step = Callable[..., Wave]


def test_closing_freezes_exactly_what_was_counted_with_headcounts_and_hash(
    session: Session, cast: Cast, now: datetime
) -> None:
    wave = make_wave(session, cast.ward, now=now)
    answer_somehow_in_ward(session, wave, cast, now)
    before = counts_of(session, wave, cast)
    by_group = count_wave(session, wave, day=now.date(), scope=None, with_options=True, by_group=True)

    close_wave(session, wave_id=wave.id, user_id=cast.officer.id, now=now + MINUTE)
    session.commit()
    session.add(Headcount(organisation_id=cast.school.id, audience="parents", number=1, as_of=now.date()))
    session.commit()

    after = counts_of(session, wave, cast)
    assert {key: counts.to_dict() for key, counts in after.items()} == {
        key: counts.to_dict() for key, counts in before.items()
    }
    assert all(counts.is_frozen for counts in after.values())
    frozen = {summary.organisation_id: summary for summary in session.scalars(select(WaveSummary))}
    for counts in by_group:
        summary = frozen.pop(counts.organisation_id)
        assert summary.content_hash == counts.content_hash
        assert WaveCounts.from_dict(summary.counts).content_hash == counts.content_hash
    assert frozen == {}
    assert "close" in session.scalars(select(AuditEntry.action)).all()


def answer_somehow_in_ward(session: Session, wave: Wave, cast: Cast, now: datetime) -> None:
    for way_in in session.scalars(select(Collector).where(Collector.wave_id == wave.id)).all():
        store(session, way_in.code, now=now)


def test_an_organisation_without_answers_is_frozen_too(session: Session, cast: Cast, now: datetime) -> None:
    wave = make_wave(session, cast.ward, now=now)
    store(session, collector_of(session, wave, cast.own_class.id), now=now)
    close_wave(session, wave_id=wave.id, user_id=None, now=now)
    numbers = {key: counts.number for key, counts in counts_of(session, wave, cast).items()}
    assert numbers == {cast.school.id: 1, cast.other_school.id: 0}


def collector_of(session: Session, wave: Wave, group_id: int) -> str:
    query = select(Collector.code).where(Collector.wave_id == wave.id, Collector.group_id == group_id)
    return session.scalars(query).one()


# The steps that were taken before, the step that is refused, and why.
REFUSED = [
    pytest.param((), undo_closing, "not_closing", id="undo without closing"),
    pytest.param((start_closing,), start_closing, "not_open", id="closing twice"),
    pytest.param((close_wave,), close_wave, "already_closed", id="closed twice"),
    pytest.param((close_wave,), undo_closing, "not_closing", id="undo after closed"),
]


@pytest.mark.parametrize(("steps", "step", "reason"), REFUSED)
def test_a_wave_moves_in_one_direction_only(
    session: Session, cast: Cast, now: datetime, steps: tuple[Step, ...], step: Step, reason: str
) -> None:
    wave = make_wave(session, cast.school, now=now)
    for earlier in steps:
        earlier(session, wave_id=wave.id, user_id=None, now=now)
    with pytest.raises(ClosingConflict) as caught:
        step(session, wave_id=wave.id, user_id=None, now=now)
    assert caught.value.reason == reason


def test_a_draft_cannot_be_closed_and_a_passed_closing_date_not_be_undone(
    session: Session, cast: Cast, now: datetime
) -> None:
    draft = make_wave(session, cast.school, now=now, is_open=False)
    with pytest.raises(ClosingConflict) as too_early:
        close_wave(session, wave_id=draft.id, user_id=None, now=now)
    assert too_early.value.reason == "not_open"
    wave = make_wave(session, cast.school, "staff", now=now)
    start_closing(session, wave_id=wave.id, user_id=None, now=now)
    with pytest.raises(ClosingConflict) as caught:
        undo_closing(session, wave_id=wave.id, user_id=None, now=end_of(wave.closes) + MINUTE)
    assert caught.value.reason == "closing_date_passed"


# Minutes after the end of the closing date, and the state that time alone brings about.
TIMES = [(-1, "open", 0), (1, "closing", 1), (44, "closing", 1), (46, "closed", 1)]


@pytest.mark.parametrize(("minutes", "state", "changed"), TIMES)
def test_time_moves_waves_on(
    session: Session, cast: Cast, now: datetime, minutes: int, state: str, changed: int
) -> None:
    wave = make_wave(session, cast.school, now=now)
    moved = advance_waves(session, now=end_of(wave.closes) + minutes * MINUTE)
    assert (wave.state, len(moved)) == (state, changed)


def test_each_answer_is_either_counted_by_the_closing_or_refused(
    app: Flask, session: Session, cast: Cast, now: datetime
) -> None:
    wave = make_wave(session, cast.school, now=now)
    wave_id, code = wave.id, collector(session, wave, cast.own_class.id).code
    session.rollback()
    start = threading.Barrier(5)
    kept: list[Outcome] = []

    def send() -> None:
        with app.app_context():
            start.wait()
            for _ in range(8):
                try:
                    kept.append(store(db.session, code, now=now))
                except Gone:
                    return

    def close() -> None:
        with app.app_context():
            start.wait()
            close_wave(db.session, wave_id=wave_id, user_id=None, now=now)
            db.session.commit()

    threads = [threading.Thread(target=send) for _ in range(4)] + [threading.Thread(target=close)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    counts = counts_of(session, session.get_one(Wave, wave_id), cast)[cast.school.id]
    assert counts.is_frozen
    assert counts.number == len(kept) == stored_count(session, wave_id)
