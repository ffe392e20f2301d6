"""What happens to a form that was sent: read, asked back once, stored, acknowledged. Nothing chosen is ever lost."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache

from flask import Response, jsonify, request
from werkzeug.datastructures import MIMEAccept
from werkzeug.http import parse_accept_header
from werkzeug.wrappers import Response as AnyResponse

from survey.core.codes import group_code
from survey.core.errors import Gone, Invalid
from survey.core.tokens import Token
from survey.responses.admitting import needs_time_code, opens_meeting, show_spent
from survey.responses.entering import cache, form_view, language_suffix, show_door, signer, writer
from survey.responses.entrances import Door, Entrance
from survey.responses.failures import BUSY, note_busy
from survey.responses.fields import (
    ASKED_FIELD,
    FORM_FIELD,
    SHUFFLE_FIELD,
    SWITCH_FIELD,
    TOKEN_FIELD,
    Reading,
    read_answers,
    read_group,
)
from survey.responses.operations import (
    AnsweredDifferently,
    CardSpent,
    NotOpenYet,
    Outcome,
    Submission,
    Withdrawn,
)
from survey.responses.pages import FormView, Heading, draw_form, draw_message, send_page
from survey.responses.scripts import POLICY
from survey.responses.sheets import Sheet
from survey.responses.shuffles import read_shuffle
from survey.web.answers import FinishedAnswer
from survey.web.security import EVERYWHERE

# A form has some two hundred bytes of answers; nobody needs to send us more than this.
MAX_BODY_BYTES = 16 * 1024
# Where a form that came without a good token is asked for the code on the meeting's screen.
TIME_FIELD = "c"
# What leads to a receipt says besides its address.
_RECEIVED = (
    ("Content-Type", "text/html; charset=utf-8"),
    ("Content-Security-Policy", POLICY),
    ("Cache-Control", "no-store"),
    ("Vary", "Accept"),
    *EVERYWHERE,
)


@dataclass(frozen=True, slots=True)
class SentForm:
    """A form as it came in. token: None if the server did not make it. view: the form with everything chosen."""

    entrance: Entrance
    token: Token | None
    token_text: str
    reading: Reading
    view: FormView
    was_asked: bool


@dataclass(frozen=True, slots=True)
class Fault:
    """Why a form comes back: the notice on top of it, and the status of the answer."""

    notice: str
    status: int = 422


def receive(entrance: Entrance, now: datetime) -> AnyResponse:
    """Store the form of this request and lead to its receipt, or give it back with everything kept."""
    sent = _read(entrance)
    if sent.token is None:
        return _renew(sent, now)
    if request.form.get(SWITCH_FIELD):
        return show_again(sent.view, sent.token_text, was_asked=sent.was_asked)
    fault = find_fault(sent.view.sheet, sent.reading, was_asked=sent.was_asked)
    if fault is not None:
        return give_back(sent.view, fault, sent.token_text, was_asked=sent.was_asked)
    return _store(sent, sent.token, now)


def find_fault(sheet: Sheet, reading: Reading, *, was_asked: bool) -> Fault | None:
    """Return why a form should come back, or None if it may be stored."""
    if reading.impossible:
        return Fault("impossible")
    if not any(reading.chosen):
        return Fault("nothing")
    if not was_asked and (sheet.missing(reading.chosen) or reading.contradictory):
        return Fault("asked")
    # Asked once and still nothing but a contradiction: that says nothing.
    return None if any(reading.answers) else Fault("nothing")


def give_back(view: FormView, fault: Fault, token: str, *, was_asked: bool) -> AnyResponse:
    """Return the form with everything chosen and a sentence on top; a program gets the places instead."""
    if wants_json():
        missing = view.sheet.missing(view.reading.chosen) if view.reading else ()
        places = [question.place for question in missing]
        return _json({"receipt": None, "problem": fault.notice, "missing": places}, fault.status)
    asks_once_more = was_asked or fault.notice == "asked"
    page = draw_form(replace(view, notice=fault.notice, asks_once_more=asks_once_more), token)
    return send_page(page, fault.status, vary=("Accept",))


def show_again(view: FormView, token: str, *, was_asked: bool) -> AnyResponse:
    """Return the form with everything chosen and nothing said or stored: it was asked for in another language."""
    return send_page(draw_form(replace(view, asks_once_more=was_asked), token), vary=("Accept",))


def was_asked() -> bool:
    """Whether the form of this request has been asked back for missing answers before."""
    return bool(request.form.get(ASKED_FIELD))


def _read(entrance: Entrance) -> SentForm:
    text = request.form.get(TOKEN_FIELD, "")
    token = signer().read_token(entrance.key, text)
    # Without a good token, what the page says of itself: the answers belong to that form.
    form = token.form if token else request.form.get(FORM_FIELD, "")
    forms = entrance.definition.forms
    shuffle = read_shuffle(entrance.mode, request.form.get(SHUFFLE_FIELD, ""))
    view = form_view(entrance, form if form in forms else forms[0], shuffle)
    reading = read_answers(view.sheet, request.form.getlist)
    group_id = read_group(request.form.getlist, [group.id for group in entrance.groups])
    return SentForm(
        entrance=entrance,
        token=token,
        token_text=text,
        reading=reading,
        view=replace(view, reading=reading, group_id=group_id),
        was_asked=was_asked(),
    )


def _renew(sent: SentForm, now: datetime) -> AnyResponse:
    """Give a form without a good token back with a fresh one: a proxy or a new secret is not the reader's fault."""
    door = sent.entrance.door(now)
    if door != Door.OPEN:
        return _refuse(sent, door)
    if sent.entrance.is_spent:
        return _refuse_card(sent)
    if needs_time_code(sent.entrance) and not opens_meeting(sent.entrance, request.form.get(TIME_FIELD, ""), now):
        # Else whoever sends nonsense from afar would be given a good form.
        return give_back(sent.view, Fault("time_code"), "", was_asked=sent.was_asked)
    token = signer().new_token(sent.entrance.key, now, form=sent.view.sheet.form)
    return give_back(sent.view, Fault("renewed"), token, was_asked=sent.was_asked)


