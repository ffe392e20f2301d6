"""Calls typst with our own fonts only. Runs in the child process of `jobs`: web workers never load typst.

Texts go in as JSON beside the template, never into it, so nothing that a person wrote can be read as markup.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from functools import cache
from typing import Any, Literal

import typst
from matplotlib.ft2font import FT2Font

from survey.config import PROJECT

_TEMPLATES = PROJECT / "templates" / "print"
_FONTS = PROJECT / "survey" / "fonts"
# A tagged PDF must draw every letter; what the font does not have (pictures of faces, say) becomes the first of these
# signs that it has.
_UNKNOWN = ("\u25a1", "?")
# Signs that only shape the letter before them go; a hyphen that does not break is a hyphen in our fonts.
_STAND_INS: Mapping[int, str | None] = {0x200D: None, 0xFE0E: None, 0xFE0F: None, 0x00AD: None, 0x2011: "-"}


# Words so long (addresses of pages, say) may be broken, by a sign without width after every few letters; Vietnamese
# words are never so long.
_LONG_WORD, _BREAK_AFTER, _BREAK = re.compile(r"\S{30,}"), re.compile(r"\S{1,8}"), "\u200b"

Family = Literal["LiberationSerif", "BeVietnamPro"]


def typeset(template: str, data: Mapping[str, Any], family: Family, form: Literal["pdf", "png"] = "pdf") -> bytes:
    """Return the template, which uses one family of fonts, filled in: as PDF/UA-1, or PNG with two pixels a point."""
    made: Any = typst.compile(
        str(_TEMPLATES / template),
        root=str(_TEMPLATES),
        font_paths=[str(_FONTS)],
        # Other fonts would step in silently for a missing letter, and differ from machine to machine.
        ignore_system_fonts=True,
        sys_inputs={"data": json.dumps(_drawable(data, _letters(family)), ensure_ascii=False), "form": form},
        format=form,
        ppi=144 if form == "png" else None,
        pdf_standards=["ua-1"] if form == "pdf" else [],
    )
    # Several pages come as a list; a picture has one.
    return bytes(made[0] if isinstance(made, list) else made)


def _drawable(data: Any, letters: frozenset[int]) -> Any:
    """Return the data with every text in letters that the fonts have."""
    if isinstance(data, str):
        text = _LONG_WORD.sub(lambda word: _BREAK.join(_BREAK_AFTER.findall(word.group())), data.translate(_STAND_INS))
        unknown = {code for code in map(ord, set(text)) if code not in letters}
        if not unknown:
            return text
        return text.translate(dict.fromkeys(unknown, next(sign for sign in _UNKNOWN if ord(sign) in letters)))
    if isinstance(data, Mapping):
        return {name: value if name == "svg" else _drawable(value, letters) for name, value in data.items()}
    if isinstance(data, list | tuple):
        return [_drawable(value, letters) for value in data]
    return data


@cache
def _letters(family: Family) -> frozenset[int]:
    """Return what every face of a family draws, and the ends of lines, which are not drawn at all."""
    maps = [frozenset(FT2Font(str(path)).get_charmap()) for path in sorted(_FONTS.glob(f"{family}-*.ttf"))]
    return frozenset.intersection(*maps) | {0x0A, 0x0D, 0x09, ord(_BREAK)}
