"""The page that notes a merger, a new code or a split: it asks before it notes, and says what follows."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from survey.audit.models import AuditEntry
from survey.organisations.models import Succession
from survey.organisations.successions import record_succession
from tests.factories import PASSWORD, Cast
from tests.pages import PageClient


def _address(cast: Cast) -> str:
    return f"/organisations/{cast.school.id}/succession"


def _fields(cast: Cast, **changed: object) -> dict[str, object]:
    return {"kind": "merged", "old": [cast.other_school.id], "since": "2026-08-01", **changed}


def test_nothing_is_noted_before_the_question_is_answered(client: PageClient, session: Session, cast: Cast) -> None:
    client.sign_in("officer", PASSWORD)
    asked = client.post(_address(cast), _fields(cast), csrf_from=_address(cast))
    assert asked.status_code == 200
    page = asked.get_data(as_text=True)
    assert "Trường TH và THCS Ban Mai thay cho Trường THCS Suối Reo từ ngày 01/08/2026." in page
    assert "Không câu trả lời nào bị xóa" in page
    assert session.scalars(select(Succession)).all() == []
    done = client.post(_address(cast), _fields(cast, confirmed="yes"), csrf_from=_address(cast))
    assert done.headers["Location"] == f"/organisations/{cast.school.id}"
    row = session.scalars(select(Succession)).one()
    assert (row.old_id, row.new_id, row.since, row.kind) == (
        cast.other_school.id,
        cast.school.id,
        date(2026, 8, 1),
        "merged",
    )
    entry = session.scalars(select(AuditEntry).where(AuditEntry.action == "succeed")).one()
    assert entry.user_id == cast.officer.id
    assert "thay cho Trường THCS Suối Reo từ ngày 01/08/2026" in client.visit(_address(cast))


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        pytest.param({"old": []}, "Hãy chọn ít nhất một đơn vị cũ.", id="no former unit"),
        pytest.param({"since": ""}, "Xin điền ngày.", id="no day"),
        pytest.param({"kind": ""}, "Hãy chọn một cách thay đổi.", id="nothing happened"),
        pytest.param({"old": [999_999]}, "Đơn vị cũ", id="a unit of somebody else"),
    ],
)
def test_what_is_missing_is_named_and_the_rest_kept(
    client: PageClient, session: Session, cast: Cast, changed: dict[str, object], said: str
) -> None:
    client.sign_in("officer", PASSWORD)
    response = client.post(_address(cast), _fields(cast, confirmed="yes", **changed), csrf_from=_address(cast))
    assert response.status_code == 422
    assert said in response.get_data(as_text=True)
    assert session.scalars(select(Succession)).all() == []


@pytest.mark.parametrize(
    ("turned", "said"), [(False, "đã được ghi trước đây"), (True, "đã là đơn vị cũ của đơn vị được chọn")]
)
def test_a_history_that_contradicts_what_is_known_is_refused_before_the_question(
    client: PageClient, session: Session, cast: Cast, now: datetime, turned: bool, said: str
) -> None:
    school, other = session.merge(cast.school), session.merge(cast.other_school)
    old, new = (school, other) if turned else (other, school)
    record_succession(session, old=[old], new=new, since=date(2026, 8, 1), kind="merged", user_id=None, now=now)
    session.commit()
    client.sign_in("officer", PASSWORD)
    response = client.post(_address(cast), _fields(cast), csrf_from=_address(cast))
    assert response.status_code == 422
    assert said in response.get_data(as_text=True)


@pytest.mark.parametrize(
    ("login", "status"),
    [("officer", 200), ("operator", 200), ("administrator", 404), ("teacher", 403), ("viewer", 403)],
)
def test_only_those_above_the_school_note_its_history(client: PageClient, cast: Cast, login: str, status: int) -> None:
    client.sign_in(login, PASSWORD)
    client.visit(_address(cast), status=status)
    link = (
        "/succession" in client.visit(f"/organisations/{cast.school.id}", status=200) if status in {200, 404} else None
    )
    assert link in {None, status == 200}


def test_a_split_says_that_before_and_after_are_not_compared(client: PageClient, cast: Cast) -> None:
    client.sign_in("officer", PASSWORD)
    response = client.post(_address(cast), _fields(cast, kind="split"), csrf_from=_address(cast))
    assert "không so trước và sau" in response.get_data(as_text=True)
