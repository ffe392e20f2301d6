"""Scoring by columns gives what scoring one by one gives, for any instrument, rule and answers."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.mastery import Answer, MasteryRule
from survey.instruments.definitions import Category, InstrumentDefinition, Item, Option
from survey.responses.batches import Batch
from survey.responses.mass_scoring import changed_results, score_packed
from survey.responses.sheets import Sheet
from tests.responses.corrections import with_keys
from tests.responses.fieldwork import AUDIENCES, questionnaire

TOPICS = ("chuyen_doi_so", "xa_hoi_hoa", "phan_luong", "doi_ngu", "co_so_vat_chat")
LEVELS = ("ca_nhan", "don_vi")


@st.composite
def items(draw: st.DrawFn, number: int) -> Item:
    """Draw an item of any kind, with any key that its kind allows, or unscored."""
    kind, options = draw(st.sampled_from(["single", "multiple"])), draw(st.integers(2, 6))
    scored = draw(st.booleans())
    most = 1 if kind == "single" else options
    key = draw(st.sets(st.integers(1, options), min_size=1, max_size=most)) if scored else set()
    return Item(
        id=f"Q{number}",
        topic=draw(st.sampled_from(TOPICS)) if scored else None,
        level=draw(st.sampled_from(LEVELS)) if scored else None,
        form=draw(st.sampled_from([None, "A", "B"])),
        kind=kind,
        scored=scored,
        stem={"vi": "?"},
        options=tuple(Option({"vi": str(code)}, correct=code in key) for code in range(1, options + 1)),
    )


@st.composite
def definitions(draw: st.DrawFn) -> InstrumentDefinition:
    """Draw an instrument, sound or not, with any rule."""
    drawn = [draw(items(number)) for number in range(draw(st.integers(1, 8)))]
    shares = st.fractions(Fraction(0), Fraction(1), max_denominator=10)
    must_pass = draw(st.lists(st.sampled_from([item.id for item in drawn]), max_size=2, unique=True))
    return InstrumentDefinition(
        key="mau",
        audience="parents",
        title={"vi": "Mẫu"},
        intro={"vi": "Mẫu"},
        topics=tuple(Category(code, {"vi": code}) for code in TOPICS[: draw(st.integers(1, 5))]),
        levels=tuple(Category(code, {"vi": code}) for code in LEVELS),
        items=tuple(drawn),
        mastery=MasteryRule(draw(shares), draw(shares), tuple(must_pass)),
    )


@st.composite
def answers_to(draw: st.DrawFn, sheet: Sheet) -> tuple[Answer, ...]:
    """Draw what one person can answer: blank, not clear, right, or any options."""

    def chosen(item: Item) -> st.SearchStrategy[Answer]:
        most = 1 if item.kind == "single" else len(item.options)
        some = st.frozensets(st.integers(1, len(item.options)), min_size=1, max_size=most)
        return st.one_of(st.none(), st.just(frozenset({0})), st.just(item.key or None), some)

    return tuple(draw(chosen(item)) for item in sheet.items)


def one_by_one(sheet: Sheet, rows: list[tuple[Answer, ...]]) -> tuple[list[int], list[int]]:
    judged = [sheet.judge(row) for row in rows]
    return [one.score for one in judged], [one.pattern for one in judged]


@given(st.data())
@settings(max_examples=80)
def test_any_instrument_and_answers_are_scored_as_one_by_one(data: st.DataObject) -> None:
    definition = data.draw(definitions())
    for form in definition.forms:
        sheet = Sheet(definition, form)
        rows = data.draw(st.lists(answers_to(sheet), max_size=6))
        packed = [sheet.pack(row) for row in rows]
        assert score_packed(definition, form, packed) == one_by_one(sheet, rows)


@pytest.mark.parametrize("audience", AUDIENCES)
@given(data=st.data())
@settings(max_examples=20)
def test_the_real_instruments_are_scored_as_one_by_one(audience: str, data: st.DataObject) -> None:
    definition = questionnaire(audience)
    sheet = Sheet(definition, data.draw(st.sampled_from(definition.forms)))
    rows = data.draw(st.lists(answers_to(sheet), min_size=1, max_size=4))
    assert score_packed(definition, sheet.form, [sheet.pack(row) for row in rows]) == one_by_one(sheet, rows)


@given(st.data())
@settings(max_examples=60)
def test_what_a_new_key_changes_is_what_judging_afresh_changes(data: st.DataObject) -> None:
    old, new = questionnaire("staff"), with_keys(questionnaire("staff"), data.draw(other_keys(questionnaire("staff"))))
    before, after = Sheet(old, "B"), Sheet(new, "B")
    rows = data.draw(st.lists(answers_to(before), max_size=8))
    # As the database puts them together: those with one result one after the other.
    keyed = [(before.judge(row), number.to_bytes(16, "big"), row) for number, row in enumerate(rows, 1)]
    keyed.sort(key=lambda one: (one[0].score, one[0].pattern))
    results = [(judged.score, judged.pattern) for judged, *_ in keyed]
    batch = Batch(
        form="B",
        number=len(rows),
        key_size=16,
        records=b"".join(key + before.pack(row) for _, key, row in keyed),
        results=tuple((results.count(one), *one) for one in dict.fromkeys(results)),
    )
    expected = {
        key: (after.judge(row).score, after.judge(row).pattern)
        for judged, key, row in keyed
        if after.judge(row) != judged
    }
    found = changed_results(new, batch)
    assert {key: result for result, keys in found.items() for key in keys} == expected


@st.composite
def other_keys(draw: st.DrawFn, definition: InstrumentDefinition) -> dict[str, frozenset[int]]:
    """Draw other keys for some questions."""
    chosen = draw(st.lists(st.sampled_from(definition.scored_items("B")), max_size=4, unique_by=lambda item: item.id))
    return {item.id: frozenset({draw(st.integers(1, len(item.options)))}) for item in chosen}


def test_bytes_of_another_form_are_refused() -> None:
    sheet = Sheet(questionnaire("parents"), "A")
    with pytest.raises(ValueError, match="bytes expected"):
        score_packed(sheet.definition, "A", [sheet.pack(sheet.blank), b"\x01"])
