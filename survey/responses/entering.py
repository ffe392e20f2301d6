"""From a code in an address to what a respondent may see now: the empty form, or a page that says what to do."""

from __future__ import annotations

from functools import lru_cache
from typing import cast

from flask import Response, current_app, g, request

from survey.core.clock import utc_now
from survey.core.codes import CARD_LENGTH, COLLECTOR_LENGTH, read_code
from survey.core.database import only_reading
from survey.core.tokens import Signer
from survey.core.vocabulary import Mode
from survey.instruments.definitions import BASE_LANGUAGE, InstrumentDefinition
from survey.responses.caches import RespondentCache
from survey.responses.entrances import Door, Entrance
from survey.responses.failures import BUSY
from survey.responses.pages import FormView, Heading, draw_message, send_page
from survey.responses.queries import entrance_by_code
from survey.responses.shuffles import shuffle_for
from survey.responses.writers import Writer
from survey.web.db_session import db
from survey.web.locale import LANGUAGES, language


def signer() -> Signer:
    """Return the application's signer."""
    return cast(Signer, current_app.extensions["survey.signer"])


def writer() -> Writer:
    """Return what stores answers in this process."""
    return cast(Writer, current_app.extensions["survey.writer"])


def cache() -> RespondentCache:
    """Return what this process remembers."""
    return cast(RespondentCache, current_app.extensions["survey.responses"])


def find_entrance(text: str) -> Entrance | None:
    """Return the way in that a code or serial in an address means, at most two seconds old.

    Sets the language of its pages.
    """
    code = _code_meant(text)
    entrance = None if code is None else cache().entrance(code, _load_entrance, away=BUSY)
    if entrance is not None:
        g.language = form_language(entrance.definition)
    return entrance


@lru_cache(4096)
def _code_meant(text: str) -> str | None:
    # A hall opens the same address a thousand times.
    return read_code(text, COLLECTOR_LENGTH) or read_code(text, CARD_LENGTH)


def _load_entrance(code: str) -> Entrance | None:
    # A form that was sent is stored later, by a transaction of its own: looking up must not wait for those who write.
    with only_reading():
        try:
            return entrance_by_code(db.session, code)
        finally:
            # Nothing is kept open while a page is drawn.
            db.session.rollback()


def form_language(definition: InstrumentDefinition) -> str:
    """Return the language asked for if the whole instrument is there in it, else Vietnamese."""
    # Most addresses say nothing behind a question mark; reading that anew would cost a twentieth of the answer.
    asked = request.args.get("lang", "") if request.query_string else ""
    return asked if asked in definition.languages and asked in LANGUAGES else BASE_LANGUAGE


def form_view(entrance: Entrance, form: str, shuffle: int | None = None) -> FormView:
    """Return an empty form of a way in, its questions in the published order or in that of a shuffle.

    A card's form is sent to where it was opened, so that all cards of a place share the bytes of one page.
    """
    return FormView(
        heading=Heading.of(entrance),
        sheet=entrance.sheet(form),
        language=language(),
        action=language_suffix() or "?" if entrance.serial else f"/S/{entrance.code}{language_suffix()}",
        groups=entrance.groups,
        mode=entrance.mode,
        wave_id=entrance.wave_id,
        minutes=entrance.time_limit_minutes,
        shuffle=shuffle,
    )


def shuffle_of(entrance: Entrance, token: str) -> int | None:
    """Return the order of questions that a fresh token gets, None for the published one."""
    read = signer().read_token(entrance.code, token) if entrance.mode == Mode.CLASS_SESSION else None
    return None if read is None else shuffle_for(entrance.mode, read.nonce)


def language_suffix() -> str:
    """Return what keeps the chosen language in an address."""
    return "" if language() == BASE_LANGUAGE else f"?lang={language()}"


def show_door(entrance: Entrance, door: Door, *, is_late: bool = False) -> Response:
    """Say that a wave has not opened yet, or has closed; is_late: while somebody was filling in a form."""
    heading, now = Heading.of(entrance), utc_now()
    if door == Door.NOT_YET:
        opens = entrance.opens if now < entrance.first_instant else None
        return send_page(draw_message(language(), "not_yet", heading, opens=opens), 403)
    kind = "too_late" if is_late else "closed"
    ended = entrance.mode if entrance.is_window_over(now) else ""
    return send_page(draw_message(language(), kind, heading, ended=ended), 410)


def show_unknown(typed: str) -> Response:
    """Say that there is no form behind what was typed, and offer to type it again."""
    return send_page(draw_message(language(), "unknown", typed=typed[:40]), 404)
