"""Orders of questions in class sessions: every shuffle is the same form, and the same answers come back from it."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from survey.campaigns.models import Wave
from survey.collection.models import Collector
from survey.collection.windows import start_class_session
from survey.core.clock import utc_now
from survey.core.vocabulary import Mode
from survey.instruments.loader import load_instrument
from survey.responses.fields import field_name, read_answers
from survey.responses.models import Response
from survey.responses.sheets import Answers, Sheet
from survey.responses.shuffles import SHUFFLES, arrange, read_shuffle, shuffle_for
from tests.factories import Cast
from tests.pages import PageClient, check_page
from tests.responses.fieldwork import (
    AUDIENCES,
    QUESTIONNAIRES,
    fields_of,
    filled_in,
    make_wave,
    memory,
    questionnaire,
    send,
)

sheets = st.builds(Sheet, st.sampled_from(AUDIENCES).map(questionnaire), st.sampled_from("AB"))
shuffles = st.sampled_from([None, *range(SHUFFLES)])


@st.composite
def answered_sheets(draw: st.DrawFn) -> tuple[Sheet, Answers]:
    """A form of a real questionnaire, and answers that somebody may give to it."""
    sheet = draw(sheets)
    answers: list[frozenset[int] | None] = []
    for question in sheet.questions:
        item = question.item
        codes = st.integers(0 if item.scored else 1, len(item.options))
        free = sorted(set(range(1, len(item.options) + 1)) - item.exclusive_codes)
        many = st.frozensets(st.sampled_from(free), min_size=1)
        answer = many if item.kind == "multiple" else st.frozensets(codes, min_size=1, max_size=1)
        answers.append(draw(st.none() | answer))
    return sheet, tuple(answers)


@given(answered_sheets(), shuffles)
def test_what_is_tapped_on_a_shuffled_screen_is_read_as_the_same_answers(
    answered: tuple[Sheet, Answers], shuffle: int | None
) -> None:
    sheet, answers = answered
    sent: dict[str, list[str]] = {}
    for placed in arrange(sheet, shuffle):
        place = placed.question.place
        # From top to bottom of the screen, "Tôi chưa rõ" last, as a browser sends it.
        on_screen = [*placed.codes, 0]
        sent[field_name(place)] = [str(code) for code in on_screen if code in (answers[place - 1] or ())]
    read = read_answers(sheet, lambda name: sent.get(name, []))
    assert read.answers == answers
    assert (read.impossible, read.contradictory) == ((), ())
    assert sheet.pack(read.answers) == sheet.pack(answers)
    assert sheet.judge(read.answers).pattern == sheet.judge(answers).pattern


@given(sheets, st.integers(0, SHUFFLES - 1))
def test_a_shuffle_shows_every_question_and_every_option_once(sheet: Sheet, shuffle: int) -> None:
    placed = arrange(sheet, shuffle)
    assert sorted(one.question.place for one in placed) == [one.place for one in sheet.questions]
    assert [one.number for one in placed] == list(range(1, len(placed) + 1))
    scored = [one.question.item.scored for one in placed]
    assert scored == sorted(scored, reverse=True)
    for one in placed:
        item = one.question.item
        published = list(range(1, len(item.options) + 1))
        assert sorted(one.codes) == published
        if item.keep_order:
            assert list(one.codes) == published
        if item.exclusive_codes:
            assert frozenset(one.codes[-len(item.exclusive_codes) :]) == item.exclusive_codes


@pytest.mark.parametrize("audience", AUDIENCES)
def test_the_eight_shuffles_of_a_form_differ_and_leave_no_question_where_it_was_in_all_of_them(audience: str) -> None:
    for form in "AB":
        sheet = Sheet(questionnaire(audience), form)
        orders = {tuple(one.question.place for one in arrange(sheet, number)) for number in range(SHUFFLES)}
        assert len(orders) == SHUFFLES
        assert min(len(set(places)) for places in zip(*orders, strict=True) if places[0] <= 10) >= 3


# Places of the questions, and codes of the one question that is shuffled. Drawn once and written down: whoever changes
# the drawing or this questionnaire writes them down anew.
PINNED = [
    ("413256", "123"),
    ("142356", "231"),
    ("213456", "123"),
    ("432156", "312"),
    ("243156", "123"),
    ("312456", "321"),
    ("423156", "231"),
    ("431256", "231"),
]


def test_shuffles_are_the_same_on_every_machine() -> None:
    sheet = Sheet(load_instrument(QUESTIONNAIRES / "test" / "small.yaml"), "A")
    drawn = [arrange(sheet, number) for number in range(SHUFFLES)]
    orders = ["".join(str(one.question.place) for one in placed) for placed in drawn]
    options = ["".join(map(str, one.codes)) for placed in drawn for one in placed if one.question.place == 2]
    assert list(zip(orders, options, strict=True)) == PINNED


# How a page came, and what it says of its order.
READINGS = [
    (Mode.CLASS_SESSION, "3", 3),
    (Mode.CLASS_SESSION, "0", 0),
    (Mode.CLASS_SESSION, "8", None),
    (Mode.CLASS_SESSION, "-1", None),
    (Mode.CLASS_SESSION, "", None),
    (Mode.POSTER, "3", None),
    (Mode.KIOSK, "3", None),
]


@pytest.mark.parametrize(("mode", "text", "shuffle"), READINGS)
def test_only_a_class_session_has_orders_of_its_own(mode: str, text: str, shuffle: int | None) -> None:
    assert read_shuffle(mode, text) == shuffle
    assert (shuffle_for(mode, bytes([0b1101])) == 6) == (mode == Mode.CLASS_SESSION)


def class_session(session: Session, cast: Cast) -> Collector:
    """Start a session of a class of grade 6."""
    now = utc_now()
    wave: Wave = make_wave(session, cast.school, "pupils_secondary", now=now)
    started = start_class_session(
        session,
        wave=wave,
        organisation_id=cast.school.id,
        group_id=cast.own_class.id,
        present=30,
        minutes=40,
        person=cast.teacher.id,
        now=now - timedelta(minutes=1),
    )
    session.commit()
    return started


def places(page: str) -> list[str]:
    """Return the places of a page's questions from top to bottom."""
    return re.findall(r'<fieldset class="s" id="c(\d+)"', page)


