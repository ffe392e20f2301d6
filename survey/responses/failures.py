"""What a respondent sees when something goes wrong here: a small page of our own, and a log line that tells nothing.

Logs hold the kind of fault and the place in our code; never an address, a code, an answer or the message of an
exception, because database errors quote the values they were given.
"""

from __future__ import annotations

import logging
import traceback

from flask import Blueprint, Response, request
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as NoConnectionFree
from werkzeug.exceptions import HTTPException

from survey.core.errors import AppError
from survey.responses.pages import draw_message, send_page
from survey.web.locale import language

logger = logging.getLogger(__name__)

# The database is busy, restarting or out of reach: worth another try.
BUSY = (DBAPIError, NoConnectionFree)

_PAGES = {403: "forbidden", 404: "unknown", 413: "too_large"}


def register(blueprint: Blueprint) -> None:
    """Make the blueprint answer its faults with pages of this side."""
    blueprint.register_error_handler(AppError, _app_error)
    blueprint.register_error_handler(HTTPException, _http_error)
    for kind in BUSY:
        blueprint.register_error_handler(kind, _busy)
    blueprint.register_error_handler(Exception, _unexpected)


def note_busy(error: Exception) -> None:
    """Log that the database did not answer in time."""
    logger.error("database: %s in %s", type(error).__name__, request.endpoint)


def _page(status: int) -> Response:
    return send_page(draw_message(language(), _PAGES.get(status, "fault")), status)


def _app_error(error: AppError) -> Response:
    return _page(error.status)


def _http_error(error: HTTPException) -> Response | HTTPException:
    if error.code is None or error.code < 400:
        return error
    return _page(error.code)


def _busy(error: Exception) -> Response:
    note_busy(error)
    response = send_page(draw_message(language(), "busy"), 503)
    response.headers["Retry-After"] = "5"
    return response


def _unexpected(error: Exception) -> Response:
    places = "".join(traceback.format_tb(error.__traceback__))
    logger.error("unexpected %s in %s\n%s", type(error).__name__, request.endpoint, places)
    return _page(500)
