"""Gathers what is printed for a batch of sheets: records for the process that sets the pages."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy import select
from sqlalchemy.orm import Session

from survey.campaigns.queries import wave_definition
from survey.collection.models import Collector, Serial, SerialBatch
from survey.core.errors import NotFound
from survey.core.permissions import Scope
from survey.instruments.definitions import text_in
from survey.paper.contents import LANGUAGE, SheetRun, printed_sheets, question_papers
from survey.paper.models import SheetLayout


def sheet_run(session: Session, batch_id: int, scope: Scope, *, public_url: str) -> SheetRun:
    """Return everything that the PDFs of a batch of sheets need; NotFound if it is not for this person.

    For `run_in_child("survey.paper.printing:render_sheets", run)` and `...:render_papers`.
    """
    found = session.get(SheetLayout, batch_id)
    if found is None or not scope.covers_group(found.batch.collector.organisation_id, found.batch.collector.group_id):
        raise NotFound
    collector = found.batch.collector
    wave = collector.wave
    definition = wave_definition(session, wave)
    return SheetRun(
        organisation=collector.organisation.name,
        campaign=wave.campaign.title,
        group=_group_name(collector),
        closes=f"{wave.closes:%d/%m/%Y}",
        is_demo=collector.organisation.is_demo or wave.campaign.organisation.is_demo,
        site=public_url.partition("://")[2],
        has_forms=len(definition.forms) > 1,
        layout=found.layout,
        sheets=printed_sheets(public_url, _serials(session, found.batch)),
        papers=question_papers(definition),
        intro=text_in(definition.intro, LANGUAGE),
    )


def part_of_run(run: SheetRun, first: int, last: int) -> SheetRun:
    """Return the run with some of its sheets only, counted from 1; none of them if last is 0."""
    return replace(run, sheets=run.sheets[first - 1 : last])


def _serials(session: Session, batch: SerialBatch) -> list[tuple[str, str]]:
    # In the order in which they were drawn, which alternates the forms: neighbours get different ones.
    query = select(Serial.code, Serial.form).where(Serial.batch == batch.id).order_by(Serial.id)
    return [(code, form or "A") for code, form in session.execute(query)]


def _group_name(collector: Collector) -> str:
    group = collector.group
    if group is None:
        return ""
    return f"Lớp {group.name}" if group.grade is not None and not group.name.lower().startswith("lớp") else group.name
