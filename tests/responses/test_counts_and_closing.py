"""Counting a wave, and closing it: what is frozen is what was counted, and it never changes again."""

from __future__ import annotations

import json
import threading
from datetime import datetime, timedelta

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from analysis.mastery import has_bit
from survey.audit.models import AuditEntry
from survey.campaigns.models import Wave
from survey.campaigns.operations import withdraw_item_before_opening
from survey.collection.models import Collector
from survey.core.clock import end_of
from survey.core.errors import Gone
from survey.core.permissions import Scope
from survey.instruments.operations import publish_instrument
from survey.organisations.models import Headcount
from survey.responses.closing import ClosingConflict, advance_waves, close_wave, start_closing, undo_closing
from survey.responses.counts import BLANK, GroupPopulation, OptionCount, PatternCount, WaveCounts
from survey.responses.models import Response, WaveSummary
from survey.responses.operations import Outcome
from survey.responses.queries import (
    entrance_by_code,
    stored_by_collector,
    stored_by_group,
    stored_count,
    wave_counts,
)
from survey.responses.sheets import Sheet
from survey.web.db_session import db
from tests.factories import Cast
from tests.responses.fieldwork import collector, make_wave, new_token, questionnaire, store

MINUTE = timedelta(minutes=1)


def everywhere(cast: Cast) -> Scope:
    ids = frozenset({cast.ward.id, cast.school.id, cast.other_school.id})
    return Scope(organisations=ids, whole=ids)


def counts_of(session: Session, wave: Wave, cast: Cast, *, with_options: bool = True) -> dict[int, WaveCounts]:
    found = wave_counts(session, wave_ids=[wave.id], scope=everywhere(cast), with_options=with_options)
    return {counts.organisation_id: counts for counts in found}


def answer_somehow(session: Session, wave: Wave, cast: Cast, now: datetime) -> None:
    """Three answers in 6A (one all right, one with a "not clear", one with a blank), one elsewhere on form B."""
    own = collector(session, wave, cast.own_class.id)
    store(session, own.code, now=now)
    store(session, own.code, now=now, answers={1: frozenset({0}), 11: frozenset({1, 3})})
    store(session, own.code, now=now, answers={2: None})
    other = collector(session, wave)
    store(session, other.code, now=now, token=new_token(other.code, now, "B"))


def test_an_open_wave_is_counted_by_group_form_and_pattern(session: Session, cast: Cast, now: datetime) -> None:
    wave = make_wave(session, cast.school, now=now)
    answer_somehow(session, wave, cast, now)

    counts = counts_of(session, wave, cast)[cast.school.id]

    assert not counts.is_frozen
    assert counts.number == stored_count(session, wave.id) == 4
    own = [count for count in counts.patterns if count.group_id == cast.own_class.id]
    assert sum(count.number for count in own) == 3
    assert all(has_bit(count.pattern, 0) for count in own)
    assert [(count.group_id, count.form, count.number) for count in counts.patterns if count.form == "B"] == [
        (None, "B", 1)
    ]


def test_options_are_counted_by_item_with_not_clear_and_blank_apart(
    session: Session, cast: Cast, now: datetime
) -> None:
    wave = make_wave(session, cast.school, now=now)
    answer_somehow(session, wave, cast, now)
    first, second, channel = (questionnaire("parents").items_of("A")[place] for place in (0, 1, 10))

    options = counts_of(session, wave, cast)[cast.school.id].options

    found = {(count.item_id, count.option): count.number for count in options if count.group_id == cast.own_class.id}
    assert found[first.id, 0] == 1
    assert found[first.id, min(first.key)] == 2
    assert found[second.id, BLANK] == 1
    assert found[channel.id, 1] == found[channel.id, 3] == 1
    assert found[channel.id, BLANK] == 2
    assert counts_of(session, wave, cast, with_options=False)[cast.school.id].options == ()


def test_every_group_of_the_audience_is_listed_with_its_headcount(session: Session, cast: Cast, now: datetime) -> None:
    session.add(Headcount(organisation_id=cast.school.id, audience="parents", number=100, as_of=now.date()))
    wave = make_wave(session, cast.school, now=now)
    populations = counts_of(session, wave, cast)[cast.school.id].populations
    assert {(group.name, group.grade, group.number) for group in populations} == {
        ("Trường TH và THCS Ban Mai", None, 100),
        ("6A", 6, 35),
        ("7A", 7, 38),
        ("4A", 4, 30),
    }


def test_counts_are_given_only_for_organisations_that_the_reader_may_see_as_a_whole(
    session: Session, cast: Cast, now: datetime
) -> None:
    wave = make_wave(session, cast.ward, now=now)
    seen = [
        Scope(frozenset({cast.other_school.id}), frozenset({cast.other_school.id})),
        Scope(frozenset({cast.school.id}), frozenset(), frozenset({cast.own_class.id})),
    ]
    found = [wave_counts(session, wave_ids=[wave.id], scope=scope) for scope in seen]
    assert [[counts.organisation_id for counts in each] for each in found] == [[cast.other_school.id], []]


