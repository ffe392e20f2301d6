"""Sets a page of templates/print/ with typst. Runs in the child process of `jobs` only: web workers never load typst.

The texts go in as JSON beside the template, never into it, so no name of a school can be read as markup.
"""

from __future__ import annotations

import json
from typing import Any

import typst

from survey.config import PROJECT

_TEMPLATES = PROJECT / "templates" / "print"
_FONTS = PROJECT / "survey" / "fonts"


def set_pdf(template: str, data: object) -> bytes:
    """Return a tagged PDF of a template with its data."""
    return _compile(template, data, pdf_standards=["ua-1"])


def set_picture(template: str, data: object) -> bytes:
    """Return a PNG of a template of one page; one point of it is two pixels."""
    return _compile(template, data, format="png", ppi=144.0)


def _compile(template: str, data: object, **options: Any) -> bytes:
    made = typst.compile(
        str(_TEMPLATES / template),
        root=str(_TEMPLATES),
        font_paths=[str(_FONTS)],
        # Other fonts would step in silently for a missing letter, and differ from machine to machine.
        ignore_system_fonts=True,
        sys_inputs={"data": json.dumps(data, ensure_ascii=False)},
        **options,
    )
    return bytes(made)
