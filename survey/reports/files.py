"""Which files a report can be had as, and who writes them.

The files of a written report (of a period, of a campaign, for parents) are made in the child process; asked again,
they come from its memory.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import cast

from survey.jobs.calls import run_in_child
from survey.reports.documents import ParentsPage, ReportDocument

_PACKAGE = "survey.reports.renderers"


def word_file(document: ReportDocument) -> bytes:
    """Return a written report as DOCX, in the layout of Decree 30/2020."""
    return cast(bytes, run_in_child(f"{_PACKAGE}.word_files:render", document))


def pdf_file(document: ReportDocument) -> bytes:
    """Return a written report as tagged PDF, in the layout of Decree 30/2020."""
    return cast(bytes, run_in_child(f"{_PACKAGE}.pdf_files:render", document))


def sheet_file(document: ReportDocument) -> bytes:
    """Return the figures of a written report as XLSX."""
    return cast(bytes, run_in_child(f"{_PACKAGE}.sheet_files:render", document))


def document_html_file(document: ReportDocument) -> bytes:
    """Return a written report as one HTML file that loads nothing."""
    return cast(bytes, run_in_child(f"{_PACKAGE}.html_files:render", document))


def parents_pdf(page: ParentsPage) -> bytes:
    """Return the page for parents as tagged PDF, A4."""
    return cast(bytes, run_in_child(f"{_PACKAGE}.parents_files:render_pdf", page))


def parents_png(page: ParentsPage) -> bytes:
    """Return the page for parents as PNG of 1080 by 1350 pixels, to be shared in a chat."""
    return cast(bytes, run_in_child(f"{_PACKAGE}.parents_files:render_png", page))


# A written report by format; every one lays out the same words and figures.
PERIOD_RENDERERS: Mapping[str, Callable[[ReportDocument], bytes]] = {
    "docx": word_file,
    "pdf": pdf_file,
    "xlsx": sheet_file,
    "html": document_html_file,
}
PARENTS_RENDERERS: Mapping[str, Callable[[ParentsPage], bytes]] = {"pdf": parents_pdf, "png": parents_png}
MEDIA_TYPES: Mapping[str, str] = {
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "pdf": "application/pdf",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "html": "text/html; charset=utf-8",
    "png": "image/png",
}
