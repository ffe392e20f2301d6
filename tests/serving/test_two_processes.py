"""More than one machine: whatever one server began, another one finishes; nothing is kept in a process."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bench.burst.hall import Hall, connect
from survey.accounts.operations import FREE_ATTEMPTS
from survey.campaigns.models import Wave
from survey.collection.models import Serial
from survey.collection.serials import create_cards
from survey.collection.windows import start_meeting
from survey.core.clock import utc_now
from survey.core.time_codes import slot_of
from survey.jobs.models import DONE, Job
from survey.jobs.operations import enqueue_job
from survey.organisations.models import Organisation
from survey.responses.counts import WaveCounts
from survey.responses.models import Response, WaveSummary
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
            make_user(session, "officer", role="administrator", organisation=school)
            # Batches that are no longer there: the runner of either machine looks for them and is done.
            for number in range(30):
                enqueue_job(session, kind="survey.paper.batch_job:read_batch", payload={"batch": number}, now=now)
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


def test_an_answer_taken_back_at_one_server_is_gone_at_the_other_and_stays_gone(place: Place) -> None:
    one, other = place.servers
    before, phone = stored(place), Visitor()
    fields = form(phone.get(other, f"/S/{one.code}"))
    receipt = phone.post(one, f"/S/{one.code}", fields).location
    assert phone.get(other, f"{receipt}/withdraw").status == 200
    with ThreadPoolExecutor(4) as pool:
        taps = list(pool.map(lambda server: phone.post(server, f"{receipt}/withdraw", {}), (one, other, one, other)))
    # Whoever taps twice, at whichever server, hears the same.
    assert {(tap.status, tap.location) for tap in taps} == {(303, receipt)}
    assert stored(place) == before
    # The page of the form may still stand open, and the browser may send it again.
    assert {phone.post(server, f"/S/{one.code}", fields).status for server in place.servers} == {410}
    assert stored(place) == before


def test_who_signs_out_everywhere_at_one_server_is_out_at_the_other(place: Place) -> None:
    one, other = place.servers
    desk, phone = Visitor(), Visitor()
    desk.sign_in(one, "officer", PASSWORD)
    phone.sign_in(other, "officer", PASSWORD)
    assert [person.get(server, "/account").status for person in (desk, phone) for server in place.servers] == [200] * 4
    token = csrf(desk.get(other, "/account").page)
    assert desk.post(one, "/account/sessions/end", {"csrf_token": token}).status == 302
    assert [phone.get(server, "/account").status for server in place.servers] == [302, 302]


def test_wrong_passwords_are_counted_together_whichever_server_is_tried(place: Place) -> None:
    visitor = Visitor()
    token = csrf(visitor.get(place.servers[0], "/sign-in").page)
    # Half of them at each; the right one comes too late then, at both.
    tried = [*(f"guess {number}" for number in range(FREE_ATTEMPTS)), PASSWORD, PASSWORD]
    for number, password in enumerate(tried):
        fields = {"login": "officer", "password": password, "csrf_token": token}
        assert visitor.post(place.servers[number % 2], "/sign-in", fields).status == 422


def test_long_work_is_begun_once_by_the_runner_of_either_server(place: Place) -> None:
    engine = connect(place.servers[0].database)
    with Session(engine) as session:
        ends = time.monotonic() + 30
        # They have been in the queue since the beginning, while people came and went.
        while session.scalar(select(func.count()).select_from(Job).where(Job.finished_at.is_(None))):
            assert time.monotonic() < ends
            session.rollback()
            time.sleep(0.1)
        assert set(session.execute(select(Job.state, Job.attempts).distinct()).all()) == {(DONE, 1)}
    engine.dispose()


def test_a_closing_begun_at_one_server_holds_at_the_other_until_it_is_taken_back(place: Place) -> None:
    one, other = place.servers
    phone, administrator = Visitor(), Visitor()
    administrator.sign_in(one, "administrator", PASSWORD)
    in_time = form(phone.get(other, f"/S/{one.code}"))
    before = stored(place)
    change(administrator, one, place.wave_id, "start-closing")
    wait_until(lambda: Visitor().get(other, f"/S/{one.code}").status != 200)
    # Who had begun may end, at either server.
    assert phone.post(other, f"/S/{one.code}", in_time).status == 303
    change(administrator, other, place.wave_id, "undo-closing")
    # Each server has several processes, and each remembers for itself.
    time.sleep(REMEMBERED_SECONDS)
    assert {Visitor().get(server, f"/S/{one.code}").status for server in place.servers * 4} == {200}
    assert phone.post(one, f"/S/{one.code}", form(phone.get(other, f"/S/{one.code}"))).status == 303
    assert stored(place) == before + 2


def change(person: Visitor, server: Hall, wave_id: int, step: str) -> None:
    """Take a step with a wave, as its page does."""
    token = csrf(person.get(server, f"/waves/{wave_id}").page)
    assert person.post(server, f"/waves/{wave_id}/{step}", {"csrf_token": token}).status == 302


def wait_until(holds: Callable[[], bool]) -> None:
    """Wait for as long as a process may remember a way in, and no longer."""
    ends = time.monotonic() + REMEMBERED_SECONDS + ALLOWANCE
    while not holds():
        assert time.monotonic() < ends
        time.sleep(0.05)


def test_a_closing_in_a_rush_counts_what_was_acknowledged_at_either_server_and_nothing_else(place: Place) -> None:
    """Last in this file: the wave is closed for good."""
    one, other = place.servers
    administrator, late = Visitor(), Visitor()
    administrator.sign_in(other, "administrator", PASSWORD)
    close = f"/waves/{place.wave_id}/close"
    token = csrf(administrator.get(one, close).page)
    forms = [form(Visitor().get(place.servers[number % 2], f"/S/{one.code}")) for number in range(40)]
    before = stored(place)

    def send(number: int) -> int:
        """The administrator closes in the middle of forty parents."""
        if number == len(forms) // 2:
            assert administrator.post(one, close, {"csrf_token": token}).status == 302
        return Visitor().post(place.servers[(number + 1) % 2], f"/S/{one.code}", forms[number]).status

    with ThreadPoolExecutor(8) as pool:
        sent = list(pool.map(send, range(len(forms))))
    assert set(sent) == {303, 410}
    # From the first moment on nothing is taken: the state is looked at again inside the transaction.
    assert sent[len(forms) // 2] == 410
    assert [late.post(server, f"/S/{one.code}", forms[len(forms) // 2]).status for server in place.servers] == [410] * 2
    wait_until(lambda: {Visitor().get(server, f"/S/{one.code}").status for server in place.servers * 4} == {410})
    assert stored(place) == before + sent.count(303) == frozen(place)


def frozen(place: Place) -> int:
    """Return how many answers the frozen counts of the closed wave hold."""
    engine = connect(place.servers[0].database)
    with Session(engine) as session:
        counts = session.scalars(select(WaveSummary.counts).where(WaveSummary.wave_id == place.wave_id)).all()
    engine.dispose()
    return sum(WaveCounts.from_dict(one).number for one in counts)
