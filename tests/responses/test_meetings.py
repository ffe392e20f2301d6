"""A meeting's form opens with the code on the screen now, and only then; what was begun in time may be sent."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from survey.campaigns.models import Wave
from survey.collection.models import Collector
from survey.collection.windows import close_window, open_kiosk, start_class_session, start_meeting
from survey.core.clock import utc_now
from survey.core.time_codes import SCANNED_LENGTH, SLOT, TYPED_LENGTH, slot_of
from survey.core.tokens import Signer
from survey.responses import entering, receipt_routes, routes
from survey.responses.guessing import GuessBudgets
from survey.responses.queries import wave_counts
from tests.factories import Cast
from tests.pages import PageClient, check_page
from tests.responses.fieldwork import (
    collector,
    counts_of,
    everywhere,
    fields_of,
    filled_in,
    memory,
    number_stored,
    send,
    store,
)

MINUTE = timedelta(minutes=1)
Clock = Callable[[datetime], None]


@pytest.fixture(autouse=True)
def _fresh_budgets(app: Flask) -> None:
    """Wrong tries of one test must not slow down the next."""
    app.extensions["survey.guesses"] = GuessBudgets()


@pytest.fixture
def clock(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Clock:
    """Sets the server's clock of the respondent's side, and forgets what it remembered."""

    def set_clock(instant: datetime) -> None:
        memory(app).forget()
        for module in (routes, entering, receipt_routes):
            monkeypatch.setattr(module, "utc_now", lambda: instant)

    return set_clock


@pytest.fixture
def signer(app: Flask) -> Signer:
    """The application's signer, as the projector's page uses it."""
    found: Signer = app.extensions["survey.signer"]
    return found


@pytest.fixture
def meeting(session: Session, wave: Wave, cast: Cast) -> Collector:
    """A meeting of 200 people, running for half an hour since now."""
    window = start_meeting(
        session,
        wave=wave,
        organisation_id=cast.school.id,
        group_id=None,
        present=200,
        minutes=30,
        person=None,
        now=utc_now(),
    )
    session.commit()
    return window


# Length of the code, slots that have passed since it was shown, and whether it opens.
ROTATING = [
    (length, late, late < 2 and length in (TYPED_LENGTH, SCANNED_LENGTH))
    for length in (TYPED_LENGTH, SCANNED_LENGTH)
    for late in (-1, 0, 1, 2, 5)
]


@pytest.mark.parametrize(("length", "late", "opens"), ROTATING)
def test_a_code_opens_in_its_slot_and_the_one_after(
    client: PageClient, meeting: Collector, signer: Signer, clock: Clock, length: int, late: int, opens: bool
) -> None:
    shown = utc_now() + 4 * SLOT
    code = meeting.code
    time_code = signer.time_code(code, slot_of(shown), length)
    clock(shown + late * SLOT)
    opens = opens and late >= 0
    page = client.visit(f"/S/{code}/{time_code}", 200 if opens else 403)
    assert ('name="t"' in page) == opens
    if late >= 2:
        assert "đã hết hạn" in page


def test_without_a_code_the_page_says_where_to_look_and_takes_the_code(
    client: PageClient, meeting: Collector, signer: Signer, clock: Clock
) -> None:
    now, code = utc_now(), meeting.code
    clock(now)
    page = client.visit(f"/S/{code}", 403)
    assert 'name="t"' not in page
    assert "Mời nhập mã trên màn hình" in page
    assert fields_of(page) == {"code": code}
    time_code = signer.time_code(code, slot_of(now))
    typed = f"{time_code[:2]} {time_code[2:].lower()}"
    found = client.http.get("/S", query_string={"code": code, "time": typed})
    assert 'name="t"' in client.visit(found.headers["Location"])


def test_both_codes_typed_in_one_open_the_form_too(
    client: PageClient, meeting: Collector, signer: Signer, clock: Clock
) -> None:
    now, code = utc_now(), meeting.code
    clock(now)
    typed = f"{code[:4].lower()} {code[4:]}-{signer.time_code(code, slot_of(now))}"
    found = client.http.get("/S", query_string={"code": typed})
    assert found.status_code == 302
    assert 'name="t"' in client.visit(found.headers["Location"])


def test_a_time_code_opens_nothing_but_its_own_meeting(
    client: PageClient, session: Session, wave: Wave, meeting: Collector, signer: Signer, cast: Cast, clock: Clock
) -> None:
    now = utc_now()
    clock(now)
    other = start_meeting(
        session,
        wave=wave,
        organisation_id=cast.school.id,
        group_id=cast.own_class.id,
        present=30,
        minutes=30,
        person=None,
        now=now,
    )
    session.commit()
    scanned = signer.time_code(meeting.code, slot_of(now), SCANNED_LENGTH)
    client.visit(f"/S/{other.code}/{scanned}", 403)
    # A poster has no time code; whatever stands behind its code is a mistake.
    client.visit(f"/S/{collector(session, wave).code}/{scanned}", 404)


def test_a_form_begun_in_time_is_taken_without_a_code_and_until_the_grace_is_over(
    client: PageClient, session: Session, meeting: Collector, signer: Signer, clock: Clock
) -> None:
    now, code, end = utc_now(), meeting.code, meeting.closes
    assert end is not None
    clock(now)
    address = f"/S/{code}/{signer.time_code(code, slot_of(now), SCANNED_LENGTH)}"
    first, second = client.visit(address), client.visit(address)
    clock(end + 44 * MINUTE)
    assert send(client, code, filled_in(first)).status_code == 303
    clock(end + 46 * MINUTE)
    assert send(client, code, filled_in(second)).status_code == 410
    assert number_stored(session) == 1


def test_ending_a_meeting_lets_nobody_in_and_keeps_those_who_have_begun(
    client: PageClient, session: Session, meeting: Collector, signer: Signer, clock: Clock
) -> None:
    now, code = utc_now() + 2 * MINUTE, meeting.code
    clock(now)
    address = f"/S/{code}/{signer.time_code(code, slot_of(now), SCANNED_LENGTH)}"
    page = client.visit(address)
    close_window(session, collector=meeting, person=None, now=now + MINUTE)
    session.commit()
    clock(now + 2 * MINUTE)
    gone = client.visit(f"/S/{code}/{signer.time_code(code, slot_of(now + 2 * MINUTE), SCANNED_LENGTH)}", 410)
    assert "Buổi này đã kết thúc" in gone
    assert "mã trên áp phích" in gone
    assert send(client, code, filled_in(page)).status_code == 303


def test_nobody_gets_a_good_form_by_sending_a_bad_one(
    client: PageClient, session: Session, meeting: Collector, signer: Signer, clock: Clock
) -> None:
    now, code = utc_now(), meeting.code
    clock(now)
    page = client.visit(f"/S/{code}/{signer.time_code(code, slot_of(now), SCANNED_LENGTH)}")
    broken = filled_in(page, t="x" * 43)
    back = check_page("back", send(client, code, broken))
    assert fields_of(back)["t"] == ""
    assert 'name="c"' in back
    assert back.count(" checked") == sum(name.startswith("q") for name in broken)
    # With the code on the screen the same answers get a fresh token.
    again = check_page("again", send(client, code, broken | {"c": signer.time_code(code, slot_of(now))}))
    assert len(fields_of(again)["t"]) == 43
    assert number_stored(session) == 0
    assert send(client, code, filled_in(again)).status_code == 303


def test_wrong_codes_are_slowed_and_the_scanned_code_always_opens(
    client: PageClient, app: Flask, meeting: Collector, signer: Signer, clock: Clock
) -> None:
    now, code = utc_now() + 4 * SLOT, meeting.code
    clock(now)
    budget = app.extensions["survey.guesses"].time_codes
    for _ in range(190):
        budget.spend(code)
    old = signer.time_code(code, slot_of(now) - 3)
    # A code that was right before is no guess.
    assert [client.http.get(f"/S/{code}/{old}").status_code for _ in range(20)] == [403] * 20
    client.visit(f"/S/{code}/{signer.time_code(code, slot_of(now))}")
    known = {signer.time_code(code, slot_of(now) - back) for back in range(30)}
    wrong = [f"{number:04}" for number in range(60) if f"{number:04}" not in known]
    statuses = [client.http.get(f"/S/{code}/{text}").status_code for text in wrong]
    assert (statuses[0], statuses[-1]) == (403, 429)
    assert "Mời quét mã QR trên màn hình" in client.visit(f"/S/{code}/{wrong[0]}", 429)
    client.visit(f"/S/{code}/{signer.time_code(code, slot_of(now), SCANNED_LENGTH)}")


def test_hall_and_home_are_counted_apart(
    client: PageClient, session: Session, wave: Wave, meeting: Collector, cast: Cast, now: datetime
) -> None:
    present = utc_now()
    for way_in in (meeting, meeting, collector(session, wave)):
        store(session, way_in.code, now=present)
    counts = counts_of(session, wave, cast)[cast.school.id]
    assert counts.by_mode == {"meeting": 2, "poster": 1}
    light = wave_counts(session, wave_ids=[wave.id], scope=everywhere(cast), with_options=False)
    assert [one.by_mode for one in light] == [None] * len(light)


@pytest.mark.parametrize("mode", ["kiosk", "class_session"])
def test_a_shared_device_goes_on_to_the_next_person_and_offers_no_withdrawal(
    client: PageClient, session: Session, wave: Wave, cast: Cast, mode: str
) -> None:
    place = {"wave": wave, "organisation_id": cast.school.id, "person": None, "now": utc_now()}
    if mode == "kiosk":
        window = open_kiosk(session, group_id=None, **place)
    else:
        window = start_class_session(session, group_id=cast.own_class.id, present=30, minutes=30, **place)
    session.commit()
    code = window.code
    sent = send(client, code, filled_in(client.visit(f"/S/{code}")))
    receipt = sent.headers["Location"].rpartition("/")[2]
    page = client.visit(f"/R/{receipt}")
    assert re.search(f'<a class="btn" id="next" href="/S/{code}">(Người|Bạn) tiếp theo', page)
    assert "/withdraw" not in page
    # In the hands of the next person, a shared device shows nothing of the one before.
    assert (receipt[:4] in page.partition("<main")[2]) == (mode == "class_session")
    assert "máy dùng chung" in client.visit(f"/R/{receipt}/withdraw", 403)
    assert client.http.post(f"/R/{receipt}/withdraw").status_code == 403
    assert number_stored(session) == 1
