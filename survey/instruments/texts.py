"""What may stand in a text that people read: plain words on one line, and not too many of them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from survey.instruments.problems import Finding, Place, finding

_MARKUP = re.compile(r"<[A-Za-z/!][^>]*>?|&(?:[A-Za-z]{2,8}|#x?[0-9A-Fa-f]{1,6});")

# Control, format (zero-width and direction marks), surrogates, private use, line and paragraph separators.
_HIDDEN = frozenset({"Cc", "Cf", "Cs", "Co", "Zl", "Zp"})


def normalise(text: str) -> str:
    """Return the text with composed letters and without blanks at its ends.

    Keyboards differ in how they write "ế"; composed letters make equal texts equal and print in every font.
    """
    return unicodedata.normalize("NFC", text).strip()


def same_words(text: str) -> str:
    """Return a form in which texts that a reader would take for the same are equal."""
    return " ".join(normalise(text).casefold().split()).rstrip(".")


def text_findings(text: str, path: Place, limit: int) -> Iterator[Finding]:
    """Yield what is wrong with a text as such."""
    markup = _MARKUP.search(text)
    if markup:
        yield finding("markup", path, found=markup.group()[:20])
    hidden = next((sign for sign in text if unicodedata.category(sign) in _HIDDEN), None)
    if hidden:
        yield finding("control_character", path, code=f"{ord(hidden):04X}")
    if len(text) > limit:
        yield finding("too_long", path, length=len(text), limit=limit)
