"""What is printed on answer sheets and question papers, as plain values for the process that sets them.

Paper is printed in Vietnamese whatever language the person at the keyboard has chosen for the pages.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from survey.core.codes import group_code
from survey.instruments.definitions import DONT_KNOW_TEXT, InstrumentDefinition, text_in
from survey.paper.layouts import Layout

LANGUAGE = "vi"


@dataclass(frozen=True, slots=True)
class PrintedSheet:
    """One answer sheet: its serial as the QR says it and as people type it, and its form."""

    payload: str
    serial: str
    form: str


@dataclass(frozen=True, slots=True)
class QuestionPaper:
    """The questions of one form, in the order of the rows; reused from class to class."""

    form: str
    questions: tuple[dict[str, Any], ...]


@dataclass(frozen=True, slots=True)
class SheetRun:
    """Everything that one PDF of sheets needs."""

    organisation: str
    campaign: str
    group: str
    closes: str
    is_demo: bool
    site: str
    has_forms: bool
    layout: dict[str, Any]
    sheets: tuple[PrintedSheet, ...]
    papers: tuple[QuestionPaper, ...]
    intro: str


def sheet_payload(site: str, serial: str) -> str:
    """Return what the QR of a sheet says; a phone opens the same questions with it.

    >>> sheet_payload("https://hr.example.vn", "7K2QX9K4M")
    'HTTPS://HR.EXAMPLE.VN/S/7K2QX9K4M'
    """
    return f"{site.upper()}/S/{serial}"


def printed_sheets(site: str, serials: Sequence[tuple[str, str]]) -> tuple[PrintedSheet, ...]:
    """Return the sheets of these serials with their forms, in the given order."""
    return tuple(PrintedSheet(sheet_payload(site, code), group_code(code, 3), form) for code, form in serials)


def question_papers(definition: InstrumentDefinition) -> tuple[QuestionPaper, ...]:
    """Return the question paper of each form."""
    return tuple(QuestionPaper(form, _questions(definition, form)) for form in definition.forms)


def _questions(definition: InstrumentDefinition, form: str) -> tuple[dict[str, Any], ...]:
    return tuple(
        {
            "number": place,
            "stem": text_in(item.stem, LANGUAGE),
            "options": [text_in(option.text, LANGUAGE) for option in item.options],
            "is_multiple": item.kind == "multiple",
            "dont_know": text_in(DONT_KNOW_TEXT, LANGUAGE) if item.scored else "",
        }
        for place, item in enumerate(definition.items_of(form), start=1)
    )


def layout_of(run: SheetRun) -> Layout:
    """Return the run's layout as a record."""
    return Layout.from_dict(run.layout)
