"""A card or sheet opens one form and takes one answer, the first; what comes after is told why."""

from __future__ import annotations

import threading
from collections import Counter

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from survey.campaigns.models import Wave
from survey.collection.models import Collector, Serial
from survey.collection.serials import create_cards, create_serials, serial_collector
from survey.core.clock import utc_now
from survey.core.codes import ALPHABET
from survey.core.errors import AppError, NotFound
from survey.core.vocabulary import Mode
from survey.responses.closing import close_wave
from survey.responses.guessing import GuessBudgets
from survey.responses.models import Response
from survey.responses.operations import AnsweredDifferently, CardSpent, Outcome, Submission, store_response
from survey.responses.queries import entrance_by_code
from survey.web.db_session import db
from tests.factories import Cast
from tests.pages import PageClient, check_page
from tests.responses.fieldwork import (
    SIGNER,
    counts_of,
    fields_of,
    filled_in,
    memory,
    new_token,
    number_stored,
    right_answers,
    send,
    store,
)

JSON = {"Accept": "application/json"}


@pytest.fixture(autouse=True)
def _fresh_budgets(app: Flask) -> None:
    """Wrong tries of one test must not slow down the next."""
    app.extensions["survey.guesses"] = GuessBudgets()


@pytest.fixture
def cards(session: Session, wave: Wave, cast: Cast) -> list[str]:
    """The serials of three cards for one class."""
    create_cards(
        session,
        wave=wave,
        organisation_id=cast.school.id,
        group_id=cast.own_class.id,
        number=3,
        person=None,
        now=utc_now(),
    )
    session.commit()
    return list(session.scalars(select(Serial.code)))


@pytest.fixture
def sheet(session: Session, wave: Wave, cast: Cast) -> str:
    """The serial of a paper sheet on which form B is printed."""
    collector = serial_collector(
        session, wave=wave, organisation_id=cast.school.id, group_id=None, mode=Mode.PAPER, person=None, now=utc_now()
    )
    create_serials(session, collector=collector, number=1, forms=("B",), now=utc_now())
    session.commit()
    return session.scalars(select(Serial.code).where(Serial.form == "B")).one()


def is_spent(session: Session, code: str) -> bool:
    """Return whether a serial is spent by now."""
    session.rollback()
    return session.scalars(select(Serial.is_spent).where(Serial.code == code)).one()


@pytest.mark.parametrize("typed", ["{0}", "{0} ", "{0[0]}{0[1]}{0[2]}-{0[3]}{0[4]}{0[5]}-{0[6]}{0[7]}{0[8]}"])
def test_a_card_opens_its_form_however_it_is_typed(client: PageClient, cards: list[str], typed: str) -> None:
    found = client.http.get("/S", query_string={"code": typed.format(cards[0]).lower()})
    assert 'name="t"' in client.visit(found.headers["Location"])


def test_an_answer_spends_its_card_and_counts_for_the_class(
    client: PageClient, session: Session, wave: Wave, cards: list[str], cast: Cast
) -> None:
    sent = send(client, cards[0], filled_in(client.visit(f"/S/{cards[0]}")))
    assert sent.status_code == 303
    assert [is_spent(session, code) for code in cards] == [True, False, False]
    assert session.scalars(select(Response.group_id)).all() == [cast.own_class.id]
    assert counts_of(session, wave, cast)[cast.school.id].by_mode == {"cards": 1}
    page = client.visit(sent.headers["Location"])
    # Whoever comes next has a card of their own.
    assert "/S/" not in page.partition("<main")[2]


def test_the_same_form_again_gets_the_same_receipt_and_another_one_is_told_that_the_card_is_used(
    client: PageClient, app: Flask, session: Session, cards: list[str]
) -> None:
    first, second = (filled_in(client.visit(f"/S/{cards[0]}")) for _ in range(2))
    receipts = {send(client, cards[0], first).headers["Location"] for _ in range(2)}
    assert len(receipts) == 1
    refused = send(client, cards[0], second)
    assert refused.status_code == 410
    assert "Thẻ này đã được dùng" in check_page("spent", refused)
    as_program = send(client, cards[0], second, headers=JSON)
    assert (as_program.status_code, as_program.get_json()) == (410, {"receipt": None, "problem": "card_spent"})
    different = send(client, cards[0], first | {"q1": "0"})
    assert different.status_code == 409
    assert f"/S/{cards[0]}" not in different.get_data(as_text=True)
    memory(app).forget()
    assert "xin một thẻ khác" in client.visit(f"/S/{cards[0]}", 410)
    # Nor is a spent card renewed by a form with a broken token.
    assert send(client, cards[0], second | {"t": "x" * 43}).status_code == 410
    assert number_stored(session) == 1


def test_a_token_belongs_to_one_card(client: PageClient, session: Session, cards: list[str]) -> None:
    form = filled_in(client.visit(f"/S/{cards[0]}"))
    assert send(client, cards[1], form).status_code == 422
    assert number_stored(session) == 0


