"""The audit trail: readable in words, only by who may, and never changed by anybody."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import delete, select, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from survey.audit.models import AuditEntry
from survey.audit.operations import record
from survey.core.vocabulary import Mode
from survey.oversight.details import DETAILS, describe_details
from survey.oversight.queries import PAGE_SIZE, Entry
from survey.oversight.words import ACTIONS, OWN_ACCOUNT, SUBJECTS, VERBS
from tests.factories import PASSWORD, Cast
from tests.pages import PageClient
from tests.reports.fieldwork import make_campaign

# Made from other words when the program runs.
BUILT = {
    "export_counts",
    "export_microdata",
    "checked",
    "withdrawn",
    *(f"open_{mode}" for mode in Mode if mode != "poster"),
}


# The part of a call of `record` that is no detail.
FIXED = {"action", "subject", "subject_id", "now", "user_id", "organisation_id"}
# What may be handed on as a whole: the details of a feature's own `_record`, whose calls are looked at as well.
HANDED_ON = {"detail", "more", "{fact: getattr(thing, fact) for fact in facts}"}


def _calls(project: Path) -> Iterator[tuple[ast.Call, str]]:
    """Yield the calls that leave a trace: of `record`, and of what hands its details on to it."""
    for path in (project / "survey").rglob("*.py"):
        text = path.read_text(encoding="utf-8")
        if "survey.audit.operations import record" not in text and "add_collector(" not in text:
            continue
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                yield node, node.func.id


def _recorded(project: Path, name: str, place: int) -> Iterator[str]:
    """Yield the words given to `record` as a keyword, and to each feature's own `_record` by its place."""
    for call, function in _calls(project):
        given = [keyword.value for keyword in call.keywords if keyword.arg == name and function == "record"]
        given += call.args[place : place + 1] if function == "_record" else []
        yield from (str(one.value) for one in given if isinstance(one, ast.Constant))


def _detail_keys(project: Path) -> Iterator[str]:
    """Yield the keys of all details; a way to hand details on that this test does not know stops it."""
    for call, function in _calls(project):
        if function not in {"record", "_record", "add_collector"}:
            continue
        yield from (keyword.arg for keyword in call.keywords if keyword.arg is not None and keyword.arg not in FIXED)
        assert {ast.unparse(keyword.value) for keyword in call.keywords if keyword.arg is None} <= HANDED_ON
    for path in (project / "survey" / "organisations").glob("operations.py"):
        facts = path.read_text(encoding="utf-8").split("facts = ", 1)[1].splitlines()[0]
        yield from (str(node.value) for node in ast.walk(ast.parse(facts)) if isinstance(node, ast.Constant))


def test_every_action_and_subject_has_words(project: Path) -> None:
    actions = set(_recorded(project, "action", 1)) | BUILT
    subjects = set(_recorded(project, "subject", 99))
    assert len(actions) > 40
    assert actions - set(ACTIONS) == set()
    assert subjects - set(SUBJECTS) == set()
    assert set(ACTIONS) >= VERBS | OWN_ACCOUNT


def test_every_detail_has_a_label(project: Path) -> None:
    keys = set(_detail_keys(project))
    assert {"held_on", "minutes", "staff_kind", "audience"} <= keys
    assert keys - set(DETAILS) == set()


# Subject, detail as it is stored, and what the reader sees.
DETAIL_CASES = [
    ("activity", {"held_on": "2026-10-06", "form": "training"}, ["Ngày làm: 06/10/2026", "Hình thức: Tập huấn người"]),
    ("activity", {"number": 1200}, ["Số việc: 1.200"]),
    ("campaign", {"audiences": ["staff", "parents"]}, ["Đối tượng: Cán bộ, giáo viên, nhân viên; Phụ huynh"]),
    ("campaign", {"topics": ["xa_hoi_hoa"]}, ["Nội dung: Xã hội hóa"]),
    ("campaign", {"format": "sav", "rows": 120}, ["Loại tệp: SPSS", "Số dòng: 120"]),
    ("communication_plan", {"number": "12/KH-BM", "year": 2026}, ["Số, ký hiệu: 12/KH-BM", "Năm: 2026"]),
    ("headcount", {"before": 30, "number": 31}, ["Trước đó: 30", "Số người: 31"]),
    ("instrument", {"key": "parents", "content_hash": "4659e3b1" * 8}, ["Dành cho: Phụ huynh", "nội dung: 4659e3b1…"]),
    ("organisation", {"kind": "school", "code": "BM"}, ["Loại: Trường", "Mã: BM"]),
    ("organisation", {"kind": "merged", "old": ["A1", "B2"]}, ["nhập thành một", "có mã: A1, B2"]),
    ("paper_batch", {"files": 3}, ["Số tệp: 3"]),
    ("paper_batch", {"reason": "waited_too_long"}, ["Lý do: chờ quá lâu"]),
    ("plan", {"target": "9/10", "cut": "4/5", "topic_cut": "1/3"}, ["Chỉ tiêu: 90%", "đúng: 80%", "đúng: 33,3%"]),
    ("release", {"period": "2026-Q4", "files": {"a.pdf": "50a00ab9" * 8}}, ["Quý IV năm 2026", "a.pdf (50a00ab9…)"]),
    ("report_draft", {"texts": ["opening", "next"]}, ["Lời mở đầu; Việc làm trong kỳ tới"]),
    ("user", {"role": "viewer"}, ["Vai trò: Người xem báo cáo"]),
    ("wave", {"codes": [f"C{number}" for number in range(9)]}, ["C0, C1, C2, C3, C4, C5 và 3 nữa"]),
    # An entry of long ago, written otherwise: shown as it is, under a label in any case.
    ("wave", {"closes": "ngày mai"}, ["Đến hết ngày: ngày mai"]),
    ("wave", {"of_old": "x"}, ["Ghi thêm: x"]),
]


@pytest.mark.parametrize(("subject", "detail", "shown"), DETAIL_CASES)
def test_details_are_said_in_words(
    app: Flask, now: datetime, subject: str, detail: dict[str, object], shown: list[str]
) -> None:
    entry = Entry(at=now, person="", action="edit", subject=subject, subject_id="1", organisation="", detail=detail)
    with app.test_request_context():
        text = "; ".join(f"{one.label}: {one.value}" for one in describe_details(entry, {}))
    for piece in shown:
        assert piece in text
    assert not any(key in text for key in detail if "_" in key)


def test_a_thing_is_called_by_its_name(client: PageClient, session: Session, cast: Cast, now: datetime) -> None:
    wave = make_campaign(session, cast.school, ["parents"], now).waves[0]
    for subject, number in (("wave", wave.id), ("campaign", wave.campaign_id), ("wave", 987_654)):
        record(
            session,
            action="open",
            subject=subject,
            subject_id=number,
            now=now,
            user_id=cast.administrator.id,
            organisation_id=cast.school.id,
            wave=wave.id,
        )
    session.commit()
    client.sign_in(cast.administrator.login, PASSWORD)
    page = " ".join(re.sub("<[^>]+>", " ", client.visit("/audit")).split())
    assert "Mở đợt hỏi : Phụ huynh: trước truyền thông · Hiểu Nghị quyết 71" in page
    assert "Mở chiến dịch : Hiểu Nghị quyết 71 Đợt hỏi: Phụ huynh: trước truyền thông · Hiểu Nghị quyết 71" in page
    assert "Mở đợt hỏi : số 987654" in page


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
