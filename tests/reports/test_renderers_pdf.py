"""The PDF: tagged, our own fonts, the same words as the other formats; nothing that was typed is read as markup."""

from __future__ import annotations

import subprocess
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

from survey.reports.documents import Annex, Cell, Paragraph, Points, Section
from survey.reports.renderers.outlines import walk
from survey.reports.renderers.pdf_files import render
from tests.reports.document_samples import DRAWING, ODD_TEXT, bare_document, rich_document, schools_table

pytestmark = pytest.mark.pdf


@pytest.fixture(scope="module")
def pdf(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The rich report as a file; typst itself refuses what breaks PDF/UA-1."""
    path = tmp_path_factory.mktemp("reports") / "report.pdf"
    path.write_bytes(render(rich_document()))
    return path


def run(*command: str | Path) -> str:
    return subprocess.run([str(part) for part in command], check=True, capture_output=True).stdout.decode(
        errors="replace"
    )


def text_of(content: bytes, folder: Path) -> str:
    path = folder / "text.pdf"
    path.write_bytes(content)
    return " ".join(run("pdftotext", "-raw", path, "-").split())


def test_it_is_tagged_and_says_its_title_and_its_standard(pdf: Path) -> None:
    facts = dict(line.split(":", 1) for line in run("pdfinfo", pdf).splitlines())
    assert facts["Tagged"].strip() == "yes"
    assert facts["Title"].strip().startswith("[BẢN DỰ THẢO] [DỮ LIỆU MINH HỌA] BÁO CÁO: Kết quả truyền thông")
    assert facts["Author"].strip() == "Trường Trung học cơ sở Hoa Sim"
    assert facts["Page size"].strip().endswith("(A4)")
    assert "<pdfuaid:part>1</pdfuaid:part>" in run("pdfinfo", "-meta", pdf)
    assert b"/Lang(vi)" in pdf.read_bytes()


def test_only_letters_like_times_new_roman_are_used_and_embedded(pdf: Path) -> None:
    lines = run("pdffonts", pdf).splitlines()[2:]
    assert {line.split()[0].partition("+")[2].partition("-")[0] for line in lines} == {"LiberationSerif"}
    assert all(line.split()[-5] == "yes" for line in lines)


def test_headings_tables_lists_and_the_picture_are_told_to_a_screen_reader(pdf: Path) -> None:
    lines = [line.strip() for line in run("pdfinfo", "-struct", pdf).splitlines()]
    tags = Counter(line.split(" ")[0].rstrip(":") for line in lines)
    # The sections and annexes; their titled parts; with the definitions four tables, three of them with a caption.
    assert (tags["H1"], tags["H2"]) == (7, 3)
    assert (tags["Table"], tags["THead"], tags["TH"], tags["TR"]) == (4, 4, 2 + 6 + 4 + 2, 5 + 5 + 31 + 3)
    assert (tags["L"], tags["LI"]) == (1, 2)
    assert tags["Figure"] == 1
    assert DRAWING.alternative.encode("utf-16-be").hex().upper().encode() in pdf.read_bytes()


def test_it_says_the_same_words_in_the_same_order(pdf: Path, tmp_path: Path) -> None:
    text, document = text_of(pdf.read_bytes(), tmp_path), rich_document()
    place = 0
    for part in document.sections:
        place = text.index(part.title.upper(), place)
        for block in walk([part]):
            lines = block.points if isinstance(block, Points) else ()
            for line in lines:
                place = text.index(line, place)
    assert text.index("Nơi nhận:") < text.index("SỐ LIỆU TỪNG TRƯỜNG") < text.index("GIẢI THÍCH TỪ NGỮ")


def test_pages_are_numbered_from_the_second_and_each_annex_counts_anew(pdf: Path, tmp_path: Path) -> None:
    numbers = []
    for page in range(1, 8):
        first = run(
            "pdftotext",
            "-layout",
            "-f",
            str(page),
            "-l",
            str(page),
            "-y",
            "0",
            "-x",
            "0",
            "-W",
            "595",
            "-H",
            "50",
            pdf,
            "-",
        )
        numbers.append([word for word in first.split() if word.isdigit()])
    assert numbers == [[], ["2"], [], ["2"], ["3"], [], []]


@pytest.mark.parametrize(
    "text",
    [
        ODD_TEXT,
        '#panic(1) #read("/etc/passwd")',
        "$ #sys.inputs $ \\u{41} `raw` ```typ #x```",
        "@ref <label> = Tiêu đề - mục + mục / từ: nghĩa",
    ],
)
def test_what_was_typed_is_printed_as_it_was_typed_everywhere(text: str, tmp_path: Path) -> None:
    base = rich_document(1)
    document = replace(
        base,
        subject=text,
        sections=(Section(text, (Paragraph(text), Points((text,)))),),
        annexes=(Annex(text, (replace(schools_table(1), caption=text, notes=(text,)),)),),
    )
    said = text_of(render(document), tmp_path)
    # Title, section (capitals), paragraph, point, annex (capitals), caption, note.
    plain = " ".join(text.split())
    assert said.count(plain) + (plain.upper() != plain) * said.count(plain.upper()) >= 6


def test_signs_that_the_font_does_not_have_leave_a_mark_and_no_failure(tmp_path: Path) -> None:
    document = replace(
        bare_document(), sections=(Section("Mục", (Paragraph("Rất vui 😀👩\u200d🏫 漢 \x07 71\u2011NQ/TW"),)),)
    )
    assert "Rất vui □□□ □ 71-NQ/TW" in text_of(render(document), tmp_path)


def test_words_of_any_length_stay_on_the_page(tmp_path: Path) -> None:
    word = "https://hoasim.example.vn/" + "tin-bai-ve-nghi-quyet-71/" * 8
    table = replace(schools_table(1), notes=(word,), rows=((Cell(word), Cell("1"), Cell("2"), Cell("3")),))
    document = replace(bare_document(), sections=(Section("Mục", (Paragraph(word), Points((word,)), table)),))
    path = tmp_path / "long.pdf"
    path.write_bytes(render(document))
    inside = run("pdftotext", "-raw", *["-x", "85", "-y", "0", "-W", "470", "-H", "842"], path, "-")
    assert "".join(inside.replace("\u200b", "").split()).count("".join(word.split())) == 4


def test_equal_reports_are_equal_files(pdf: Path) -> None:
    assert render(rich_document()) == pdf.read_bytes()
