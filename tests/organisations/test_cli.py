"""The commands about organisations."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from survey.organisations.cli import commands
from survey.organisations.models import Group
from tests.factories import Cast

GOOD = "Mã đơn vị,Lớp,Khối,Học sinh,Phụ huynh,Tính đến ngày\nBANMAI,8A,8,33,32,05/09/2026\n"
BAD = "Mã đơn vị,Lớp,Khối,Học sinh\nBANMAI,8A,8,nhiều\nLAHOAC,8B,8,30\n"


def names(session: Session) -> set[str]:
    return set(session.scalars(select(Group.name)))


def test_the_tree_is_listed_for_programs(app: Flask, cast: Cast) -> None:
    done = app.test_cli_runner().invoke(commands, ["list", "--json"])
    rows = {row["code"]: row for row in json.loads(done.output)}
    assert rows["BANMAI"] == {
        "code": "BANMAI",
        "name": "Trường TH và THCS Ban Mai",
        "kind": "school",
        "parent": "HOASIM",
    }
    assert rows["HOASIM"]["parent"] is None


def test_the_tree_is_listed_for_people(app: Flask, cast: Cast) -> None:
    done = app.test_cli_runner().invoke(commands, ["list"])
    assert [line.split()[0] for line in done.output.splitlines()][0] == "HOASIM"


@pytest.mark.parametrize(("options", "is_stored"), [([], True), (["--dry-run"], False)])
def test_a_file_is_imported_unless_it_is_a_dry_run(
    app: Flask, cast: Cast, session: Session, tmp_path: Path, options: list[str], is_stored: bool
) -> None:
    file = tmp_path / "ds.csv"
    file.write_text(GOOD, encoding="utf-8")
    done = app.test_cli_runner().invoke(commands, ["import", str(file), *options])
    assert done.exit_code == 0, done.output
    assert "Thêm lớp, tổ: Trường TH và THCS Ban Mai, 8A (khối 8)" in done.output
    session.rollback()
    assert ("8A" in names(session)) is is_stored


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (BAD, ["Hàng 2, cột “Học sinh”", "Hàng 3, cột “Tên đơn vị”", "2 chỗ cần sửa; chưa nhập gì"]),
        ("", ["Tệp không có dòng nào"]),
        ("không có tiêu đề\n", ["không thấy dòng tiêu đề"]),
    ],
)
def test_a_faulty_file_ends_with_an_error_and_stores_nothing(
    app: Flask, cast: Cast, session: Session, tmp_path: Path, content: str, said: list[str]
) -> None:
    file = tmp_path / "ds.csv"
    file.write_text(content, encoding="utf-8")
    before = names(session)
    done = app.test_cli_runner().invoke(commands, ["import", str(file)])
    assert done.exit_code == 1
    for text in said:
        assert text in done.output
    session.rollback()
    assert names(session) == before
