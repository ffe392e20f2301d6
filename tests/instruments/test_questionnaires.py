"""The five questionnaires that come with the software keep what the method and the design ask of them."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest
import yaml

from survey.core.vocabulary import LEVELS, TOPICS
from survey.instruments.checks import guess_figures
from survey.instruments.definitions import AUDIENCES, InstrumentDefinition
from survey.instruments.loader import check_paths, load_instrument, load_instruments

FOLDER = Path(__file__).parents[2] / "questionnaires"


@pytest.fixture(scope="module", params=AUDIENCES)
def definition(request: pytest.FixtureRequest) -> InstrumentDefinition:
    return load_instrument(FOLDER / f"{request.param}.yaml")


def test_no_file_has_a_problem() -> None:
    assert [problem.line_in("en") for problem in check_paths([FOLDER, FOLDER / "test"])] == []


def test_there_is_one_instrument_for_each_audience() -> None:
    definitions = load_instruments(FOLDER)
    assert sorted(definition.audience for definition in definitions) == sorted(AUDIENCES)
    assert len({definition.content_hash for definition in definitions}) == len(AUDIENCES)
    assert all(definition.key == definition.audience for definition in definitions)


def test_both_forms_ask_one_item_in_each_cell(definition: InstrumentDefinition) -> None:
    assert definition.topic_codes == TOPICS
    assert definition.level_codes == LEVELS
    for form in ("A", "B"):
        cells = Counter((item.topic, item.level) for item in definition.scored_items(form))
        assert cells == {(topic, level): 1 for topic in TOPICS for level in LEVELS}


def test_each_scored_item_can_be_reviewed(definition: InstrumentDefinition) -> None:
    for item in definition.items:
        if item.scored:
            assert item.explanation, item.id
            assert item.source_title, item.id
            assert item.source_links, item.id
            assert item.confidence in ("high", "medium"), item.id
            assert item.guess is not None, item.id
            assert item.parallel, item.id
            assert item.knows, item.id


def test_the_unscored_question_is_never_demanded_and_a_channel_question_ends_exclusively(
    definition: InstrumentDefinition,
) -> None:
    unscored = [item for item in definition.items if not item.scored]
    assert [item.purpose for item in unscored] == {
        "staff": ["reach"],
        "pupils_secondary": ["channel"],
        "pupils_primary": [],
        "parents": ["channel"],
        "community": ["channel"],
    }[definition.audience]
    for item in unscored:
        assert not item.demanded
        assert item.form is None
        if item.purpose == "channel":
            assert item.kind == "multiple"
            assert item.exclusive_codes == {len(item.options)}


def test_numbers_and_school_levels_stay_in_order(definition: InstrumentDefinition) -> None:
    steps = re.compile(
        r"(\d+%|(Năm )?\d{4}|\d+ trường|Từ đủ \d+ tuổi|(Hết l|L)ớp \d+|Mầm non|Tiểu học|THCS|THPT|Đại học|"
        r"Trung học cơ sở|Trung học phổ thông)"
    )
    for item in definition.items:
        if sum(bool(steps.fullmatch(option.text["vi"])) for option in item.options) > 1:
            assert item.keep_order, item.id


def test_who_knows_nothing_hardly_passes(definition: InstrumentDefinition) -> None:
    for form in definition.forms:
        figures = guess_figures(definition, form)
        blind = 0.003065 if definition.audience == "pupils_primary" else 0.000373
        assert round(float(figures.blind), 6) == blind
        assert figures.informed is not None
        assert figures.blind < figures.informed < 0.03


def test_respondents_can_read_everything_in_both_languages(definition: InstrumentDefinition) -> None:
    assert definition.languages == ("vi", "en")
    texts = [definition.title, definition.intro, *(part.title for part in definition.topics + definition.levels)]
    for item in definition.items:
        texts += [item.stem, *(option.text for option in item.options)]
    assert all(text.get("vi") and text.get("en") for text in texts)


def test_options_differ_in_every_language(definition: InstrumentDefinition) -> None:
    for item in definition.items:
        for language in definition.languages:
            assert len({option.text[language] for option in item.options}) == len(item.options), item.id


def test_the_rule_is_the_usual_one(definition: InstrumentDefinition) -> None:
    assert definition.rule_in_words() == "Đúng ít nhất 8 trong 10 câu, và ít nhất 1 câu ở mỗi đột phá"


def test_each_file_can_be_read_by_the_slower_parser_too() -> None:
    """Where PyYAML comes without its part in C, the parser is stricter about signs within braces."""
    for file in FOLDER.rglob("*.yaml"):
        root = yaml.compose(file.read_text(encoding="utf-8"), Loader=yaml.SafeLoader)
        assert isinstance(root, yaml.MappingNode), file.name
