"""What the parts of an instrument must mean together; each check yields its findings, all checks always run.

Faults of a single field (missing, misspelt, too long) are found while reading; see `reading` and `texts`.
"""

from __future__ import annotations

import zlib
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

from analysis.mastery import GUESS_LIMIT, pass_probability
from survey.instruments.definitions import BASE_LANGUAGE, FORMS, InstrumentDefinition, Item, Text
from survey.instruments.item_types import ITEM_TYPES
from survey.instruments.problems import Finding, Place, finding
from survey.instruments.texts import same_words

MAX_ITEMS = 40

# The respondent's page has 14,000 bytes compressed for everything; markup, style and script need the rest.
PAGE_TEXT_BYTES = 6_000

# An item's fields that decide which cell it stands in and how it is answered.
_STRUCTURE = frozenset({"id", "topic", "level", "form", "kind", "purpose", "options"})
_SCORED_ONLY = ("topic", "level", "guess", "parallel", "knows")


def check_definition(definition: InstrumentDefinition, unreadable: Collection[Place] = ()) -> list[Finding]:
    """Return what is wrong with a definition. Parts that could not be read are not blamed a second time."""
    findings = [found for check in ITEM_CHECKS for found in _each_item(definition, check, unreadable)]
    findings += [found for check in WHOLE_CHECKS for found in check(definition)]
    if not any(_is_structure(place) for place in unreadable):
        findings += [found for check in STRUCTURE_CHECKS for found in check(definition)]
    return findings


def _each_item(
    definition: InstrumentDefinition, check: Callable[[Item, Place], Iterator[Finding]], unreadable: Collection[Place]
) -> Iterator[Finding]:
    for index, item in enumerate(definition.items):
        place: Place = ("items", index)
        if not any(_hides_options(faulty, place) for faulty in unreadable):
            yield from check(item, place)


def _hides_options(faulty: Place, item: Place) -> bool:
    """Whether a fault leaves open how many options an item has, or which of them are marked."""
    return faulty in (item, (*item, "options")) or (
        faulty[:2] == item and len(faulty) == 5 and faulty[4] in ("correct", "exclusive")
    )


def _is_structure(place: Place) -> bool:
    if place[:1] == ("items",):
        return len(place) <= 2 or (len(place) == 3 and place[2] in _STRUCTURE)
    return not place or place[0] in ("topics", "levels", "mastery")


# One item


def _key(item: Item, place: Place) -> Iterator[Finding]:
    options = (*place, "options")
    if not item.scored and item.key:
        yield finding("unscored_key", (*options, min(item.key) - 1), id=item.id)
    elif item.scored and not item.key:
        yield finding("no_key", options, id=item.id)
    elif item.kind == "single" and len(item.key) > 1:
        yield finding("two_keys", options, id=item.id, count=len(item.key))


def _number_of_options(item: Item, place: Place) -> Iterator[Finding]:
    count, limit = len(item.options), ITEM_TYPES[item.kind].max_options
    if count < 2:
        yield finding("few_options", (*place, "options"), id=item.id, count=count)
    if count > limit:
        yield finding("many_options", (*place, "options"), id=item.id, count=count, limit=limit)


def _same_options(item: Item, place: Place) -> Iterator[Finding]:
    first: dict[str, int] = {}
    for index, option in enumerate(item.options):
        words = same_words(option.text[BASE_LANGUAGE])
        if words and words in first:
            text = option.text[BASE_LANGUAGE]
            yield finding("duplicate_option", (*place, "options", index), first=first[words] + 1, text=text)
        first.setdefault(words, index)


def _exclusive(item: Item, place: Place) -> Iterator[Finding]:
    exclusive = item.exclusive_codes
    if not exclusive:
        return
    option = (*place, "options", min(exclusive) - 1)
    if item.kind == "single":
        yield finding("exclusive_single", option, id=item.id)
    elif exclusive != {len(item.options)}:
        yield finding("exclusive_not_last", option, id=item.id)
    if exclusive & item.key:
        yield finding("exclusive_key", option, id=item.id)


def _unscored(item: Item, place: Place) -> Iterator[Finding]:
    if item.scored:
        return
    if item.demanded:
        yield finding("unscored_demanded", (*place, "demanded"), id=item.id)
    for name in _SCORED_ONLY:
        if getattr(item, name) is not None:
            yield finding("unscored_field", (*place, name), id=item.id, name=name)


# The instrument as a whole


def _duplicate_ids(definition: InstrumentDefinition) -> Iterator[Finding]:
    first: dict[str, int] = {}
    for index, item in enumerate(definition.items):
        if item.id and item.id in first:
            yield finding("duplicate_id", ("items", index, "id"), id=item.id, first=first[item.id] + 1)
        first.setdefault(item.id, index)


def _translations(definition: InstrumentDefinition) -> Iterator[Finding]:
    for language in definition.languages:
        for place, text in _respondent_texts(definition):
            if text[BASE_LANGUAGE] and not text.get(language):
                yield finding("missing_translation", place, language=language)


