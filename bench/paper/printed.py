"""Prints sheets through the product's own path (typst PDF, drawn at 200 dpi) for people to fill in."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pypdfium2 as pdfium

from survey.core.codes import new_code
from survey.instruments.loader import load_instrument
from survey.paper.contents import SheetRun, printed_sheets, question_papers
from survey.paper.layouts import Layout, build_layout
from survey.paper.printing import render_sheets

PROJECT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Blank:
    """A printed, empty sheet: its picture at 200 dpi, its serial, form and layout."""

    picture: np.ndarray
    serial: str
    form: str
    layout: Layout


def print_blanks(instrument: str, number: int) -> list[Blank]:
    """Return so many empty sheets of one of the project's questionnaires, or of any file."""
    path = Path(instrument) if instrument.endswith(".yaml") else PROJECT / "questionnaires" / f"{instrument}.yaml"
    definition = load_instrument(path)
    layout = build_layout(definition)
    serials = [(new_code(8), definition.forms[n % len(definition.forms)]) for n in range(number)]
    run = SheetRun(
        organisation="Trường TH và THCS Ban Mai",
        campaign="Hiểu Nghị quyết 71 – học kỳ I, 2026-2027",
        group="Lớp 6A",
        closes="01/12/2026",
        is_demo=True,
        site="hr.example.vn",
        has_forms=len(definition.forms) > 1,
        layout=layout.to_dict(),
        sheets=printed_sheets("https://hr.example.vn", serials),
        papers=question_papers(definition),
        intro="",
    )
    document = pdfium.PdfDocument(render_sheets(run))
    return [
        Blank(document[n].render(scale=200 / 72, rev_byteorder=True).to_numpy()[:, :, :3].copy(), serial, form, layout)
        for n, (serial, form) in enumerate(serials)
    ]
