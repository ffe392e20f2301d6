"""The typed doors to translations in this feature, named so that the collector of texts finds them."""

from __future__ import annotations

from flask_babel import gettext
from flask_babel import ngettext as _ngettext


def _(text: str, **parts: object) -> str:
    """Return a text in the reader's language, with its parts filled in."""
    return str(gettext(text, **parts))


def ngettext(one: str, many: str, count: int, /, **parts: object) -> str:
    """Return a text that counts something: the count says which form a language takes, the parts what is shown."""
    return str(_ngettext(one, many, count, **parts))
