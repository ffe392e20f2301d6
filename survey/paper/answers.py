"""From marked circles to answers, and back to the short text of a decision. Knows no picture and no database."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from analysis.mastery import DONT_KNOW, Answer
from survey.core.errors import Invalid
from survey.instruments.definitions import InstrumentDefinition, Item
from survey.paper.layouts import FORM_PLACE
from survey.paper.reading.records import Reason, RowReading, RowState

FORM_CODES = {1: "A", 2: "B"}
UNDECIDED = "?"

Codes = tuple[int, ...]


def write_codes(row: RowReading) -> str:
    """Return a row's answer as "1+3", "" for none, "?" for not decided."""
    return UNDECIDED if row.state == RowState.REVIEW else "+".join(map(str, row.codes))


def offered_codes(definition: InstrumentDefinition, form: str, place: int) -> Codes:
    """Return the codes that a row may be given."""
    if place == FORM_PLACE:
        return tuple(FORM_CODES)[: len(definition.forms)]
    item = definition.items_of(form)[place - 1]
    return (*range(1, len(item.options) + 1), *((0,) if item.scored else ()))


def read_codes(definition: InstrumentDefinition, form: str, place: int, codes: Iterable[int]) -> Codes:
    """Return codes that a person gave for a row, in order. Raises Invalid for what the question does not offer."""
    chosen = tuple(sorted(set(codes)))
    if not set(chosen) <= set(offered_codes(definition, form, place)):
        raise Invalid
    if place == FORM_PLACE:
        if len(chosen) > 1:
            raise Invalid
        return chosen
    item = definition.items_of(form)[place - 1]
    if (item.kind == "single" and len(chosen) > 1) or _contradicts(item, chosen):
        raise Invalid
    return chosen


def form_of(rows: Sequence[RowReading], printed: str) -> str:
    """Return the form that was answered: the one a person confirmed or the respondent marked, else the printed one."""
    for row in rows:
        if row.place == FORM_PLACE and row.state == RowState.CERTAIN and row.codes:
            return FORM_CODES[row.codes[0]]
    return printed


def question_impossible(
    rows: Sequence[RowReading], definition: InstrumentDefinition, printed: str
) -> tuple[RowReading, ...]:
    """Return the rows with those for a person that say something the question does not allow.

    Another form than the one printed on the sheet, "Tôi chưa rõ" or "chưa nghe" together with something else, a circle
    that this form's question does not have.
    """
    return tuple(_questioned(row, definition, printed) for row in rows)


def _questioned(row: RowReading, definition: InstrumentDefinition, printed: str) -> RowReading:
    if row.state != RowState.CERTAIN:
        return row
    if row.place == FORM_PLACE:
        is_other = FORM_CODES.get(row.codes[0]) != printed
        return replace(row, state=RowState.REVIEW, reason=Reason.OTHER_FORM) if is_other else row
    try:
        read_codes(definition, printed, row.place, row.codes)
    except Invalid:
        return replace(row, state=RowState.REVIEW, reason=Reason.CONTRADICTION)
    return row


def answers_of(rows: Sequence[RowReading], definition: InstrumentDefinition, form: str) -> tuple[Answer, ...]:
    """Return the answers in the order of the form; a row that says nothing possible is not answered."""
    codes: Mapping[int, Codes] = {row.place: row.codes for row in rows}
    return tuple(_answer(item, codes.get(place, ())) for place, item in enumerate(definition.items_of(form), start=1))


def _answer(item: Item, codes: Codes) -> Answer:
    possible = set(range(0 if item.scored else 1, len(item.options) + 1))
    if not codes or not set(codes) <= possible or _contradicts(item, codes):
        return None
    if item.kind == "single" and len(codes) > 1:
        return None
    return frozenset(codes)


def _contradicts(item: Item, codes: Codes) -> bool:
    return len(codes) > 1 and bool(set(codes) & (DONT_KNOW | item.exclusive_codes))
