"""The audit trail: readable in words, only by who may, and never changed by anybody."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import delete, select, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from survey.audit.models import AuditEntry
from survey.audit.operations import record
from survey.core.vocabulary import Mode
from survey.oversight.queries import PAGE_SIZE
from survey.oversight.words import ACTIONS, SUBJECTS
from tests.factories import PASSWORD, Cast
from tests.pages import PageClient

# Made from other words when the program runs.
BUILT = {
    "export_counts",
    "export_microdata",
    "checked",
    "withdrawn",
    *(f"open_{mode}" for mode in Mode if mode != "poster"),
}


def _recorded(project: Path, name: str, place: int) -> Iterator[str]:
    """Yield the words given to `record` as a keyword, and to each feature's own `_record` by its place."""
    for path in (project / "survey").rglob("operations.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                given = [keyword.value for keyword in node.keywords if keyword.arg == name and node.func.id == "record"]
                given += node.args[place : place + 1] if node.func.id == "_record" else []
                yield from (str(one.value) for one in given if isinstance(one, ast.Constant))


def test_every_action_and_subject_has_words(project: Path) -> None:
    actions = set(_recorded(project, "action", 1)) | BUILT
    subjects = set(_recorded(project, "subject", 99))
    assert len(actions) > 30
    assert actions - set(ACTIONS) == set()
    assert subjects - set(SUBJECTS) == set()


@pytest.mark.parametrize("change", [update(AuditEntry).values(action="x"), delete(AuditEntry)], ids=["edit", "delete"])
def test_the_database_refuses_to_change_an_entry(session: Session, now: datetime, change: object) -> None:
    record(session, action="add", subject="campaign", now=now, user_id=None)
    session.commit()
    with pytest.raises(DBAPIError, match="only added"):
        session.execute(change)  # type: ignore[call-overload]
    session.rollback()
    assert session.scalars(select(AuditEntry.action)).all() == ["add"]


def _entry(session: Session, now: datetime, organisation_id: int | None, action: str = "edit", **more: object) -> None:
    record(session, action=action, subject="campaign", now=now, user_id=None, organisation_id=organisation_id, **more)  # type: ignore[arg-type]


def test_a_school_reads_its_own_entries_and_no_others(
    client: PageClient, session: Session, cast: Cast, now: datetime
) -> None:
    _entry(session, now, cast.school.id, name="Chiến dịch của trường")
    _entry(session, now, cast.other_school.id, name="Chiến dịch của trường khác")
    session.commit()
    client.sign_in(cast.administrator.login, PASSWORD)
    page = client.visit("/audit")
    assert "Chiến dịch của trường<" in page.replace("</td>", "<")
    assert "trường khác" not in page


def test_a_ward_reads_the_entries_of_its_schools(
    client: PageClient, session: Session, cast: Cast, now: datetime
) -> None:
    _entry(session, now, cast.other_school.id, name="Chiến dịch của trường khác")
    session.commit()
    client.sign_in(cast.officer.login, PASSWORD)
    assert "trường khác" in client.visit("/audit")


def test_the_trail_is_narrowed_and_paged(client: PageClient, session: Session, cast: Cast, now: datetime) -> None:
    for number in range(PAGE_SIZE + 1):
        _entry(session, now - timedelta(days=number), cast.school.id, name=f"số-{number}.")
    _entry(session, now, cast.school.id, action="purge", name="xóa-hết")
    session.commit()
    client.sign_in(cast.administrator.login, PASSWORD)
    assert "số-0." in client.visit("/audit")
    assert f"số-{PAGE_SIZE}." in client.visit("/audit?page=2")
    narrowed = client.visit("/audit?person=&action=purge&organisation=&first=&last=")
    assert "xóa-hết" in narrowed
    assert "số-0." not in narrowed
    day = (now - timedelta(days=5)).strftime("%Y-%m-%d")
    one_day = client.visit(f"/audit?person=&action=&organisation=&first={day}&last={day}")
    assert "số-5." in one_day
    assert "số-4." not in one_day


@pytest.mark.parametrize("address", ["/audit?first=30-02-2026", "/audit?person=99999", "/audit?page=x"])
def test_an_odd_address_gives_a_page(client: PageClient, cast: Cast, address: str) -> None:
    client.sign_in(cast.administrator.login, PASSWORD)
    assert client.http.get(address).status_code in {200, 422}


def test_teachers_do_not_read_it(client: PageClient, cast: Cast) -> None:
    client.sign_in(cast.teacher.login, PASSWORD)
    assert client.http.get("/audit").status_code == 403
