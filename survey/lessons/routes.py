"""The address of a lesson: slides for the projector after a class session."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

from flask import Blueprint, render_template
from flask_babel import gettext as _

from analysis.rounding import decimals_for, round_percent
from survey.collection.queries import window_by_id
from survey.core.clock import utc_now
from survey.core.permissions import Permission
from survey.instruments.definitions import Text, text_in
from survey.lessons.queries import lesson_of
from survey.lessons.records import Figure, OptionShare
from survey.monitor.boards import grace_of, last_instant
from survey.monitor.words import window_name
from survey.web.auth import access, requires, scope
from survey.web.db_session import db
from survey.web.formats import format_number
from survey.web.locale import language

blueprint = Blueprint("lessons", __name__)


@blueprint.get("/sessions/<int:session_id>/lesson")
@requires(Permission.RUN_SESSION)
def show(session_id: int) -> str:
    """Show what the class knows, question by question, or say why not yet."""
    visible = scope(Permission.RUN_SESSION)
    collector = window_by_id(db.session, session_id, visible)
    # Whoever may see answers one by one belongs to the school, and so does the class's own teacher.
    belongs = access().may(Permission.EXPORT_MICRODATA, collector.organisation_id)
    is_inside = belongs or collector.group_id in visible.groups
    lesson = lesson_of(db.session, session_id, visible, utc_now(), is_inside=is_inside)
    return render_template(
        "lessons/slides.html" if lesson.state == "ready" else "lessons/waiting.html",
        lesson=lesson,
        collector=collector,
        name=window_name(collector),
        ready_from=last_instant(collector) + grace_of(collector),
    )


@blueprint.app_template_filter("words_of")
def words_of(text: Text) -> str:
    """Return a text of an instrument in the reader's language."""
    return text_in(text, language())


@blueprint.app_template_filter("share_words")
def share_words(figure: Figure) -> str:
    """Return the share of a figure: 58%, or at most, or at least, where more would say too much."""
    if figure.bound is not None:
        percent = _percent(figure.bound.bound * 100)
        is_most = figure.bound.side == "at_most"
        return str(_("nhiều nhất %(share)s", share=percent) if is_most else _("ít nhất %(share)s", share=percent))
    if figure.share is None:
        return "–"
    return _percent(round_percent(figure.share, decimals=decimals_for(figure.answered)))


@blueprint.app_template_filter("option_share")
def option_share(option: OptionShare) -> str:
    """Return the share that chose an option, rounded as the share above it is."""
    return _percent(round_percent(option.share, decimals=0))


def _percent(value: Fraction | Decimal | int) -> str:
    number = float(value)
    decimals = 0 if number == int(number) else 1
    return f"{format_number(number, decimals)}%"
