"""Trying an instrument out: the whole of the respondent's flow, with nothing stored and no receipt given."""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import urlencode

from flask import Response, g, redirect, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from survey.instruments.definitions import InstrumentDefinition, text_in
from survey.responses.entering import form_language, language_suffix
from survey.responses.fields import FORM_FIELD, SWITCH_FIELD, read_answers
from survey.responses.pages import FormView, Heading, draw_form, draw_message, send_page
from survey.responses.sending import find_fault, give_back, show_again, was_asked
from survey.responses.sheets import Sheet


def show_trial(definition: InstrumentDefinition, address: str) -> Response:
    """Show the form that ?form= asks for."""
    view = _view(definition, address, request.args.get("form", ""))
    return send_page(draw_form(view, ""))


def receive_trial(definition: InstrumentDefinition, address: str) -> AnyResponse:
    """Answer a sent trial as a real form would be answered, short of storing it."""
    view = _view(definition, address, request.form.get(FORM_FIELD, ""))
    reading = read_answers(view.sheet, request.form.getlist)
    if request.form.get(SWITCH_FIELD):
        return show_again(replace(view, reading=reading), "", was_asked=was_asked())
    fault = find_fault(view.sheet, reading, was_asked=was_asked())
    if fault is not None:
        return give_back(replace(view, reading=reading), fault, "", was_asked=was_asked())
    return redirect(f"{address}/received?{_query(view)}", 303)


def show_trial_receipt(definition: InstrumentDefinition, address: str) -> Response:
    """Show where a real form would lead to its receipt."""
    view = _view(definition, address, request.args.get("form", ""))
    again = f"{address}?{_query(view)}"
    return send_page(draw_message(view.language, "trial_received", view.heading, again=again))


def _query(view: FormView) -> str:
    return urlencode({"form": view.sheet.form, "lang": view.language})


def _view(definition: InstrumentDefinition, address: str, asked: str) -> FormView:
    g.language = form_language(definition)
    form = asked if asked in definition.forms else definition.forms[0]
    heading = Heading(
        organisation=_("Tên trường"),
        campaign=text_in(definition.title, g.language),
        audience=definition.audience,
        group=_("Đề %(form)s", form=form),
        is_trial=True,
    )
    return FormView(heading, Sheet(definition, form), g.language, address + language_suffix())
