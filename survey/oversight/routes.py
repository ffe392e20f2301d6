"""The page of the audit trail: who did what, when."""

from __future__ import annotations

from flask import Blueprint, render_template, request
from flask_babel import gettext as _

from survey.core.permissions import Permission
from survey.oversight.forms import TrailForm
from survey.oversight.lines import describe_page
from survey.oversight.queries import Filters, people_in, places_in, read_trail
from survey.oversight.words import ACTIONS
from survey.web.auth import requires, scope
from survey.web.db_session import db

blueprint = Blueprint("oversight", __name__)


@blueprint.get("/audit")
@requires(Permission.READ_AUDIT)
def trail() -> str | tuple[str, int]:
    """Show the audit trail, newest first."""
    visible = scope(Permission.READ_AUDIT)
    form = TrailForm(request.args)
    everyone = ("", _("Tất cả"))
    form.person.choices = [everyone, *((str(key), name) for key, name in people_in(db.session, visible))]
    places = places_in(db.session, visible)
    form.organisation.choices = [everyone, *((str(key), name) for key, name in places)]
    form.action.choices = [everyone, *sorted(((key, str(words)) for key, words in ACTIONS.items()), key=_by_words)]
    is_good = not request.args or form.validate()
    page = read_trail(db.session, scope=visible, filters=_filters(form) if is_good else Filters(), number=_number())
    kept = {name: value for name, value in request.args.items() if name != "page" and value}
    text = render_template(
        "oversight/trail.html",
        form=form,
        page=page,
        days=describe_page(page),
        places=[name for _key, name in places],
        kept=kept,
        is_narrowed=bool(kept),
    )
    return text if is_good else (text, 422)


def _by_words(pair: tuple[str, str]) -> str:
    return pair[1].casefold()


def _filters(form: TrailForm) -> Filters:
    return Filters(
        user_id=int(form.person.data) if form.person.data else None,
        action=form.action.data or "",
        organisation_id=int(form.organisation.data) if form.organisation.data else None,
        first=form.first.data,
        last=form.last.data,
    )


def _number() -> int:
    return min(max(request.args.get("page", 1, type=int), 1), 100_000)
