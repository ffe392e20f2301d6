"""The respondent's addresses up to the sent form: type a code, fill in, send; no cookie, no trace of a person.

Also the trial of an instrument for signed-in people, which is the same without storing anything.
"""

from __future__ import annotations

import secrets
from datetime import datetime
from typing import cast

from flask import Blueprint, Flask, redirect, request
from werkzeug.wrappers import Response

from survey.core.clock import utc_now
from survey.core.permissions import Permission
from survey.instruments.queries import definition_of
from survey.responses import failures, pages
from survey.responses.admitting import (
    address_of,
    ask_time_code,
    needs_time_code,
    opens_meeting,
    show_nothing_behind,
    show_spent,
)
from survey.responses.caches import TOKEN_PLACE
from survey.responses.entering import cache, find_entrance, form_view, show_door, show_unknown, shuffle_of, signer
from survey.responses.entrances import Door, Entrance
from survey.responses.guessing import GuessBudgets
from survey.responses.pages import draw_form, draw_message, send_page, send_spliced
from survey.responses.sending import MAX_BODY_BYTES, receive
from survey.responses.trials import receive_trial, show_trial, show_trial_receipt
from survey.web.applications import short_way
from survey.web.auth import public, requires
from survey.web.db_session import db
from survey.web.forms import csrf
from survey.web.locale import language

blueprint = Blueprint("responses", __name__)
blueprint.record_once(lambda state: pages.init_app(cast(Flask, state.app)))
blueprint.record_once(lambda state: state.app.extensions.setdefault("survey.guesses", GuessBudgets()))
failures.register(blueprint)
# A form carries its own signed token instead of one from a session, which nobody has here.
csrf.exempt(blueprint)


@blueprint.get("/S", strict_slashes=False)
@blueprint.get("/s", strict_slashes=False)
@public
def enter_code() -> Response:
    """Show the field for a code, or go to what the code that was typed means."""
    typed = request.args.get("code", "")
    if not typed.strip():
        return send_page(draw_message(language(), "code"))
    address = address_of(typed, request.args.get("time", ""))
    return show_nothing_behind(typed) if address is None else redirect(address)


@blueprint.get("/S/<code>")
@blueprint.get("/s/<code>")
@public
@short_way
def show_form(code: str) -> Response:
    """Show the form behind a code, with a fresh token."""
    entrance = find_entrance(code)
    if entrance is None:
        return show_nothing_behind(code)
    now = utc_now()
    door = entrance.door(now)
    if door != Door.OPEN:
        return show_door(entrance, door)
    if entrance.is_spent:
        return show_spent(entrance)
    return ask_time_code(entrance, now) if needs_time_code(entrance) else hand_out(entrance, now)


@blueprint.get("/S/<code>/<time_code>")
@blueprint.get("/s/<code>/<time_code>")
@public
@short_way
def show_meeting_form(code: str, time_code: str) -> Response:
    """Show a meeting's form to whoever knows the code on the screen."""
    entrance = find_entrance(code)
    if entrance is None or not needs_time_code(entrance):
        return show_unknown(code)
    now = utc_now()
    door = entrance.door(now)
    if door != Door.OPEN:
        return show_door(entrance, door)
    is_in = opens_meeting(entrance, time_code, now)
    return hand_out(entrance, now) if is_in else ask_time_code(entrance, now, time_code)


def hand_out(entrance: Entrance, now: datetime) -> Response:
    """Send a form with a fresh token."""
    form = entrance.printed_form or secrets.choice(entrance.definition.forms)
    token = signer().new_token(entrance.key, now, form=form)
    # The token is drawn first: a class session's order of questions follows from it.
    shuffle = shuffle_of(entrance, token)
    key = (entrance, form, language(), shuffle)
    return send_spliced(cache().form(key, lambda: draw_form(form_view(entrance, form, shuffle), TOKEN_PLACE)), token)


@blueprint.post("/S/<code>")
@blueprint.post("/s/<code>")
@public
@short_way
def send_form(code: str) -> Response:
    """Take a filled-in form."""
    request.max_content_length = MAX_BODY_BYTES
    entrance = find_entrance(code)
    return show_nothing_behind(code) if entrance is None else receive(entrance, utc_now())


@blueprint.route("/S/<code>/<path:rest>", methods=["GET", "POST"])
@blueprint.route("/s/<code>/<path:rest>", methods=["GET", "POST"])
@public
def unknown_address(code: str, rest: str) -> Response:
    """Help somebody whose address went wrong behind the code."""
    return show_unknown(code)


@blueprint.get("/try/<int:version_id>")
@requires(Permission.REVIEW_INSTRUMENT)
def try_form(version_id: int) -> Response:
    """Show an instrument as respondents see it."""
    return show_trial(definition_of(db.session, version_id), f"/try/{version_id}")


@blueprint.post("/try/<int:version_id>")
@requires(Permission.REVIEW_INSTRUMENT)
def send_trial(version_id: int) -> Response:
    """Take a trial without storing it."""
    request.max_content_length = MAX_BODY_BYTES
    return receive_trial(definition_of(db.session, version_id), f"/try/{version_id}")


@blueprint.get("/try/<int:version_id>/received")
@requires(Permission.REVIEW_INSTRUMENT)
def show_trial_end(version_id: int) -> Response:
    """Show where a real form would lead to its receipt."""
    return show_trial_receipt(definition_of(db.session, version_id), f"/try/{version_id}")
