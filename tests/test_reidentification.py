"""Tries to find out whose answer is whose, with the whole database, an export or the logs in hand.

The attacker knows in which order forty people answered, which cards were spent, and every row of every table, but not
the server's secret. docs/privacy/khu-dinh-danh.md says what each attempt stands for and what remains possible.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Date, LargeBinary, Table, event, select, text
from sqlalchemy.orm import Session

from survey.audit.models import AuditEntry
from survey.collection.models import Collector, Serial
from survey.collection.operations import make_poster_collectors
from survey.collection.serials import create_cards
from survey.core.models import Model, UtcDateTime
from survey.exports.codebooks import variables
from survey.paper.models import PaperBatch, PaperPage, PaperReading, ReadingDecision
from survey.responses.closing import close_wave
from survey.responses.models import Response, Withdrawal
from tests.factories import Cast
from tests.responses.fieldwork import SIGNER, collector, make_wave, new_token, questionnaire, store

PEOPLE = 40
# Among random orders of forty a rank correlation beyond 0.8 is rarer than one in a thousand million.
TELLING = 0.8


@pytest.fixture
def arrivals(session: Session, cast: Cast, now: datetime) -> list[bytes]:
    """Forty parents of one class answer one after the other; returns the hash of each one's receipt in that order."""
    wave = make_wave(session, cast.school, now=now)
    code = collector(session, wave, cast.own_class.id).code
    tokens = [new_token(code, now) for _ in range(PEOPLE)]
    for place, token in enumerate(tokens):
        store(session, code, now=now + timedelta(seconds=20 * place), token=token)
    return [SIGNER.receipt_hash(SIGNER.receipt(token)) for token in tokens]


def close(session: Session, now: datetime) -> None:
    wave_id = session.scalars(select(Response.wave_id).limit(1)).one()
    close_wave(session, wave_id=wave_id, user_id=None, now=now)
    session.commit()


def correlation(guess: list[bytes], truth: list[bytes]) -> float:
    """Return Spearman's rank correlation of two orders of the same things."""
    n = len(truth)
    place = {one: rank for rank, one in enumerate(truth)}
    distance = sum((rank - place[one]) ** 2 for rank, one in enumerate(guess))
    return 1 - 6 * distance / (n * (n * n - 1))


def test_the_measure_of_order_sees_an_order(arrivals: list[bytes]) -> None:
    assert correlation(arrivals, arrivals) == 1
    assert correlation(arrivals[::-1], arrivals) == -1


@pytest.mark.parametrize("key", ["id", "token_hash", "answers"])
def test_sorting_by_any_column_does_not_give_the_order_of_arrival(
    session: Session, arrivals: list[bytes], key: str
) -> None:
    found = list(session.scalars(select(Response.token_hash).order_by(getattr(Response, key), Response.id)))
    assert sorted(found) == sorted(arrivals)
    assert abs(correlation(found, arrivals)) < TELLING


def test_rows_of_a_closed_wave_lie_in_the_order_of_their_random_keys(
    session: Session, arrivals: list[bytes], now: datetime
) -> None:
    close(session, now)
    place = "ctid" if session.get_bind().dialect.name == "postgresql" else "organisation_id, wave_id, id"
    rows = session.execute(text(f"SELECT id, token_hash FROM response ORDER BY {place}")).all()
    ids = [bytes(row[0]) for row in rows]
    assert len(ids) == PEOPLE
    assert ids == sorted(ids)
    assert abs(correlation([bytes(row[1]) for row in rows], arrivals)) < TELLING


def test_a_closing_writes_each_organisation_anew_in_a_statement_of_its_own(
    session: Session, cast: Cast, now: datetime
) -> None:
    """A province's wave in one statement would outlast what a statement may take on PostgreSQL, and never close."""
    wave = make_wave(session, cast.ward, now=now)
    ways_in = select(Collector).where(Collector.wave_id == wave.id, Collector.organisation_id != cast.ward.id)
    schools = {way.organisation_id: way.code for way in session.scalars(ways_in)}
    assert schools.keys() == {cast.school.id, cast.other_school.id}
    for code in [*schools.values()] * 3:
        store(session, code, now=now)
    written: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        if "INSERT INTO response " in statement:
            written.append(statement)

    engine = session.get_bind()
    event.listen(engine, "before_cursor_execute", note)
    close(session, now)
    event.remove(engine, "before_cursor_execute", note)
    assert len(written) == (len(schools) if engine.dialect.name == "postgresql" else 0)
    assert sorted(session.scalars(select(Response.organisation_id))) == sorted([*schools] * 3)


def test_no_number_that_counts_up_is_kept_beside_a_row(session: Session, arrivals: list[bytes], now: datetime) -> None:
    close(session, now)
    if session.get_bind().dialect.name == "postgresql":
        writers = session.execute(text("SELECT count(DISTINCT xmin::text) FROM response")).scalar()
        assert writers == 1
        return
    made = session.execute(text("SELECT sql FROM sqlite_master WHERE name = 'response'")).scalar_one()
    assert "WITHOUT ROWID" in made


@pytest.mark.parametrize("model", [Response, Withdrawal, Serial], ids=["response", "withdrawal", "serial"])
def test_no_table_on_the_side_of_the_answers_knows_a_time(model: type[Model]) -> None:
    types = {column.name: column.type for column in model.__table__.columns}
    assert not [name for name, kind in types.items() if isinstance(kind, UtcDateTime)]
    assert {name for name, kind in types.items() if isinstance(kind, Date)} <= {"received_on", "withdrawn_on"}


