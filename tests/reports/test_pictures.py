"""The picture: valid SVG without pixels, every number of it also in words, the same bytes for the same input."""

from __future__ import annotations

import re
from dataclasses import replace
from xml.etree import ElementTree

import pytest
from flask import Flask
from matplotlib.backends.backend_agg import FigureCanvasAgg

from survey.core.look import JADE, LACQUER, SLATE
from survey.reports.builder import build_report
from survey.reports.charts import LAYOUTS, Drawing, draw_picture
from survey.reports.headlines import headline
from survey.reports.picture_words import picture_of, picture_text
from survey.reports.pictures import Mark, Picture, PictureRow
from survey.reports.records import ReportInput
from tests.reports.inputs import EMPLOYEES, TEACHERS, counts, source, staff

SVG = "{http://www.w3.org/2000/svg}"


def _school() -> ReportInput:
    units = [TEACHERS, EMPLOYEES]
    return source(
        counts("baseline", "staff", {11: (31, 16), 12: (4, 2)}, units),
        counts("follow_up", "staff", {11: (33, 29), 12: (9, 9)}, units),
    )


@pytest.fixture
def picture(app: Flask) -> Picture:
    with app.test_request_context("/"):
        return picture_of(build_report(_school()), "vi")


@pytest.mark.parametrize("variant", LAYOUTS)
def test_it_is_svg_without_pixels_scripts_or_addresses(picture: Picture, variant: str) -> None:
    svg = draw_picture(picture, variant)
    root = ElementTree.fromstring(svg)
    tags = {element.tag for element in root.iter()}
    assert root.tag == f"{SVG}svg"
    assert not tags & {f"{SVG}image", f"{SVG}script", f"{SVG}foreignObject", f"{SVG}text"}
    links = {value for element in root.iter() for name, value in element.attrib.items() if name.endswith("href")}
    assert all(link.startswith("#") for link in links)
    for colour in (JADE, SLATE, LACQUER):
        assert colour.lower() in svg.decode().lower()


def test_equal_pictures_give_equal_bytes(picture: Picture) -> None:
    assert draw_picture(picture, "wide") == draw_picture(picture, "wide")


@pytest.mark.parametrize("variant", LAYOUTS)
def test_it_grows_with_its_rows(picture: Picture, variant: str) -> None:
    heights = [_height(draw_picture(replace(picture, rows=picture.rows[:n]), variant)) for n in (1, 2)]
    assert heights[1] - heights[0] == LAYOUTS[variant].row


def _height(svg: bytes) -> float:
    return float((ElementTree.fromstring(svg).get("height") or "").removesuffix("pt"))


@pytest.mark.parametrize("variant", LAYOUTS)
@pytest.mark.parametrize("share", [0.0, 0.5, 0.86, 0.88, 0.9, 0.93, 0.96, 1.0])
def test_words_stay_inside_the_picture_and_off_the_line_of_the_target(share: float, variant: str) -> None:
    after = Mark(share, max(share - 0.1, 0), min(share + 0.1, 1), "88,8%")
    before = Mark(0.0, 0.0, 0.1, "0,5%")
    notes = ("1.155 trên 1.179 phiếu (của 1.193)", "tăng 50,7 điểm")
    row = PictureRow("Giáo viên", before, after, "Chưa đủ căn cứ kết luận", "not_yet_shown", notes)
    blank = PictureRow("Cộng đồng", None, None, "Chưa hiện số liệu", "plain", (), "Dưới 10 người trả lời: không hiện")
    percents = ("0%", "25%", "50%", "75%", "100%")
    picture = Picture((row, blank), 0.9, "chỉ tiêu 90%", "trước", "sau", "khoảng tin cậy 95%", percents)
    drawing = Drawing(picture, LAYOUTS[variant])
    drawing.draw()
    renderer = FigureCanvasAgg(drawing.figure).get_renderer()
    boxes = [(text.get_text(), text.get_window_extent(renderer)) for text in drawing.axes.texts]
    line = drawing.axes.transData.transform((drawing.x(0.9), 0))[0]
    for words, box in boxes:
        assert box.x0 >= -0.5, words
        assert box.x1 <= LAYOUTS[variant].width + 0.5, words
        if words == after.label:
            assert not box.x0 < line < box.x1


