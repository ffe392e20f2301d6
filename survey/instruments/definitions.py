"""The records that describe an instrument: what is asked, what is right, and when somebody "clearly understands".

They are read from YAML by `loader`, checked by `checks`, kept as JSON in a published version, and handed to every
layer above. Nothing in here reads files or knows the database.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, TypeAlias

from analysis.mastery import MasteryRule, ScoredItem
from survey.core.vocabulary import Audience

# Language code -> words. Vietnamese ("vi") is always there, other languages where somebody translated them.
Text: TypeAlias = Mapping[str, str]

BASE_LANGUAGE = "vi"
AUDIENCES = tuple(str(audience) for audience in Audience)
FORMS = ("A", "B")
KINDS = ("single", "multiple")
PURPOSES = ("reach", "channel")
CONFIDENCES = ("high", "medium", "low")
PARALLELS = ("close", "loose")

# Offered on every scored item, as respectable as any answer; its code is 0.
DONT_KNOW_TEXT: Text = {"vi": "Tôi chưa rõ", "en": "I am not sure yet"}


def text_in(text: Text, language: str) -> str:
    """Return the words in the language asked for, or in Vietnamese where there is no translation."""
    return text.get(language) or text[BASE_LANGUAGE]


@dataclass(frozen=True, slots=True)
class Category:
    """A topic or a level: its code in data and files, and its title for people."""

    code: str
    title: Text


@dataclass(frozen=True, slots=True)
class Option:
    """One answer to choose. Its code is its position in the published order, from 1."""

    text: Text
    correct: bool = False
    exclusive: bool = False


@dataclass(frozen=True, slots=True)
class Item:
    """One question. Scored ones have a topic, a level and a key; the others ask for reach or channels."""

    id: str
    topic: str | None
    level: str | None
    form: str | None
    kind: str
    scored: bool
    stem: Text
    options: tuple[Option, ...]
    keep_order: bool = False
    explanation: Text | None = None
    source: str | None = None
    confidence: str | None = None
    guess: float | None = None
    purpose: str | None = None
    knows: Text | None = None
    demanded: bool = True
    parallel: str | None = None

    @property
    def key(self) -> frozenset[int]:
        """The codes of the right options; empty for an unscored question."""
        return frozenset(code for code, option in enumerate(self.options, start=1) if option.correct)

    @property
    def source_title(self) -> str:
        """The document that the key rests on; `source` is written as "document | address | address"."""
        return (self.source or "").partition(" | ")[0]

    @property
    def source_links(self) -> tuple[str, ...]:
        """The web addresses given for the key; nothing that is not http(s)."""
        return tuple(part for part in (self.source or "").split(" | ") if part.startswith(("https://", "http://")))

    @property
    def exclusive_codes(self) -> frozenset[int]:
        """The codes of options that rule out all others ("chưa nghe lần nào")."""
        return frozenset(code for code, option in enumerate(self.options, start=1) if option.exclusive)


@dataclass(frozen=True, slots=True)
class InstrumentDefinition:
    """A whole questionnaire for one audience, with both of its parallel forms."""

    key: str
    audience: str
    title: Text
    intro: Text
    topics: tuple[Category, ...]
    levels: tuple[Category, ...]
    items: tuple[Item, ...]
    mastery: MasteryRule = MasteryRule()
    languages: tuple[str, ...] = (BASE_LANGUAGE,)

    @property
    def forms(self) -> tuple[str, ...]:
        """The forms that exist: A and B, or A alone where no item belongs to one form."""
        return FORMS if any(item.form for item in self.items) else FORMS[:1]

    def items_of(self, form: str) -> tuple[Item, ...]:
        """Return what one form asks in the order of display, which is the order of packed answers too."""
        shown = [item for item in self.items if item.form in (None, form)]
        return (*(item for item in shown if item.scored), *(item for item in shown if not item.scored))

    def scored_items(self, form: str) -> tuple[Item, ...]:
        """Return the scored items of one form; `items_of` begins with them."""
        return tuple(item for item in self.items_of(form) if item.scored)

    def scoring_items(self, form: str) -> tuple[ScoredItem, ...]:
        """Return what `analysis.mastery.evaluate` needs to know of one form's scored items."""
        return tuple(
            ScoredItem(item.id, item.topic or "", item.level or "", item.key) for item in self.scored_items(form)
        )

    def item(self, item_id: str) -> Item:
        """Return the item with this id; KeyError if there is none."""
        for item in self.items:
            if item.id == item_id:
                return item
        raise KeyError(item_id)

    @property
    def topic_codes(self) -> tuple[str, ...]:
        """The codes of the topics; a topic's place here is its place in the mastery pattern."""
        return tuple(topic.code for topic in self.topics)

    @property
    def level_codes(self) -> tuple[str, ...]:
        """The codes of the levels, placed as in the mastery pattern."""
        return tuple(level.code for level in self.levels)

    @property
    def dont_know_text(self) -> Text:
        """The words of the answer with code 0, offered on every scored item."""
        return DONT_KNOW_TEXT

    def rule_in_words(self, language: str = BASE_LANGUAGE) -> str:
        """Say in a sentence when somebody clearly understands."""
        sizes = Counter(item.topic for item in self.scored_items(self.forms[0]))
        return self.mastery.in_words([sizes[code] for code in self.topic_codes], language)

    @property
    def content_hash(self) -> str:
        """SHA-256 of the canonical JSON: equal for equal content, whatever the YAML looked like."""
        return hashlib.sha256(canonical_json(self.to_dict()).encode()).hexdigest()

    def to_dict(self) -> dict[str, Any]:
        """Return the definition as plain values for JSON."""
        return {
            "key": self.key,
            "audience": self.audience,
            "title": dict(self.title),
            "intro": dict(self.intro),
            "topics": [_category_to_dict(topic) for topic in self.topics],
            "levels": [_category_to_dict(level) for level in self.levels],
            "items": [_item_to_dict(item) for item in self.items],
            "mastery": {
                "cut": str(self.mastery.cut),
                "topic_cut": str(self.mastery.topic_cut),
                "must_pass": list(self.mastery.must_pass),
            },
            "languages": list(self.languages),
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> InstrumentDefinition:
        """Rebuild a definition from what `to_dict` returned."""
        rule = data["mastery"]
        return cls(
            key=data["key"],
            audience=data["audience"],
            title=dict(data["title"]),
            intro=dict(data["intro"]),
            topics=tuple(Category(**topic) for topic in data["topics"]),
            levels=tuple(Category(**level) for level in data["levels"]),
            items=tuple(_item_from_dict(item) for item in data["items"]),
            mastery=MasteryRule(Fraction(rule["cut"]), Fraction(rule["topic_cut"]), tuple(rule["must_pass"])),
            languages=tuple(data["languages"]),
        )


def canonical_json(value: Any) -> str:
    """Return the one JSON text of a value: keys sorted, no spaces, letters as they are."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def _category_to_dict(category: Category) -> dict[str, Any]:
    return {"code": category.code, "title": dict(category.title)}


def _item_to_dict(item: Item) -> dict[str, Any]:
    return {name: _plain(getattr(item, name)) for name in Item.__dataclass_fields__}


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return dict(value)
    if isinstance(value, tuple):
        return [
            {"text": dict(option.text), "correct": option.correct, "exclusive": option.exclusive} for option in value
        ]
    return value


def _item_from_dict(data: Mapping[str, Any]) -> Item:
    return Item(**{**data, "options": tuple(Option(**option) for option in data["options"])})
