"""Addresses of typing sheets in: the serial, then one key an answer, once or twice."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from survey.campaigns.models import Wave
from survey.campaigns.queries import wave_by_id, wave_definition
from survey.core.clock import utc_now
from survey.core.codes import group_code
from survey.core.permissions import Permission, Scope
from survey.instruments.definitions import InstrumentDefinition
from survey.paper.accepting import SheetOutcome, WaveClosed
from survey.paper.answers import Codes
from survey.paper.deciding import SerialRefused
from survey.paper.entries import (
    DECIDE,
    FIRST,
    SECOND,
    STEPS,
    Fault,
    Typed,
    differing,
    enter_sheet,
    questions_of,
    read_typed,
    sheet_to_type,
    write_typed,
)
from survey.paper.forms import SerialForm
from survey.paper.queries import KnownSheet
from survey.paper.words import ENTRY_OUTCOMES, SERIAL_PROBLEMS, TYPING_FAULTS, WAVE_CLOSED
from survey.web.auth import person_id, requires, scope
from survey.web.db_session import db

blueprint = Blueprint("paper_entry", __name__)

_LONGEST = 12


@blueprint.get("/waves/<int:wave_id>/paper/type")
@requires(Permission.ENTER_PAPER)
def type_page(wave_id: int) -> str:
    """Show the field for a serial."""
    wave = wave_by_id(db.session, wave_id, _scope())
    return _serial_page(wave, SerialForm(data={"twice": request.args.get("twice") == "1"}))


@blueprint.post("/waves/<int:wave_id>/paper/type")
@requires(Permission.ENTER_PAPER)
def type_serial(wave_id: int) -> str | tuple[str, int]:
    """Show the fields of the sheet with this serial."""
    wave = wave_by_id(db.session, wave_id, _scope())
    form = SerialForm()
    if not form.validate():
        return _serial_page(wave, form), 422
    try:
        sheet = sheet_to_type(db.session, wave=wave, typed=form.serial.data, scope=_scope())
    except SerialRefused as refused:
        form.serial.errors = [SERIAL_PROBLEMS[refused.reason]]
        return _serial_page(wave, form), refused.status
    return _answers_page(wave, sheet, Typed(sheet.form, FIRST, twice=form.twice.data))


@blueprint.post("/waves/<int:wave_id>/paper/type/answers")
@requires(Permission.ENTER_PAPER)
def type_answers(wave_id: int) -> str | Response | tuple[str, int]:
    """Take what was typed: ask for it a second time, show what differs, or count the sheet."""
    wave = wave_by_id(db.session, wave_id, _scope())
    try:
        sheet = sheet_to_type(db.session, wave=wave, typed=request.form.get("serial", "")[:40], scope=_scope())
    except SerialRefused as refused:
        db.session.rollback()
        flash(SERIAL_PROBLEMS[refused.reason], "error")
        return redirect(_again(wave_id, request.form.get("twice") == "1"))
    definition = wave_definition(db.session, wave)
    typed = _read(definition, sheet)
    answers, faults = read_typed(definition, typed.form, typed.texts)
    if faults:
        return _answers_page(wave, sheet, typed, faults), 422
    if typed.twice and typed.step == FIRST:
        return _answers_page(wave, sheet, Typed(typed.form, SECOND, twice=True, first=_texts_of(answers)))
    if typed.step == SECOND:
        first, _faults = read_typed(definition, typed.form, typed.first)
        places = differing(first, answers)
        if places:
            return _answers_page(wave, sheet, typed.to_decide(places))
    return _enter(wave, sheet, typed, answers)


def _enter(wave: Wave, sheet: KnownSheet, typed: Typed, answers: Mapping[int, Codes]) -> Response:
    try:
        outcome = enter_sheet(
            db.session,
            wave=wave,
            sheet=sheet,
            form=typed.form,
            answers=answers,
            passes=2 if typed.twice else 1,
            signer=current_app.extensions["survey.signer"],
            person=person_id(),
            now=utc_now(),
        )
    except WaveClosed:
        db.session.rollback()
        flash(WAVE_CLOSED, "error")
        return redirect(url_for("paper.wave_page", wave_id=wave.id))
    address = _again(wave.id, typed.twice)
    db.session.commit()
    flash(ENTRY_OUTCOMES[outcome], "success" if outcome == SheetOutcome.STORED else "warning")
    return redirect(address)


def _read(definition: InstrumentDefinition, sheet: KnownSheet) -> Typed:
    form = request.form.get("form", sheet.form)
    form = form if form in definition.forms else sheet.form
    step = request.form.get("step", FIRST)
    places = [question.place for question in questions_of(definition, form)]
    texts = {place: request.form.get(f"q{place}", "").strip()[:_LONGEST] for place in places}
    first = dict(zip(places, request.form.get("first", "").split(";"), strict=False))
    undecided = {
        place: (words[0], words[1])
        for place in places
        if len(words := request.form.get(f"was{place}", "")[: 2 * _LONGEST].split(";")) == 2
    }
    return Typed(
        form,
        step if step in STEPS else FIRST,
        twice=request.form.get("twice") == "1",
        texts=texts,
        first=first,
        undecided=undecided if step == DECIDE else {},
    )


def _texts_of(answers: Mapping[int, Codes]) -> dict[int, str]:
    return {place: write_typed(codes) for place, codes in answers.items()}


def _answers_page(wave: Wave, sheet: KnownSheet, typed: Typed, faults: Mapping[int, Fault] | None = None) -> str:
    definition = wave_definition(db.session, wave)
    return render_template(
        "paper/answers.html",
        wave=wave,
        serial=group_code(sheet.serial, 3),
        printed=sheet.form,
        forms=definition.forms,
        questions=questions_of(definition, typed.form),
        typed=typed,
        first=";".join(typed.first.values()),
        faults={place: TYPING_FAULTS[fault] for place, fault in (faults or {}).items()},
    )


def _serial_page(wave: Wave, form: SerialForm) -> str:
    return render_template("paper/type.html", wave=wave, form=form)


def _again(wave_id: int, twice: bool) -> str:
    return url_for("paper_entry.type_page", wave_id=wave_id, twice=1 if twice else None)


def _scope() -> Scope:
    return scope(Permission.ENTER_PAPER)
