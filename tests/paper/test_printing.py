"""What is printed: the marks that OpenCV knows, the QR that a telephone opens, our fonts, no room for a name."""

from __future__ import annotations

import json
import subprocess
from datetime import datetime
from pathlib import Path

import numpy as np
import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from survey.campaigns.models import Wave
from survey.collection.models import Serial
from survey.paper.cli import commands
from survey.paper.contents import printed_sheets
from survey.paper.operations import PlanNotLocked, create_sheets
from survey.paper.printing import render_papers, render_sheets
from survey.paper.runs import sheet_run
from survey.paper.symbols import mark_svg
from tests.factories import Cast
from tests.responses.fieldwork import make_wave

cv2 = pytest.importorskip("cv2")
zxingcpp = pytest.importorskip("zxingcpp")
paperwork = pytest.importorskip("tests.paper.paperwork")


@pytest.fixture
def wave(session: Session, cast: Cast, now: datetime) -> Wave:
    return make_wave(session, cast.school, "parents", now=now)


@pytest.mark.parametrize("mark", range(4))
def test_the_corner_marks_are_those_that_the_reader_looks_for(mark: int) -> None:
    dictionary = cv2.aruco.getPredefinedDictionary(cv2.aruco.DICT_4X4_50)
    cells = cv2.aruco.generateImageMarker(dictionary, mark, 6)
    drawn = mark_svg(mark)
    for y, x in np.ndindex(6, 6):
        assert (f"M{x} {y}h1v1h-1z" in drawn) == (cells[y, x] == 0)


def test_each_sheet_has_its_own_code_and_neighbours_have_different_forms(
    session: Session, cast: Cast, wave: Wave, now: datetime
) -> None:
    batch = paperwork.make_sheets(session, wave, cast.school, 4, now)
    serials = paperwork.serials_in_order(session, batch)
    assert [serial.form for serial in serials] == ["A", "B", "A", "B"]
    assert len({serial.code for serial in serials}) == 4
    for page, serial in zip(paperwork.print_sheets(session, batch), serials, strict=True):
        [symbol] = zxingcpp.read_barcodes(page)
        assert symbol.text == f"HTTPS://HR.TEST/S/{serial.code}"


@pytest.mark.pdf
def test_the_pages_say_what_to_do_in_our_fonts_and_ask_for_no_name(
    session: Session, cast: Cast, wave: Wave, now: datetime, tmp_path: Path
) -> None:
    batch = paperwork.make_sheets(session, wave, cast.school, 2, now)
    run = sheet_run(session, batch.id, paperwork.whole(cast.school), public_url=paperwork.SITE)
    wanted = {
        "sheets": (render_sheets(run), ("xin phiếu mới", "Không ghi tên", run.sheets[0].serial, cast.school.name)),
        "papers": (render_papers(run), ("Câu 11.", "Tôi chưa rõ", "ĐỀ B", "xin đừng viết lên")),
    }
    for name, (pdf, phrases) in wanted.items():
        file = tmp_path / f"{name}.pdf"
        file.write_bytes(pdf)
        text = subprocess.run(["pdftotext", str(file), "-"], capture_output=True, text=True, check=True).stdout
        fonts = subprocess.run(["pdffonts", str(file)], capture_output=True, text=True, check=True).stdout
        assert [phrase for phrase in phrases if phrase not in " ".join(text.split())] == []
        assert all("BeVietnamPro" in line for line in fonts.splitlines()[2:])
        assert "Họ và tên" not in text


def test_nothing_is_printed_before_the_questions_are_fixed(session: Session, cast: Cast, now: datetime) -> None:
    draft = make_wave(session, cast.school, "parents", now=now, is_open=False)
    with pytest.raises(PlanNotLocked):
        create_sheets(
            session, wave=draft, organisation_id=cast.school.id, group_id=None, number=1, person=None, now=now
        )


def test_the_command_prints_sheets_that_the_command_reads(
    app: Flask, session: Session, cast: Cast, wave: Wave, tmp_path: Path
) -> None:
    target = tmp_path / "phieu.pdf"
    runner = app.test_cli_runner()
    done = runner.invoke(commands, ["print", "--wave", str(wave.id), "--count", "2", "--out", str(target)])
    assert done.exit_code == 0, done.output
    assert (tmp_path / "phieu-cau-hoi.pdf").read_bytes().startswith(b"%PDF")
    read = runner.invoke(commands, ["read", str(target), "--wave", str(wave.id), "--json"])
    pages = json.loads(read.output)
    session.rollback()
    assert {page["serial"] for page in pages} == set(session.scalars(select(Serial.code)))
    assert all(row["state"] == "blank" for page in pages for row in page["rows"])


def test_a_serial_is_printed_in_threes_under_its_code() -> None:
    [sheet] = printed_sheets("http://192.168.1.5:8071", [("7K2QX9K4M", "A")])
    assert (sheet.payload, sheet.serial) == ("HTTP://192.168.1.5:8071/S/7K2QX9K4M", "7K2 QX9 K4M")
