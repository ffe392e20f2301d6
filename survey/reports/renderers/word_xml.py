"""Pieces of WordprocessingML for which python-docx has no words: rules, fields, borders, alternative text, counting."""

from __future__ import annotations

from collections.abc import Sequence

from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.oxml.xmlchemy import BaseOxmlElement
from docx.shared import Length, Mm
from docx.table import Table
from docx.text.paragraph import Paragraph


def element(tag: str, **values: str | int) -> BaseOxmlElement:
    """Return an element with attributes of the same namespace."""
    made = OxmlElement(tag)
    for name, value in values.items():
        made.set(qn(f"w:{name}"), str(value))
    return made


def draw_rule(paragraph: Paragraph, *, available: Length, wanted: float) -> None:
    """Draw a line of the wanted width (millimetres) under this paragraph, centred in the available width."""
    side = Mm(max(available.mm - wanted, 0) / 2)
    paragraph.paragraph_format.left_indent = paragraph.paragraph_format.right_indent = side
    borders = element("w:pBdr")
    borders.append(element("w:bottom", val="single", sz=6, space=0, color="000000"))
    properties = paragraph._p.get_or_add_pPr()
    # The schema fixes the order: borders stand before spacing and indents.
    properties.find(qn("w:pStyle")).addnext(borders)


def add_page_number(paragraph: Paragraph) -> None:
    """Add the field of the page's number."""
    run = paragraph.add_run()
    for kind in ("begin", None, "separate", "text", "end"):
        if kind is None:
            code = OxmlElement("w:instrText")
            code.text = "PAGE"
            run._r.append(code)
        elif kind == "text":
            run.add_text("1")
        else:
            run._r.append(element("w:fldChar", fldCharType=kind))


def restart_pages(section: BaseOxmlElement) -> None:
    """Let a section count its pages from 1."""
    for old in section.findall(qn("w:pgNumType")):
        section.remove(old)
    section.find(qn("w:pgMar")).addnext(element("w:pgNumType", start=1))


def set_columns(table: Table, widths: Sequence[Length]) -> None:
    """Fix the widths of the columns, and of the table."""
    grid = table._tbl.tblGrid
    for column, width in zip(grid.findall(qn("w:gridCol")), widths, strict=True):
        column.set(qn("w:w"), str(round(width.twips)))
    properties = table._tbl.tblPr
    for tag in ("w:tblW", "w:tblLayout", "w:tblCellMar"):
        for old in properties.findall(qn(tag)):
            properties.remove(old)
    look = properties.find(qn("w:tblLook"))
    parts = [
        element("w:tblW", type="dxa", w=round(sum(width.twips for width in widths))),
        element("w:tblLayout", type="fixed"),
    ]
    for part in parts:
        look.addprevious(part) if look is not None else properties.append(part)


def set_cell_margins(table: Table, sides: Length, ends: Length) -> None:
    """Set the space around the words in every cell: left and right, above and below."""
    margins = element("w:tblCellMar")
    for side, space in (("top", ends), ("left", sides), ("bottom", ends), ("right", sides)):
        margins.append(element(f"w:{side}", w=round(space.twips), type="dxa"))
    table._tbl.tblPr.find(qn("w:tblLayout")).addnext(margins)


def describe(shape: BaseOxmlElement, *, name: str, alternative: str) -> None:
    """Give a picture its name and the words for who cannot see it."""
    shape.set("name", name)
    shape.set("descr", alternative)


def keep_row(row: BaseOxmlElement, *, is_header: bool = False) -> None:
    """Keep a row on one page; a header row is repeated on every page."""
    properties = row.get_or_add_trPr()
    properties.append(element("w:cantSplit"))
    if is_header:
        properties.append(element("w:tblHeader"))
