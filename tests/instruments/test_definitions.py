"""The definition records: order of display, key, hash, and the way to JSON and back."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from analysis.mastery import DONT_KNOW, Answer
from survey.instruments.definitions import InstrumentDefinition, canonical_json, text_in
from survey.instruments.loader import load_instrument
from survey.instruments.scoring import score_response

FOLDER = Path(__file__).parents[2] / "questionnaires" / "test"


@pytest.fixture(scope="module")
def small() -> InstrumentDefinition:
    return load_instrument(FOLDER / "small.yaml")


@pytest.fixture(scope="module")
def one_form() -> InstrumentDefinition:
    return load_instrument(FOLDER / "one_form.yaml")


@pytest.mark.parametrize(
    ("form", "ids"),
    [
        ("A", ["SMALL-1A", "SMALL-2A", "SMALL-3", "SMALL-4", "SMALL-REACH", "SMALL-CHANNEL"]),
        ("B", ["SMALL-1B", "SMALL-2B", "SMALL-3", "SMALL-4", "SMALL-REACH", "SMALL-CHANNEL"]),
    ],
)
def test_a_form_shows_its_own_and_the_common_items_scored_ones_first(
    small: InstrumentDefinition, form: str, ids: list[str]
) -> None:
    assert [item.id for item in small.items_of(form)] == ids
    assert [item.id for item in small.scored_items(form)] == ids[:4]
    assert [item.id for item in small.scoring_items(form)] == ids[:4]


def test_unscored_questions_come_last_wherever_they_are_written(small: InstrumentDefinition) -> None:
    turned = replace(small, items=tuple(reversed(small.items)))
    assert [item.scored for item in turned.items_of("A")] == [True] * 4 + [False] * 2


def test_an_instrument_without_forms_has_form_a_only(
    small: InstrumentDefinition, one_form: InstrumentDefinition
) -> None:
    assert (small.forms, one_form.forms) == (("A", "B"), ("A",))


def test_an_item_knows_its_key_and_its_exclusive_option(small: InstrumentDefinition) -> None:
    assert small.item("SMALL-3").key == {1, 3}
    assert small.item("SMALL-CHANNEL").exclusive_codes == {3}
    assert small.item("SMALL-CHANNEL").key == frozenset()
    with pytest.raises(KeyError):
        small.item("NONE")


def test_only_scored_items_are_demanded_unless_the_file_says_otherwise(small: InstrumentDefinition) -> None:
    assert [item.demanded for item in small.items_of("A")] == [True, True, True, False, False, False]


def test_a_source_is_split_into_its_document_and_its_addresses(small: InstrumentDefinition) -> None:
    item = small.item("SMALL-1A")
    assert (item.source_title, item.source_links) == ("Sách Toán 1", ("https://example.org/toan-1",))
    script = replace(item, source="Luật | javascript:alert(1)")
    assert script.source_links == ()


def test_a_definition_survives_json(small: InstrumentDefinition, one_form: InstrumentDefinition) -> None:
    for definition in (small, one_form):
        again = InstrumentDefinition.from_dict(json.loads(canonical_json(definition.to_dict())))
        assert again == definition
        assert again.content_hash == definition.content_hash


def test_the_hash_tells_any_change_of_content_and_nothing_else(small: InstrumentDefinition) -> None:
    item = small.items[0]
    changes = [
        replace(small, title={**small.title, "en": "Other"}),
        replace(small, items=(replace(item, options=tuple(reversed(item.options))), *small.items[1:])),
        replace(small, items=(replace(item, keep_order=not item.keep_order), *small.items[1:])),
        replace(small, mastery=replace(small.mastery, must_pass=())),
        replace(small, languages=("vi",)),
    ]
    hashes = {changed.content_hash for changed in changes}
    assert len(hashes) == len(changes)
    assert small.content_hash not in hashes
    assert replace(small, title=dict(reversed(small.title.items()))).content_hash == small.content_hash
    assert len(small.content_hash) == 64


def test_words_fall_back_to_vietnamese(small: InstrumentDefinition) -> None:
    assert text_in(small.title, "en") == "Trial questionnaire"
    assert text_in(small.title, "fr") == "Phiếu thử"
    assert text_in(small.dont_know_text, "vi") == "Tôi chưa rõ"


def test_the_rule_of_an_instrument_is_said_in_words(one_form: InstrumentDefinition) -> None:
    assert one_form.rule_in_words() == "Đúng ít nhất 2 trong 2 câu, và ít nhất 1 câu ở mỗi đột phá"


@pytest.mark.parametrize(
    ("answers", "score", "is_master", "remark"),
    [
        ([{4}, {1}, {1, 3}, {3}, {1}, {3}], 4, True, "all right; unscored answers do not count"),
        ([{4}, {1}, {1, 3}, {3}, None, None], 4, True, "unscored questions may stay empty"),
        ([{4}, {1}, {1}, {3}, {1}, {3}], 3, False, "half of the must-pass set"),
        ([{4}, {1}, DONT_KNOW, {3}, {1}, {3}], 3, False, "don't know"),
    ],
)
def test_a_response_is_scored_by_the_order_of_display(
    small: InstrumentDefinition, answers: list[set[int] | None], score: int, is_master: bool, remark: str
) -> None:
    given: list[Answer] = [None if answer is None else frozenset(answer) for answer in answers]
    result = score_response(small, "A", given)
    assert (result.score, result.is_master) == (score, is_master), remark
