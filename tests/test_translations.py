"""English: every Vietnamese text has a translation, with the same places to fill, and the compiled file is current."""

from __future__ import annotations

import gettext
import re
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

PROJECT = Path(__file__).resolve().parent.parent
FOLDER = PROJECT / "survey" / "translations" / "en" / "LC_MESSAGES"
METHODS = [("survey/**.py", "python"), ("templates/**.html", "jinja2")]
KEYWORDS = {"_": None, "_l": None, "gettext": None, "lazy_gettext": None, "ngettext": (1, 2), "N_": None}
PLACE = re.compile(r"%\(\w+\)[sd]|%%|\{\w*\}")


@pytest.fixture(scope="module")
def used() -> set[str]:
    """Every text that the code and the templates ask for."""
    found = set()
    for _file, _line, message, _comments, _context in extract_from_dir(
        PROJECT, METHODS, keywords=KEYWORDS, directory_filter=lambda path: Path(path).name not in {".venv", "instance"}
    ):
        found.add(message if isinstance(message, str) else message[0])
    return found


@pytest.fixture(scope="module")
def english() -> Catalog:
    """The English texts."""
    with (FOLDER / "messages.po").open("rb") as file:
        return read_po(file, locale="en")


def forms(message: object) -> list[str]:
    """Return a catalogue entry's words: one text, or each form of a plural."""
    return [str(form) for form in message] if isinstance(message, list | tuple) else [str(message)]


def test_every_text_has_an_english_translation(used: set[str], english: Catalog) -> None:
    words = {forms(entry.id)[0]: forms(entry.string) for entry in english if entry.id}
    assert [text for text in sorted(used) if not all(words.get(text, [""]))] == []


def test_translations_fill_the_same_places(english: Catalog) -> None:
    for entry in english:
        if entry.id:
            source = forms(entry.id)[0]
            for target in forms(entry.string):
                assert sorted(PLACE.findall(source)) == sorted(PLACE.findall(target)), source


def test_the_compiled_file_is_current(english: Catalog) -> None:
    with (FOLDER / "messages.mo").open("rb") as file:
        compiled = gettext.GNUTranslations(file)
    for entry in english:
        if entry.id and isinstance(entry.id, str):
            assert compiled.gettext(entry.id) == entry.string
        elif entry.id:
            assert [compiled.ngettext(*entry.id, number) for number in (1, 2)] == forms(entry.string)
