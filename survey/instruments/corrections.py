"""Compares two versions of an instrument: is the new one the old one with corrected keys, and nothing else?

Only then do stored answers keep their meaning: they are positions of options, in the order of the form's items.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields, replace
from enum import StrEnum

from survey.core.errors import Conflict
from survey.instruments.definitions import InstrumentDefinition, Item

# What a correction may change besides the key itself: the words and the source that belong to it.
_MAY_CHANGE = {"options", "explanation", "source", "confidence", "knows"}


class Part(StrEnum):
    """What else differs between two versions."""

    INSTRUMENT = "instrument"
    AUDIENCE = "audience"
    TITLE = "title"
    INTRO = "intro"
    LANGUAGES = "languages"
    TOPICS = "topics"
    LEVELS = "levels"
    RULE = "rule"
    ITEMS = "items"
    ORDER = "order"
    STEM = "stem"
    OPTIONS = "options"
    KIND = "kind"
    PLACE = "place"


@dataclass(frozen=True, slots=True)
class Places:
    """Where an item stands: the forms that ask it, each with its number there."""

    by_form: tuple[tuple[str, int], ...]
    is_only_form: bool


@dataclass(frozen=True, slots=True)
class Difference:
    """The first thing that makes a version more than a correction; places: of the item it is about."""

    part: Part
    places: Places | None = None


class NotACorrection(Conflict):
    """The versions differ in more than keys, explanations and sources, or not at all (difference is None)."""

    def __init__(self, difference: Difference | None) -> None:
        super().__init__()
        self.difference = difference


@dataclass(frozen=True, slots=True)
class CorrectedItem:
    """One item before and after; where it stands."""

    old: Item
    new: Item
    places: Places

    @property
    def changes_key(self) -> bool:
        """Whether other options are right now, and not only the words about them."""
        return self.old.key != self.new.key


def corrections_between(old: InstrumentDefinition, new: InstrumentDefinition) -> tuple[CorrectedItem, ...]:
    """Return the items that the new version corrects, in its order; raises NotACorrection with what else differs."""
    difference = next(_differences(old, new), None)
    if difference is not None:
        raise NotACorrection(difference)
    found = tuple(
        CorrectedItem(before, after, places_of(new, after.id))
        for before, after in zip(old.items, new.items, strict=True)
        if before != after
    )
    if not found:
        raise NotACorrection(None)
    return found


def places_of(definition: InstrumentDefinition, item_id: str) -> Places:
    """Return under which numbers the forms ask an item."""
    found = [
        (form, number)
        for form in definition.forms
        for number, item in enumerate(definition.items_of(form), start=1)
        if item.id == item_id
    ]
    return Places(tuple(found), len(definition.forms) == 1)


def _differences(old: InstrumentDefinition, new: InstrumentDefinition) -> Iterator[Difference]:
    whole = {
        Part.INSTRUMENT: (old.key, new.key),
        Part.AUDIENCE: (old.audience, new.audience),
        Part.TITLE: (old.title, new.title),
        Part.INTRO: (old.intro, new.intro),
        Part.LANGUAGES: (old.languages, new.languages),
        Part.TOPICS: (old.topics, new.topics),
        Part.LEVELS: (old.levels, new.levels),
        Part.RULE: (old.mastery, new.mastery),
    }
    yield from (Difference(part) for part, (before, after) in whole.items() if before != after)
    ids = [item.id for item in old.items], [item.id for item in new.items]
    if set(ids[0]) != set(ids[1]):
        yield Difference(Part.ITEMS)
    elif ids[0] != ids[1]:
        yield Difference(Part.ORDER)
    else:
        for before, after in zip(old.items, new.items, strict=True):
            yield from (Difference(part, places_of(old, before.id)) for part in _item_differences(before, after))


def _item_differences(old: Item, new: Item) -> Iterator[Part]:
    if old.stem != new.stem:
        yield Part.STEM
    if old.kind != new.kind or old.scored != new.scored:
        yield Part.KIND
    unkeyed = [tuple(replace(option, correct=False) for option in item.options) for item in (old, new)]
    if unkeyed[0] != unkeyed[1]:
        yield Part.OPTIONS
    named = {"stem", "kind", "scored"} | _MAY_CHANGE
    others = (one.name for one in fields(Item) if one.name not in named)
    if any(getattr(old, name) != getattr(new, name) for name in others):
        yield Part.PLACE
