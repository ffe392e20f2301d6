"""Serials of cards and sheets: unique, readable, in no order that could be noted, counted without names."""

from __future__ import annotations

from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from survey.campaigns.models import Wave
from survey.collection.models import Collector, Serial
from survey.collection.queries import batches_of, serials_of_batch
from survey.collection.serials import SerialConflict, create_cards, create_serials, forget_spending, serial_collector
from survey.core.codes import ALPHABET, CARD_LENGTH, new_code, read_code
from survey.core.errors import NotFound
from survey.core.permissions import Scope
from survey.core.vocabulary import Mode
from tests.factories import Cast
from tests.responses.fieldwork import everywhere, make_wave


@pytest.fixture
def wave(session: Session, cast: Cast, now: datetime) -> Wave:
    """An open wave for parents of one school."""
    return make_wave(session, cast.school, now=now)


def cards(session: Session, wave: Wave, cast: Cast, now: datetime, number: int = 20, group: int | None = None) -> int:
    """Make cards and return their batch."""
    return create_cards(
        session,
        wave=wave,
        organisation_id=cast.school.id,
        group_id=group,
        number=number,
        person=cast.administrator.id,
        now=now,
    ).id


@given(place=st.integers(0, CARD_LENGTH), symbol=st.sampled_from(ALPHABET))
def test_one_wrong_symbol_of_a_serial_always_shows(place: int, symbol: str) -> None:
    code = new_code(CARD_LENGTH)
    wrong = code[:place] + symbol + code[place + 1 :]
    assert read_code(code, CARD_LENGTH) == code
    assert (read_code(wrong, CARD_LENGTH) is None) == (wrong != code)


def test_cards_are_unique_can_be_read_and_do_not_tell_the_order_they_were_made_in(
    session: Session, wave: Wave, cast: Cast, now: datetime
) -> None:
    first, second = cards(session, wave, cast, now, 50), cards(session, wave, cast, now, 50)
    codes = [serial.code for batch in (first, second) for serial in serials_of_batch(session, batch, everywhere(cast))]
    assert len(set(codes)) == 100
    assert all(read_code(code, CARD_LENGTH) == code for code in codes)
    assert codes[:50] == sorted(codes[:50])
    assert {column.key for column in Serial.__table__.columns} == {
        "id",
        "code",
        "collector_id",
        "form",
        "batch",
        "is_spent",
    }


def test_a_place_keeps_one_way_in_for_all_its_batches(session: Session, wave: Wave, cast: Cast, now: datetime) -> None:
    for group in (None, None, cast.own_class.id):
        cards(session, wave, cast, now, 2, group)
    assert len(session.scalars(select(Collector).where(Collector.mode == "cards")).all()) == 2


def test_forms_printed_on_sheets_alternate(session: Session, wave: Wave, cast: Cast, now: datetime) -> None:
    collector = serial_collector(
        session, wave=wave, organisation_id=cast.school.id, group_id=None, mode=Mode.PAPER, person=None, now=now
    )
    batch = create_serials(session, collector=collector, number=7, forms=("A", "B"), now=now)
    forms = [serial.form for serial in serials_of_batch(session, batch.id, everywhere(cast))]
    assert sorted(forms) == ["A"] * 4 + ["B"] * 3
    assert [one.id for one in batches_of(session, wave.id, everywhere(cast), Mode.PAPER)] == [batch.id]


def test_batches_tell_how_many_came_back_and_stay_within_the_scope(
    session: Session, wave: Wave, cast: Cast, now: datetime
) -> None:
    whole, own = cards(session, wave, cast, now, 10), cards(session, wave, cast, now, 5, cast.own_class.id)
    for serial in serials_of_batch(session, own, everywhere(cast))[:2]:
        serial.is_spent = True
    session.flush()
    teacher = Scope(frozenset({cast.school.id}), frozenset(), frozenset({cast.own_class.id}))
    found = {one.id: (one.number, one.spent, one.left) for one in batches_of(session, wave.id, everywhere(cast))}
    assert found == {whole: (10, 0, 10), own: (5, 2, 3)}
    assert [one.id for one in batches_of(session, wave.id, teacher)] == [own]
    with pytest.raises(NotFound):
        serials_of_batch(session, whole, teacher)
    with pytest.raises(NotFound):
        serials_of_batch(session, 999_999, everywhere(cast))
    forget_spending(session, wave_id=wave.id)
    assert [one.spent for one in batches_of(session, wave.id, everywhere(cast), batch_id=own)] == [2]


@pytest.mark.parametrize("number", [0, -1, 5001])
def test_a_wrong_number_is_refused(session: Session, wave: Wave, cast: Cast, now: datetime, number: int) -> None:
    with pytest.raises(SerialConflict) as refused:
        cards(session, wave, cast, now, number)
    assert refused.value.reason == "bad_number"


@pytest.mark.parametrize(("state", "is_taken"), [("draft", True), ("closing", False), ("closed", False)])
def test_cards_can_be_made_before_the_wave_opens_and_not_after_it_closes(
    session: Session, wave: Wave, cast: Cast, now: datetime, state: str, is_taken: bool
) -> None:
    wave.state = state
    session.flush()
    if is_taken:
        assert cards(session, wave, cast, now)
        return
    with pytest.raises(SerialConflict):
        cards(session, wave, cast, now)
