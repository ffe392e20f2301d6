"""The few addresses of the ground floor: health, fonts, the choice of language, and what is kept of whom."""

from __future__ import annotations

from pathlib import Path

from flask import (
    Blueprint,
    Response,
    current_app,
    jsonify,
    redirect,
    render_template,
    request,
    send_from_directory,
    session,
)
from werkzeug.wrappers import Response as WsgiResponse

from survey.config import Config
from survey.core.clock import utc_now
from survey.web.auth import public, safe_next
from survey.web.db_session import db
from survey.web.health import look_at
from survey.web.locale import LANGUAGES

blueprint = Blueprint("web", __name__)

FONTS = Path(__file__).resolve().parent.parent / "fonts"


@blueprint.get("/health")
@public
def health() -> tuple[Response, int]:
    """Say how database, disk and long work are, and which version this is; 503 when the database is gone."""
    config: Config = current_app.extensions["survey.config"]
    found = look_at(db.session, config.data_dir, utc_now())
    return jsonify(found.to_dict()), found.code


@blueprint.get("/fonts/<name>")
@public
def font(name: str) -> Response:
    """Serve one of our own fonts."""
    response = send_from_directory(FONTS, name, max_age=30 * 24 * 3600)
    response.headers["Cache-Control"] = "public, max-age=2592000, immutable"
    return response


@blueprint.post("/language")
@public
def choose_language() -> WsgiResponse:
    """Keep the reader's choice of language and go back to the page they came from."""
    chosen = request.form.get("language", "")
    if chosen in LANGUAGES:
        session["language"] = chosen
    return redirect(safe_next(request.form.get("next")))


@blueprint.get("/privacy")
@public
def privacy() -> str:
    """Say what is asked, what is kept and for how long; without a cookie, like the forms that lead here."""
    return render_template("legal/privacy.html")


@blueprint.get("/privacy/pupils")
@public
def privacy_for_pupils() -> str:
    """Say the same in a child's words."""
    return render_template("legal/pupils.html")
