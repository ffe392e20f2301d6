"""Writes a report as one HTML file that stands alone: styles and pictures inside, pleasant on a screen and on paper.

Runs in the child process of `jobs`: it draws the pictures.
"""

from __future__ import annotations

from base64 import b64encode

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from survey.config import PROJECT
from survey.reports.charts import draw_picture
from survey.reports.documents import Drawing, ReportDocument
from survey.reports.renderers.outlines import prepared, template_parts, walk

_STATIC = PROJECT / "survey" / "static"
_TEMPLATES = Environment(
    loader=FileSystemLoader(PROJECT / "templates"), autoescape=True, undefined=StrictUndefined, trim_blocks=True
)
_STYLES = ("tokens.css", "document.css")


def render(document: ReportDocument) -> bytes:
    """Return the report as one HTML document."""
    document = prepared(document)
    drawings = [block for block in walk([*document.sections, *document.annexes]) if isinstance(block, Drawing)]
    wide = {drawing.name: _address(drawing, "print") for drawing in drawings}
    narrow = {drawing.name: _address(drawing, "narrow") for drawing in drawings}
    template = _TEMPLATES.get_template("reports/document_file.html")
    return template.render(paper=template_parts(document, wide, narrow=narrow), styles=_styles()).encode()


def _address(drawing: Drawing, variant: str) -> str:
    svg = draw_picture(drawing.picture, variant)
    return "data:image/svg+xml;base64," + b64encode(svg).decode()


def _styles() -> str:
    """The styles of the document without fonts from elsewhere: a file loads nothing."""
    lines = [line for name in _STYLES for line in (_STATIC / name).read_text(encoding="utf-8").splitlines()]
    return "\n".join(line for line in lines if not line.startswith("@font-face"))
