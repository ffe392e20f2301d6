"""The reader on a small fixed set of filled sheets with known truth; the large one stands in bench/paper."""

from __future__ import annotations

import zlib

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey.paper.layouts import Circle, Row
from survey.paper.reading.decisions import Measured, decide_rows
from survey.paper.reading.records import PageRefused, RowState
from survey.paper.reading.rows import RowPlace

cv2 = pytest.importorskip("cv2")
bench = pytest.importorskip("bench.paper.measure")
images = pytest.importorskip("survey.paper.reading.images")
sheets = pytest.importorskip("survey.paper.reading.sheets")
paperwork = pytest.importorskip("tests.paper.paperwork")

CONDITIONS = ("phone easy", "phone medium", "scanner", "photocopy")


@pytest.fixture(scope="module")
def blanks() -> list:
    return [*bench.print_blanks("parents", 1), *bench.print_blanks("pupils_primary", 1)]


@pytest.mark.parametrize("condition", CONDITIONS)
def test_filled_sheets_are_read_as_they_were_filled(condition: str, blanks: list) -> None:
    tally = bench.measure(condition, blanks, seed=71)
    assert not tally.refused
    assert tally.serials_read == len(blanks)
    assert (tally.serials_wrong, tally.wrong, tally.invented) == (0, 0, 0), tally.faults
    assert tally.review <= 6


@pytest.mark.parametrize("quarter_turns", range(4))
def test_an_empty_sheet_has_no_marks_whichever_way_it_lies(quarter_turns: int, blanks: list) -> None:
    blank = blanks[0]
    page = sheets.straighten(np.ascontiguousarray(np.rot90(blank.picture, quarter_turns)))
    assert page.serial == blank.serial
    assert {row.state for row in sheets.read_rows(page, blank.layout)} == {RowState.BLANK}


def test_a_row_that_cannot_be_found_is_never_called_blank(blanks: list) -> None:
    blank = blanks[0]
    picture = blank.picture.copy()
    row = blank.layout.rows[5]
    height = round((row.y - 4) * 200 / 25.4)
    picture[height : height + 63, 380:1400] = 255
    rows = sheets.read_rows(sheets.straighten(picture), blank.layout)
    assert [(each.state, each.reason) for each in rows if each.place == row.place] == [("review", "not_located")]
    assert sum(each.state == RowState.BLANK for each in rows) == len(rows) - 1


def test_three_corner_marks_are_enough_and_two_are_not(blanks: list) -> None:
    picture = blanks[0].picture.copy()
    picture[2100:, :220] = 255
    assert sheets.straighten(picture).registration.marks == 3
    picture[2100:, 1400:] = 255
    with pytest.raises(PageRefused, match="corners_missing"):
        sheets.straighten(picture)


BOMBS = {
    "a picture of 40,000 by 40,000": (cv2.imencode(".png", np.zeros((1, 1), np.uint8))[1].tobytes(), "too_large"),
    "a text": (b"hello", "not_a_picture"),
    "nothing": (b"", "not_a_picture"),
    "a cut-off JPEG": (paperwork.noise_picture()[:3000], "damaged"),
    "a PDF that is none": (b"%PDF-1.4\nnothing", "damaged"),
}


@pytest.mark.parametrize("name", BOMBS)
def test_files_that_are_no_pages_are_refused_by_name(name: str) -> None:
    data, reason = BOMBS[name]
    if reason == "too_large":
        # The header says 40,000 by 40,000; whoever believes it needs five gigabytes.
        data = data[:16] + (40_000).to_bytes(4, "big") * 2 + data[24:]
        data = data[:29] + _crc(data[12:29]) + data[33:]
    try:
        found = [page.refusal for page in images.read_pages(data)]
    except PageRefused as error:
        found = [error.reason]
    assert found == [reason]


def _crc(chunk: bytes) -> bytes:
    return zlib.crc32(chunk).to_bytes(4, "big")


def row_of(place: int, number: int = 5) -> Row:
    return Row(place, "", False, tuple(Circle(code, 10.0 * code, 10.0 * place, "") for code in range(number)))


def decide(inks: list[list[float]]) -> list[tuple[tuple[int, ...], str]]:
    """Return codes and states of rows with these inks, all of them found."""
    measured = [
        Measured(row_of(place), RowPlace(((0.0, 0.0),) * 5, (0.2,) * 5, True, 0, 0), tuple(each))
        for place, each in enumerate(inks, start=1)
    ]
    return [(row.codes, str(row.state)) for row in decide_rows(measured, contrast=0.8)]


@given(
    base=st.floats(0.0, 0.2),
    strength=st.floats(0.35, 0.8),
    chosen=st.lists(st.integers(0, 4) | st.none(), min_size=6, max_size=24),
)
def test_clear_marks_are_found_whatever_the_paper_and_the_pen(
    base: float, strength: float, chosen: list[int | None]
) -> None:
    inks = [[base + (strength if code == each else 0.01 * (code % 2)) for code in range(5)] for each in chosen]
    assert decide(inks) == [((), "blank") if each is None else ((each,), "certain") for each in chosen]


@given(second=st.floats(0.3, 1.0))
def test_two_marks_of_like_strength_are_never_decided_by_the_machine(second: float) -> None:
    inks = [[0.05] * 4 + [0.65] for _ in range(8)] + [[0.65, 0.05 + 0.6 * second, 0.05, 0.05, 0.05]]
    assert decide(inks)[-1] == ((0, 1), "review")
