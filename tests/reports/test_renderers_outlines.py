"""Numbers, captions and lines of a letterhead: the same for every format."""

from __future__ import annotations

import pickle
from dataclasses import asdict, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey.reports.documents import Annex, Paragraph, Points, Section
from survey.reports.renderers.outlines import (
    annex_titles,
    bind_end,
    captions,
    file_title,
    letterhead_lines,
    lines_of,
    prepared,
    roman,
)
from survey.reports.renderers.wording import ENGLISH, VIETNAMESE
from tests.reports.document_samples import LETTERHEAD, bare_document, rich_document


@pytest.mark.parametrize(
    ("number", "text"), [(1, "I"), (4, "IV"), (5, "V"), (6, "VI"), (9, "IX"), (14, "XIV"), (39, "XXXIX")]
)
def test_sections_are_numbered_in_roman(number: int, text: str) -> None:
    assert roman(number) == text


@pytest.mark.parametrize(
    ("annexes", "has_definitions", "titles"),
    [
        (0, False, ()),
        (0, True, ("Phụ lục",)),
        (1, False, ("Phụ lục",)),
        (1, True, ("Phụ lục I", "Phụ lục II")),
        (3, False, ("Phụ lục I", "Phụ lục II", "Phụ lục III")),
    ],
)
def test_a_single_annex_has_no_number(annexes: int, has_definitions: bool, titles: tuple[str, ...]) -> None:
    definitions = rich_document().definitions if has_definitions else ()
    document = replace(bare_document(), annexes=(Annex("Số liệu"),) * annexes, definitions=definitions)
    assert annex_titles(document) == titles


@pytest.mark.parametrize(
    ("addressees", "lines"),
    [
        ((), ()),
        (("Sở",), ("Kính gửi: Sở",)),
        (("Sở", "Phòng"), ("Kính gửi:", "- Sở;", "- Phòng.")),
    ],
)
def test_one_addressee_stands_beside_the_word_several_stand_below(
    addressees: tuple[str, ...], lines: tuple[str, ...]
) -> None:
    document = replace(bare_document(), letterhead=replace(LETTERHEAD, addressees=addressees))
    assert letterhead_lines(document).addressees == lines


@pytest.mark.parametrize(
    "written", [("Như trên", "Lưu: VT"), ("- Như trên;", "- Lưu: VT."), (" Như trên ;", "", "Lưu: VT")]
)
def test_recipients_get_dash_and_semicolon_once_however_they_were_typed(written: tuple[str, ...]) -> None:
    document = replace(bare_document(), letterhead=replace(LETTERHEAD, recipients=written))
    assert letterhead_lines(document).recipients == ("- Như trên;", "- Lưu: VT.")


def test_number_and_day_are_left_to_the_clerk() -> None:
    lines = letterhead_lines(replace(bare_document(), letterhead=LETTERHEAD))
    assert lines.number.split() == ["Số:", "/BC-THCSHS"]
    assert lines.place_and_date.split() == ["Xã", "Hoa", "Sim,", "ngày", "tháng", "năm", "2026"]


@pytest.mark.parametrize(
    ("name", "bound"),
    [
        ("ỦY BAN NHÂN DÂN XÃ HOA SIM", "ỦY BAN NHÂN DÂN XÃ_HOA_SIM"),
        ("ỦY BAN NHÂN DÂN PHƯỜNG TÂN AN HỘI TÂY", "ỦY BAN NHÂN DÂN PHƯỜNG_TÂN_AN_HỘI_TÂY"),
        ("TRƯỜNG THCS HOA SIM", "TRƯỜNG THCS HOA_SIM"),
        ("TRƯỜNG XÃ HỘI HÓA GIÁO DỤC SỐ MỘT", "TRƯỜNG XÃ HỘI HÓA GIÁO DỤC SỐ_MỘT"),
        ("TRƯỜNG", "TRƯỜNG"),
        ("", ""),
    ],
)
def test_the_name_of_a_place_is_not_torn_at_the_end_of_a_line(name: str, bound: str) -> None:
    assert bind_end(name) == bound.replace("_", "\u00a0")


def test_tables_and_drawings_count_on_through_sections_and_annexes() -> None:
    assert list(captions(rich_document()).values()) == [
        "Bảng 1. Lời ghi của đơn vị",
        "Bảng 2. Tỷ lệ hiểu rõ của từng nhóm",
        "Hình 1. Tỷ lệ hiểu rõ theo nhóm, trước và sau truyền thông",
        "Bảng 3. Từng trường, xếp theo tên",
    ]


def test_texts_that_nobody_wrote_are_left_out_of_files() -> None:
    blank = Section("Mục", (Paragraph(" \n", "key"), Points(("", " ")), Paragraph("Có lời.")))
    (section,) = prepared(replace(bare_document(), sections=(blank,))).sections
    assert section.blocks == (Paragraph("Có lời."),)


def test_the_title_of_a_file_says_that_it_is_a_draft_with_invented_data() -> None:
    assert file_title(rich_document()).startswith("[BẢN DỰ THẢO] [DỮ LIỆU MINH HỌA] BÁO CÁO: ")
    assert file_title(bare_document()) == "BÁO CÁO: Kết quả năm 2026"


def test_both_languages_fill_in_the_same_parts() -> None:
    for name, text in asdict(VIETNAMESE).items():
        assert text.count("{") == asdict(ENGLISH)[name].count("{"), name


def test_a_document_can_be_handed_to_the_child() -> None:
    assert pickle.loads(pickle.dumps(rich_document())) == rich_document()


@given(st.text())
def test_lines_keep_every_word(text: str) -> None:
    assert " ".join(lines_of(text)).split() == text.split()
