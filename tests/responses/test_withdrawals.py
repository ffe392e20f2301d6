"""Whoever holds a receipt may take the answer back until the wave closes; then it is gone, and stays gone."""

from __future__ import annotations

import threading
from collections import Counter

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from survey.audit.models import AuditEntry
from survey.campaigns.models import Wave
from survey.collection.models import Serial
from survey.collection.serials import create_cards
from survey.core.clock import local_date, utc_now
from survey.core.errors import AppError, Gone, NotFound
from survey.responses.closing import close_wave, start_closing
from survey.responses.models import Withdrawal
from survey.responses.operations import Withdrawn
from survey.responses.withdrawals import withdraw_response
from survey.web.db_session import db
from tests.factories import Cast
from tests.pages import PageClient, check_page
from tests.responses.fieldwork import (
    SIGNER,
    counts_of,
    filled_in,
    new_token,
    number_stored,
    send,
    store,
)

JSON = {"Accept": "application/json"}


def answered(client: PageClient, code: str) -> tuple[str, dict[str, str]]:
    """Send a form; return its receipt and what was sent."""
    fields = filled_in(client.visit(f"/S/{code}"))
    return send(client, code, fields).headers["Location"].rpartition("/")[2], fields


def test_a_receipt_leads_to_a_question_and_then_the_answer_is_gone(
    client: PageClient, session: Session, code: str, wave: Wave, cast: Cast
) -> None:
    receipt, fields = answered(client, code)
    assert f'href="/R/{receipt}/withdraw"' in client.visit(f"/R/{receipt}")
    client.visit(f"/R/{receipt}/withdraw")
    assert number_stored(session) == 1
    sent = client.http.post(f"/R/{receipt}/withdraw")
    assert (sent.status_code, sent.headers["Location"]) == (303, f"/R/{receipt}")
    assert "Câu trả lời đã được rút lại" in client.visit(f"/R/{receipt}")
    assert number_stored(session) == 0
    counts = counts_of(session, wave, cast)[cast.school.id]
    assert (counts.number, counts.by_mode, counts.options) == (0, {}, ())
    # The same form again, and again as a program, is refused for good.
    assert send(client, code, fields).status_code == 410
    assert "Câu trả lời đã được rút lại" in check_page("resend", send(client, code, fields))
    as_program = send(client, code, fields, headers=JSON)
    assert (as_program.status_code, as_program.get_json()) == (410, {"receipt": None, "problem": "withdrawn"})
    # Somebody else goes on as before.
    answered(client, code)
    assert number_stored(session) == 1


def test_what_stays_is_a_hash_and_a_date_and_no_trace_of_when_or_who(
    client: PageClient, session: Session, code: str, wave: Wave
) -> None:
    before = session.scalar(select(func.count()).select_from(AuditEntry))
    receipt, _ = answered(client, code)
    client.http.post(f"/R/{receipt}/withdraw")
    row = session.execute(select(Withdrawal.__table__)).one()
    assert row.withdrawn_on == local_date(utc_now())
    assert set(row._mapping) == {"token_hash", "organisation_id", "wave_id", "withdrawn_on"}
    assert receipt not in repr(tuple(row))
    assert session.scalar(select(func.count()).select_from(AuditEntry)) == before


def test_programs_learn_the_state_of_a_receipt(client: PageClient, code: str) -> None:
    receipt, _ = answered(client, code)
    address = f"/R/{receipt}"
    assert client.http.get(address, headers=JSON).get_json() == {"receipt": receipt, "state": "counted"}
    for _ in range(2):
        done = client.http.post(f"{address}/withdraw", headers=JSON)
        assert (done.status_code, done.get_json()) == (200, {"receipt": receipt, "state": "withdrawn"})
    assert client.http.get(address, headers=JSON).get_json() == {"receipt": receipt, "state": "withdrawn"}
    unknown = client.http.post("/R/000000000000/withdraw", headers=JSON)
    assert (unknown.status_code, unknown.get_json()) == (404, {"receipt": None, "state": "unknown"})


