"""Sets posters as PDF with typst. Runs in the child process of `jobs` only: web workers never load typst.

The texts go in as JSON beside the template, never into it, so no name of a school can be read as markup.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict

import typst

from survey.collection.poster_content import PosterContent
from survey.collection.qr import QUIET_ZONE, matrix, svg
from survey.config import PROJECT

_TEMPLATES = PROJECT / "templates" / "print"
_FONTS = PROJECT / "survey" / "fonts"


def render_posters(posters: Sequence[PosterContent]) -> bytes:
    """Return one PDF with a page of A4 for each poster."""
    pages = [
        {
            **asdict(poster),
            "qr": svg(poster.payload),
            # The template makes the symbol itself 16 cm wide; the quiet zone comes on top.
            "modules": len(matrix(poster.payload)),
            "quiet": QUIET_ZONE,
        }
        for poster in posters
    ]
    pdf = typst.compile(
        str(_TEMPLATES / "poster.typ"),
        root=str(_TEMPLATES),
        font_paths=[str(_FONTS)],
        # Other fonts would step in silently for a missing letter, and differ from machine to machine.
        ignore_system_fonts=True,
        sys_inputs={"posters": json.dumps(pages, ensure_ascii=False)},
        pdf_standards=["ua-1"],
    )
    return bytes(pdf)
