"""The Excel file: numbers are numbers, words are words, nothing becomes a formula."""

from __future__ import annotations

from dataclasses import replace
from io import BytesIO
from zipfile import ZipFile

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook

from survey.reports.documents import Section
from survey.reports.renderers.sheet_files import render
from survey.reports.renderers.sheet_formats import sheet_name
from tests.reports.document_samples import FORMULAS, GROUPS, bare_document, rich_document, schools_table

MARKS = 2  # lines for draft and demonstration above each table


@pytest.fixture(scope="module")
def content() -> bytes:
    """The rich report as a file."""
    return render(rich_document())


@pytest.fixture(scope="module")
def book(content: bytes) -> Workbook:
    """The rich report, read back."""
    return load_workbook(BytesIO(content))


def test_there_is_a_sheet_for_the_report_each_table_and_the_definitions(book: Workbook) -> None:
    assert book.sheetnames == [
        "Báo cáo",
        "Bảng 1. Lời ghi của đơn vị",
        "Bảng 2. Tỷ lệ hiểu rõ của từng",
        "Bảng 3. Từng trường, xếp theo",
        "Định nghĩa",
    ]


@pytest.mark.parametrize(
    ("cell", "value", "pattern"),
    [
        ("A4", "Giáo viên", "@"),
        ("B4", 0.97, "0%"),
        ("B6", 0.8909, "0.0%"),
        ("C6", 1585, "#,##0"),
        ("E4", 39, "+0;-0;0"),
        ("E6", 44.8, "+0.0;-0.0;0"),
        ("F6", "Chưa đủ căn cứ kết luận", "@"),
    ],
)
def test_numbers_are_numbers_with_the_decimals_that_are_printed(
    book: Workbook, cell: str, value: object, pattern: str
) -> None:
    column, row = cell[0], int(cell[1:]) + MARKS - 1
    found = book[book.sheetnames[2]][f"{column}{row}"]
    assert found.value == (pytest.approx(value) if isinstance(value, float) else value)
    assert found.number_format == pattern


def test_a_hidden_figure_is_words_and_no_number_stands_behind_it(book: Workbook) -> None:
    row = [cell.value for cell in book[book.sheetnames[2]][MARKS + 4]]
    assert row == ["Nhân viên", "ẩn", "ẩn", 4, "ẩn", "Chưa hiện số liệu"]


def test_nothing_that_was_typed_becomes_a_formula_or_a_link(content: bytes, book: Workbook) -> None:
    sheet = book[book.sheetnames[1]]
    cells = [cell for row in sheet.iter_rows(min_row=MARKS + 3, max_row=MARKS + 6) for cell in row]
    assert [cell.value for cell in cells] == [cell.text for row in FORMULAS.rows for cell in row]
    assert {cell.data_type for cell in cells} == {"s"}
    with ZipFile(BytesIO(content)) as archive:
        sheets = [archive.read(name) for name in archive.namelist() if name.startswith("xl/worksheets/sheet")]
    assert not [sheet for sheet in sheets if b"<f>" in sheet]


@given(st.text(st.sampled_from("=+-@\t\r0123HYPERLINK(),;\"'| "), min_size=1, max_size=30))
def test_no_text_at_all_becomes_a_formula(text: str) -> None:
    cell = replace(GROUPS.rows[0][0], text=text)
    table = replace(GROUPS, caption=text, rows=((cell, *GROUPS.rows[0][1:]),), notes=(text,))
    content = render(replace(bare_document(), subject=text, sections=(Section(text, (table,)),)))
    with ZipFile(BytesIO(content)) as archive:
        sheets = [archive.read(name) for name in archive.namelist() if name.startswith("xl/worksheets/sheet")]
    assert not [sheet for sheet in sheets if b"<f" in sheet.replace(b"<formatPr", b"")]


def test_header_and_names_stay_in_view_and_on_every_printed_page(book: Workbook) -> None:
    for name in book.sheetnames[1:4]:
        assert book[name].freeze_panes == f"B{MARKS + 3}"
        assert book[name].print_title_rows == f"${MARKS + 2}:${MARKS + 2}"


def test_notes_stand_below_the_table(book: Workbook) -> None:
    column = [cell.value for cell in book[book.sheetnames[2]]["A"]]
    assert column[-2:] == list(GROUPS.notes)
    assert column[-3] is None


def test_the_report_itself_can_be_read_on_the_first_sheet(book: Workbook) -> None:
    lines = [cell.value for cell in book["Báo cáo"]["A"]]
    for text in (
        "BẢN DỰ THẢO",
        "DỮ LIỆU MINH HỌA",
        "II. SỰ CHUYỂN BIẾN VỀ NHẬN THỨC, HÀNH ĐỘNG",
        "- Họp phụ huynh các lớp",
    ):
        assert text in lines


def test_definitions_have_a_sheet_of_their_own(book: Workbook) -> None:
    rows = [[cell.value for cell in row] for row in book["Định nghĩa"].iter_rows()]
    assert rows[1] == ["Hiểu rõ", "Trả lời đúng ít nhất 8 trên 10 câu."]


def test_every_sheet_of_a_demonstration_is_marked_and_of_others_none(book: Workbook) -> None:
    plain = load_workbook(BytesIO(render(replace(rich_document(), is_demo=False, is_draft=False))))
    for name in book.sheetnames:
        assert "DỮ LIỆU MINH HỌA" in book[name].oddHeader.right.text
        assert not plain[name].oddHeader.right.text


def test_equal_reports_are_equal_files(content: bytes) -> None:
    assert render(rich_document()) == content
    with ZipFile(BytesIO(content)) as archive:
        assert b"dcterms:created" not in archive.read("docProps/core.xml")


def test_a_report_without_tables_and_a_table_without_rows_can_be_written() -> None:
    assert load_workbook(BytesIO(render(bare_document()))).sheetnames == ["Báo cáo"]
    empty = replace(bare_document(), sections=(Section("Mục", (schools_table(0),)),))
    book = load_workbook(BytesIO(render(empty)))
    assert book[book.sheetnames[1]]["A3"].value == "Chưa có số liệu."


@given(st.lists(st.text(max_size=60), max_size=8))
def test_names_of_sheets_are_ones_that_excel_takes(captions: list[str]) -> None:
    taken: set[str] = set()
    names = [sheet_name(caption, taken) for caption in captions]
    assert len({name.lower() for name in names}) == len(names)
    assert all(0 < len(name) <= 31 and not set(name) & set("[]:*?/\\'") for name in names)
