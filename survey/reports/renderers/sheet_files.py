"""Writes the figures of a report as an Excel file: a sheet for each table, numbers as numbers, words as words.

Runs in the child process of `jobs` only: web workers never load XlsxWriter.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from io import BytesIO

from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from survey.reports.documents import Block, Cell, Column, Drawing, Kind, Points, ReportDocument, Section, Table
from survey.reports.renderers.archives import freeze_archive
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
    walk,
)
from survey.reports.renderers.sheet_formats import Formats, row_height, sheet_name
from survey.reports.renderers.wording import WORDING

# Nothing that a person wrote becomes a formula, a link or a number.
_OPTIONS = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False, "in_memory": True}
# freeze_archive takes the time out; until then it only must not be the clock's.
_SOME_TIME = datetime(2026, 1, 1)  # noqa: DTZ001 - XlsxWriter takes it without a zone
# Characters a line of the widest column: longer words are wrapped.
WIDEST = 60
NARROWEST = 11
TEXT_WIDTH = 90
TERM_WIDTH = 32


def render(document: ReportDocument) -> bytes:
    """Return the report's tables as XLSX; equal reports give equal bytes."""
    document = prepared(document)
    target = BytesIO()
    with Workbook(target, _OPTIONS) as book:
        head = document.letterhead
        book.set_properties(
            {
                "title": file_title(document)[:255],
                "subject": document.period[:255],
                "author": head.issuer[:255],
                "company": head.issuer[:255],
                "created": _SOME_TIME,
            }
        )
        SheetWriter(book, document).write()
    return freeze_archive(target.getvalue())


