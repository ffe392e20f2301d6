"""Tables fill the page, and no word in them is cut in two."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import ImageFont

from survey.config import PROJECT
from survey.reports.documents import Cell, Column
from survey.reports.renderers.tables import CELL_SIDES, PAGE_WIDTH, fit_table

FONT = ImageFont.truetype(str(PROJECT / "survey" / "fonts" / "LiberationSerif-Regular.ttf"), 1000)
WARD = (
    (Column("Đơn vị", weight=2.4), "Trường Tiểu học Đồi Chè"),
    (Column("Nhóm"), "Phụ huynh"),
    (Column("Đợt", weight=0.3), "Trước"),
    (Column("Tỷ lệ hiểu rõ", "percent", 0.4), "100,0%"),
    (Column("Số người hiểu rõ", "count", 0.4), "12.345"),
    (Column("Số người trả lời", "count", 0.4), "12.345"),
    (Column("Sĩ số", "count", 0.4), "12.345"),
    (Column("Tỷ lệ trả lời", "percent", 0.4), "100,0%"),
    (Column("Khoảng tin cậy 95%", weight=0.4), "89,2–91,2%"),
    (Column("Kết luận", weight=0.4), "Chưa đủ căn cứ kết luận"),
)


def test_no_word_of_a_wide_table_is_cut_in_two() -> None:
    columns, texts = [column for column, _ in WARD], [text for _, text in WARD]
    fit = fit_table(columns, [[Cell(text) for text in texts]])
    assert fit.size >= 9
    for text, width in zip(texts, fit.widths, strict=True):
        longest = max(FONT.getlength(word) for word in text.split()) / 1000 * fit.size / 72 * 25.4
        assert longest <= width - 2 * CELL_SIDES


@pytest.mark.parametrize(("columns", "size"), [(2, 12), (6, 12), (7, 11), (8, 11), (9, 10)])
def test_more_columns_have_smaller_letters(columns: int, size: float) -> None:
    assert fit_table([Column("Cột")] * columns, []).size == size


def test_widths_follow_the_weights_where_words_allow_it() -> None:
    fit = fit_table([Column("A", weight=1), Column("B", weight=2)], [[Cell("a"), Cell("b")]])
    assert fit.widths == pytest.approx((55, 110))


@given(st.lists(st.tuples(st.floats(0.1, 10), st.text(max_size=80)), min_size=1, max_size=14))
def test_columns_fill_the_page_whatever_stands_in_them(cells: list[tuple[float, str]]) -> None:
    columns = [replace(Column("Cột"), weight=weight) for weight, _ in cells]
    fit = fit_table(columns, [[Cell(text) for _, text in cells]])
    assert sum(fit.widths) == pytest.approx(PAGE_WIDTH)
    assert all(width > 0 for width in fit.widths)
    assert 8 <= fit.size <= 12
