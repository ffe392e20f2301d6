"""Labels of the small pictures: never on each other, on a dot or outside; the newest wave keeps its own."""

from __future__ import annotations

from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from survey.overview.labels import Box, Mark, _boxes, place_labels

FRAME = Box(0, 0, 300, 98)
TARGET = 24.2

heights = st.floats(16, 98)
marks = st.lists(
    st.builds(
        lambda x, ys, text: Mark(x, sorted(ys)[1], sorted(ys)[0], sorted(ys)[2], text),
        st.floats(24, 276),
        st.tuples(heights, heights, heights),
        st.sampled_from(["9%", "52%", "35,9%", "100%"]),
    ),
    min_size=1,
    max_size=12,
)


@given(marks)
@settings(deadline=None, max_examples=150)
def test_no_label_lies_on_anything(given_marks: list[Mark]) -> None:
    places = [box for box in place_labels(given_marks, FRAME, TARGET) if box is not None]
    assert all(box.lies_in(FRAME) for box in places)
    assert not any(one.meets(other) for one, other in combinations(places, 2))
    dots = [box for mark in given_marks for box in _boxes(mark)]
    assert not any(box.meets(dot) for box in places for dot in dots)


def _at(x: float, share: float, text: str) -> Mark:
    y = 16 + (1 - share) * 82
    return Mark(x, y, y - 3, y + 3, text)


# The waves of a picture, and which of them have a label.
PICTURES = [
    pytest.param(
        [_at(24, 0.36, "35,9%"), _at(85, 0.33, "33%"), _at(276, 0.9, "90,5%")], [1, 1, 1], id="two-close-ones"
    ),
    pytest.param([_at(24, 0.4, "40%"), _at(24, 0.4, "41%")], [1, 1], id="two-on-one-day"),
    pytest.param([_at(150, 1.0, "100%")], [1], id="one-at-the-top"),
    pytest.param([_at(24, 0.0, "0%")], [1], id="one-at-the-bottom"),
    pytest.param([_at(150 + turn, 0.5, "50,5%") for turn in range(12)], [0] * 11 + [1], id="a-crowd-keeps-the-newest"),
]


@pytest.mark.parametrize(("picture", "labelled"), PICTURES)
def test_waves_close_in_time_keep_their_labels_where_there_is_room(picture: list[Mark], labelled: list[int]) -> None:
    places = place_labels(picture, FRAME, TARGET)
    assert [place is not None for place, wanted in zip(places, labelled, strict=True) if wanted] == [True] * sum(
        labelled
    )


def test_a_label_keeps_off_the_line_of_the_target() -> None:
    place = place_labels([_at(150, 0.9, "90,5%")], FRAME, TARGET)[0]
    assert place is not None
    assert not place.meets(Box(0, TARGET - 1, 300, TARGET + 1))
