"""The reader's language: Vietnamese unless they choose English."""

from __future__ import annotations

from flask import Flask, g, has_request_context, request, session
from flask_babel import Babel

LANGUAGES = {"vi": "Tiếng Việt", "en": "English"}
DEFAULT = "vi"

babel = Babel()


def init_app(app: Flask) -> None:
    """Set up translations; the source texts are Vietnamese, English stands in survey/translations."""
    app.config["BABEL_DEFAULT_LOCALE"] = DEFAULT
    app.config["BABEL_DEFAULT_TIMEZONE"] = "Asia/Ho_Chi_Minh"
    babel.init_app(app, locale_selector=language)


def language() -> str:
    """Return the language of this request.

    A respondent's page says it in its address and touches no session; signed-in people keep their choice in theirs.
    """
    if not has_request_context():
        return DEFAULT
    if "language" in g:
        return str(g.language)
    asked = request.args.get("lang", "")
    if asked in LANGUAGES:
        return asked
    chosen = session.get("language", DEFAULT)
    return chosen if chosen in LANGUAGES else DEFAULT
