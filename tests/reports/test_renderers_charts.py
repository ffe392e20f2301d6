"""Pictures for paper: as many pixels as print needs, names of any length beside the scale, equal bytes."""

from __future__ import annotations

from dataclasses import replace
from io import BytesIO

import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from PIL import Image

from survey.reports.charts import LAYOUTS, Drawing, draw_picture
from tests.reports.document_samples import LONG_SCHOOL, PICTURE


def test_a_png_is_white_and_has_300_pixels_an_inch_at_its_width_on_paper() -> None:
    picture = Image.open(BytesIO(draw_picture(PICTURE, "print", "png")))
    assert tuple(round(value) for value in picture.info["dpi"]) == (300, 300)
    assert picture.width == pytest.approx(165 / 25.4 * 300, abs=1)
    assert picture.convert("RGB").getpixel((0, 0)) == (255, 255, 255)


def test_equal_pictures_give_equal_pixels() -> None:
    assert draw_picture(PICTURE, "print", "png") == draw_picture(PICTURE, "print", "png")


@pytest.mark.parametrize("variant", ["wide", "print"])
@pytest.mark.parametrize("name", ["Phụ huynh", "Cán bộ quản lý, giáo viên", LONG_SCHOOL, "Mộttừrấtdàikhôngcódấucách"])
def test_a_name_stays_left_of_the_scale_and_inside_its_row(name: str, variant: str) -> None:
    layout = LAYOUTS[variant]
    row = replace(PICTURE.rows[0], name=name)
    drawing = Drawing(replace(PICTURE, rows=(row, row)), layout)
    drawing.draw()
    renderer = FigureCanvasAgg(drawing.figure).get_renderer()
    names = [text for text in drawing.axes.texts if text.get_position()[0] == 0]
    assert "".join(text.get_text() for text in names).replace(" ", "") == name.replace(" ", "") * 2
    for text in names:
        box = text.get_window_extent(renderer)
        place = int(text.get_position()[1] - layout.top) // layout.row
        top = layout.top + place * layout.row
        assert box.x1 <= layout.left
        assert top <= drawing.height - box.y1 < drawing.height - box.y0 <= top + layout.row
