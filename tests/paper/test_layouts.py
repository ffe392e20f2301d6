"""Layouts: every questionnaire fits, circles are large and far enough apart, JSON brings back the same."""

from __future__ import annotations

import json
from dataclasses import replace
from itertools import pairwise
from math import hypot

import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey.instruments.definitions import InstrumentDefinition, Option
from survey.paper.layouts import (
    DIAMETER,
    MARK_EDGE,
    MARK_SIZE,
    PAGE_HEIGHT,
    PAGE_WIDTH,
    Layout,
    LayoutTooLarge,
    build_layout,
)
from tests.responses.fieldwork import AUDIENCES, questionnaire


def circles(layout: Layout) -> list[tuple[float, float]]:
    return [(circle.x, circle.y) for row in layout.rows for circle in row.circles]


def check(layout: Layout) -> None:
    """Whatever the questionnaire: large circles, clear of each other, of the edges and of the corner marks."""
    assert DIAMETER >= 4.5
    places = circles(layout)
    for n, (x, y) in enumerate(places):
        assert MARK_EDGE + MARK_SIZE + 2 < x < PAGE_WIDTH - MARK_EDGE - MARK_SIZE - 2
        assert 80 < y < PAGE_HEIGHT - MARK_EDGE - MARK_SIZE - 4
        assert all(hypot(x - other[0], y - other[1]) >= 7.9 for other in places[:n])
    heights = [row.y for row in layout.rows]
    assert all(after - before >= 7.99 for before, after in pairwise(heights) if after > before)
    assert Layout.from_dict(json.loads(json.dumps(layout.to_dict()))) == layout


@pytest.mark.parametrize("audience", AUDIENCES)
def test_the_circles_of_each_questionnaire_are_those_of_its_questions(audience: str) -> None:
    definition = questionnaire(audience)
    layout = build_layout(definition)
    check(layout)
    for form in definition.forms:
        for row, item in zip(layout.questions, definition.items_of(form), strict=True):
            codes = [circle.code for circle in row.circles]
            assert codes[: len(item.options)] == list(range(1, len(item.options) + 1))
            assert (0 in codes) == item.scored
            assert row.is_multiple == (item.kind == "multiple")


def of_size(numbers: list[int]) -> InstrumentDefinition:
    """Return a questionnaire with so many options at each place."""
    definition = questionnaire("parents")
    item = replace(definition.scored_items("A")[0], form=None)
    items = tuple(
        replace(item, id=f"X{n}", options=(Option({"vi": "Có"}),) * number) for n, number in enumerate(numbers)
    )
    return replace(definition, items=items)


@given(st.lists(st.integers(2, 6), min_size=1, max_size=24))
def test_up_to_24_questions_of_up_to_6_answers_fit_on_one_page(numbers: list[int]) -> None:
    layout = build_layout(of_size(numbers))
    check(layout)
    assert [len(row.circles) for row in layout.rows] == [number + 1 for number in numbers]


@pytest.mark.parametrize(("questions", "options"), [(60, 4), (30, 12), (3, 19), (0, 0)])
def test_what_does_not_fit_is_refused(questions: int, options: int) -> None:
    with pytest.raises(LayoutTooLarge):
        build_layout(of_size([options] * questions))
