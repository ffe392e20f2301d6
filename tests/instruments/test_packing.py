"""Answers as bytes: the layout is part of the stored data, so it is pinned here byte by byte."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.mastery import DONT_KNOW, Answer
from survey.instruments.definitions import Item, Option
from survey.instruments.item_types import ITEM_TYPES
from survey.instruments.packing import pack, packed_size, unpack


def make_item(kind: str, options: int) -> Item:
    return Item(
        id="X",
        topic="doi_ngu",
        level="don_vi",
        form=None,
        kind=kind,
        scored=True,
        stem={"vi": "Hỏi?"},
        options=tuple(Option({"vi": f"Phương án {number}"}) for number in range(options)),
    )


SINGLE = make_item("single", 4)
MULTIPLE = make_item("multiple", 15)


@pytest.mark.parametrize(
    ("item", "answer", "packed", "remark"),
    [
        (SINGLE, frozenset({1}), "01", "option 1"),
        (SINGLE, frozenset({4}), "04", "option 4"),
        (SINGLE, DONT_KNOW, "00", "Tôi chưa rõ"),
        (SINGLE, None, "ff", "not answered"),
        (SINGLE, frozenset(), "ff", "nothing chosen is not answered"),
        (MULTIPLE, frozenset({1}), "0001", "option 1 is bit 0"),
        (MULTIPLE, frozenset({1, 3}), "0005", "a bit an option"),
        (MULTIPLE, frozenset({9}), "0100", "high byte first"),
        (MULTIPLE, frozenset(range(1, 16)), "7fff", "all fifteen"),
        (MULTIPLE, DONT_KNOW, "0000", "Tôi chưa rõ"),
        (MULTIPLE, None, "8000", "bit 15: not answered"),
        (MULTIPLE, frozenset(), "8000", "nothing ticked is not answered"),
    ],
)
def test_an_answer_has_its_bytes(item: Item, answer: Answer, packed: str, remark: str) -> None:
    assert pack([answer], [item]).hex() == packed, remark
    assert unpack(bytes.fromhex(packed), [item]) == (answer or None,), remark


@st.composite
def items_and_answers(draw: st.DrawFn) -> tuple[list[Item], list[Answer]]:
    items, answers = [], []
    for _ in range(draw(st.integers(0, 12))):
        kind = draw(st.sampled_from(sorted(ITEM_TYPES)))
        size = draw(st.integers(2, ITEM_TYPES[kind].max_options))
        most = min(size, ITEM_TYPES[kind].max_chosen)
        chosen = st.frozensets(st.integers(1, size), min_size=1, max_size=most)
        items.append(make_item(kind, size))
        answers.append(draw(st.one_of(st.none(), st.just(DONT_KNOW), chosen)))
    return items, answers


@given(items_and_answers())
def test_what_was_packed_comes_back(case: tuple[list[Item], list[Answer]]) -> None:
    items, answers = case
    packed = pack(answers, items)
    assert len(packed) == packed_size(items)
    assert unpack(packed, items) == tuple(answers)


@given(items_and_answers(), items_and_answers())
def test_different_answers_have_different_bytes(
    case: tuple[list[Item], list[Answer]], other: tuple[list[Item], list[Answer]]
) -> None:
    items, answers = case
    others = [answer for answer in other[1] if answer is None or answer == DONT_KNOW][: len(items)]
    changed = [*others, *answers[len(others) :]]
    assert (pack(answers, items) == pack(changed, items)) == (answers == changed)


@pytest.mark.parametrize(
    ("item", "answer", "remark"),
    [
        (SINGLE, frozenset({5}), "no such option"),
        (SINGLE, frozenset({1, 2}), "two in a single choice"),
        (SINGLE, frozenset({-1}), "below zero"),
        (SINGLE, frozenset({255}), "the code of not answered is no option"),
        (MULTIPLE, frozenset({16}), "no such option"),
        (MULTIPLE, frozenset({0, 1}), "don't know together with an option"),
    ],
)
def test_an_impossible_answer_is_refused(item: Item, answer: Answer, remark: str) -> None:
    assert not ITEM_TYPES[item.kind].accepts(answer, len(item.options)), remark
    with pytest.raises(ValueError, match="item X has no answer"):
        pack([answer], [item])


def test_lengths_must_agree() -> None:
    with pytest.raises(ValueError, match="1 items but 2 answers"):
        pack([None, None], [SINGLE])
    with pytest.raises(ValueError, match="3 bytes expected, 1 found"):
        unpack(b"\x01", [SINGLE, MULTIPLE])
