"""Lays out what stands around the text of a Word report: page header, letterhead, title, addressees, signature."""

from __future__ import annotations

from docx.document import Document
from docx.enum.text import WD_TAB_ALIGNMENT
from docx.shared import Length, Mm, Pt
from docx.table import Table, _Cell
from PIL import ImageFont

from survey.config import PROJECT
from survey.reports.documents import ReportDocument
from survey.reports.renderers.outlines import letterhead_lines, marks
from survey.reports.renderers.word_blocks import TEXT_WIDTH
from survey.reports.renderers.word_xml import add_page_number, draw_rule, keep_row, set_cell_margins, set_columns
from survey.reports.renderers.wording import WORDING

# Left the issuer, right the state's name, 95 mm in letters of 13 points; between them some room.
HALVES = (Mm(65), Mm(3), Mm(97))
SIGNATURE_HALVES = (Mm(80), Mm(85))
# Lines under issuer and subject: between a third and a half of the line.
SHORT_RULE = 0.4
ROOM_TO_SIGN = Pt(76)
_BOLD = PROJECT / "survey" / "fonts" / "LiberationSerif-Bold.ttf"


class FrameWriter:
    """Writes the frame of one report."""

    def __init__(self, word: Document, document: ReportDocument) -> None:
        self.word = word
        self.document = document
        self.words = WORDING[document.language]
        self.lines = letterhead_lines(document)

    def write_header(self) -> None:
        """Put the page's number on top of every page but the first, and the marks on every page."""
        standing = marks(self.document)
        section = self.word.sections[0]
        for header, is_first in ((section.header, False), (section.first_page_header, True)):
            paragraph = header.paragraphs[0]
            paragraph.style = self.word.styles["Header"]
            if not standing:
                if not is_first:
                    add_page_number(paragraph)
                continue
            paragraph.paragraph_format.alignment = 0  # left, for the tabs
            paragraph.paragraph_format.tab_stops.add_tab_stop(Mm(TEXT_WIDTH.mm / 2), WD_TAB_ALIGNMENT.CENTER)
            paragraph.paragraph_format.tab_stops.add_tab_stop(TEXT_WIDTH, WD_TAB_ALIGNMENT.RIGHT)
            paragraph.add_run("\t")
            if not is_first:
                add_page_number(paragraph)
            mark = paragraph.add_run("\t" + " · ".join(standing))
            mark.bold, mark.font.size = True, Pt(10)

    def write_letterhead(self) -> None:
        """Write issuer and state, number and date, kind and subject, period, addressees."""
        table = self._plain_table(2, HALVES)
        issuer, _, state = table.rows[0].cells
        _fill(issuer, self.lines.superior or self.lines.issuer, "Report Issuer", is_bold=not self.lines.superior)
        if self.lines.superior:
            self._add(issuer, self.lines.issuer, "Report Issuer", is_bold=True)
        self._rule(issuer, HALVES[0], HALVES[0].mm * SHORT_RULE)
        _fill(state, self.words.state, "Report State")
        self._add(state, self.words.motto, "Report Motto")
        self._rule(state, HALVES[-1], _printed_width(self.words.motto, 14))
        _fill(table.rows[1].cells[0], self.lines.number, "Report Number")
        _fill(table.rows[1].cells[-1], self.lines.place_and_date, "Report Date")
        self.word.add_paragraph(self.document.kind.upper(), "Title")
        self.word.add_paragraph(self.document.subject, "Subtitle")
        rule = self.word.add_paragraph(style="Report Rule")
        draw_rule(rule, available=TEXT_WIDTH, wanted=TEXT_WIDTH.mm * SHORT_RULE)
        self._write_period_and_addressees()

    def write_signature(self) -> None:
        """Write the recipients on the left, and on the right who signs, with room for signature and seal."""
        self.word.add_paragraph(style="Report Rule").paragraph_format.space_before = Pt(12)
        self.word.paragraphs[-1].paragraph_format.keep_with_next = True
        table = self._plain_table(1, SIGNATURE_HALVES)
        left, right = table.rows[0].cells
        if self.lines.recipients:
            _fill(left, self.words.recipients, "Report Recipients")
            for line in self.lines.recipients:
                self._add(left, line, "Report Recipient")
        first, *others = self.lines.authority or ("",)
        _fill(right, first, "Report Signer")
        for line in others:
            self._add(right, line, "Report Signer")
        right.add_paragraph(self.lines.signer, self.word.styles["Report Signer"])
        right.paragraphs[-1].paragraph_format.space_before = ROOM_TO_SIGN
        right.paragraphs[-1].paragraph_format.keep_with_next = False
        if not self.document.annexes and not self.document.definitions:
            self.word.add_paragraph(style="Report Rule")

    def _write_period_and_addressees(self) -> None:
        period = self.words.period.format(period=self.document.period)
        self.word.add_paragraph(period, "Report Period")
        if self.document.release:
            self.word.add_paragraph(self.document.release, "Report Period")
        one, many = Mm(30), Mm(42)
        for place, line in enumerate(self.lines.addressees):
            paragraph = self.word.add_paragraph(line, "Report Addressee")
            paragraph.paragraph_format.left_indent = one if place == 0 else many

    def _plain_table(self, rows: int, halves: tuple[Length, ...]) -> Table:
        table: Table = self.word.add_table(rows, len(halves))
        set_columns(table, halves)
        set_cell_margins(table, Mm(0), Mm(0))
        for row in table.rows:
            keep_row(row._tr)
            for cell, width in zip(row.cells, halves, strict=True):
                cell.width = width
        return table

    def _add(self, cell: _Cell, text: str, style: str, *, is_bold: bool = False) -> None:
        paragraph = cell.add_paragraph(style=self.word.styles[style])
        run = paragraph.add_run(text)
        run.bold = True if is_bold else None

    def _rule(self, cell: _Cell, available: Length, wanted: float) -> None:
        draw_rule(cell.add_paragraph(style=self.word.styles["Report Rule"]), available=available, wanted=wanted)


def _fill(cell: _Cell, text: str, style: str, *, is_bold: bool = False) -> None:
    paragraph = cell.paragraphs[0]
    paragraph.style = style
    paragraph.add_run(text).bold = True if is_bold else None


def _printed_width(text: str, size: float) -> float:
    """Return how wide a text stands in bold Times New Roman, in millimetres."""
    return ImageFont.truetype(str(_BOLD), 1000).getlength(text) * size / 1000 / 72 * 25.4
