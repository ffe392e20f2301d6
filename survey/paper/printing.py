"""Sets answer sheets and question papers as PDF with typst. Runs in the child process of `jobs` only.

The texts and every position go in as JSON beside the template: the reader uses the same numbers.
"""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any

import typst

from survey.config import PROJECT
from survey.paper.contents import SheetRun
from survey.paper.layouts import (
    DIAMETER,
    EMPTY_EXAMPLE,
    FILLED_EXAMPLE,
    MARK_SIZE,
    MARKS,
    QR_BOX,
    TICKED_EXAMPLE,
)
from survey.paper.symbols import mark_svg, qr_svg

_TEMPLATES = PROJECT / "templates" / "print"
_FONTS = PROJECT / "survey" / "fonts"


def render_sheets(run: SheetRun) -> bytes:
    """Return one PDF with a page of A4 for each answer sheet."""
    data = asdict(run)
    data["frame"] = {
        "diameter": DIAMETER,
        "mark_size": MARK_SIZE,
        "marks": [{"svg": mark_svg(mark), "x": x, "y": y} for mark, (x, y) in MARKS.items()],
        "qr": dict(zip(("x", "y", "side"), QR_BOX, strict=True)),
        "filled": FILLED_EXAMPLE,
        "ticked": TICKED_EXAMPLE,
        "empty": EMPTY_EXAMPLE,
    }
    data["sheets"] = [{**asdict(sheet), "qr": qr_svg(sheet.payload)} for sheet in run.sheets]
    return _compile("sheet.typ", data)


def render_papers(run: SheetRun) -> bytes:
    """Return one PDF with the question paper of each form."""
    return _compile("booklet.typ", asdict(run))


def _compile(template: str, data: dict[str, Any]) -> bytes:
    pdf = typst.compile(
        str(_TEMPLATES / template),
        root=str(_TEMPLATES),
        font_paths=[str(_FONTS)],
        # Other fonts would step in silently for a missing letter, and differ from machine to machine.
        ignore_system_fonts=True,
        sys_inputs={"run": json.dumps(data, ensure_ascii=False)},
        pdf_standards=["ua-1"],
    )
    return bytes(pdf)
