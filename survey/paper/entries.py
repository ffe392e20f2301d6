"""Sheets typed in from the keyboard: one key an answer, once or twice with comparison. Nothing is kept in between.

What was typed the first time travels in the page itself, so that nowhere a serial stands beside its answers.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from sqlalchemy.orm import Session

from survey.audit.operations import record
from survey.campaigns.models import Wave
from survey.campaigns.queries import wave_definition
from survey.core.codes import CARD_LENGTH, read_code
from survey.core.errors import Invalid
from survey.core.permissions import Scope
from survey.core.tokens import Signer
from survey.instruments.definitions import InstrumentDefinition
from survey.paper.accepting import SheetOutcome, store_sheet
from survey.paper.answers import Codes, answers_of, offered_codes, read_codes
from survey.paper.deciding import SerialRefused
from survey.paper.queries import KnownSheet, known_sheet
from survey.paper.reading.records import RowReading, RowState

# The first time, the second time, and what differed between them.
FIRST, SECOND, DECIDE = STEPS = ("first", "second", "decide")

# What is typed for a question that was left empty on the sheet: a key of its own, so that a forgotten key shows.
NOTHING = "-"


class Fault(StrEnum):
    """Why what was typed for a question cannot be taken."""

    MISSING = "missing"
    NOT_DIGITS = "not_digits"
    NOT_OFFERED = "not_offered"


@dataclass(frozen=True, slots=True)
class Question:
    """One question as the typist sees it: its number, the digits it offers, whether several may be typed."""

    place: int
    codes: Codes
    is_multiple: bool


@dataclass(frozen=True, slots=True)
class Typed:
    """What stands in the fields: the texts of this time, those of the first time, and which must be decided."""

    form: str
    step: str
    twice: bool
    texts: Mapping[int, str] = field(default_factory=dict)
    first: Mapping[int, str] = field(default_factory=dict)
    undecided: Mapping[int, tuple[str, str]] = field(default_factory=dict)

    def to_decide(self, places: Sequence[int]) -> Typed:
        """Return the step that asks for the questions that differ, the others as they are."""
        return Typed(
            self.form,
            DECIDE,
            twice=self.twice,
            texts={place: text for place, text in self.texts.items() if place not in places},
            undecided={place: (self.first.get(place, ""), self.texts[place]) for place in places},
        )


def sheet_to_type(session: Session, *, wave: Wave, typed: str, scope: Scope) -> KnownSheet:
    """Return the printed sheet that a serial stands for; raises SerialRefused with the reason."""
    serial = read_code(typed, CARD_LENGTH)
    if serial is None:
        raise SerialRefused("mistyped")
    sheet = known_sheet(session, serial)
    if sheet is None:
        raise SerialRefused("unknown_serial")
    if sheet.wave_id != wave.id:
        raise SerialRefused("other_wave")
    if not scope.covers_group(sheet.organisation_id, sheet.group_id):
        raise SerialRefused("other_place")
    if sheet.is_spent:
        raise SerialRefused("already")
    return sheet


def questions_of(definition: InstrumentDefinition, form: str) -> tuple[Question, ...]:
    """Return the questions of a form in the order of the sheet."""
    return tuple(
        Question(place, offered_codes(definition, form, place), item.kind == "multiple")
        for place, item in enumerate(definition.items_of(form), start=1)
    )


def read_typed(
    definition: InstrumentDefinition, form: str, texts: Mapping[int, str]
) -> tuple[dict[int, Codes], dict[int, Fault]]:
    """Return the answers that were typed, by place, and what cannot be taken."""
    answers: dict[int, Codes] = {}
    faults: dict[int, Fault] = {}
    for question in questions_of(definition, form):
        text = "".join(letter for letter in texts.get(question.place, "") if letter not in " ,.;+")
        try:
            answers[question.place] = _read(definition, form, question.place, text)
        except Invalid:
            faults[question.place] = _fault(text)
    return answers, faults


def _read(definition: InstrumentDefinition, form: str, place: int, text: str) -> Codes:
    if text in (NOTHING, "–"):
        return ()
    if not text.isascii() or not text.isdigit():
        raise Invalid
    return read_codes(definition, form, place, map(int, text))


def _fault(text: str) -> Fault:
    if not text:
        return Fault.MISSING
    return Fault.NOT_OFFERED if text.isascii() and text.isdigit() else Fault.NOT_DIGITS


def write_typed(codes: Codes) -> str:
    """Return an answer as it is typed.

    >>> write_typed((1, 3)), write_typed(())
    ('13', '-')
    """
    return "".join(map(str, codes)) or NOTHING


def differing(first: Mapping[int, Codes], second: Mapping[int, Codes]) -> tuple[int, ...]:
    """Return the questions that were typed differently."""
    return tuple(place for place in sorted(second) if first.get(place) != second[place])


def enter_sheet(
    session: Session,
    *,
    wave: Wave,
    sheet: KnownSheet,
    form: str,
    answers: Mapping[int, Codes],
    passes: int,
    signer: Signer,
    person: int | None,
    now: datetime,
) -> SheetOutcome:
    """Count one sheet that was typed in, and note who typed it; never which sheet, nor what it said.

    passes: how often it was typed. Raises WaveClosed.
    """
    rows: Sequence[RowReading] = [
        RowReading(place, codes, RowState.CERTAIN if codes else RowState.BLANK) for place, codes in answers.items()
    ]
    answered = answers_of(rows, wave_definition(session, wave), form)
    outcome = store_sheet(session, serial=sheet.serial, form=form, answers=answered, signer=signer, now=now)
    if outcome == SheetOutcome.STORED:
        record(
            session,
            action="type_sheet",
            subject="wave",
            subject_id=wave.id,
            now=now,
            user_id=person,
            organisation_id=sheet.organisation_id,
            passes=passes,
        )
    return outcome
