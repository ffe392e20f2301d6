"""Lays out the blocks of a report in Word: paragraphs, points, tables that repeat their header, pictures with words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from io import BytesIO

from docx.document import Document
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.oxml.xmlchemy import BaseOxmlElement
from docx.shared import Length, Mm, Pt
from docx.table import Table as WordTable

from survey.reports.charts import PRINTED_WIDTH, draw_picture
from survey.reports.documents import Block, Cell, Column, Drawing, Points, ReportDocument, Section, Table
from survey.reports.renderers.outlines import captions, lines_of
from survey.reports.renderers.tables import CELL_SIDES, PAGE_WIDTH, fit_table
from survey.reports.renderers.word_xml import describe, element, keep_row, set_cell_margins, set_columns
from survey.reports.renderers.wording import WORDING

TEXT_WIDTH = Mm(PAGE_WIDTH)
WORDS = ("text", "date")
SHORT_TABLE = 13


class BlockWriter:
    """Writes blocks one after the other at the end of a Word document."""

    def __init__(self, word: Document, document: ReportDocument) -> None:
        self.word = word
        self.words = WORDING[document.language]
        self.captions: Mapping[str, str] = captions(document)

    def write_part(self, blocks: Sequence[Block], parts: Sequence[Section], level: int = 2) -> None:
        """Write the blocks of a section or annex, then its numbered parts."""
        for block in blocks:
            self.write(block)
        for number, part in enumerate(parts, start=1):
            self.word.add_paragraph(f"{number}. {part.title}", f"Heading {min(level, 3)}")
            self.write_part(part.blocks, part.parts, level + 1)
        if not blocks and not parts:
            self.word.add_paragraph(self.words.nothing, "Body Text")

    def write(self, block: Block) -> None:
        """Write one block."""
        if isinstance(block, Table):
            self._table(block)
        elif isinstance(block, Drawing):
            self._drawing(block)
        elif isinstance(block, Points):
            for point in block.points:
                self.word.add_paragraph(f"- {point}", "Report Point")
        else:
            for line in lines_of(block.text):
                self.word.add_paragraph(line, "Body Text")

    def add_table(
        self, columns: Sequence[Column], rows: Sequence[Sequence[Cell]], *, has_notes: bool = False
    ) -> WordTable:
        """Add a table with a header row that is repeated on every page; a short one stays on one page."""
        table: WordTable = self.word.add_table(1, len(columns), "Table Grid")
        table.alignment = WD_TABLE_ALIGNMENT.CENTER
        fit = fit_table(columns, rows)
        set_columns(table, [Mm(width) for width in fit.widths])
        set_cell_margins(table, Mm(CELL_SIDES), Mm(0.5))
        size = Pt(fit.size)
        header = table.rows[0]
        for cell, column, width in zip(header.cells, columns, fit.widths, strict=True):
            cell.width = Mm(width)
            _write_cell(cell._tc, column.title, "center", size, is_bold=True)
        keep_row(header._tr, is_header=True)
        for row in rows or [[Cell(self.words.no_rows), *[Cell("")] * (len(columns) - 1)]]:
            table._tbl.append(_row(columns, row, header._tr, size))
        _keep_together(table, has_notes=has_notes)
        return table

    def _table(self, table: Table) -> None:
        caption = self.word.add_paragraph(self.captions[table.name], "Caption")
        caption.paragraph_format.keep_with_next = True
        made = self.add_table(table.columns, table.rows, has_notes=bool(table.notes))
        made._tbl.tblPr.append(element("w:tblCaption", val=table.caption))
        for note in table.notes:
            self.word.add_paragraph(note, "Report Note")
        # Two tables without a paragraph between them would become one; after notes it is the space below.
        self.word.add_paragraph(style="Report Rule").paragraph_format.space_after = Pt(6)

    def _drawing(self, drawing: Drawing) -> None:
        run = self.word.add_paragraph(style="Report Picture").add_run()
        picture = draw_picture(drawing.picture, "print", "png")
        shape = run.add_picture(BytesIO(picture), width=Mm(PRINTED_WIDTH))
        describe(shape._inline.docPr, name=drawing.name, alternative=drawing.alternative)
        self.word.add_paragraph(self.captions[drawing.name], "Caption").paragraph_format.space_after = Pt(8)


def _row(columns: Sequence[Column], cells: Sequence[Cell], like: BaseOxmlElement, size: Length) -> BaseOxmlElement:
    """Return a row of the table; made directly, because python-docx looks up every cell of a long table anew."""
    row = OxmlElement("w:tr")
    keep_row(row)
    for column, cell, model in zip(columns, cells, like.findall(qn("w:tc")), strict=True):
        made = OxmlElement("w:tc")
        properties = element("w:tcPr")
        width = model.find(f"{qn('w:tcPr')}/{qn('w:tcW')}")
        properties.append(element("w:tcW", type="dxa", w=width.get(qn("w:w"))))
        made.append(properties)
        made.append(OxmlElement("w:p"))
        _write_cell(made, cell.text, "left" if column.kind in WORDS else "right", size)
        row.append(made)
    return row


def _keep_together(table: WordTable, *, has_notes: bool) -> None:
    """Keep the rows of a short table on one page, the first rows of a long one with its header, the last with notes."""
    rows = table._tbl.findall(qn("w:tr"))
    kept = rows[:-1] if len(rows) <= SHORT_TABLE else rows[:2]
    for row in [*kept, *(rows[-1:] if has_notes else [])]:
        for properties in row.iter(qn("w:pPr")):
            properties.find(qn("w:pStyle")).addnext(element("w:keepNext"))


def _write_cell(cell: BaseOxmlElement, text: str, side: str, size: Length, *, is_bold: bool = False) -> None:
    paragraph = cell.find(qn("w:p"))
    properties = element("w:pPr")
    properties.append(element("w:pStyle", val="ReportTable"))
    properties.append(element("w:jc", val=side))
    paragraph.insert(0, properties)
    run = OxmlElement("w:r")
    look = element("w:rPr")
    if is_bold:
        look.append(element("w:b"))
    look.append(element("w:sz", val=round(size.pt * 2)))
    look.append(element("w:szCs", val=round(size.pt * 2)))
    run.append(look)
    words = OxmlElement("w:t")
    words.text = " ".join(text.split("\n"))
    words.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
    run.append(words)
    paragraph.append(run)
