"""Posters: the QR in the printed page can be scanned, the fonts are ours, odd names do no harm."""

from __future__ import annotations

import subprocess
from dataclasses import replace
from pathlib import Path

import pytest
import zxingcpp
from PIL import Image

from survey.collection.poster_content import PosterContent
from survey.collection.posters import render_posters

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


@pytest.fixture(scope="module")
def pdf(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two posters in one file."""
    path = tmp_path_factory.mktemp("posters") / "posters.pdf"
    path.write_bytes(render_posters([POSTER, LONG]))
    return path


def run(*command: str | Path) -> str:
    return subprocess.run([str(part) for part in command], check=True, capture_output=True, text=True).stdout


@pytest.mark.parametrize("dpi", [50, 150])
@pytest.mark.parametrize(("page", "poster"), [(1, POSTER), (2, LONG)])
def test_a_printed_qr_says_the_address(pdf: Path, tmp_path: Path, dpi: int, page: int, poster: PosterContent) -> None:
    run("pdftoppm", "-r", str(dpi), "-f", str(page), "-l", str(page), "-png", pdf, tmp_path / "page")
    (picture,) = tmp_path.glob("page*.png")
    (found,) = zxingcpp.read_barcodes(Image.open(picture))
    assert found.text == poster.payload
    corners = found.position
    wide = (corners.top_right.x - corners.top_left.x) / dpi * 2.54
    assert wide >= 15.8  # 16 cm, less the scanner's rounding to a pixel


def test_only_our_own_fonts_are_used_and_embedded(pdf: Path) -> None:
    lines = run("pdffonts", pdf).splitlines()[2:]
    assert {line.split()[0].partition("+")[2].partition("-")[0] for line in lines} == {"BeVietnamPro"}
    assert all(line.split()[-5] == "yes" for line in lines)


def test_every_poster_is_one_page_of_a4_and_tells_its_name(pdf: Path) -> None:
    facts = run("pdfinfo", pdf)
    assert "Pages:           2" in facts
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
def test_the_poster_says_what_a_passer_by_needs(pdf: Path, words: str) -> None:
    assert words in " ".join(run("pdftotext", "-l", "1", pdf, "-").split())


def test_names_are_never_read_as_markup(pdf: Path) -> None:
    text = " ".join(run("pdftotext", "-f", "2", pdf, "-").split())
    assert LONG.group in text