def codes(page: str, place: str) -> list[str]:
    """Return the codes of a question's options from top to bottom."""
    return re.findall(rf'name="q{place}" value="(\d+)"', page)


def test_in_class_neighbours_get_different_orders_from_their_tokens_and_pages_stay_cached(
    client: PageClient, session: Session, cast: Cast, app: Any
) -> None:
    way_in = class_session(session, cast)
    orders: dict[tuple[str, str], list[str]] = {}
    for _ in range(60):
        page = client.visit(f"/S/{way_in.code}")
        fields = fields_of(page)
        shuffle, form = fields["o"], fields["f"]
        assert orders.setdefault((form, shuffle), places(page)) == places(page)
        expected = arrange(Sheet(questionnaire("pupils_secondary"), form), int(shuffle))
        assert places(page) == [str(one.question.place) for one in expected]
        for one in expected:
            last = ["0"] if one.question.item.scored else []
            assert codes(page, str(one.question.place)) == [*map(str, one.codes), *last]
    assert len(orders) > 8
    assert len(memory(app)._forms) == len(orders)


def test_a_form_given_back_or_shown_in_another_language_keeps_its_order(
    client: PageClient, session: Session, cast: Cast
) -> None:
    way_in = class_session(session, cast)
    page = client.visit(f"/S/{way_in.code}")
    for address, changes in (
        (f"/S/{way_in.code}", {"q3": None}),
        (f"/S/{way_in.code}?lang=en", {"switch": "1"}),
        (f"/S/{way_in.code}", {"t": "forged"}),
    ):
        back = check_page("back", client.http.post(address, data=filled_in(page, **changes)))
        assert places(back) == places(page)
        assert [codes(back, place) for place in places(back)] == [codes(page, place) for place in places(page)]
        assert fields_of(back)["o"] == fields_of(page)["o"]
    assert re.search(r'href="#c3">Câu \d+<', check_page("back", send(client, way_in.code, filled_in(page, q3=None))))


def test_answers_from_a_shuffled_page_are_stored_by_their_published_place(
    client: PageClient, session: Session, cast: Cast
) -> None:
    way_in = class_session(session, cast)
    page = client.visit(f"/S/{way_in.code}")
    form = fields_of(page)["f"]
    sheet = Sheet(questionnaire("pupils_secondary"), form)
    right = {field_name(one.place): str(*one.item.key) for one in sheet.questions if one.item.scored}
    assert send(client, way_in.code, {**fields_of(page), **right, "asked": "1"}).status_code == 303
    stored = session.scalars(select(Response)).one()
    assert stored.score == 10
    assert stored.pattern & 1
    assert stored.form == form
