"""Posters: the QR in the printed page can be scanned, the fonts are ours, odd names do no harm."""

from __future__ import annotations

import subprocess
from dataclasses import replace

import pytest

from survey.collection.poster_content import PosterContent
from survey.collection.posters import render_posters
from tests.collection.scanning import fonts_of, pages_of, scan_page, text_of

POSTER = PosterContent(
    organisation="Trường TH và THCS Ban Mai",
    campaign="Hiểu Nghị quyết 71 – học kỳ I, 2026-2027",
    about="10 câu hỏi ngắn về Nghị quyết 71 của Bộ Chính trị, để biết điều gì còn chưa rõ.",
    audience="Dành cho phụ huynh",
    group="Lớp 6A",
    closes="01/12/2026",
    address="hr.example.vn/S",
    code="7K2Q X9K",
    payload="HTTPS://HR.EXAMPLE.VN/S/7K2QX9K",
    is_demo=True,
)
LONG = replace(
    POSTER,
    organisation="Trường Phổ thông dân tộc bán trú Tiểu học và Trung học cơ sở Nguyễn Thị Minh Khai số 2",
    campaign="Chiến dịch tuyên truyền, quán triệt Nghị quyết số 71-NQ/TW về đột phá phát triển giáo dục " * 2,
    group='#strong[x] $1$ \\ "9A" */ <b>',
    address="192.168.100.100:8071/S",
    payload="HTTP://192.168.100.100:8071/S/7K2QX9K",
)

pytestmark = pytest.mark.pdf


# Version 2 at level M holds 38 characters in the alphanumeric mode, but only 26 bytes: so it says which mode it is.
VERSIONS = {POSTER.payload: 2, LONG.payload: 2}


@pytest.fixture(scope="module")
def pdf() -> bytes:
    """Two posters in one file."""
    return render_posters([POSTER, LONG])


@pytest.fixture(scope="module")
def large() -> bytes:
    """The same two on A3."""
    return render_posters([POSTER, LONG], "a3")


@pytest.mark.parametrize("dpi", [50, 150])
@pytest.mark.parametrize(("page", "poster"), [(1, POSTER), (2, LONG)])
def test_a_printed_qr_says_the_address(pdf: bytes, dpi: int, page: int, poster: PosterContent) -> None:
    (found,) = scan_page(pdf, dpi, page)
    assert (found.text, found.level, found.version) == (poster.payload, "M", VERSIONS[poster.payload])
    assert found.wide_mm >= 158 - 25.4 / dpi * 2  # 15.9 cm, less the scanner's rounding to a pixel


@pytest.mark.parametrize("dpi", [50, 150])
@pytest.mark.parametrize(("page", "poster"), [(1, POSTER), (2, LONG)])
def test_a_poster_of_a3_has_a_larger_symbol(large: bytes, dpi: int, page: int, poster: PosterContent) -> None:
    (found,) = scan_page(large, dpi, page)
    assert (found.text, found.level, found.version) == (poster.payload, "M", VERSIONS[poster.payload])
    assert found.wide_mm >= 225 - 25.4 / dpi * 2


@pytest.mark.parametrize(("paper", "size", "distance"), [("a4", "(A4)", "1,5 m"), ("a3", "(A3)", "2 m")])
def test_a_poster_says_from_how_far_it_is_scanned(
    pdf: bytes, large: bytes, paper: str, size: str, distance: str
) -> None:
    made = pdf if paper == "a4" else large
    facts = subprocess.run(["pdfinfo", "-"], input=made, check=True, capture_output=True).stdout.decode()
    assert size in facts or "841.89 x 1190.55" in facts
    assert f"Đứng cách {distance} vẫn quét được" in text_of(made, "-l", "1")


def test_only_our_own_fonts_are_used_and_embedded(pdf: bytes, large: bytes) -> None:
    assert fonts_of(pdf) == fonts_of(large) == {"BeVietnamPro"}


def test_every_poster_is_one_page_and_tells_its_name(pdf: bytes, large: bytes) -> None:
    assert pages_of(pdf) == pages_of(large) == 2
    facts = subprocess.run(["pdfinfo", "-"], input=pdf, check=True, capture_output=True).stdout.decode()
    assert "(A4)" in facts
    assert "Tagged:          yes" in facts


@pytest.mark.parametrize(
    "words",
    [
        "Trường TH và THCS Ban Mai",
        "DEMO",
        "Ẩn danh, tự nguyện",
        "01/12/2026",
        "hr.example.vn/S",
        "7K2Q X9K",
        "Dành cho phụ huynh · Lớp 6A",
    ],
)
def test_the_poster_says_what_a_passer_by_needs(pdf: bytes, words: str) -> None:
    assert words in text_of(pdf, "-l", "1")


def test_names_are_never_read_as_markup(pdf: bytes) -> None:
    assert LONG.group in text_of(pdf, "-f", "2")