def test_a_card_cannot_be_gone_round_by_the_code_of_its_way_in(
    client: PageClient, session: Session, cards: list[str]
) -> None:
    code = session.scalars(select(Collector.code).where(Collector.mode == "cards")).one()
    client.visit(f"/S/{code}", 404)
    now = utc_now()
    with pytest.raises(NotFound):
        store_response(session, Submission(code, new_token(code, now), b"0" * 16, ()), now=now)


def test_a_form_that_is_not_stored_leaves_its_card_good(client: PageClient, session: Session, cards: list[str]) -> None:
    page = client.visit(f"/S/{cards[0]}")
    assert send(client, cards[0], fields_of(page)).status_code == 422
    assert send(client, cards[0], filled_in(page, q1="99")).status_code == 422
    assert not is_spent(session, cards[0])


def test_mistyped_unknown_and_foreign_serials_each_get_a_sentence_of_their_own(
    client: PageClient, cards: list[str]
) -> None:
    last = ALPHABET[(ALPHABET.index(cards[0][-1]) + 1) % 32]
    assert "Mã thẻ chưa đúng" in client.visit(f"/S/{cards[0][:-1]}{last}", 404)
    assert "Chưa tìm thấy thẻ này" in client.visit("/S/000000000", 404)
    assert client.http.post("/S/000000000", data={}).status_code == 404


def test_many_unknown_serials_get_short_answers_and_good_cards_still_open(
    client: PageClient, app: Flask, cards: list[str]
) -> None:
    budget = app.extensions["survey.guesses"].serials
    for _ in range(700):
        budget.spend("serials")
    assert "Mời đợi một lát" in client.visit("/S/000000000", 429)
    assert 'name="t"' in client.visit(f"/S/{cards[0]}")


def test_the_serial_of_a_sheet_opens_the_form_that_is_printed_on_it(
    client: PageClient, session: Session, sheet: str
) -> None:
    for _ in range(6):
        page = client.visit(f"/S/{sheet}")
        assert fields_of(page)["f"] == "B"
    assert send(client, sheet, filled_in(page)).status_code == 303
    assert session.scalars(select(Response.form)).all() == ["B"]
    assert is_spent(session, sheet)


def test_a_card_before_the_opening_and_after_the_closing_says_so(
    client: PageClient, app: Flask, session: Session, wave: Wave, cards: list[str]
) -> None:
    page = client.visit(f"/S/{cards[0]}")
    wave.state = "draft"
    session.commit()
    memory(app).forget()
    client.visit(f"/S/{cards[0]}", 403)
    wave.state = "open"
    session.commit()
    close_wave(session, wave_id=wave.id, user_id=None, now=utc_now())
    session.commit()
    memory(app).forget()
    client.visit(f"/S/{cards[0]}", 410)
    assert send(client, cards[0], filled_in(page)).status_code == 410
    assert not is_spent(session, cards[0])


def test_nothing_links_a_spent_card_to_its_answer(session: Session, wave: Wave, cards: list[str]) -> None:
    store(session, cards[0], now=utc_now())
    row = session.execute(select(Response.__table__)).one()
    serial = session.scalars(select(Serial).where(Serial.code == cards[0])).one()
    assert cards[0] not in repr(tuple(row))
    # All they share is the way in, which every card of the class has.
    assert row.collector_id == serial.collector_id
    assert {column.key for column in Response.__table__.columns}.isdisjoint({"serial", "serial_id", "batch"})


def test_two_people_with_one_card_at_the_same_moment_leave_one_answer(
    app: Flask, session: Session, cards: list[str]
) -> None:
    now = utc_now()
    session.rollback()
    outcomes = race(app, [(cards[0], new_token(cards[0], now, form)) for form in "AB"] * 3)
    # The winner's form was sent three times, the other one's is refused each time.
    assert outcomes == Counter({"stored": 1, "same": 2, CardSpent.__name__: 3})
    assert number_stored(session) == 1
    assert is_spent(session, cards[0])


def race(app: Flask, attempts: list[tuple[str, object]]) -> Counter[str]:
    """Store right answers from as many threads as there are attempts, all at once; return what became of them."""
    outcomes: Counter[str] = Counter()
    start = threading.Barrier(len(attempts))
    with app.app_context():
        engine = db.engine

    def attempt(code: str, token: object) -> None:
        with Session(engine) as own:
            entrance = entrance_by_code(own, code)
            own.rollback()
            assert entrance is not None
            answers = right_answers(entrance.sheet(token.form))
            submission = Submission(code, token, SIGNER.receipt_hash(SIGNER.receipt(token)), answers)
            start.wait()
            try:
                outcome: Outcome | str = store_response(own, submission, now=utc_now())
                own.commit()
            except AppError as error:
                own.rollback()
                outcome = type(error).__name__
        outcomes[str(outcome)] += 1

    threads = [threading.Thread(target=attempt, args=one) for one in attempts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return outcomes


def test_other_content_under_a_cards_own_token_is_told_apart_from_another_person(
    session: Session, cards: list[str]
) -> None:
    now = utc_now()
    token = new_token(cards[0], now)
    assert store(session, cards[0], now=now, token=token) == Outcome.STORED
    with pytest.raises(AnsweredDifferently):
        store(session, cards[0], now=now, token=token, answers={1: frozenset({0})})
    with pytest.raises(CardSpent):
        store(session, cards[0], now=now)