@pytest.mark.parametrize("address", ["/R/000000000000/withdraw", "/R/xyz/withdraw", "/R/000000000000/answers"])
def test_a_receipt_that_nobody_got_leads_nowhere(client: PageClient, code: str, address: str) -> None:
    assert "Chưa tìm thấy mã biên nhận" in client.visit(address, 404)


def test_an_answer_can_be_taken_back_while_the_wave_is_closing_and_not_after(
    client: PageClient, session: Session, wave: Wave, code: str
) -> None:
    first, second = answered(client, code)[0], answered(client, code)[0]
    start_closing(session, wave_id=wave.id, user_id=None, now=utc_now())
    session.commit()
    assert client.http.post(f"/R/{first}/withdraw").status_code == 303
    close_wave(session, wave_id=wave.id, user_id=None, now=utc_now())
    session.commit()
    assert "/withdraw" not in client.visit(f"/R/{second}")
    assert "số liệu đã được khóa" in client.visit(f"/R/{second}/withdraw", 410)
    assert client.http.post(f"/R/{second}/withdraw").status_code == 410
    refused = client.http.post(f"/R/{second}/withdraw", headers=JSON)
    assert refused.get_json() == {"receipt": second, "state": "counted", "problem": "closed"}
    assert number_stored(session) == 1


def test_a_card_stays_spent(client: PageClient, session: Session, wave: Wave, cast: Cast) -> None:
    create_cards(
        session, wave=wave, organisation_id=cast.school.id, group_id=None, number=1, person=None, now=utc_now()
    )
    session.commit()
    card = session.scalars(select(Serial.code)).one()
    other = filled_in(client.visit(f"/S/{card}"))
    receipt, fields = answered(client, card)
    client.http.post(f"/R/{receipt}/withdraw")
    assert session.scalars(select(Serial.is_spent)).one()
    assert send(client, card, other).status_code == 410
    assert "rút lại" in send(client, card, fields).get_data(as_text=True)
    assert number_stored(session) == 0


def test_a_withdrawal_is_for_one_answer_only(session: Session, wave: Wave, code: str) -> None:
    now = utc_now()
    tokens = [new_token(code, now) for _ in range(3)]
    for token in tokens:
        store(session, code, now=now, token=token)
    withdraw_response(session, token_hash=SIGNER.receipt_hash(SIGNER.receipt(tokens[1])), now=now)
    session.commit()
    assert number_stored(session) == 2
    with pytest.raises(Withdrawn):
        store(session, code, now=now, token=tokens[1])
    with pytest.raises(NotFound):
        withdraw_response(session, token_hash=bytes(16), now=now)


def test_taking_back_and_closing_at_the_same_moment_agree_on_the_counts(
    app: Flask, session: Session, wave: Wave, code: str, cast: Cast
) -> None:
    now = utc_now()
    tokens = [new_token(code, now) for _ in range(4)]
    for token in tokens:
        store(session, code, now=now, token=token)
    wave_id = wave.id
    session.rollback()
    outcomes: Counter[str] = Counter()
    start = threading.Barrier(len(tokens) * 2 + 1)
    with app.app_context():
        engine = db.engine

    def act(name: str, change: object) -> None:
        with Session(engine) as own:
            start.wait()
            try:
                change(own)
                own.commit()
                outcomes[name] += 1
            except AppError as error:
                own.rollback()
                outcomes[type(error).__name__] += 1

    # Each is taken back twice at once: two taps.
    changes = [("withdrawn", _taking_back(token)) for token in tokens * 2]
    changes.append(("closed", lambda own: close_wave(own, wave_id=wave_id, user_id=None, now=utc_now())))
    threads = [threading.Thread(target=act, args=change) for change in changes]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert outcomes["closed"] == 1
    assert outcomes["withdrawn"] + outcomes[Gone.__name__] == len(tokens) * 2
    gone = session.scalar(select(func.count()).select_from(Withdrawal)) or 0
    assert number_stored(session) == len(tokens) - gone
    frozen = counts_of(session, wave, cast)[cast.school.id]
    assert frozen.number == sum((frozen.by_mode or {}).values()) == len(tokens) - gone


def _taking_back(token: object) -> object:
    token_hash = SIGNER.receipt_hash(SIGNER.receipt(token))
    return lambda own: withdraw_response(own, token_hash=token_hash, now=utc_now())
