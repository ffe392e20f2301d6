"""Who comes in by what: a meeting by the code on the screen now, a card or sheet by its serial, once."""

from __future__ import annotations

from datetime import datetime
from typing import cast
from urllib.parse import quote

from flask import Response, current_app

from survey.core.codes import CARD_LENGTH, COLLECTOR_LENGTH, RECEIPT_LENGTH, group_code, read_code, read_symbols
from survey.core.time_codes import SCANNED_LENGTH, TYPED_LENGTH
from survey.core.vocabulary import Mode
from survey.responses.entering import show_unknown, signer
from survey.responses.entrances import Entrance
from survey.responses.guessing import GuessBudgets
from survey.responses.pages import Heading, draw_message, send_page
from survey.web.locale import language

# For about half an hour after its time a code is known as one that was right before.
_KNOWN_SLOTS = 20
_ALL_SERIALS = "serials"
_RETRY_SECONDS = "10"


def budgets() -> GuessBudgets:
    """Return what this process remembers of wrong tries."""
    return cast(GuessBudgets, current_app.extensions["survey.guesses"])


def address_of(typed: str, time_code: str = "") -> str | None:
    """Return the address that a typed code means, or None if it cannot be one.

    A way in, a card or sheet, a receipt, or a meeting's code and its time code in one.
    """
    symbols = read_symbols(typed[:60])
    if symbols is None:
        return None
    if len(symbols) == CARD_LENGTH + 1:
        return f"/S/{symbols}"
    if len(symbols) == RECEIPT_LENGTH:
        return f"/R/{symbols}"
    code, rest = symbols[: COLLECTOR_LENGTH + 1], symbols[COLLECTOR_LENGTH + 1 :]
    if read_code(code, COLLECTOR_LENGTH) is None or len(rest) not in (0, TYPED_LENGTH):
        return None
    shown = rest or quote(time_code.strip()[:12], safe="")
    return f"/S/{code}/{shown}" if shown else f"/S/{code}"


def opens_meeting(entrance: Entrance, text: str, now: datetime) -> bool:
    """Whether a time code opens a meeting now; a wrong one that was typed uses up some of its budget."""
    length = len(read_symbols(text[:40]) or "")
    if length == SCANNED_LENGTH:
        return signer().reads_time_code(entrance.code, text, now)
    tries = budgets().time_codes
    if tries.is_spent(entrance.code):
        return False
    if signer().reads_time_code(entrance.code, text, now):
        return True
    if length == TYPED_LENGTH and not was_right(entrance, text, now):
        tries.spend(entrance.code)
    return False


def was_right(entrance: Entrance, text: str, now: datetime) -> bool:
    """Whether a time code opened the meeting not long ago."""
    return signer().reads_time_code(entrance.code, text, now, slots=_KNOWN_SLOTS)


def ask_time_code(entrance: Entrance, now: datetime, text: str = "") -> Response:
    """Ask for the code on the screen, and say what was wrong with the one that came."""
    length = len(read_symbols(text[:40]) or "")
    fault = ""
    if text:
        fault = "expired" if was_right(entrance, text, now) or length == SCANNED_LENGTH else "wrong"
    is_slow = fault == "wrong" and budgets().time_codes.is_spent(entrance.code)
    page = draw_message(
        language(),
        "time_code",
        Heading.of(entrance),
        meeting_code=entrance.code,
        fault_kind="slow" if is_slow else fault,
        typed_time=text[:12] if length == TYPED_LENGTH else "",
    )
    response = send_page(page, 429 if is_slow else 403)
    if is_slow:
        response.headers["Retry-After"] = _RETRY_SECONDS
    return response


def needs_time_code(entrance: Entrance) -> bool:
    """Whether a new form is only handed out to whoever knows the code on the screen."""
    return entrance.mode == Mode.MEETING


def show_spent(entrance: Entrance) -> Response:
    """Say that a card or sheet was used before."""
    return send_page(draw_message(language(), "card_spent", Heading.of(entrance)), 410)


def show_nothing_behind(typed: str) -> Response:
    """Say that there is no form behind a code; cards get sentences of their own."""
    symbols = read_symbols(typed[:60])
    if symbols is None or len(symbols) != CARD_LENGTH + 1:
        return show_unknown(typed)
    if read_code(symbols, CARD_LENGTH) is None:
        return send_page(draw_message(language(), "card_mistyped", typed=group_code(symbols, 3)), 404)
    if budgets().serials.is_spent(_ALL_SERIALS):
        response = send_page(draw_message(language(), "slow_down"), 429)
        response.headers["Retry-After"] = _RETRY_SECONDS
        return response
    budgets().serials.spend(_ALL_SERIALS)
    return send_page(draw_message(language(), "card_unknown", typed=group_code(symbols, 3)), 404)
