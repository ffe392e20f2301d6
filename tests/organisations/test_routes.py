"""Organisations through the pages."""

from __future__ import annotations

import io
import re
from datetime import datetime

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from survey.organisations.models import Group, Headcount, Organisation
from tests.factories import PASSWORD, Cast
from tests.pages import PageClient


@pytest.fixture
def administrator(client: PageClient, cast: Cast) -> PageClient:
    return client.sign_in("administrator", PASSWORD)


@pytest.mark.parametrize(
    ("login", "status"),
    [("administrator", 200), ("officer", 200), ("teacher", 200), ("viewer", 403), ("stranger", 404)],
)
def test_a_school_is_shown_to_its_own(client: PageClient, cast: Cast, login: str, status: int) -> None:
    client.sign_in(login, PASSWORD)
    assert client.http.get(f"/organisations/{cast.school.id}").status_code == status


def test_a_teacher_sees_one_class_and_no_forms(client: PageClient, cast: Cast) -> None:
    client.sign_in("teacher", PASSWORD)
    page = client.visit(f"/organisations/{cast.school.id}")
    assert "6A" in page
    # A token or nonce of the page may hold these two letters by chance; a class stands by itself.
    assert re.search(r"\b7A\b", re.sub(r"(nonce|value|name)=\"[^\"]*\"", "", page)) is None
    assert "Lưu số người" not in page


@pytest.mark.parametrize("address", ["edit", "remove", "import", "import/template.csv", "people"])
def test_a_stranger_finds_no_page_of_another_school(client: PageClient, cast: Cast, address: str) -> None:
    client.sign_in("stranger", PASSWORD)
    assert client.http.get(f"/organisations/{cast.school.id}/{address}").status_code == 404


def test_several_classes_are_added_at_once(administrator: PageClient, cast: Cast, session: Session) -> None:
    address = f"/organisations/{cast.school.id}"
    form = {"lines": "8A 31\n8B, 30, 28\n\n1C 29", "as_of": "2026-09-05"}
    assert administrator.post(f"{address}/classes", form, csrf_from=address).status_code == 302
    page = administrator.visit(address)
    assert all(name in page for name in ("8A", "8B", "1C"))
    group = session.scalars(select(Group).where(Group.name == "8B")).one()
    stored = session.scalars(select(Headcount).where(Headcount.group_id == group.id)).all()
    assert {row.audience: row.number for row in stored} == {"pupils_secondary": 30, "parents": 28}


@pytest.mark.parametrize(
    ("lines", "named"), [("8A 31\nlớp tám 30", "lớp tám 30"), ("8A", "8A"), ("8A 31\n6A 20", "6A")]
)
def test_a_faulty_line_is_named_and_no_class_is_added(
    administrator: PageClient, cast: Cast, session: Session, lines: str, named: str
) -> None:
    address = f"/organisations/{cast.school.id}"
    response = administrator.post(f"{address}/classes", {"lines": lines, "as_of": "2026-09-05"}, csrf_from=address)
    page = response.get_data(as_text=True)
    assert response.status_code == 422
    assert f"“{named}”" in page
    assert lines.splitlines()[0] in page
    assert session.scalars(select(Group).where(Group.name == "8A")).first() is None


def test_numbers_are_saved_together_and_a_faulty_one_saves_none(
    administrator: PageClient, cast: Cast, session: Session
) -> None:
    address = f"/organisations/{cast.school.id}"
    names = re.findall(r'name="(n-\d+-\w+)"', administrator.visit(address))
    form = dict.fromkeys(names, "44") | {"as_of": "2026-11-20"}
    wrong = administrator.post(f"{address}/headcounts", form | {names[1]: "nhiều"}, csrf_from=address)
    page = wrong.get_data(as_text=True)
    assert wrong.status_code == 422
    assert 'value="nhiều"' in page
    assert "Điền một số nguyên" in page
    assert not session.scalars(select(Headcount).where(Headcount.number == 44)).all()
    assert administrator.post(f"{address}/headcounts", form, csrf_from=address).status_code == 302
    assert len(session.scalars(select(Headcount).where(Headcount.number == 44)).all()) == len(names)


def test_numbers_left_as_they_were_are_not_noted_again(administrator: PageClient, cast: Cast, session: Session) -> None:
    address = f"/organisations/{cast.school.id}"
    fields = dict(re.findall(r'name="(n-\d+-\w+)" [^>]*value="(\d+)"', administrator.visit(address)))
    before = session.scalars(select(Headcount.id)).all()
    one = next(iter(fields))
    administrator.post(f"{address}/headcounts", fields | {one: "77", "as_of": "2026-11-20"}, csrf_from=address)
    added = session.scalars(select(Headcount).where(Headcount.id.not_in(before))).all()
    assert [(row.number, row.as_of.isoformat()) for row in added] == [(77, "2026-11-20")]


def test_an_officer_adds_a_school_below_the_ward(client: PageClient, cast: Cast, session: Session) -> None:
    client.sign_in("officer", PASSWORD)
    address = f"/organisations/new?parent={cast.ward.id}"
    form = {"parent": str(cast.ward.id), "kind": "school", "name": "Trường Đồi Chè", "code": "BANMAI"}
    taken = client.post("/organisations/new", form, csrf_from=address)
    assert "đã có đơn vị khác dùng" in taken.get_data(as_text=True)
    assert client.post("/organisations/new", form | {"code": "doiche"}, csrf_from=address).status_code == 302
    assert session.scalars(select(Organisation).where(Organisation.code == "DOICHE")).one().parent_id == cast.ward.id


