"""The HTML file stands alone, says everything, and reads nothing as markup that a person wrote."""

from __future__ import annotations

import re
from html import unescape

import pytest

from survey.reports.documents import Drawing, Points, Table
from survey.reports.renderers.html_files import render
from survey.reports.renderers.outlines import walk
from tests.reports.document_samples import DRAWING, ODD_TEXT, bare_document, rich_document


@pytest.fixture(scope="module")
def page() -> str:
    """The rich report as a file."""
    return render(rich_document()).decode()


def test_it_loads_nothing_from_elsewhere(page: str) -> None:
    addresses = re.findall(r"""(?:src|srcset|href)="([^"]*)"|url\(([^)]*)\)""", page)
    assert addresses
    assert all("".join(address).startswith("data:image/svg+xml;base64,") for address in addresses)
    assert "<script" not in page
    assert "@import" not in page


def test_what_a_person_wrote_is_shown_as_it_was_written(page: str) -> None:
    (written,) = re.findall(r"<p>(#include.*?)</p>", page)
    assert unescape(written) == ODD_TEXT
    assert not set("<>") & set(written)


def test_every_word_and_figure_of_the_report_is_in_it(page: str) -> None:
    text, document = unescape(page), rich_document()
    for block in walk([*document.sections, *document.annexes]):
        if isinstance(block, Table):
            assert all(cell.text in text for row in block.rows for cell in row)
            assert all(note in text for note in block.notes)
        elif isinstance(block, Points):
            assert all(point in text for point in block.points)


def test_pictures_have_words_and_tables_have_captions_and_headers(page: str) -> None:
    assert f'alt="{DRAWING.alternative}"' in page
    assert sum(isinstance(block, Drawing) for block in walk(rich_document().sections)) == page.count("<img") == 1
    assert page.count("<table") == page.count("<caption>") == 3
    assert '<th scope="row">Giáo viên</th>' in page
    assert '<html lang="vi">' in page


def test_phones_have_a_picture_of_their_own_and_paper_has_not(page: str) -> None:
    assert re.findall(r'<source media="([^"]*)"', page) == ["screen and (max-width: 640px)"]


def test_headings_form_one_tree(page: str) -> None:
    levels = [int(level) for level in re.findall(r"<h([1-6])", page)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(later - earlier <= 1 for earlier, later in zip(levels, levels[1:], strict=False))


def test_the_smallest_report_leaves_out_what_it_does_not_have() -> None:
    page = render(bare_document()).decode()
    for word in ("Kính gửi", "Nơi nhận", "Phụ lục", "BẢN DỰ THẢO", "DỮ LIỆU"):
        assert word not in page


def test_equal_reports_are_equal_files(page: str) -> None:
    assert render(rich_document()).decode() == page