def _respondent_texts(definition: InstrumentDefinition) -> Iterator[tuple[Place, Text]]:
    yield ("title",), definition.title
    yield ("intro",), definition.intro
    for index, item in enumerate(definition.items):
        yield ("items", index, "stem"), item.stem
        for option_index, option in enumerate(item.options):
            yield ("items", index, "options", option_index), option.text


def _page_budget(definition: InstrumentDefinition) -> Iterator[Finding]:
    for form in definition.forms:
        size = page_text_bytes(definition, form)
        if size > PAGE_TEXT_BYTES:
            yield finding("page_budget", ("items",), form=form, size=size, limit=PAGE_TEXT_BYTES)


def page_text_bytes(definition: InstrumentDefinition, form: str) -> int:
    """Return the compressed size of the words that a respondent gets with one form, in the longest language."""
    items = definition.items_of(form)
    texts = [definition.title, definition.intro, *(item.stem for item in items)]
    texts += [option.text for item in items for option in item.options]
    return max(
        len(zlib.compress("\n".join(text.get(language, "") for text in texts).encode(), 9))
        for language in definition.languages or (BASE_LANGUAGE,)
    )


def _number_of_items(definition: InstrumentDefinition) -> Iterator[Finding]:
    for form in definition.forms:
        count = len(definition.items_of(form))
        if count > MAX_ITEMS:
            yield finding("many_items", ("items",), form=form, count=count, limit=MAX_ITEMS)


# Forms, cells and the rule: meaningful only where every item's topic, level, form, kind and options could be read


def _covered(definition: InstrumentDefinition) -> Iterator[Finding]:
    if not any(item.scored for item in definition.items):
        yield finding("no_items", ("items",))
        return
    for form in definition.forms:
        items = definition.scored_items(form)
        for code in definition.topic_codes:
            if not any(item.topic == code for item in items):
                yield finding("topic_without_items", ("topics", code), form=form, topic=code)
        for code in definition.level_codes:
            if not any(item.level == code for item in items):
                yield finding("level_without_items", ("levels", code), form=form, level=code)


def _equal_forms(definition: InstrumentDefinition) -> Iterator[Finding]:
    """Both forms need the same number of items in each cell, else their shares cannot be pooled."""
    if len(definition.forms) < len(FORMS):
        return
    cells_a, cells_b = (Counter((item.topic, item.level) for item in definition.scored_items(form)) for form in FORMS)
    for cell in sorted(set(cells_a) | set(cells_b), key=str):
        if cells_a[cell] != cells_b[cell]:
            topic, level = cell
            yield finding("forms_differ", ("items",), topic=topic, level=level, a=cells_a[cell], b=cells_b[cell])


def _must_pass(definition: InstrumentDefinition) -> Iterator[Finding]:
    known = {item.id for item in definition.items if item.scored}
    for index, item_id in enumerate(definition.mastery.must_pass):
        if item_id not in known:
            yield finding("must_pass_unknown", ("mastery", "must_pass", index), id=item_id)


def _guessing(definition: InstrumentDefinition) -> Iterator[Finding]:
    for form in definition.forms:
        items = definition.scored_items(form)
        if not items or any(not item.options for item in items):
            continue
        figures = guess_figures(definition, form)
        if figures.blind > GUESS_LIMIT:
            yield finding(
                "guess_too_easy",
                ("mastery",),
                form=form,
                blind=f"{float(figures.blind):.4f}",
                limit=f"{float(GUESS_LIMIT):.2f}",
                informed="-" if figures.informed is None else f"{float(figures.informed):.4f}",
            )


@dataclass(frozen=True, slots=True)
class GuessFigures:
    """How likely someone who knows nothing passes: by picking blindly, and with the items' own estimates."""

    blind: Fraction
    informed: Fraction | None


def guess_figures(definition: InstrumentDefinition, form: str) -> GuessFigures:
    """Return both figures for one form; the second is None unless every scored item has a `guess`."""
    items = definition.scored_items(form)
    blind = [ITEM_TYPES[item.kind].blind_chance(len(item.options)) for item in items]
    own = [Fraction(str(item.guess)) for item in items if item.guess is not None]
    return GuessFigures(
        blind=_pass_probability(definition, items, blind),
        informed=_pass_probability(definition, items, own) if len(own) == len(items) else None,
    )


def _pass_probability(definition: InstrumentDefinition, items: Sequence[Item], chances: Sequence[Fraction]) -> Fraction:
    rule = definition.mastery
    by_topic: dict[str, list[Fraction]] = {}
    forced: dict[str, list[bool]] = {}
    for item, chance in zip(items, chances, strict=True):
        by_topic.setdefault(item.topic or "", []).append(chance)
        forced.setdefault(item.topic or "", []).append(item.id in rule.must_pass)
    return pass_probability(by_topic, rule, forced)


ITEM_CHECKS = (_key, _number_of_options, _same_options, _exclusive, _unscored)
WHOLE_CHECKS = (_duplicate_ids, _translations, _page_budget, _number_of_items)
STRUCTURE_CHECKS = (_covered, _equal_forms, _must_pass, _guessing)