def test_an_administrator_adds_nothing_outside_the_school(
    administrator: PageClient, cast: Cast, session: Session
) -> None:
    own = f"/organisations/{cast.school.id}"
    for parent in (str(cast.ward.id), str(cast.other_school.id), ""):
        form = {"parent": parent, "kind": "school", "name": "Lạ", "code": "LA-LA"}
        assert administrator.post("/organisations/new", form, csrf_from=own).status_code in {403, 404}
    assert session.scalars(select(Organisation).where(Organisation.code == "LA-LA")).first() is None


def test_a_school_in_use_is_not_removed(client: PageClient, cast: Cast, session: Session) -> None:
    client.sign_in("officer", PASSWORD)
    own = f"/organisations/{cast.school.id}"
    client.post(f"{own}/remove", csrf_from=own)
    assert "Chưa xóa được" in client.visit(own)


def upload(client: PageClient, address: str, text: str) -> str:
    form = {"file": (io.BytesIO(text.encode()), "ds.csv")}
    response = client.post(address, form, csrf_from=address, content_type="multipart/form-data")
    return response.get_data(as_text=True)


def test_a_sheet_is_previewed_before_anything_is_stored(
    administrator: PageClient, cast: Cast, session: Session, now: datetime
) -> None:
    address = f"/organisations/{cast.school.id}/import"
    page = upload(administrator, address, "Lớp;Khối;Học sinh;Phụ huynh\n8A;8;33;32\n")
    assert "Thêm lớp, tổ: Trường TH và THCS Ban Mai, 8A" in page
    assert session.scalars(select(Group).where(Group.name == "8A")).first() is None
    rows = re.search(r'name="rows" value="([^"]*)"', page)
    assert rows
    answer = administrator.post(f"{address}/confirm", {"rows": rows.group(1)}, csrf_from=address)
    assert answer.status_code == 302
    assert session.scalars(select(Group).where(Group.name == "8A")).one().grade == 8
    assert "Không có gì thay đổi" in upload(administrator, address, "Lớp;Khối;Học sinh;Phụ huynh\n8A;8;33;32\n")


def test_faults_are_listed_with_row_column_and_remedy(administrator: PageClient, cast: Cast, session: Session) -> None:
    address = f"/organisations/{cast.school.id}/import"
    page = upload(administrator, address, "Lớp,Khối,Học sinh\n8A,8,nhiều\n8B,99,30\n")
    assert "Hàng 2, cột “Học sinh”" in page
    assert "Hàng 3, cột “Khối lớp”" in page
    assert "Điền một số nguyên" in page
    assert session.scalars(select(Group).where(Group.name.in_(["8A", "8B"]))).first() is None


def test_of_many_faults_the_first_two_hundred_are_listed_and_the_rest_counted(
    administrator: PageClient, cast: Cast
) -> None:
    address = f"/organisations/{cast.school.id}/import"
    page = upload(administrator, address, "Lớp,Khối\n" + "8A,99\n" * 230)
    assert "230 chỗ cần sửa" in page
    assert page.count("cột “Khối lớp”") == 200
    assert "và 30 chỗ nữa" in page


def test_what_others_changed_since_the_preview_is_checked_again(
    administrator: PageClient, cast: Cast, session: Session
) -> None:
    address = f"/organisations/{cast.ward.id}/import"
    client = administrator.http
    assert client.get(address).status_code == 404
    own = f"/organisations/{cast.school.id}/import"
    page = upload(administrator, own, "Mã đơn vị,Lớp,Học sinh\nBANMAI,8A,33\n")
    packed = re.search(r'name="rows" value="([^"]*)"', page)
    assert packed
    session.get_one(Organisation, cast.school.id).code = "BANMAI-2"
    session.commit()
    answer = administrator.post(f"{own}/confirm", {"rows": packed.group(1)}, csrf_from=own)
    assert answer.status_code == 422
    assert "mã chưa có trong hệ thống" in answer.get_data(as_text=True)
    assert session.scalars(select(Group).where(Group.name == "8A")).first() is None


@pytest.mark.parametrize("kind", ["xlsx", "csv"])
def test_a_template_that_comes_back_untouched_has_no_faults(
    administrator: PageClient, cast: Cast, session: Session, kind: str
) -> None:
    address = f"/organisations/{cast.school.id}/import"
    data = administrator.http.get(f"{address}/template.{kind}").data
    form = {"file": (io.BytesIO(data), f"mau.{kind}")}
    page = administrator.post(address, form, csrf_from=address, content_type="multipart/form-data")
    assert page.status_code == 200
    assert "Đồng ý, nhập vào hệ thống" in page.get_data(as_text=True)


@pytest.mark.parametrize("rows", ["", "not json", "[[1]]", "{}", '[["x", ["y"]]]'])
def test_a_made_up_confirmation_does_no_harm(administrator: PageClient, cast: Cast, rows: str) -> None:
    address = f"/organisations/{cast.school.id}/import"
    assert administrator.post(f"{address}/confirm", {"rows": rows}, csrf_from=address).status_code in {302, 422}


@pytest.mark.parametrize("kind", ["xlsx", "csv"])
def test_the_template_comes_with_headings_and_examples(administrator: PageClient, cast: Cast, kind: str) -> None:
    response = administrator.http.get(f"/organisations/{cast.school.id}/import/template.{kind}")
    assert response.status_code == 200
    assert "attachment" in response.headers["Content-Disposition"]
    assert response.data.startswith(b"PK" if kind == "xlsx" else "\ufeffMã đơn vị".encode())
