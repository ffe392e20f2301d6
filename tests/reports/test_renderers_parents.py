"""The page for parents: one sheet and one picture, whatever has to stand on it."""

from __future__ import annotations

import subprocess
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from survey.core.look import JADE, PAPER
from survey.reports.documents import ParentsPage
from survey.reports.renderers.parents_files import render_pdf, render_png
from tests.reports.document_samples import ODD_TEXT, parents_page

FULL = replace(
    parents_page(),
    title=parents_page().title * 3,
    figures=parents_page().figures * 2,
    hard_points=parents_page().hard_points * 4,
    next_steps=parents_page().next_steps * 4,
)
EMPTY = replace(parents_page(), figures=(), hard_points=(), next_steps=(), is_demo=False)
PAGES = [pytest.param(parents_page(), id="usual"), pytest.param(FULL, id="full"), pytest.param(EMPTY, id="empty")]


def run(*command: str | Path) -> str:
    return subprocess.run([str(part) for part in command], check=True, capture_output=True, text=True).stdout


def text_of(page: ParentsPage, folder: Path) -> str:
    path = folder / "parents.pdf"
    path.write_bytes(render_pdf(page))
    return " ".join(run("pdftotext", "-raw", path, "-").split())


@pytest.mark.pdf
@pytest.mark.parametrize("page", PAGES)
def test_the_pdf_is_one_tagged_page_of_a4_in_our_own_letters(page: ParentsPage, tmp_path: Path) -> None:
    path = tmp_path / "parents.pdf"
    path.write_bytes(render_pdf(page))
    facts = dict(line.split(":", 1) for line in run("pdfinfo", path).splitlines())
    assert facts["Pages"].strip() == "1"
    assert facts["Tagged"].strip() == "yes"
    assert facts["Page size"].strip().endswith("(A4)")
    fonts = {line.split()[0].partition("+")[2].partition("-")[0] for line in run("pdffonts", path).splitlines()[2:]}
    assert fonts == {"BeVietnamPro"}


@pytest.mark.parametrize("page", PAGES)
def test_the_picture_has_the_size_of_a_chat_and_shows_the_colours_of_the_house(page: ParentsPage) -> None:
    picture = Image.open(BytesIO(render_png(page)))
    assert picture.size == (1080, 1350)
    colours = {colour for _, colour in picture.convert("RGB").getcolors(1 << 20)}
    assert tuple(bytes.fromhex(PAPER[1:])) in colours
    assert (tuple(bytes.fromhex(JADE[1:])) in colours) is bool(page.figures)


@pytest.mark.parametrize("page", PAGES)
def test_nothing_reaches_the_edge_of_the_picture(page: ParentsPage) -> None:
    picture = Image.open(BytesIO(render_png(page))).convert("RGB")
    edges = [(0, 0, 1080, 24), (0, 1326, 1080, 1350), (0, 0, 24, 1350), (1056, 0, 1080, 1350)]
    assert [picture.crop(edge).getcolors() for edge in edges] == [
        [((edge[2] - edge[0]) * (edge[3] - edge[1]), tuple(bytes.fromhex(PAPER[1:])))] for edge in edges
    ]


@pytest.mark.pdf
def test_it_says_everything_in_words(tmp_path: Path) -> None:
    page, said = parents_page(), text_of(parents_page(), tmp_path)
    sentences = [figure.sentence for figure in page.figures]
    for words in (page.organisation, page.title, page.lead, *sentences, *page.hard_points, *page.next_steps):
        assert words in said
    assert page.small_print in said
    assert "DỮ LIỆU MINH HỌA" in said


@pytest.mark.pdf
def test_what_was_typed_is_not_read_as_markup(tmp_path: Path) -> None:
    page = replace(parents_page(), title="Kết quả", lead=ODD_TEXT, hard_points=(ODD_TEXT,))
    assert text_of(page, tmp_path).count("*đậm* _nghiêng_ \\ // /* */") == 2


def test_equal_pages_are_equal_files() -> None:
    assert render_pdf(parents_page()) == render_pdf(parents_page())
    assert render_png(parents_page()) == render_png(parents_page())