class SheetWriter:
    """Writes the sheets of one report."""

    def __init__(self, book: Workbook, document: ReportDocument) -> None:
        self.book = book
        self.document = document
        self.words = WORDING[document.language]
        self.formats = Formats(book)
        self.captions = captions(document)
        blocks = walk([*document.sections, *document.annexes])
        self.tables = [block for block in blocks if isinstance(block, Table)]
        taken = {self.words.summary_sheet.lower(), self.words.definitions_sheet.lower()}
        self.names = {table.name: sheet_name(self.captions[table.name], taken) for table in self.tables}

    def write(self) -> None:
        """Write all sheets: the report in words, each table, the definitions."""
        self._write_summary()
        for table in self.tables:
            self._write_table(table)
        if self.document.definitions:
            self._write_definitions()

    def _sheet(self, name: str) -> Worksheet:
        sheet: Worksheet = self.book.add_worksheet(name)
        sheet.set_paper(9)  # A4
        sheet.set_margins(left=0.6, right=0.6, top=0.8, bottom=0.8)
        sheet.fit_to_pages(1, 0)
        sheet.set_footer("&C&P / &N")
        if marks(self.document):
            sheet.set_header("&R&B" + " · ".join(marks(self.document)))
        return sheet

    def _write_summary(self) -> None:
        sheet, document = self._sheet(self.words.summary_sheet), self.document
        sheet.set_column(0, 0, TEXT_WIDTH)
        lines = letterhead_lines(document)
        rows: list[tuple[str, Format]] = [
            *((mark, self.formats.mark) for mark in marks(document)),
            (lines.superior, self.formats.words),
            (lines.issuer, self.formats.strong),
            (f"{document.kind}: {document.subject}", self.formats.title),
            (self.words.period.format(period=document.period), self.formats.words),
            (document.release, self.formats.words),
        ]
        rows += self._block_rows(document.opening)
        for number, part in enumerate(document.sections, start=1):
            rows += self._part_rows(part, f"{roman(number)}. {part.title.upper()}")
        for name, annex in zip(annex_titles(document), document.annexes, strict=False):
            rows += self._part_rows(Section(annex.title, annex.blocks, annex.parts), f"{name}. {annex.title.upper()}")
        shown = [(text, form) for text, form in rows if text]
        for row, (text, form) in enumerate(shown):
            sheet.set_row(row, row_height((text, TEXT_WIDTH if form is not self.formats.title else TEXT_WIDTH * 0.8)))
            sheet.write_string(row, 0, text, form)
        self._write_contents(sheet, len(shown) + 1)

    def _part_rows(self, part: Section, title: str) -> list[tuple[str, Format]]:
        rows = [(title, self.formats.heading), *self._block_rows(part.blocks)]
        for number, inner in enumerate(part.parts, start=1):
            rows += self._part_rows(inner, f"{number}. {inner.title}")
        if not part.blocks and not part.parts:
            rows.append((self.words.nothing, self.formats.words))
        return rows

    def _block_rows(self, blocks: Sequence[Block]) -> list[tuple[str, Format]]:
        rows: list[tuple[str, Format]] = []
        for block in blocks:
            if isinstance(block, Table):
                rows.append((self.captions[block.name], self.formats.words))
            elif isinstance(block, Drawing):
                rows.append((f"{self.captions[block.name]}. {block.alternative}", self.formats.words))
            elif isinstance(block, Points):
                rows += [(f"- {point}", self.formats.words) for point in block.points]
            else:
                rows += [(line, self.formats.words) for line in lines_of(block.text)]
        return rows

    def _write_contents(self, sheet: Worksheet, row: int) -> None:
        links = [(self.names[table.name], self.captions[table.name]) for table in self.tables]
        if self.document.definitions:
            links.append((self.words.definitions_sheet, all_annexes(self.document)[-1].title))
        if links:
            sheet.write_string(row, 0, self.words.contents, self.formats.heading)
        for place, (name, caption) in enumerate(links, start=1):
            sheet.write_url(row + place, 0, f"internal:'{name}'!A1", self.formats.link, caption)

    def _write_table(self, table: Table) -> None:
        sheet = self._sheet(self.names[table.name])
        sheet.write_string(0, 0, self.captions[table.name], self.formats.title_line)
        for place, mark in enumerate(marks(self.document), start=1):
            sheet.write_string(place, 0, mark, self.formats.mark_line)
        header = 1 + len(marks(self.document))
        widths = [_width(table, place) for place in range(len(table.columns))]
        for place, column in enumerate(table.columns):
            sheet.write_string(header, place, column.title, self.formats.header)
            sheet.set_column(place, place, widths[place])
        sheet.set_row(header, row_height(*((column.title, widths[i] - 2) for i, column in enumerate(table.columns))))
        sheet.freeze_panes(header + 1, 1)
        sheet.repeat_rows(header)
        if len(table.columns) > 6:
            sheet.set_landscape()
        for row, cells in enumerate(table.rows, start=header + 1):
            sheet.set_row(row, row_height(*((cell.text, widths[place]) for place, cell in enumerate(cells))))
            for place, (column, cell) in enumerate(zip(table.columns, cells, strict=True)):
                self._write_cell(sheet, row, place, column.kind, cell)
        if not table.rows:
            sheet.write_string(header + 1, 0, self.words.no_rows, self.formats.words)
        for place, note in enumerate(table.notes, start=header + 2 + max(len(table.rows), 1)):
            sheet.write_string(place, 0, note, self.formats.note)

    def _write_cell(self, sheet: Worksheet, row: int, place: int, kind: Kind, cell: Cell) -> None:
        if cell.number is None or kind in ("text", "date"):
            sheet.write_string(row, place, cell.text, self.formats.of_words(kind))
        else:
            # A difference of shares is counted in points: 0.39 is 39.
            number = cell.number * 100 if kind == "points" else cell.number
            sheet.write_number(row, place, number, self.formats.of_number(kind, cell.text))

    def _write_definitions(self) -> None:
        sheet = self._sheet(self.words.definitions_sheet)
        sheet.set_column(0, 0, TERM_WIDTH)
        sheet.set_column(1, 1, TEXT_WIDTH)
        sheet.write_string(0, 0, self.words.term, self.formats.header)
        sheet.write_string(0, 1, self.words.meaning, self.formats.header)
        sheet.freeze_panes(1, 1)
        for row, entry in enumerate(self.document.definitions, start=1):
            sheet.set_row(row, row_height((entry.term, TERM_WIDTH), (entry.meaning, TEXT_WIDTH)))
            sheet.write_string(row, 0, entry.term, self.formats.of_words("text"))
            sheet.write_string(row, 1, entry.meaning, self.formats.of_words("text"))


def _width(table: Table, place: int) -> float:
    column: Column = table.columns[place]
    longest = max((len(row[place].text) for row in table.rows), default=0)
    return min(max(longest * 1.1 + 2, len(column.title) * 0.62 + 3, NARROWEST), WIDEST)
