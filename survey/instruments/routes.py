"""Address of the list of questionnaires. Reviewing one depends on the unit's waves and stands in `campaigns`."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from survey.config import PROJECT
from survey.core.clock import utc_now
from survey.core.permissions import Permission
from survey.instruments.operations import publish_instrument
from survey.instruments.queries import published
from survey.jobs.calls import run_in_child
from survey.web.auth import person_id, requires
from survey.web.db_session import db

blueprint = Blueprint("instruments", __name__)

# The questionnaires that come with the software.
STANDARD = PROJECT / "questionnaires"


@blueprint.get("/instruments")
@requires(Permission.REVIEW_INSTRUMENT)
def index() -> str:
    """List the published questionnaires, the newest of each audience first."""
    newest: dict[str, object] = {}
    older = []
    for version in published(db.session):
        if newest.setdefault(version.key, version) is not version:
            older.append(version)
    return render_template("instruments/index.html", newest=newest.values(), older=older)


@blueprint.post("/instruments/publish")
@requires(Permission.REVIEW_INSTRUMENT)
def publish_standard() -> Response:
    """Publish the questionnaires that come with the software; what is published already stays as it is."""
    # Reading YAML is work for the child: a web process needs it for nothing else.
    for definition in run_in_child("survey.instruments.loader:load_instruments", STANDARD):
        publish_instrument(db.session, definition, utc_now(), person_id())
    db.session.commit()
    flash(_("Các bộ câu hỏi có sẵn đã sẵn sàng để đối chiếu."))
    return redirect(url_for("instruments.index"))
