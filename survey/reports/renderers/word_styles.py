"""Styles of a Word report: Times New Roman, black, in the sizes of Decree 30/2020, Annex I.

Built-in names are kept where Word has them (Title, Heading 1, Caption ...), so that its outline, its table of contents
and screen readers know what they read. The template's own styles, its theme fonts and its colours are taken out.
"""

from __future__ import annotations

from dataclasses import dataclass

from docx.document import Document
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor
from docx.styles.style import ParagraphStyle

FONT = "Times New Roman"
FIRST_LINE = Cm(1.27)
# Word offers no compatibility mode from this version on.
WORD_VERSION = "15"

LEFT, CENTRE, RIGHT, BOTH = (
    WD_ALIGN_PARAGRAPH.LEFT,
    WD_ALIGN_PARAGRAPH.CENTER,
    WD_ALIGN_PARAGRAPH.RIGHT,
    WD_ALIGN_PARAGRAPH.JUSTIFY,
)


@dataclass(frozen=True, slots=True)
class Rule:
    """How one kind of paragraph looks; sizes and spaces in points."""

    size: float
    align: WD_ALIGN_PARAGRAPH = LEFT
    is_bold: bool = False
    is_italic: bool = False
    before: float = 0
    after: float = 0
    line: float = 1.0
    has_first_line: bool = False
    stays_with_next: bool = False
    outline: int | None = None


RULES = {
    "Normal": Rule(14),
    "Header": Rule(14, CENTRE),
    "Title": Rule(14, CENTRE, is_bold=True, before=18, stays_with_next=True),
    "Subtitle": Rule(14, CENTRE, is_bold=True, stays_with_next=True),
    "Heading 1": Rule(14, is_bold=True, before=12, after=6, has_first_line=True, stays_with_next=True, outline=0),
    "Heading 2": Rule(14, is_bold=True, before=6, after=6, has_first_line=True, stays_with_next=True, outline=1),
    "Heading 3": Rule(
        14, is_bold=True, is_italic=True, before=6, after=6, has_first_line=True, stays_with_next=True, outline=2
    ),
    "Body Text": Rule(14, BOTH, before=0, after=6, line=1.15, has_first_line=True),
    "Caption": Rule(13, CENTRE, is_bold=True, before=6, after=4),
    # 12 of the permitted 12 to 13: names of schools are long, and the state's name needs the wider half.
    "Report Issuer": Rule(12, CENTRE),
    "Report State": Rule(13, CENTRE, is_bold=True),
    "Report Motto": Rule(14, CENTRE, is_bold=True),
    "Report Number": Rule(13, CENTRE, before=4),
    "Report Date": Rule(14, CENTRE, is_italic=True, before=4),
    "Report Period": Rule(14, CENTRE, is_italic=True, before=4, after=6),
    "Report Addressee": Rule(14, before=3, after=3),
    "Report Point": Rule(14, BOTH, after=6, line=1.15, has_first_line=True),
    "Report Table": Rule(12),
    "Report Note": Rule(12, BOTH, is_italic=True, before=3),
    "Report Picture": Rule(14, CENTRE, before=6, stays_with_next=True),
    "Report Signer": Rule(14, CENTRE, is_bold=True, stays_with_next=True),
    "Report Recipients": Rule(12, is_bold=True, is_italic=True),
    "Report Recipient": Rule(11),
    "Report Rule": Rule(2),
    "Report Annex": Rule(14, CENTRE, is_bold=True, stays_with_next=True, outline=0),
    "Report Annex Title": Rule(14, CENTRE, is_bold=True, stays_with_next=True),
}

_KEPT = {*RULES, "Default Paragraph Font", "Normal Table", "Table Grid", "No List"}


def set_styles(document: Document, language: str) -> None:
    """Replace the template's styles by ours, and its language by the report's."""
    styles = document.styles.element
    names = {"header": "Header", "caption": "Caption", **{f"heading {n}": f"Heading {n}" for n in (1, 2, 3)}}
    for style in list(styles.findall(qn("w:style"))):
        name = style.find(qn("w:name")).get(qn("w:val"))
        if names.get(name, name) not in _KEPT:
            styles.remove(style)
    for name, rule in RULES.items():
        _set_style(_style(document, name), rule)
    _set_defaults(document, language)


def set_fonts(properties: object) -> None:
    """Name our font for every script of these run properties, and no theme's."""
    fonts = properties.get_or_add_rFonts()  # type: ignore[attr-defined]
    for name in list(fonts.attrib):
        del fonts.attrib[name]
    for script in ("ascii", "hAnsi", "cs", "eastAsia"):
        fonts.set(qn(f"w:{script}"), FONT)


def _style(document: Document, name: str) -> ParagraphStyle:
    names = {style.name for style in document.styles}
    style = document.styles[name] if name in names else document.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
    assert isinstance(style, ParagraphStyle)
    return style


def _set_style(style: ParagraphStyle, rule: Rule) -> None:
    for tag in ("w:link", "w:rPr", "w:pPr", "w:semiHidden", "w:unhideWhenUsed"):
        for element in style.element.findall(qn(tag)):
            style.element.remove(element)
    set_fonts(style.element.get_or_add_rPr())
    font, paragraph = style.font, style.paragraph_format
    font.size, font.bold, font.italic = Pt(rule.size), rule.is_bold, rule.is_italic
    font.color.rgb = RGBColor(0, 0, 0)
    _append(style.element.rPr, "w:szCs", str(round(rule.size * 2)))
    paragraph.alignment, paragraph.line_spacing = rule.align, rule.line
    paragraph.space_before, paragraph.space_after = Pt(rule.before), Pt(rule.after)
    paragraph.keep_with_next, paragraph.widow_control = rule.stays_with_next, True
    paragraph.first_line_indent = FIRST_LINE if rule.has_first_line else Cm(0)
    if rule.outline is not None:
        _append(style.element.pPr, "w:outlineLvl", str(rule.outline))
    style.quick_style = True


def _append(parent: object, tag: str, value: str) -> None:
    element = OxmlElement(tag)
    element.set(qn("w:val"), value)
    if tag == "w:szCs":
        # The schema fixes the order: right after the size.
        parent.find(qn("w:sz")).addnext(element)  # type: ignore[attr-defined]
    else:
        parent.append(element)  # type: ignore[attr-defined]


def _set_defaults(document: Document, language: str) -> None:
    defaults = document.styles.element.find(f"{qn('w:docDefaults')}/{qn('w:rPrDefault')}/{qn('w:rPr')}")
    set_fonts(defaults)
    tongue = defaults.find(qn("w:lang"))
    tongue.set(qn("w:val"), language)
    tongue.set(qn("w:eastAsia"), language)
    settings = document.settings.element
    for element in settings.findall(qn("w:themeFontLang")):
        element.set(qn("w:val"), language)
        element.attrib.pop(qn("w:eastAsia"), None)
    for element in settings.iter(qn("w:compatSetting")):
        if element.get(qn("w:name")) == "compatibilityMode":
            element.set(qn("w:val"), WORD_VERSION)
