"""Writes a report as a Word file in the layout of Decree 30/2020, Annex I.

Runs in the child process of `jobs` only: web workers never load python-docx.
"""

from __future__ import annotations

from io import BytesIO

import docx
from docx.document import Document
from docx.enum.section import WD_SECTION
from docx.opc.package import OpcPackage
from docx.shared import Mm, Pt
from docx.text.paragraph import Paragraph

from survey.reports.documents import Annex, Cell, Column, ReportDocument
from survey.reports.renderers.archives import freeze_archive
from survey.reports.renderers.outlines import all_annexes, annex_titles, file_title, letterhead_lines, prepared, roman
from survey.reports.renderers.word_blocks import BlockWriter
from survey.reports.renderers.word_frames import FrameWriter
from survey.reports.renderers.word_styles import set_styles
from survey.reports.renderers.word_xml import restart_pages
from survey.reports.renderers.wording import WORDING

# Top, bottom, left, right: within 20-25, 20-25, 30-35, 15-20 mm.
MARGINS = (Mm(20), Mm(20), Mm(30), Mm(15))
LANGUAGES = {"vi": "vi-VN", "en": "en-GB"}
# Parts of the library's template that say nothing here: a thumbnail, old copies of the styles, data of its author.
_USELESS = ("thumbnail", "stylesWithEffects", "customXml")


def render(document: ReportDocument) -> bytes:
    """Return the report as DOCX; equal reports give equal bytes."""
    document = prepared(document)
    word = docx.Document()
    _drop_useless_parts(word)
    set_styles(word, LANGUAGES[document.language])
    _set_properties(word, document)
    _set_page(word)
    frames, blocks = FrameWriter(word, document), BlockWriter(word, document)
    frames.write_header()
    frames.write_letterhead()
    for block in document.opening:
        blocks.write(block)
    for number, part in enumerate(document.sections, start=1):
        word.add_paragraph(f"{roman(number)}. {part.title.upper()}", "Heading 1")
        blocks.write_part(part.blocks, part.parts)
    _keep_with_signature(word)
    frames.write_signature()
    _write_annexes(word, document, blocks)
    target = BytesIO()
    word.save(target)
    return freeze_archive(target.getvalue())


def _write_annexes(word: Document, document: ReportDocument, blocks: BlockWriter) -> None:
    annexes, words = all_annexes(document), WORDING[document.language]
    for place, (title, annex) in enumerate(zip(annex_titles(document), annexes, strict=True), start=1):
        _begin_annex(word, document, title, annex)
        if place == len(annexes) and document.definitions:
            columns = (Column(words.term), Column(words.meaning, weight=2.4))
            blocks.add_table(columns, [(Cell(entry.term), Cell(entry.meaning)) for entry in document.definitions])
            word.add_paragraph(style="Report Rule")
        else:
            blocks.write_part(annex.blocks, annex.parts)


def _begin_annex(word: Document, document: ReportDocument, title: str, annex: Annex) -> None:
    # The section before ends with this paragraph; a small one opens no page of its own.
    word.add_section(WD_SECTION.NEW_PAGE)
    Paragraph(word.element.body.xpath("./w:p[w:pPr/w:sectPr]")[-1], word).style = word.styles["Report Rule"]
    restart_pages(word.sections[-1]._sectPr)
    word.add_paragraph(title, "Report Annex")
    word.add_paragraph(annex.title.upper(), "Report Annex Title")
    word.add_paragraph(letterhead_lines(document).annex_of, "Report Period")


def _keep_with_signature(word: Document) -> None:
    """Let the last lines of the text go along, so that no signature stands alone on a page."""
    last = word.paragraphs[-1]
    if word.element.body.index(last._p) == len(word.element.body) - 2:
        last.paragraph_format.keep_with_next = True


def _set_page(word: Document) -> None:
    section = word.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.bottom_margin, section.left_margin, section.right_margin = MARGINS
    section.header_distance, section.footer_distance = Mm(10), Mm(10)
    section.different_first_page_header_footer = True
    # A grid of lines, as the template has it, would stretch the spacing.
    for grid in section._sectPr.xpath("./w:docGrid | ./w:cols"):
        section._sectPr.remove(grid)
    word.styles["Normal"].paragraph_format.space_after = Pt(0)


def _set_properties(word: Document, document: ReportDocument) -> None:
    properties = word.core_properties
    properties.title = file_title(document)[:255]
    properties.subject = document.period[:255]
    properties.author = properties.last_modified_by = document.letterhead.issuer[:255]
    properties.language = LANGUAGES[document.language]
    properties.comments = properties.keywords = ""
    properties.revision = 1


def _drop_useless_parts(word: Document) -> None:
    package = word.part.package
    assert isinstance(package, OpcPackage)
    for relations in (package.rels, word.part.rels):
        for key, relation in list(relations.items()):
            if relation.reltype.endswith(_USELESS):
                del relations[key]
