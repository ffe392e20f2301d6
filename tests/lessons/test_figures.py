"""Which figure stands on a slide: never one from which an answer of few could be learned."""

from __future__ import annotations

from fractions import Fraction

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from survey.lessons.figures import FEWEST_CHOSEN, choose_figure, coded
from survey.lessons.records import Figure, OptionShare, Origin
from survey.lessons.routes import option_share
from survey.responses.item_tallies import Tally

KEY = frozenset({2})
OWN = 1


def tally(answered: int, right: int | None = None) -> Tally:
    """A cell in which the right ones chose option 2, all others option 1."""
    right = answered // 2 if right is None else right
    chosen = tuple((option, number) for option, number in ((1, answered - right), (2, right)) if number)
    return Tally(answered, right, chosen)


@st.composite
def tallies(draw: st.DrawFn) -> Tally:
    answered = draw(st.integers(0, 40))
    return tally(answered, draw(st.integers(0, answered)))


cells = st.dictionaries(st.integers(1, 8), tallies(), max_size=8)


@pytest.mark.parametrize(
    ("own", "others", "rest", "is_final", "origin", "remark"),
    [
        (12, [15, 14], 0, False, Origin.CLASS, "enough in the class"),
        (5, [15, 14], 0, False, Origin.CLASS, "five are just enough"),
        (4, [15, 14], 0, False, Origin.NONE, "too few, and the wave is open"),
        (4, [15, 14], 0, True, Origin.SCHOOL, "too few, but the school has enough"),
        (4, [], 0, True, Origin.NONE, "the school is nothing but this class"),
        (12, [15, 3], 0, False, Origin.NONE, "the small class would follow by subtraction, so the next one hides too"),
        (12, [11, 3], 0, False, Origin.CLASS, "another one hides beside the small class"),
        (12, [15, 14], 2, True, Origin.SCHOOL, "what came in by posters is a cell as well"),
        (0, [15, 14], 0, True, Origin.SCHOOL, "nobody of the class answered this item"),
        (0, [], 0, True, Origin.NONE, "nobody answered at all"),
    ],
)
def test_a_slide_takes_the_class_else_the_school_else_nothing(
    own: int, others: list[int], rest: int, is_final: bool, origin: Origin, remark: str
) -> None:
    sessions = {OWN: tally(own)} | {place: tally(number) for place, number in enumerate(others, start=2)}
    figure = choose_figure(OWN, sessions, tally(rest), is_final=is_final, key=KEY)
    assert figure.origin == origin, remark


@given(cells, tallies(), st.booleans())
def test_no_class_with_few_answers_follows_from_all_slides_of_a_school_together(
    sessions: dict[int, Tally], rest: Tally, is_final: bool
) -> None:
    figures = {own: choose_figure(own, sessions, rest, is_final=is_final, key=KEY) for own in sessions}
    shown = {own for own, figure in figures.items() if figure.origin == Origin.CLASS}
    hidden = [sessions[own].answered for own in sessions if own not in shown and sessions[own].answered]
    for own in shown:
        assert figures[own].answered == sessions[own].answered >= 5
    total = sum(cell.answered for cell in sessions.values()) + rest.answered
    school = {figure for figure in figures.values() if figure.origin == Origin.SCHOOL}
    if school:
        assert is_final
        assert total >= 10
        # What a reader gets by subtracting every shown class from the school is never a cell of one to four.
        assert sum(hidden) + rest.answered not in range(1, 5)
    else:
        assert not is_final or all(figure.origin != Origin.SCHOOL for figure in figures.values())


@given(cells, tallies(), st.booleans())
def test_a_hidden_figure_says_nothing_at_all(sessions: dict[int, Tally], rest: Tally, is_final: bool) -> None:
    figure = choose_figure(OWN, sessions, rest, is_final=is_final, key=KEY)
    if figure.origin == Origin.NONE:
        assert figure == Figure()


@given(st.integers(5, 400).flatmap(lambda n: st.tuples(st.just(n), st.integers(0, n))))
def test_a_share_never_makes_anybodys_answer_certain(pair: tuple[int, int]) -> None:
    answered, right = pair
    bound = coded(right, answered)
    if right in (0, answered):
        assert bound is not None
    if bound is not None:
        share = Fraction(right, answered)
        assert share <= bound.bound if bound.side == "at_most" else share >= bound.bound


@given(st.lists(st.integers(0, 12), min_size=4, max_size=4))
def test_options_are_shown_from_ten_answers_on_and_rare_ones_together(numbers: list[int]) -> None:
    chosen = tuple((option, number) for option, number in enumerate(numbers) if number)
    cell = Tally(sum(numbers), numbers[2], chosen)
    figure = choose_figure(OWN, {OWN: cell}, Tally(), is_final=False, key=KEY)
    if cell.answered < 10 or figure.bound is not None:
        assert figure.options == ()
        return
    assert sum(option.number for option in figure.options) == cell.answered
    assert figure.options[0].code == 2
    assert figure.options[0].share == figure.share
    assert all(option.number >= FEWEST_CHOSEN for option in figure.options if option.code is not None)
    assert [option.code for option in figure.options].count(None) <= 1


@pytest.mark.parametrize(
    ("number", "answered", "shown"),
    [(10, 16, "63%"), (3, 8, "38%"), (1, 3, "33%"), (16, 16, "100%")],
    ids=["a-half-goes-up", "and-again", "nearest", "all"],
)
def test_an_option_is_rounded_as_the_result_above_it(app: Flask, number: int, answered: int, shown: str) -> None:
    with app.test_request_context():
        assert option_share(OptionShare(1, number, Fraction(number, answered))) == shown
