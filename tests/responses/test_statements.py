"""What the respondent's path costs the database: nothing for a page that is known, one transaction for an answer."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from flask import Flask
from sqlalchemy import event, select
from sqlalchemy.orm import Session

from survey.campaigns.models import Wave
from survey.collection.models import Serial
from survey.collection.serials import create_cards
from survey.collection.windows import start_meeting
from survey.core.clock import utc_now
from survey.core.time_codes import SCANNED_LENGTH, slot_of
from survey.core.tokens import Signer
from survey.web.db_session import db
from tests.factories import Cast
from tests.pages import PageClient
from tests.responses.fieldwork import filled_in, send


@contextmanager
def statements(app: Flask) -> Iterator[list[str]]:
    """Collect what is sent to the database, with COMMIT for each transaction that is kept."""
    seen: list[str] = []
    with app.app_context():
        engine = db.engine

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        # Where answers share a transaction, each has a savepoint of its own.
        if not statement.startswith(("BEGIN", "SAVEPOINT", "RELEASE")):
            seen.append(statement.split()[0])

    def commit(_connection: object) -> None:
        seen.append("COMMIT")

    event.listen(engine, "before_cursor_execute", note)
    event.listen(engine, "commit", commit)
    try:
        yield seen
    finally:
        event.remove(engine, "before_cursor_execute", note)
        event.remove(engine, "commit", commit)


@pytest.fixture
def addresses(app: Flask, session: Session, wave: Wave, code: str, cast: Cast) -> dict[str, str]:
    """The address behind the QR of a poster, a meeting and a card."""
    place = {"organisation_id": cast.school.id, "group_id": cast.own_class.id, "person": None, "now": utc_now()}
    meeting = start_meeting(session, wave=wave, present=30, minutes=30, **place)
    create_cards(session, wave=wave, number=1, **place)
    session.commit()
    signer: Signer = app.extensions["survey.signer"]
    time_code = signer.time_code(meeting.code, slot_of(utc_now()), SCANNED_LENGTH)
    return {
        "poster": code,
        "meeting": f"{meeting.code}/{time_code}",
        "card": session.scalars(select(Serial.code)).one(),
    }


@pytest.mark.parametrize("way", ["poster", "meeting", "card"])
def test_a_form_that_is_known_costs_no_statement_and_an_answer_one_transaction(
    app: Flask, client: PageClient, addresses: dict[str, str], way: str
) -> None:
    page = client.visit(f"/S/{addresses[way]}")
    with statements(app) as reading:
        client.http.get(f"/S/{addresses[way]}")
    assert reading == []
    with statements(app) as writing:
        assert send(client, addresses[way].partition("/")[0], filled_in(page)).status_code == 303
    # The way in with its wave held, the classes on offer (where the code is for everybody), what is stored already.
    look_ups = 3 if way == "poster" else 2
    spending = ["UPDATE"] if way == "card" else []
    assert writing == ["SELECT"] * look_ups + spending + ["INSERT", "COMMIT"]