def _store(sent: SentForm, token: Token, now: datetime) -> AnyResponse:
    receipt = signer().receipt(token)
    submission = Submission(
        code=sent.entrance.key,
        token=token,
        token_hash=signer().receipt_hash(receipt),
        answers=sent.reading.answers,
        group_id=sent.view.group_id,
        language=sent.view.language,
    )
    try:
        outcome = writer().store(submission, now=now)
    except AnsweredDifferently:
        return _answered_differently(sent, receipt)
    except CardSpent:
        return _refuse_card(sent)
    except Withdrawn:
        return _refuse_withdrawn(sent)
    except Gone:
        return _refuse(sent, Door.CLOSED)
    except NotOpenYet:
        return _refuse(sent, Door.NOT_YET)
    except Invalid:
        # What was offered has changed since the page was drawn, such as a class that has ended; sending again helps.
        cache().forget()
        return give_back(sent.view, Fault("renewed"), sent.token_text, was_asked=sent.was_asked)
    except BUSY as error:
        note_busy(error)
        return give_back(sent.view, Fault("busy", 503), sent.token_text, was_asked=sent.was_asked)
    return _acknowledge(receipt, outcome)


def _acknowledge(receipt: str, outcome: Outcome) -> AnyResponse:
    if wants_json():
        return _json({"receipt": receipt}, 201 if outcome == Outcome.STORED else 200)
    return FinishedAnswer(b"", 303, (("Location", f"/R/{receipt}{language_suffix()}"), *_RECEIVED))


def _answered_differently(sent: SentForm, receipt: str) -> AnyResponse:
    if wants_json():
        return _json({"receipt": receipt}, 409)
    page = draw_message(
        sent.view.language,
        "answered",
        Heading.of(sent.entrance),
        receipt=group_code(receipt),
        next_code="" if sent.entrance.serial or needs_time_code(sent.entrance) else sent.entrance.code,
    )
    return send_page(page, 409, vary=("Accept",))


def _refuse_card(sent: SentForm) -> AnyResponse:
    if wants_json():
        return _json({"receipt": None, "problem": "card_spent"}, 410)
    response = show_spent(sent.entrance)
    response.vary.add("Accept")
    return response


def _refuse_withdrawn(sent: SentForm) -> AnyResponse:
    if wants_json():
        return _json({"receipt": None, "problem": "withdrawn"}, 410)
    page = draw_message(sent.view.language, "withdrawn", Heading.of(sent.entrance))
    return send_page(page, 410, vary=("Accept",))


def _refuse(sent: SentForm, door: Door) -> AnyResponse:
    if wants_json():
        return _json({"receipt": None}, 410 if door == Door.CLOSED else 403)
    response = show_door(sent.entrance, door, is_late=True)
    response.vary.add("Accept")
    return response


def wants_json() -> bool:
    """Whether a program asks, not a browser."""
    return _prefers_json(request.environ.get("HTTP_ACCEPT", ""))


@lru_cache(256)
def _prefers_json(accepted: str) -> bool:
    # As for gzip: there are only a handful of browsers.
    wanted = parse_accept_header(accepted, MIMEAccept)
    return wanted.best_match(["text/html", "application/json"]) == "application/json"


def _json(content: dict[str, object], status: int) -> Response:
    response = jsonify(content)
    response.status_code = status
    response.vary.add("Accept")
    return response
