"""Writes a report as a tagged PDF (PDF/UA-1) in the layout of Decree 30/2020, Annex I, with typst."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from survey.reports.charts import draw_picture
from survey.reports.documents import Annex, Block, Cell, Column, Drawing, Points, ReportDocument, Section, Table
from survey.reports.renderers.outlines import (
    all_annexes,
    annex_titles,
    captions,
    file_title,
    letterhead_lines,
    lines_of,
    marks,
    prepared,
    roman,
)
from survey.reports.renderers.tables import fit_table
from survey.reports.renderers.typesetting import typeset
from survey.reports.renderers.wording import WORDING


def render(document: ReportDocument) -> bytes:
    """Return the report as PDF; equal reports give equal bytes."""
    document = prepared(document)
    annexes = zip(annex_titles(document), all_annexes(document), strict=True)
    named = captions(document)
    data = {
        "language": document.language,
        "title": file_title(document),
        "author": document.letterhead.issuer,
        "kind": document.kind.upper(),
        "subject": document.subject,
        "period": WORDING[document.language].period.format(period=document.period),
        "release": document.release,
        "marks": " · ".join(marks(document)),
        "words": asdict(WORDING[document.language]),
        "letterhead": asdict(letterhead_lines(document)),
        "opening": {"blocks": [_block(block, named) for block in document.opening], "parts": []},
        "sections": [
            {"title": f"{roman(number)}. {part.title.upper()}", **_part(part, named)}
            for number, part in enumerate(document.sections, start=1)
        ],
        "annexes": [{"name": name, "title": annex.title.upper(), **_part(annex, named)} for name, annex in annexes],
        "definitions": _definitions(document),
    }
    return typeset("report.typ", data, "LiberationSerif")


def _part(part: Section | Annex, named: Mapping[str, str]) -> dict[str, Any]:
    return {
        "blocks": [_block(block, named) for block in part.blocks],
        "parts": [
            {"title": f"{number}. {inner.title}", **_part(inner, named)}
            for number, inner in enumerate(part.parts, start=1)
        ],
    }


def _block(block: Block, named: Mapping[str, str]) -> dict[str, Any]:
    if isinstance(block, Table):
        return _table(block.columns, block.rows, caption=named[block.name], notes=block.notes)
    if isinstance(block, Drawing):
        svg = draw_picture(block.picture, "print").decode()
        return {"type": "drawing", "caption": named[block.name], "alternative": block.alternative, "svg": svg}
    if isinstance(block, Points):
        return {"type": "points", "points": _lines(block.points)}
    return {"type": "text", "lines": _lines([block.text])}


def _table(
    columns: Sequence[Column], rows: Sequence[Sequence[Cell]], *, caption: str = "", notes: Sequence[str] = ()
) -> dict[str, Any]:
    fit = fit_table(columns, rows)
    return {
        "type": "table",
        "caption": caption,
        "size": fit.size,
        "widths": list(fit.widths),
        "titles": [column.title for column in columns],
        "are_words": [column.kind in ("text", "date") for column in columns],
        "rows": [[cell.text for cell in row] for row in rows],
        "notes": list(notes),
    }


def _definitions(document: ReportDocument) -> dict[str, Any] | None:
    if not document.definitions:
        return None
    words = WORDING[document.language]
    columns = (Column(words.term), Column(words.meaning, weight=2.4))
    return _table(columns, [(Cell(entry.term), Cell(entry.meaning)) for entry in document.definitions])


def _lines(texts: Sequence[str]) -> list[str]:
    return [line for text in texts for line in lines_of(text)]
