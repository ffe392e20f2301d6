"""A correction changes keys and the words about them; anything else is refused and named."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction

import pytest

from analysis.mastery import MasteryRule
from survey.instruments.corrections import Difference, NotACorrection, Part, Places, corrections_between, places_of
from survey.instruments.definitions import InstrumentDefinition, Item
from tests.responses.corrections import next_key, with_key, with_keys
from tests.responses.fieldwork import questionnaire

Change = Callable[[InstrumentDefinition], InstrumentDefinition]
DEFINITION = questionnaire("parents")
ITEM = DEFINITION.items_of("B")[6]
PLACES = Places((("B", 7),), is_only_form=False)


def on_item(change: Callable[[Item], Item]) -> Change:
    """Return a change of the one item."""
    return lambda definition: replace(
        definition, items=tuple(change(item) if item.id == ITEM.id else item for item in definition.items)
    )


def with_option_text(item: Item) -> Item:
    first, *rest = item.options
    return replace(item, options=(replace(first, text={"vi": "khác"}), *rest))


ALLOWED: dict[str, tuple[Callable[[Item], Item], bool]] = {
    "another key": (lambda item: with_key(item, next_key(item)), True),
    "another explanation": (lambda item: replace(item, explanation={"vi": "Vì luật đã sửa."}), False),
    "another source": (lambda item: replace(item, source="Luật khác"), False),
    "another certainty": (lambda item: replace(item, confidence="low"), False),
    "another sentence about who knows": (lambda item: replace(item, knows={"vi": "Biết."}), False),
}


@pytest.mark.parametrize("name", ALLOWED)
def test_what_a_correction_may_change(name: str) -> None:
    change, changes_key = ALLOWED[name]
    (found,) = corrections_between(DEFINITION, on_item(change)(DEFINITION))
    assert (found.old, found.new, found.places) == (ITEM, change(ITEM), PLACES)
    assert found.changes_key is changes_key


REFUSED: dict[str, tuple[Change, Difference]] = {
    "another instrument": (lambda one: replace(one, key="khac"), Difference(Part.INSTRUMENT)),
    "another audience": (lambda one: replace(one, audience="staff"), Difference(Part.AUDIENCE)),
    "another title": (lambda one: replace(one, title={"vi": "khác"}), Difference(Part.TITLE)),
    "another introduction": (lambda one: replace(one, intro={"vi": "khác"}), Difference(Part.INTRO)),
    "one language less": (lambda one: replace(one, languages=("vi",)), Difference(Part.LANGUAGES)),
    "topics in another order": (lambda one: replace(one, topics=one.topics[::-1]), Difference(Part.TOPICS)),
    "one level less": (lambda one: replace(one, levels=one.levels[:1]), Difference(Part.LEVELS)),
    "another rule": (lambda one: replace(one, mastery=MasteryRule(Fraction(1))), Difference(Part.RULE)),
    "one item less": (lambda one: replace(one, items=one.items[1:]), Difference(Part.ITEMS)),
    "items in another order": (lambda one: replace(one, items=one.items[::-1]), Difference(Part.ORDER)),
    "another stem": (on_item(lambda item: replace(item, stem={"vi": "khác"})), Difference(Part.STEM, PLACES)),
    "another option": (on_item(with_option_text), Difference(Part.OPTIONS, PLACES)),
    "options in another order": (
        on_item(lambda item: replace(item, options=item.options[::-1])),
        Difference(Part.OPTIONS, PLACES),
    ),
    "one option less": (
        on_item(lambda item: replace(item, options=item.options[:-1])),
        Difference(Part.OPTIONS, PLACES),
    ),
    "another kind": (on_item(lambda item: replace(item, kind="multiple")), Difference(Part.KIND, PLACES)),
    "no longer scored": (on_item(lambda item: replace(item, scored=False)), Difference(Part.KIND, PLACES)),
    "another topic": (on_item(lambda item: replace(item, topic="phan_luong")), Difference(Part.PLACE, PLACES)),
    "the other form": (on_item(lambda item: replace(item, form="A")), Difference(Part.PLACE, PLACES)),
    "another order of options": (on_item(lambda item: replace(item, keep_order=True)), Difference(Part.PLACE, PLACES)),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_makes_a_version_more_than_a_correction(name: str) -> None:
    change, difference = REFUSED[name]
    corrected = with_keys(DEFINITION, {DEFINITION.items[0].id: next_key(DEFINITION.items[0])})
    assert change(DEFINITION) != DEFINITION
    with pytest.raises(NotACorrection) as caught:
        corrections_between(DEFINITION, change(corrected))
    assert caught.value.difference == difference


def test_the_same_again_is_no_correction() -> None:
    with pytest.raises(NotACorrection) as caught:
        corrections_between(DEFINITION, DEFINITION)
    assert caught.value.difference is None


def test_a_shared_question_has_its_number_in_both_forms() -> None:
    shared = replace(DEFINITION, items=(replace(DEFINITION.items[0], form=None), *DEFINITION.items[2:]))
    assert places_of(shared, DEFINITION.items[0].id).by_form == (("A", 1), ("B", 1))