def test_a_teacher_sees_the_number_of_answers_of_the_own_class_only(
    session: Session, cast: Cast, now: datetime
) -> None:
    wave = make_wave(session, cast.school, now=now)
    answer_somehow(session, wave, cast, now)
    own = collector(session, wave, cast.own_class.id)
    scope = Scope(frozenset({cast.school.id}), frozenset(), frozenset({cast.own_class.id}))
    assert stored_by_collector(session, wave.id, scope) == {own.id: 3}
    assert stored_by_group(session, wave.id, scope) == {(cast.school.id, cast.own_class.id): 3}
    all_of_them = stored_by_collector(session, wave.id, everywhere(cast))
    assert sorted(all_of_them.values()) == [0, 0, 1, 3]


def test_closing_freezes_exactly_what_was_counted_with_headcounts_and_hash(
    session: Session, cast: Cast, now: datetime
) -> None:
    wave = make_wave(session, cast.ward, now=now)
    answer_somehow_in_ward(session, wave, cast, now)
    before = counts_of(session, wave, cast)

    close_wave(session, wave_id=wave.id, user_id=cast.officer.id, now=now + MINUTE)
    session.commit()
    session.add(Headcount(organisation_id=cast.school.id, audience="parents", number=1, as_of=now.date()))
    session.commit()

    after = counts_of(session, wave, cast)
    assert {key: counts.to_dict() for key, counts in after.items()} == {
        key: counts.to_dict() for key, counts in before.items()
    }
    assert all(counts.is_frozen for counts in after.values())
    for summary in session.scalars(select(WaveSummary)):
        assert summary.content_hash == before[summary.organisation_id].content_hash
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
    session: Session, cast: Cast, now: datetime, steps: tuple[object, ...], step: object, reason: str
) -> None:
    wave = make_wave(session, cast.school, now=now)
    for earlier in steps:
        earlier(session, wave_id=wave.id, user_id=None, now=now)  # type: ignore[operator]
    with pytest.raises(ClosingConflict) as caught:
        step(session, wave_id=wave.id, user_id=None, now=now)  # type: ignore[operator]
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


group_ids = st.none() | st.integers(1, 50)
forms = st.sampled_from("AB")
numbers = st.integers(0, 10**6)
patterns = st.builds(PatternCount, group_ids, forms, st.integers(0, 8191), numbers)
options = st.builds(OptionCount, group_ids, forms, st.sampled_from(["X-1", "X-2"]), st.integers(-1, 15), numbers)
populations = st.builds(
    GroupPopulation, group_ids, st.just("parents"), st.text(max_size=5), group_ids, st.none(), group_ids
)


@given(st.lists(patterns), st.lists(options), st.lists(populations), st.randoms())
def test_counts_survive_json_and_their_hash_ignores_the_order_of_rows(
    some: list[PatternCount], more: list[OptionCount], people: list[GroupPopulation], chance: object
) -> None:
    counts = WaveCounts(1, 2, "parents", True, tuple(some), tuple(more), tuple(people))
    again = WaveCounts.from_dict(json.loads(json.dumps(counts.to_dict())))
    shuffled = WaveCounts(1, 2, "parents", False, tuple(some[::-1]), tuple(more[::-1]), tuple(people[::-1]))
    assert again.content_hash == counts.content_hash == shuffled.content_hash
    assert again.number == counts.number


chosen = st.none() | st.sampled_from([frozenset({code}) for code in range(5)])


@given(st.lists(st.lists(chosen, min_size=10, max_size=10), max_size=8))
def test_tallies_by_column_equal_counting_answer_by_answer(rows: list[list[frozenset[int] | None]]) -> None:
    sheet = Sheet(questionnaire("parents"), "A")
    answers = [(*row, None) for row in rows]
    tally = {(item, option): number for item, option, number in sheet.tally(sheet.pack(row) for row in answers)}
    for place, item in enumerate(sheet.items):
        for option in range(-1, 5):
            expected = sum((row[place] or frozenset({BLANK})) == frozenset({option}) for row in answers)
            assert tally.get((item.id, option), 0) == expected


def test_a_withdrawn_item_is_neither_asked_nor_judged(session: Session, cast: Cast, now: datetime) -> None:
    definition = questionnaire("parents")
    version = publish_instrument(session, definition, now)
    withdrawn = definition.scored_items("A")[0].id
    withdraw_item_before_opening(
        session,
        version_id=version.id,
        organisation_id=cast.school.id,
        item_id=withdrawn,
        user_id=cast.administrator.id,
        now=now,
    )
    wave = make_wave(session, cast.school, now=now)
    way_in = collector(session, wave)

    store(session, way_in.code, now=now)

    entrance = entrance_by_code(session, way_in.code)
    assert entrance is not None
    assert [len(entrance.sheet(form).items) for form in "AB"] == [10, 10]
    counts = counts_of(session, wave, cast)[cast.school.id]
    assert withdrawn not in {count.item_id for count in counts.options}
    assert has_bit(counts.patterns[0].pattern, 0)
    assert session.scalars(select(Response.score)).all() == [9]
