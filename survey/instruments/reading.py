"""Turn a file's plain values into definition records, and note every field that cannot be read.

Each field is listed once, in FIELDS_OF, which the README of the format documents. What fields mean together is for
`checks` to judge.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from fractions import Fraction
from typing import Any

from analysis.mastery import MasteryRule
from survey.core.vocabulary import LEVELS, TOPICS
from survey.instruments.definitions import (
    AUDIENCES,
    BASE_LANGUAGE,
    CONFIDENCES,
    FORMS,
    KINDS,
    PARALLELS,
    PURPOSES,
    Category,
    InstrumentDefinition,
    Item,
    Option,
    Text,
)
from survey.instruments.problems import Place, finding
from survey.instruments.source import Source
from survey.instruments.texts import normalise, text_findings

_SCORED_ITEM = {
    "id": True,
    "topic": True,
    "level": True,
    "stem": True,
    "options": True,
    "form": False,
    "kind": False,
    "purpose": False,
    "keep_order": False,
    "demanded": False,
    "explanation": False,
    "source": False,
    "confidence": False,
    "guess": False,
    "parallel": False,
    "knows": False,
}

# Part of a file -> its fields, and whether each must be there.
FIELDS_OF: Mapping[str, Mapping[str, bool]] = {
    "instrument": {
        "key": True,
        "audience": True,
        "title": True,
        "intro": True,
        "topics": True,
        "levels": True,
        "items": True,
        "mastery": False,
        "languages": False,
    },
    "mastery": {"cut": False, "topic_cut": False, "must_pass": False},
    "scored item": _SCORED_ITEM,
    "unscored item": {**_SCORED_ITEM, "topic": False, "level": False, "purpose": True},
    "option": {"text": True, "correct": False, "exclusive": False},
}

LIMITS = {"title": 120, "intro": 400, "stem": 300, "option": 120, "explanation": 600, "knows": 600, "source": 1000}
CATEGORY_LIMIT = 60

_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,39}")
_LANGUAGE = re.compile(r"[a-z]{2,3}")
_SHARE = re.compile(r"\d{1,6}(\.\d{1,6})?|\d{1,4}/[1-9]\d{0,3}")

_NO_TEXT: Text = {BASE_LANGUAGE: ""}


def read_definition(source: Source) -> InstrumentDefinition | None:
    """Return the instrument as far as it can be read; findings are added to the source. None: not a mapping at all."""
    reader = _Reader(source)
    fields = reader.mapping(source.data, (), "instrument")
    if fields is None:
        return None
    topics = reader.categories(fields.get("topics"), ("topics",), TOPICS)
    levels = reader.categories(fields.get("levels"), ("levels",), LEVELS)
    # Where topics or levels cannot be read, items are held against all there are, not blamed one by one.
    codes = [topic.code for topic in topics] or TOPICS, [level.code for level in levels] or LEVELS
    return InstrumentDefinition(
        key=reader.code(fields.get("key"), ("key",)),
        audience=reader.choice(fields.get("audience"), ("audience",), AUDIENCES) or "",
        title=reader.text(fields.get("title"), ("title",), LIMITS["title"]),
        intro=reader.text(fields.get("intro"), ("intro",), LIMITS["intro"]),
        topics=topics,
        levels=levels,
        items=tuple(
            reader.item(value, ("items", place), *codes)
            for place, value in enumerate(reader.sequence(fields.get("items"), ("items",)))
        ),
        mastery=reader.mastery(fields.get("mastery"), ("mastery",)),
        languages=reader.languages(fields.get("languages"), ("languages",)),
    )


class _Reader:
    """Reads one kind of value a method; a value that cannot be read leaves a finding and a harmless stand-in."""

    def __init__(self, source: Source) -> None:
        self.source = source

    def note(self, code: str, path: Place, **values: object) -> None:
        """Add a finding."""
        self.source.findings.append(finding(code, path, **values))

    def wrong_type(self, path: Place, vi: str, en: str) -> None:
        """Note that something else is expected here."""
        self.note("wrong_type", path, expected_vi=vi, expected_en=en)

    def mapping(self, value: Any, path: Place, kind: str) -> dict[str, Any] | None:
        """Return the fields that the kind knows; unknown and missing ones are noted."""
        if not isinstance(value, dict):
            self.wrong_type(path, "các mục có tên (“tên: giá trị”)", "named fields (“name: value”)")
            return None
        known = FIELDS_OF[kind]
        for name in value:
            if name not in known:
                close = get_close_matches(name, known, n=1)
                vi, en = (f" (có phải “{close[0]}”?)", f" (“{close[0]}”?)") if close else ("", "")
                self.note("unknown_field", (*path, name), name=name, hint_vi=vi, hint_en=en)
        for name, required in known.items():
            if required and value.get(name) is None:
                self.note("missing_field", (*path, name), name=name)
        return {name: value[name] for name in value if name in known}

    def sequence(self, value: Any, path: Place) -> Sequence[Any]:
        """Return a list; nothing at all is an empty one."""
        if value is not None and not isinstance(value, list):
            self.wrong_type(path, "một danh sách (các dòng bắt đầu bằng “-”)", "a list (lines that begin with “-”)")
            return ()
        return value or ()

    def plain(self, value: Any, path: Place, limit: int) -> str | None:
        """Return one text without languages."""
        if value is None:
            return None
        if not isinstance(value, str):
            self.wrong_type(path, "một đoạn chữ", "a text")
            return None
        text = normalise(value)
        self.source.findings.extend(text_findings(text, path, limit))
        return text

    def text(self, value: Any, path: Place, limit: int) -> Text:
        """Return words by language: a plain text is Vietnamese. Nothing at all is noted by the caller's fields."""
        if isinstance(value, str):
            value = {BASE_LANGUAGE: value}
        if value is None:
            return _NO_TEXT
        if not isinstance(value, dict):
            self.wrong_type(path, "một đoạn chữ, hoặc chữ theo ngôn ngữ", "a text, or texts by language")
            return _NO_TEXT
        texts: dict[str, str] = {}
        for language, words in value.items():
            here = path if set(value) == {BASE_LANGUAGE} else (*path, language)
            if not _LANGUAGE.fullmatch(language):
                self.note("bad_language", here, value=language)
            elif (text := self.plain(words, here, limit)) is not None:
                texts[language] = text
        if not texts.get(BASE_LANGUAGE):
            self.note("missing_vi", path)
        return {BASE_LANGUAGE: "", **texts}

    def optional_text(self, value: Any, path: Place, limit: int) -> Text | None:
        """Return words by language, or None where nothing was written."""
        return None if value is None else self.text(value, path, limit)

    def code(self, value: Any, path: Place) -> str:
        """Return a code made of plain letters, digits, dashes."""
        if isinstance(value, str) and not _CODE.fullmatch(value):
            self.note("bad_code", path, value=value)
        elif value is not None and not isinstance(value, str):
            self.wrong_type(path, "một mã", "a code")
        return value if isinstance(value, str) else ""

    def choice(self, value: Any, path: Place, allowed: Sequence[str]) -> str | None:
        """Return one of the allowed codes."""
        if isinstance(value, str) and value in allowed:
            return value
        if value is not None:
            self.note("unknown_value", path, name=path[-1], value=value, allowed=", ".join(allowed))
        return None

    def flag(self, value: Any, path: Place, default: bool) -> bool:
        """Return true or false."""
        if value is None:
            return default
        return self.choice(value, path, ("true", "false")) == "true"

    def share(self, value: Any, path: Place, default: Fraction) -> Fraction:
        """Return a number from 0 to 1, written 0.4 or 4/5, exactly."""
        if value is None:
            return default
        if isinstance(value, str) and _SHARE.fullmatch(value) and Fraction(value) <= 1:
            return Fraction(value)
        self.note("bad_number", path, value=value)
        return default

    def categories(self, value: Any, path: Place, known: Sequence[str]) -> tuple[Category, ...]:
        """Return topics or levels; codes are common to all instruments, and so is their order."""
        if not isinstance(value, dict):
            if value is not None:
                self.wrong_type(path, "các mục có tên (“mã: tên gọi”)", "named entries (“code: title”)")
            return ()
        titles = {
            code: self.text(title, (*path, code), CATEGORY_LIMIT)
            for code, title in value.items()
            if self.choice(code, (*path, code), known)
        }
        for code, title in value.items():
            if title is None:
                self.note("missing_vi", (*path, code))
        if list(titles) != [code for code in known if code in titles]:
            self.note("category_order", path, name=path[-1], allowed=", ".join(known))
        return tuple(Category(code, title) for code, title in titles.items())

    def languages(self, value: Any, path: Place) -> tuple[str, ...]:
        """Return the languages that respondents are offered."""
        languages = self.sequence(value, path) or (BASE_LANGUAGE,)
        for place, language in enumerate(languages):
            if not (isinstance(language, str) and _LANGUAGE.fullmatch(language)):
                self.note("bad_language", (*path, place), value=language)
        if BASE_LANGUAGE not in languages:
            self.note("language_vi", path)
        return tuple(language for language in languages if isinstance(language, str))

    def mastery(self, value: Any, path: Place) -> MasteryRule:
        """Return the rule; what is left out keeps its usual value."""
        fields = self.mapping(value, path, "mastery") if value is not None else None
        if not fields:
            return MasteryRule()
        usual = MasteryRule()
        return MasteryRule(
            cut=self.share(fields.get("cut"), (*path, "cut"), usual.cut),
            topic_cut=self.share(fields.get("topic_cut"), (*path, "topic_cut"), usual.topic_cut),
            must_pass=tuple(
                self.code(item, (*path, "must_pass", place))
                for place, item in enumerate(self.sequence(fields.get("must_pass"), (*path, "must_pass")))
            ),
        )

    def item(self, value: Any, path: Place, topics: Sequence[str], levels: Sequence[str]) -> Item:
        """Return one question; with a purpose it is an unscored one."""
        scored = not (isinstance(value, dict) and value.get("purpose") is not None)
        fields = self.mapping(value, path, "scored item" if scored else "unscored item") or {}
        guess = fields.get("guess")
        return Item(
            id=self.code(fields.get("id"), (*path, "id")),
            topic=self.choice(fields.get("topic"), (*path, "topic"), topics),
            level=self.choice(fields.get("level"), (*path, "level"), levels),
            form=self.choice(fields.get("form"), (*path, "form"), FORMS),
            kind=self.choice(fields.get("kind"), (*path, "kind"), KINDS) or KINDS[0],
            scored=scored,
            stem=self.text(fields.get("stem"), (*path, "stem"), LIMITS["stem"]),
            options=self.options(fields.get("options"), (*path, "options")),
            keep_order=self.flag(fields.get("keep_order"), (*path, "keep_order"), default=False),
            explanation=self.optional_text(fields.get("explanation"), (*path, "explanation"), LIMITS["explanation"]),
            source=self.plain(fields.get("source"), (*path, "source"), LIMITS["source"]),
            confidence=self.choice(fields.get("confidence"), (*path, "confidence"), CONFIDENCES),
            guess=None if guess is None else float(self.share(guess, (*path, "guess"), Fraction(0))),
            purpose=self.choice(fields.get("purpose"), (*path, "purpose"), PURPOSES),
            knows=self.optional_text(fields.get("knows"), (*path, "knows"), LIMITS["knows"]),
            demanded=self.flag(fields.get("demanded"), (*path, "demanded"), default=scored),
            parallel=self.choice(fields.get("parallel"), (*path, "parallel"), PARALLELS),
        )

    def options(self, value: Any, path: Place) -> tuple[Option, ...]:
        """Return the options in their order."""
        return tuple(self.option(option, (*path, place)) for place, option in enumerate(self.sequence(value, path)))

    def option(self, value: Any, path: Place) -> Option:
        """Return one option; words alone, plain or by language, are a wrong one."""
        if isinstance(value, str) or (isinstance(value, dict) and all(map(_LANGUAGE.fullmatch, value))):
            return Option(self.text(value, path, LIMITS["option"]))
        fields = self.mapping(value, path, "option") or {}
        return Option(
            text=self.text(fields.get("text"), (*path, "text"), LIMITS["option"]),
            correct=self.flag(fields.get("correct"), (*path, "correct"), default=False),
            exclusive=self.flag(fields.get("exclusive"), (*path, "exclusive"), default=False),
        )
