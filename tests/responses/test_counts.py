"""Counting a wave: by group, form, pattern and option, and only for those who may see it."""

from __future__ import annotations

import json
from collections import Counter
from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from analysis.mastery import has_bit
from survey.campaigns.operations import withdraw_item_before_opening
from survey.core.permissions import Scope
from survey.instruments.operations import publish_instrument
from survey.organisations.models import Headcount
from survey.responses.counting import count_wave
from survey.responses.counts import BLANK, GroupPopulation, OptionCount, PatternCount, WaveCounts
from survey.responses.models import Response
from survey.responses.queries import (
    entrance_by_code,
    stored_by_collector,
    stored_by_group,
    stored_count,
    wave_counts,
)
from survey.responses.sheets import Sheet
from tests.factories import Cast
from tests.responses.fieldwork import (
    answer_somehow,
    collector,
    counts_of,
    everywhere,
    make_wave,
    questionnaire,
    store,
)


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

    counted = count_wave(session, wave, day=now.date(), scope=None, with_options=True, by_group=True)
    options = next(counts for counts in counted if counts.organisation_id == cast.school.id).options

    found = {(count.item_id, count.option): count.number for count in options if count.group_id == cast.own_class.id}
    assert found[first.id, 0] == 1
    assert found[first.id, min(first.key)] == 2
    assert found[second.id, BLANK] == 1
    assert found[channel.id, 1] == found[channel.id, 3] == 1
    assert found[channel.id, BLANK] == 2
    assert counts_of(session, wave, cast, with_options=False)[cast.school.id].options == ()


def test_a_report_gets_the_options_of_all_classes_together(session: Session, cast: Cast, now: datetime) -> None:
    wave = make_wave(session, cast.school, now=now)
    answer_somehow(session, wave, cast, now)
    first = questionnaire("parents").items_of("A")[0]

    options = counts_of(session, wave, cast)[cast.school.id].options

    assert {count.group_id for count in options} == {None}
    assert sum(count.number for count in options if count.item_id == first.id and count.form == "A") == 3


def test_a_report_gets_the_options_of_staff_by_kind() -> None:
    people = [
        GroupPopulation(None, "staff", "Trường", None, None, None),
        GroupPopulation(7, "staff", "Tổ Toán", None, "teacher", 9),
        GroupPopulation(4, "staff", "Tổ Văn", None, "teacher", 8),
        GroupPopulation(9, "staff", "Văn phòng", None, "employee", 5),
    ]
    chosen = [OptionCount(group_id, "A", "X-1", 2, 3) for group_id in (7, 4, 9, None)]
    counts = WaveCounts(1, 2, "staff", True, (), tuple(chosen), tuple(people)).with_joined_options()
    assert [(count.group_id, count.number) for count in counts.options] == [(None, 3), (4, 6), (9, 3)]


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


group_ids = st.none() | st.integers(1, 50)
forms = st.sampled_from("AB")
numbers = st.integers(0, 10**6)
patterns = st.builds(PatternCount, group_ids, forms, st.integers(0, 8191), numbers)
options = st.builds(OptionCount, group_ids, forms, st.sampled_from(["X-1", "X-2"]), st.integers(-1, 15), numbers)
populations = st.builds(
    GroupPopulation, group_ids, st.just("parents"), st.text(max_size=5), group_ids, st.none(), group_ids
)


@given(st.lists(patterns), st.lists(options), st.lists(populations))
def test_counts_survive_json_and_their_hash_ignores_the_order_of_rows(
    some: list[PatternCount], more: list[OptionCount], people: list[GroupPopulation]
) -> None:
    counts = WaveCounts(1, 2, "parents", True, tuple(some), tuple(more), tuple(people))
    again = WaveCounts.from_dict(json.loads(json.dumps(counts.to_dict())))
    shuffled = WaveCounts(1, 2, "parents", False, tuple(some[::-1]), tuple(more[::-1]), tuple(people[::-1]))
    assert again.content_hash == counts.content_hash == shuffled.content_hash
    assert again.number == counts.number
    # The first layout, in which counts of earlier versions stand in databases.
    earlier = counts.to_dict() | {
        "format": 1,
        "patterns": [one._asdict() for one in some],
        "options": [one._asdict() for one in more],
    }
    assert WaveCounts.from_dict(json.loads(json.dumps(earlier))).content_hash == counts.content_hash


def test_counts_of_an_unknown_layout_are_refused() -> None:
    with pytest.raises(ValueError, match="format 3"):
        WaveCounts.from_dict(WaveCounts(1, 2, "parents", True, (), (), ()).to_dict() | {"format": 3})


def test_the_hash_of_counts_is_what_it_was_in_the_first_layout() -> None:
    counts = WaveCounts(
        1,
        2,
        "parents",
        True,
        (PatternCount(None, "A", 8191, 2), PatternCount(5, "B", 3, 1)),
        (OptionCount(5, "B", "X-1", BLANK, 1), OptionCount(None, "A", "X-1", 2, 2)),
        (GroupPopulation(5, "parents", "6A", 6, None, 35),),
        {"poster": 3},
    )
    assert counts.content_hash == "c6e0276c040c72320607346ebb7dbef10bc31ce960a50bb0c8044b29c392bf95"


@given(
    st.lists(options), st.sampled_from(["staff", "parents"]), st.lists(st.sampled_from(["teacher", "employee", None]))
)
def test_joining_groups_loses_no_answer(more: list[OptionCount], audience: str, kinds: list[str | None]) -> None:
    people = [
        GroupPopulation(key, audience, "", None, kinds[key % len(kinds)] if kinds else None, None)
        for key in range(1, 51)
    ]
    counts = WaveCounts(1, 2, audience, True, (), tuple(more), tuple(people))
    joined = counts.with_joined_options()

    def totals(of: WaveCounts) -> Counter[tuple[str, str, int]]:
        found: Counter[tuple[str, str, int]] = Counter()
        for one in of.options:
            found[one.form, one.item_id, one.option] += one.number
        return found

    assert totals(joined) == totals(counts)
    assert joined.with_joined_options() == joined
    read = WaveCounts.for_reports(json.loads(json.dumps(counts.to_dict())))
    assert read.content_hash == joined.content_hash


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