@pytest.mark.parametrize(
    ("name", "verdict", "legend"),
    [
        ("Giáo viên", "Chưa đủ căn cứ kết luận", ("chỉ tiêu 90%", "trước", "sau", "khoảng tin cậy 95%")),
        ("Employees", "Not enough evidence to conclude", ("target 90%", "before", "after", "95% interval")),
    ],
)
def test_names_verdicts_and_legend_stand_apart_on_a_phone(name: str, verdict: str, legend: tuple[str, ...]) -> None:
    row = PictureRow(name, None, None, verdict, "not_yet_shown", ())
    target, before, after, interval = legend
    drawing = Drawing(Picture((row,), 0.9, target, before, after, interval, ("0%",) * 5), LAYOUTS["narrow"])
    drawing.draw()
    renderer = FigureCanvasAgg(drawing.figure).get_renderer()
    boxes = [text.get_window_extent(renderer) for text in drawing.axes.texts if text.get_text() != "0%"]
    assert len(boxes) == 6
    for place, box in enumerate(boxes):
        assert box.x1 <= LAYOUTS["narrow"].width + 0.5
        assert not any(box.overlaps(other) for other in boxes[place + 1 :])


@pytest.mark.parametrize("variant", ["wide", "print"])
@pytest.mark.parametrize("verdict", ["Chưa đủ căn cứ kết luận", "Not enough evidence to conclude"])
def test_a_verdict_beside_the_scale_is_never_cut(variant: str, verdict: str) -> None:
    row = PictureRow("Employees", None, None, verdict, "not_yet_shown", ())
    drawing = Drawing(Picture((row,), 0.9, "", "", "", "", ("0%",) * 5), LAYOUTS[variant])
    drawing.draw()
    renderer = FigureCanvasAgg(drawing.figure).get_renderer()
    (box,) = [text.get_window_extent(renderer) for text in drawing.axes.texts if text.get_text() == verdict]
    assert box.x1 <= LAYOUTS[variant].width + 0.5


def test_the_words_carry_every_number_of_the_picture(app: Flask) -> None:
    with app.test_request_context("/"):
        report = build_report(_school())
        picture, words = picture_of(report, "vi"), picture_text(report, "vi")
    for row in picture.rows:
        for mark in (row.before, row.after):
            assert mark is None or mark.label in words
        for text in (row.name, *([row.blank] if row.blank else [row.verdict, *row.notes])):
            assert text in words
    assert "90%" in words


def test_a_hidden_group_has_no_number_in_picture_or_words(app: Flask) -> None:
    with app.test_request_context("/"):
        report = build_report(_school())
        picture, words = picture_of(report, "vi"), picture_text(report, "vi")
    hidden = picture.rows[1]
    assert hidden.name == "Nhân viên"
    assert (hidden.before, hidden.after, hidden.notes) == (None, None, ())
    said = words.split("Nhân viên:")[1]
    assert re.findall(r"\d+", said) == ["5"]


@pytest.mark.parametrize(
    ("made", "sentences"),
    [
        pytest.param(staff((31, 16), (36, 36)), ("Giáo viên đã đạt chỉ tiêu 90%.",), id="met"),
        pytest.param(
            staff((31, 5), (34, 20)),
            ("Chưa nhóm nào đạt chỉ tiêu 90%.", "Giáo viên (tăng 43 điểm phần trăm) chưa đạt chỉ tiêu."),
            id="missed but better",
        ),
        pytest.param(
            staff((31, 16), (24, 22)),
            ("Chưa nhóm nào được kết luận là đạt chỉ tiêu 90%.", "Giáo viên chưa đủ căn cứ kết luận."),
            id="open",
        ),
        pytest.param(
            staff((31, 16), None),
            (
                "Trước truyền thông, tỷ lệ hiểu rõ là: giáo viên 52%.",
                "Mới có số liệu ban đầu; sau đợt truyền thông hãy đo lại để biết thay đổi.",
            ),
            id="baseline only",
        ),
        pytest.param(staff(None, None), ("Chưa có phiếu trả lời nào, nên chưa có kết quả.",), id="nothing"),
        pytest.param(
            staff((4, 2), (4, 3)),
            ("Mỗi nhóm còn quá ít người trả lời, nên số liệu chưa hiện ra để không ai bị nhận ra.",),
            id="all hidden",
        ),
    ],
)
def test_the_headline_says_it_in_two_sentences(app: Flask, made: ReportInput, sentences: tuple[str, ...]) -> None:
    with app.test_request_context("/"):
        assert headline(build_report(made), "vi") == sentences