def values_of(session: Session, table: Table) -> Iterator[Any]:
    """Yield every value of a table that could carry a random key: long texts and bytes, and those in JSON."""
    for row in session.execute(select(table)):
        for value in row:
            yield bytes(value).hex() if isinstance(value, bytes | memoryview) else str(value)


def test_no_other_table_holds_a_key_of_an_answer(session: Session, arrivals: list[bytes], now: datetime) -> None:
    close(session, now)
    keys = {key.hex() for row in session.execute(select(Response.id, Response.token_hash)) for key in map(bytes, row)}
    assert len(keys) == 2 * PEOPLE
    others = [table for table in Model.metadata.sorted_tables if table.name != "response"]
    held = "\n".join(value for table in others for value in values_of(session, table))
    assert len(held) > 1000
    assert not [key for key in keys if key in held]


def test_a_receipt_cannot_be_tried_out_without_the_secret(session: Session, cast: Cast, now: datetime) -> None:
    wave = make_wave(session, cast.school, now=now)
    code = collector(session, wave, cast.own_class.id).code
    token = new_token(code, now)
    store(session, code, now=now, token=token)
    receipt = SIGNER.receipt(token)
    stored = bytes(session.scalars(select(Response.token_hash)).one())
    for known in (receipt.encode(), token.nonce, code.encode() + receipt.encode()):
        tried = [hashlib.blake2b(known, digest_size=16).digest()]
        tried += [hashlib.new(name, known).digest()[:16] for name in ("md5", "sha1", "sha256", "sha512")]
        assert stored not in tried


def test_a_spent_card_does_not_lead_to_its_answer(session: Session, cast: Cast, now: datetime) -> None:
    wave = make_wave(session, cast.school, now=now)
    batch = create_cards(
        session, wave=wave, organisation_id=cast.school.id, group_id=cast.own_class.id, number=12, person=None, now=now
    )
    session.commit()
    codes = list(session.scalars(select(Serial.code).where(Serial.batch == batch.id).order_by(Serial.id)))
    for code in codes:
        store(session, code, now=now)
    close(session, now)
    answers = session.execute(select(Response.__table__)).all()
    for code in codes:
        trials = {code.encode(), hashlib.sha256(code.encode()).digest()[:16]}
        trials.add(hashlib.blake2b(code.encode(), digest_size=16).digest())
        assert not [row for row in answers if trials & {bytes(v) for v in row if isinstance(v, bytes)}]
    # All that is common is the way in, and that is one for the whole batch.
    assert {row.collector_id for row in answers} == set(session.scalars(select(Serial.collector_id)))
    if session.get_bind().dialect.name == "postgresql":
        joined = "SELECT count(DISTINCT s.xmin::text) + count(DISTINCT r.xmin::text) FROM serial s, response r"
        assert session.execute(text(joined)).scalar() == 2


def test_the_trail_of_changes_says_nothing_of_an_answer(session: Session, arrivals: list[bytes]) -> None:
    entries = session.execute(select(AuditEntry.action, AuditEntry.subject)).all()
    assert entries
    assert not [entry for entry in entries if entry.subject == "response"]
    before = len(entries)
    code = session.scalars(select(Collector.code).where(Collector.group_id.is_not(None)).order_by(Collector.id)).first()
    assert code
    store(session, code, now=datetime.fromisoformat("2026-11-21T04:00:00+00:00"))
    assert len(session.execute(select(AuditEntry.id)).all()) == before


def test_what_stays_of_paper_knows_neither_serial_nor_whole_answer() -> None:
    # PaperReading knows both, and lives only until its batch is accepted (tests/paper).
    assert "serial" in PaperReading.__table__.columns
    for model in (PaperBatch, PaperPage, ReadingDecision):
        names = set(model.__table__.columns.keys())
        assert not names & {"serial", "serial_id", "answers", "response_id", "token_hash", "collector_id"}, names


def test_an_export_has_no_column_that_says_when_or_by_which_way(project: Path) -> None:
    names = {one.name for one in variables([questionnaire("parents")])}
    assert {"wave", "stratum", "form"} <= names
    telling = re.compile(r"id|token|receipt|date|day|time|received|collector|session|code|language|mode|serial", re.I)
    assert not [name for name in names if not name.startswith(("topic:", "q")) and telling.fullmatch(name)]


def test_a_session_of_the_class_is_named_by_its_way_in_and_by_nothing_else(
    session: Session, cast: Cast, now: datetime
) -> None:
    # Known and told: who holds the database sees that an answer came by one class session, hence within its hours.
    # Nothing on a page or in a file does, as no file names the way in and lessons merge what is too small.
    wave = make_wave(session, cast.school, now=now)
    make_poster_collectors(session, wave_id=wave.id, now=now)
    linked = [key.column.table.name for column in Response.__table__.columns for key in column.foreign_keys]
    assert sorted(linked) == ["collector", "group", "organisation", "wave"]


def test_only_three_columns_of_bytes_stand_in_a_row() -> None:
    # A new one would have to be proved harmless here first.
    found = {column.name for column in Response.__table__.columns if isinstance(column.type, LargeBinary)}
    assert found == {"id", "token_hash", "answers"}
