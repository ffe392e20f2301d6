"""Nobody can be identified: what a journey leaves in the database and in the logs, also when things go wrong."""

from __future__ import annotations

import logging

import pytest
from flask import Flask
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from survey.core.clock import utc_now
from survey.core.models import Model
from tests.factories import Cast
from tests.pages import PageClient, check_page
from tests.responses.fieldwork import collector, fields_of, filled_in, make_wave

ADDRESS = "203.0.113.77"
AGENT = "ZaloBrowser-of-one-parent/9.9"


@pytest.fixture
def code(app: Flask, session: Session, cast: Cast) -> str:
    """The code of one class."""
    return collector(session, make_wave(session, cast.school, now=utc_now()), cast.own_class.id).code


def journey(client: PageClient, code: str) -> list[str]:
    """Open, send with a gap, skip, look at the receipt, lose the way; return the secrets of the journey."""
    client.http.environ_base |= {"REMOTE_ADDR": ADDRESS, "HTTP_USER_AGENT": AGENT}
    page = client.http.get(f"/S/{code}").get_data(as_text=True)
    fields = filled_in(page, q1=None)
    client.http.post(f"/S/{code}", data=fields)
    received = client.http.post(f"/S/{code}", data={**fields, "asked": "1"})
    client.http.get(received.headers["Location"])
    client.http.get("/S/0000000")
    client.http.post(f"/S/{code}", data={"q1": "x" * 20_000})
    return [ADDRESS, AGENT, fields["t"], received.headers["Location"].rpartition("/")[2]]


def dump(session: Session) -> str:
    """Return every value of every table as text."""
    session.rollback()
    tables = Model.metadata.sorted_tables
    return "\n".join(f"{table.name} {tuple(row)!r}" for table in tables for row in session.execute(select(table)))


def test_a_journey_leaves_no_address_agent_token_or_receipt_in_the_database(
    client: PageClient, session: Session, code: str
) -> None:
    before = dump(session)
    secrets = journey(client, code)
    after = dump(session)
    new = [line for line in after.splitlines() if line not in before]
    assert [line.split()[0] for line in new] == ["response"]
    for secret in secrets:
        assert secret not in after
    # A date is kept, a moment is not.
    assert "datetime.datetime" not in new[0]


def test_a_journey_writes_nothing_about_anybody_into_the_logs(
    client: PageClient, code: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    for secret in [*journey(client, code), code]:
        assert secret not in caplog.text


def test_when_the_database_fails_the_form_comes_back_whole_and_the_log_quotes_no_answer(
    client: PageClient, session: Session, code: str, caplog: pytest.LogCaptureFixture
) -> None:
    page = client.visit(f"/S/{code}")
    fields = filled_in(page, q2="0")
    session.rollback()
    rename(session, "response", "response_away")
    try:
        failed = client.http.post(f"/S/{code}", data=fields)
        receipt = client.http.get("/R/ABCDEFGHJKMN")
    finally:
        rename(session, "response_away", "response")

    assert failed.status_code == receipt.status_code == 503
    back = check_page("failed", failed)
    assert "Phiếu chưa gửi được" in back
    assert 'name="q2" value="0" checked' in back
    assert fields_of(back)["t"] == fields["t"]
    assert "database" in caplog.text
    for secret in (fields["t"], code, "INSERT", "token_hash", "parameters"):
        assert secret not in caplog.text
    assert client.http.post(f"/S/{code}", data=fields).status_code == 303


def rename(session: Session, old: str, new: str) -> None:
    with session.get_bind().engine.begin() as connection:
        connection.execute(text(f"ALTER TABLE {old} RENAME TO {new}"))
