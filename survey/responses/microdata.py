"""Reads the single answers of a closed wave for an export: without receipt, day, way in or any order of arrival.

Besides `counting` and `matrices` the one place that unpacks stored answers. Whether they may leave, `exports` decides.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from survey.campaigns.queries import wave_by_id, wave_definition
from survey.core.errors import Conflict, NotFound
from survey.core.permissions import Scope
from survey.core.vocabulary import WaveState
from survey.instruments.definitions import InstrumentDefinition
from survey.instruments.packing import unpack
from survey.responses.models import Response
from survey.responses.sheets import Answers


@dataclass(frozen=True, slots=True)
class AnswerRecord:
    """One filled-in form; answers in the order of the form's items, pattern as in analysis.mastery."""

    group_id: int | None
    form: str
    pattern: int
    answers: Answers


@dataclass(frozen=True, slots=True)
class WaveRecords:
    """The single answers of one organisation in one closed wave, sorted by their content, and what was asked."""

    wave_id: int
    kind: str
    definition: InstrumentDefinition
    records: tuple[AnswerRecord, ...]


def wave_records(session: Session, *, wave_id: int, organisation_id: int, scope: Scope) -> WaveRecords:
    """Return the answers of one organisation in a closed wave.

    Raises NotFound where the scope does not cover the organisation as a whole, and Conflict while the wave still takes
    answers: two exports a day apart would show what those answered who came in between.
    """
    wave = wave_by_id(session, wave_id, scope)
    if not scope.covers(organisation_id):
        raise NotFound
    if wave.state != WaveState.CLOSED:
        raise Conflict
    definition = wave_definition(session, wave)
    items = {form: definition.items_of(form) for form in definition.forms}
    query = select(Response.group_id, Response.form, Response.pattern, Response.answers).where(
        Response.wave_id == wave_id, Response.organisation_id == organisation_id
    )
    found = [
        AnswerRecord(group_id, form, pattern, unpack(packed, items[form]))
        for group_id, form, pattern, packed in session.execute(query)
    ]
    # By content alone: the stored keys and their order stay here.
    return WaveRecords(wave.id, wave.kind, definition, tuple(sorted(found, key=_content)))


def _content(record: AnswerRecord) -> tuple[int, str, int, tuple[tuple[int, ...], ...]]:
    answers = tuple(tuple(sorted(answer or ())) for answer in record.answers)
    return record.group_id or 0, record.form, record.pattern, answers
