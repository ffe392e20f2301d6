"""The respondent's addresses: type a code, fill in a form, get a receipt; no cookie, no script, no trace of a person.

Also the trial of an instrument for signed-in people, which is the same without storing anything.
"""

from __future__ import annotations

import secrets
from typing import cast

from flask import Blueprint, Flask, redirect, request
from werkzeug.wrappers import Response

from survey.core.clock import utc_now
from survey.core.codes import COLLECTOR_LENGTH, RECEIPT_LENGTH, group_code, read_code, read_symbols
from survey.core.permissions import Permission
from survey.instruments.queries import definition_of
from survey.responses import failures, pages
from survey.responses.caches import TOKEN_PLACE
from survey.responses.entering import cache, find_entrance, form_view, show_door, show_unknown, signer
from survey.responses.entrances import Door
from survey.responses.pages import Heading, draw_form, draw_message, send_page, send_spliced
from survey.responses.queries import receipt_by_hash
from survey.responses.sending import MAX_BODY_BYTES, receive
from survey.responses.trials import receive_trial, show_trial, show_trial_receipt
from survey.responses.wording import SHARED_MODES, SHARING_DEVICES
from survey.web.auth import public, requires
from survey.web.db_session import db
from survey.web.forms import csrf
from survey.web.locale import language

blueprint = Blueprint("responses", __name__)
blueprint.record_once(lambda state: pages.init_app(cast(Flask, state.app)))
failures.register(blueprint)
# A form carries its own signed token instead of one from a session, which nobody has here.
csrf.exempt(blueprint)


@blueprint.get("/S", strict_slashes=False)
@blueprint.get("/s", strict_slashes=False)
@public
def enter_code() -> Response:
    """Show the field for a code, or go to the form of the code that was typed."""
    typed = request.args.get("code", "")
    if not typed.strip():
        return send_page(draw_message(language(), "code"))
    code = read_code(typed, COLLECTOR_LENGTH)
    return show_unknown(typed) if code is None else redirect(f"/S/{code}")


@blueprint.get("/S/<code>")
@blueprint.get("/s/<code>")
@public
def show_form(code: str) -> Response:
    """Show the form behind a code, with a fresh token."""
    entrance = find_entrance(code)
    if entrance is None:
        return show_unknown(code)
    now = utc_now()
    door = entrance.door(now)
    if door != Door.OPEN:
        return show_door(entrance, door)
    form = secrets.choice(entrance.definition.forms)
    page = cache().form((entrance, form, language()), lambda: draw_form(form_view(entrance, form), TOKEN_PLACE))
    return send_spliced(page, signer().new_token(entrance.code, now, form=form))


@blueprint.post("/S/<code>")
@blueprint.post("/s/<code>")
@public
def send_form(code: str) -> Response:
    """Take a filled-in form."""
    request.max_content_length = MAX_BODY_BYTES
    entrance = find_entrance(code)
    return show_unknown(code) if entrance is None else receive(entrance, utc_now())


@blueprint.get("/R/<path:text>")
@blueprint.get("/r/<path:text>")
@public
def show_receipt(text: str) -> Response:
    """Say that a form was received; knows where, not what or who."""
    receipt = read_symbols(text)
    found = None
    if receipt is not None and len(receipt) == RECEIPT_LENGTH:
        found = receipt_by_hash(db.session, signer().receipt_hash(receipt))
    if receipt is None or found is None:
        return send_page(draw_message(language(), "no_receipt"), 404)
    heading = Heading(found.organisation_name, found.campaign_title, found.audience, is_demo=found.is_demo)
    is_shared = found.audience in SHARING_DEVICES or found.mode in SHARED_MODES
    next_code = found.code if is_shared else ""
    return send_page(draw_message(language(), "received", heading, receipt=group_code(receipt), next_code=next_code))


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
