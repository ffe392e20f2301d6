"""Writes a report as a file that stands alone: one HTML document with its styles and pictures inside."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable, Mapping

from flask import render_template

from analysis.rounding import Language
from survey.config import PROJECT
from survey.reports.calls import draw
from survey.reports.page import report_page
from survey.reports.picture_words import picture_of
from survey.reports.records import Report, ReportInput

_STATIC = PROJECT / "survey" / "static"
_STYLES = ("tokens.css", "site.css", "report.css")


def html_file(report: Report, source: ReportInput, lang: Language) -> bytes:
    """Return the report as one HTML document."""
    picture = picture_of(report, lang)
    pictures = {variant: _data_address(draw(picture, variant)) for variant in ("wide", "narrow")}
    text = render_template(
        "reports/file.html", page=report_page(report, source, lang), lang=lang, styles=_styles(), **pictures
    )
    return text.encode()


def _data_address(svg: bytes) -> str:
    return "data:image/svg+xml;base64," + b64encode(svg).decode()


def _styles() -> str:
    """The styles of the page without its fonts: a file loads nothing from elsewhere."""
    lines = [line for name in _STYLES for line in (_STATIC / name).read_text(encoding="utf-8").splitlines()]
    return "\n".join(line for line in lines if not line.startswith("@font-face"))


# Further formats are added here; the page and every file come from the same report.
RENDERERS: Mapping[str, Callable[[Report, ReportInput, Language], bytes]] = {"html": html_file}
