"""More than one machine: whatever one server began, another one finishes; nothing is kept in a process."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bench.burst.hall import Hall, connect
from survey.campaigns.models import Wave
from survey.collection.models import Serial
from survey.collection.serials import create_cards
from survey.collection.windows import start_meeting
from survey.core.clock import utc_now
from survey.core.time_codes import slot_of
from survey.organisations.models import Organisation
from survey.responses.models import Response
from tests.factories import PASSWORD, make_user
from tests.responses.fieldwork import filled_in
from tests.serving.machines import Answer, Visitor, csrf, two_servers

# What a process remembers of a way in may be this old (DESIGN), and the machine that runs the tests may be slow.
REMEMBERED_SECONDS, ALLOWANCE = 2.0, 1.0


@dataclass(frozen=True, slots=True)
class Place:
    """Two servers, and what was made in their common database."""

    servers: tuple[Hall, Hall]
    wave_id: int
    cards: tuple[str, ...]
    meeting_id: int
    meeting_code: str


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    """A school with an open wave for parents, cards, a meeting that runs, and an administrator."""
    folder = tmp_path_factory.mktemp("two")
    with two_servers(folder, os.environ.get("TEST_DATABASE_URL")) as servers:
        engine = connect(servers[0].database)
        with Session(engine) as session:
            now = utc_now()
            school = session.scalars(select(Organisation)).one()
            wave = session.scalars(select(Wave).where(Wave.state == "open")).one()
            common = {"organisation_id": school.id, "group_id": None, "person": None, "now": now}
            create_cards(session, wave=wave, number=4, **common)
            meeting = start_meeting(session, wave=wave, present=30, minutes=30, **common)
            make_user(session, "administrator", role="administrator", organisation=school)
            cards = tuple(session.scalars(select(Serial.code).order_by(Serial.code)))
            made = Place(servers, wave.id, cards, meeting.id, meeting.code)
            session.commit()
        engine.dispose()
        yield made


def stored(place: Place) -> int:
    """Return how many answers the common database holds."""
    engine = connect(place.servers[0].database)
    with Session(engine) as session:
        number = session.scalar(select(func.count()).select_from(Response)) or 0
    engine.dispose()
    return number


def form(answer: Answer, **changes: str) -> dict[str, str]:
    """Return a form as a parent fills it in."""
    assert answer.status == 200
    return {name: str(value) for name, value in filled_in(answer.page, **changes).items()}


def test_a_form_of_one_server_is_taken_by_the_other_and_once_by_both(place: Place) -> None:
    one, other = place.servers
    before, phone = stored(place), Visitor()
    fields = form(phone.get(one, f"/S/{one.code}"))
    with ThreadPoolExecutor(4) as pool:
        sent = list(pool.map(lambda server: phone.post(server, f"/S/{one.code}", fields), (other, one, other, one)))
    assert {answer.status for answer in sent} == {303}
    assert len({answer.location for answer in sent}) == 1
    assert stored(place) == before + 1
    # The receipt is known everywhere, and other answers under the same form are refused everywhere.
    assert [phone.get(server, sent[0].location).status for server in place.servers] == [200, 200]
    changed = fields | {"q1": "0"}
    assert [phone.post(server, f"/S/{one.code}", changed).status for server in place.servers] == [409, 409]
    assert stored(place) == before + 1


def test_a_card_spent_at_one_server_is_refused_at_the_other(place: Place) -> None:
    one, other = place.servers
    before, card = stored(place), place.cards[0]
    phones = [(Visitor(), server) for server in (one, other)]
    # Both hold the card's form before either sends.
    forms = [form(phone.get(server, f"/S/{card}")) for phone, server in phones]
    assert phones[0][0].post(one, f"/S/{card}", forms[0]).status == 303
    refused = phones[1][0].post(other, f"/S/{card}", forms[1])
    assert refused.status == 410
    assert "/R/" not in refused.location
    time.sleep(REMEMBERED_SECONDS)
    assert [Visitor().get(server, f"/S/{card}").status for server in (one, other)] == [410, 410]
    assert stored(place) == before + 1


def test_of_two_servers_that_get_one_card_at_the_same_moment_one_takes_it(place: Place) -> None:
    before = stored(place)
    for card in place.cards[1:]:
        forms = [form(Visitor().get(server, f"/S/{card}")) for server in place.servers]
        with ThreadPoolExecutor(2) as pool:
            sent = list(
                pool.map(
                    lambda pair, card=card: Visitor().post(pair[0], f"/S/{card}", pair[1]).status,
                    zip(place.servers, forms, strict=True),
                )
            )
        assert sorted(sent) == [303, 410]
    assert stored(place) == before + len(place.cards) - 1


def test_the_code_on_one_projector_opens_the_meeting_at_the_other(place: Place) -> None:
    one, other = place.servers
    teacher = Visitor()
    # The session of who signs in is in no process either.
    teacher.sign_in(one, "administrator", PASSWORD)
    while True:
        slot = slot_of(utc_now())
        slots = [
            json.loads(teacher.get(server, f"/meetings/{place.meeting_id}/state").page)["slot"]
            for server in place.servers
        ]
        if slot == slot_of(utc_now()):
            break
    assert slots[0]["code"] == slots[1]["code"]
    shown = f"/S/{place.meeting_code}/{slots[0]['code']}"
    phone, before = Visitor(), stored(place)
    fields = form(phone.get(other, shown))
    assert phone.post(one, f"/S/{place.meeting_code}", fields).status == 303
    assert stored(place) == before + 1
    ends = time.monotonic() + 10
    # The board counts at most every few seconds.
    while not json.loads(teacher.get(other, f"/meetings/{place.meeting_id}/state").page)["received"]:
        assert time.monotonic() < ends
        time.sleep(0.2)


def test_a_closing_at_one_server_is_seen_at_the_other_within_two_seconds(place: Place) -> None:
    """Last in this file: the wave is closed for good."""
    one, other = place.servers
    phone, administrator = Visitor(), Visitor()
    administrator.sign_in(other, "administrator", PASSWORD)
    fields = form(phone.get(one, f"/S/{one.code}"))
    before = stored(place)
    close = f"/waves/{place.wave_id}/close"
    token = csrf(administrator.get(one, close).page)
    assert administrator.post(one, close, {"csrf_token": token}).status == 302
    closed = time.monotonic()
    # Nothing is taken from the first moment on: the state is looked at again inside the transaction.
    assert phone.post(other, f"/S/{one.code}", fields).status == 410
    while Visitor().get(other, f"/S/{one.code}").status == 200:
        assert time.monotonic() - closed < REMEMBERED_SECONDS + ALLOWANCE
        time.sleep(0.05)
    assert stored(place) == before
