"""Files as programs write them, and files made to do harm."""

from __future__ import annotations

import io
import re
import zipfile
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from survey.organisations.columns import HEADINGS
from survey.organisations.rows import Row, SheetUnreadable, pack_rows, unpack_rows
from survey.organisations.sheets import MAX_ROWS, make_template, read_sheet


def workbook(*lines: tuple[object, ...]) -> bytes:
    """Return an Excel file with these rows on its first sheet."""
    book = Workbook()
    for line in lines:
        book.worksheets[0].append(list(line))
    packed = io.BytesIO()
    book.save(packed)
    return packed.getvalue()


def changed(data: bytes, part: str, old: str, new: str) -> bytes:
    """Return an Excel file with one of its inner files changed."""
    packed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            text = source.read(name).decode()
            if name.endswith(part):
                text, count = re.subn(old, new, text)
                assert count, f"{old} does not occur in {name}"
            target.writestr(name, text)
    return packed.getvalue()


def refusal(data: bytes) -> str | None:
    """Return why a file is refused, or None when it has rows."""
    try:
        assert read_sheet(data)
    except SheetUnreadable as refused:
        return refused.reason
    return None


@pytest.mark.parametrize(
    ("text", "cells"),
    [
        ("Tên lớp, tổ;Cán bộ, giáo viên, nhân viên\nTổ Toán;7\n", ("Tổ Toán", "7")),  # headings with commas
        ("DANH SÁCH LỚP\n\nLớp,Khối,Học sinh\n6A,6,30\n", ("6A", "6", "30")),  # a title above
        ("Lớp\tHọc sinh\r\n6A\t30\r\n", ("6A", "30")),
        ('"Lớp";"Học sinh"\r"6A";"30"\r', ("6A", "30")),  # line ends of an old Mac
    ],
)
def test_the_separator_is_found_by_the_headings(text: str, cells: tuple[str, ...]) -> None:
    assert read_sheet(text.encode())[-1].cells == cells


def test_rows_are_numbered_as_the_program_shows_them() -> None:
    read = read_sheet('Lớp,Khối\n\n"6A\nsáng",6\n7A,7\n'.encode())
    assert [row.number for row in read] == [1, 3, 4]


def test_blank_rows_far_below_are_no_hindrance() -> None:
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.append(["Lớp", "Khối"])
    sheet.append(["6A", 6])
    sheet.cell(row=30_000, column=1).value = " "
    packed = io.BytesIO()
    book.save(packed)
    assert len(read_sheet(packed.getvalue())) == 2


def test_a_wrong_extent_in_the_file_loses_no_rows() -> None:
    data = changed(workbook(("Lớp", "Khối"), ("6A", 6)), "sheet1.xml", '<dimension ref="[^"]*"', '<dimension ref="A1"')
    assert read_sheet(data)[1].cells == ("6A", 6)


BOMB = (
    '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa">'
    + "".join(f'<!ENTITY {name} "{f"&{before};" * 40}">' for before, name in zip("abcdefg", "bcdefgh", strict=True))
    + "]><worksheet>&h;"
)


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        (r'<row r="2"', '<row r="99999999999"', "not_a_sheet"),  # a row that no program knows
        (r"^(<\?xml[^>]*>)?<worksheet", BOMB, "not_a_sheet"),  # entities that multiply
        (r"</sheetData>", "</sheetDat", "not_a_sheet"),
    ],
)
def test_a_file_made_to_do_harm_is_refused(old: str, new: str, reason: str) -> None:
    data = changed(workbook(("Lớp", "Khối"), ("6A", 6)), "sheet1.xml", old, new)
    with pytest.raises(SheetUnreadable) as refused:
        read_sheet(data)
    assert refused.value.reason == reason


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(200), "not_a_sheet"),  # Excel before 2007
        (b"%PDF-1.7\n\x00\x01", "not_a_sheet"),
        ("Lớp,Khối\n".encode() + b"6A,6\n" * MAX_ROWS, "too_many_rows"),
        (workbook(*[("6A", 6)] * (MAX_ROWS + 1)), "too_many_rows"),
    ],
    ids=["old Excel", "PDF", "long CSV", "long XLSX"],
)
def test_what_cannot_be_read_is_refused_with_the_reason(data: bytes, reason: str) -> None:
    with pytest.raises(SheetUnreadable) as refused:
        read_sheet(data)
    assert refused.value.reason == reason


def test_macros_are_not_even_looked_at() -> None:
    packed = io.BytesIO(workbook(("Lớp", "Khối"), ("6A", 6)))
    with zipfile.ZipFile(packed, "a") as archive:
        archive.writestr("xl/vbaProject.bin", b"Sub AutoOpen()")
    assert read_sheet(packed.getvalue())[1].cells == ("6A", 6)


def test_the_template_explains_every_column_on_its_second_sheet() -> None:
    notes = [("Cột", "Giải thích"), *((heading, "x") for heading in HEADINGS.values())]
    packed = make_template(list(HEADINGS.values()), [["BANMAI"]], notes)
    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        assert "xl/worksheets/sheet2.xml" in archive.namelist()
    assert read_sheet(packed)[0].cells == tuple(HEADINGS.values())


GOOD = workbook(("Lớp", "Khối", "Học sinh"), ("6A", 6, 35), ("7A", 7, 30))


@settings(max_examples=80, deadline=None)
@given(st.lists(st.tuples(st.integers(0, len(GOOD) - 1), st.integers(0, 255)), min_size=1, max_size=12))
def test_a_damaged_excel_file_is_read_or_refused_never_more(damage: list[tuple[int, int]]) -> None:
    data = bytearray(GOOD)
    for place, value in damage:
        data[place] = value
    assert refusal(bytes(data)) in {None, "not_a_sheet", "encoding", "empty", "too_large", "too_many_rows"}


@given(st.text(max_size=200))
def test_any_text_is_read_or_refused_never_more(text: str) -> None:
    assert refusal(text.encode("utf-8", "surrogatepass")) in {None, "not_a_sheet", "encoding", "empty"}


CELLS = st.one_of(st.none(), st.text(max_size=20), st.integers(), st.floats(allow_nan=False))


@given(st.lists(st.tuples(st.integers(1, 10_000), st.lists(CELLS, max_size=12)), max_size=8))
def test_a_page_gives_back_the_rows_that_it_was_given(rows: list[tuple[int, list[str | int | float | None]]]) -> None:
    kept = tuple(Row(number, tuple(cells)) for number, cells in rows)
    assert unpack_rows(pack_rows(kept)) == kept


def test_a_date_on_a_page_becomes_the_text_that_is_read_as_the_same_date() -> None:
    assert unpack_rows(pack_rows([Row(2, (date(2026, 9, 5),))])) == (Row(2, ("2026-09-05",)),)


@given(st.text(max_size=60))
def test_made_up_rows_of_a_page_are_an_empty_sheet(text: str) -> None:
    assert unpack_rows(text) == ()


def test_the_rows_of_a_large_sheet_fit_a_form() -> None:
    rows = [
        Row(number, (f"TR-{number // 40}", "Trường Tiểu học Đồi Chè", "trường", "HOASIM", f"6A{number}", 6, 35, 34))
        for number in range(MAX_ROWS)
    ]
    # Fields of a form are limited to 500 kB.
    assert len(pack_rows(rows)) < 250_000
