"""Sets the one-page result for parents: a PDF to print and a PNG to share in a chat, from one template."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from survey.reports.documents import ParentsPage
from survey.reports.renderers.outlines import printable
from survey.reports.renderers.typesetting import typeset
from survey.reports.renderers.wording import WORDING

TEMPLATE = "parents.typ"


def render_pdf(page: ParentsPage) -> bytes:
    """Return the page as tagged PDF, one sheet of A4."""
    return typeset(TEMPLATE, _data(page), "BeVietnamPro")


def render_png(page: ParentsPage) -> bytes:
    """Return the page as PNG, 1080 by 1350 pixels."""
    return typeset(TEMPLATE, _data(page), "BeVietnamPro", "png")


def _data(page: ParentsPage) -> dict[str, Any]:
    return {**asdict(printable(page)), "words": asdict(WORDING[page.language])}
