"""Sets sign-in sheets as PDF with typst. Runs in the child process of `jobs` only: web workers never load typst."""

from __future__ import annotations

import json
from dataclasses import asdict

import typst

from survey.activities.sheet_content import SignInContent
from survey.config import PROJECT

_TEMPLATES = PROJECT / "templates" / "print"
_FONTS = PROJECT / "survey" / "fonts"


def render_sign_in_sheet(content: SignInContent) -> bytes:
    """Return a PDF with empty lines for names and signatures."""
    pdf = typst.compile(
        str(_TEMPLATES / "sign_in.typ"),
        root=str(_TEMPLATES),
        font_paths=[str(_FONTS)],
        # Other fonts would step in silently for a missing letter, and differ from machine to machine.
        ignore_system_fonts=True,
        sys_inputs={"sheet": json.dumps(asdict(content), ensure_ascii=False)},
        pdf_standards=["ua-1"],
    )
    return bytes(pdf)
