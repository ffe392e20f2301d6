"""Addresses of class sessions: choose a class, start, the page for the projector, and which classes are missing."""

from __future__ import annotations

from datetime import datetime

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from survey.campaigns.queries import organisations_in, wave_by_id
from survey.collection.qr import payload
from survey.collection.windows import WindowConflict, start_class_session
from survey.core.clock import VIETNAM, local_date, utc_now
from survey.core.errors import NotFound
from survey.core.permissions import Permission
from survey.core.vocabulary import Mode
from survey.monitor.forms import SessionForm
from survey.monitor.operations import close_board, extend_board
from survey.monitor.queries import Choice, choices_in, class_rows, latest_sessions
from survey.monitor.slots import qr_picture
from survey.monitor.views import board_of, change, extended, page_values, send_state, site, window_of
from survey.monitor.words import REASONS, minutes_text
from survey.web.auth import access, person_id, requires, scope
from survey.web.db_session import db

blueprint = Blueprint("monitor", __name__)
blueprint.add_app_template_filter(minutes_text, "minutes")

USUAL_MINUTES = 30


@blueprint.app_template_filter("clock")
def clock(value: datetime) -> str:
    """Return the time of day in Vietnam, as 14:05."""
    return f"{value.astimezone(VIETNAM):%H:%M}"


@blueprint.app_template_filter("lower_first")
def lower_first(text: object) -> str:
    """Return a title as part of a sentence."""
    return str(text)[:1].lower() + str(text)[1:]


@blueprint.app_template_global("may_run_sessions")
def may_run_sessions() -> bool:
    """Return whether the person runs sessions anywhere, for pages that lead here."""
    return access().may(Permission.RUN_SESSION)


@blueprint.app_template_global("classes_to_start")
def classes_to_start() -> tuple[Choice, ...]:
    """Return the classes that the person can start now, for the first page after signing in."""
    now = utc_now()
    return choices_in(db.session, scope(Permission.RUN_SESSION), now, local_date(now))


@blueprint.get("/sessions/new")
@requires(Permission.RUN_SESSION)
def choose_session() -> str:
    """Show the classes that can start, or (wave and group chosen) the last questions before the start."""
    wave_id, group_id = request.args.get("wave", type=int), request.args.get("group", type=int)
    if wave_id is not None and group_id is not None:
        choice = _choice(wave_id, group_id)
        return _start_page(choice, SessionForm(data={"present": choice.headcount, "minutes": USUAL_MINUTES}))
    return _list_page(request.args.get("organisation", type=int), wave_id)


@blueprint.post("/sessions/new")
@requires(Permission.RUN_SESSION)
def start_session() -> Response | tuple[str, int]:
    """Start a class session, or show the one that runs."""
    choice = _choice(request.form.get("wave", 0, type=int), request.form.get("group", 0, type=int))
    form = SessionForm()
    if choice.running is not None:
        flash(_("Lớp này đang có một buổi chạy. Đây là trang chiếu của buổi đó."))
        return redirect(url_for("monitor.session", session_id=choice.running.id))
    if not form.validate():
        return _start_page(choice, form), 422
    try:
        started = start_class_session(
            db.session,
            wave=choice.wave,
            organisation_id=choice.organisation.id,
            group_id=choice.group.id,
            present=form.present.data,
            minutes=form.minutes.data,
            time_limit_minutes=form.limit.data or None,
            person=person_id(),
            now=utc_now(),
        )
    except WindowConflict as error:
        form.present.errors = [REASONS[error.reason]]
        return _start_page(choice, form), error.status
    db.session.commit()
    return redirect(url_for("monitor.session", session_id=started.id))


def _choice(wave_id: int, group_id: int) -> Choice:
    """Return what the person can start now; NotFound for everything else."""
    now = utc_now()
    for choice in choices_in(db.session, scope(Permission.RUN_SESSION), now, local_date(now), wave_id=wave_id):
        if choice.group.id == group_id:
            return choice
    raise NotFound


def _start_page(choice: Choice, form: SessionForm) -> str:
    return render_template("monitor/start.html", choice=choice, form=form)


def _list_page(organisation_id: int | None, wave_id: int | None) -> str:
    now, visible = utc_now(), scope(Permission.RUN_SESSION)
    choices = choices_in(db.session, visible, now, local_date(now), wave_id=wave_id)
    there = {choice.organisation.id for choice in choices}
    places = [place for place in organisations_in(db.session, visible) if place.id in there]
    place = organisation_id if organisation_id in there else None
    return render_template(
        "monitor/start.html",
        choice=None,
        places=places,
        place=place,
        choices=[choice for choice in choices if place in (None, choice.organisation.id)],
        sessions=latest_sessions(db.session, visible, now),
    )


@blueprint.get("/sessions/<int:session_id>")
@requires(Permission.RUN_SESSION)
def session(session_id: int) -> str:
    """Show the page for the projector."""
    collector = window_of(session_id, Mode.CLASS_SESSION)
    board = board_of(collector, is_fresh=True)
    return render_template(
        "monitor/session.html",
        slot=None,
        qr=qr_picture(payload(site(), collector.code)),
        back=url_for("monitor.choose_session"),
        **page_values(board, "monitor", session_id=session_id),
    )


@blueprint.get("/sessions/<int:session_id>/state")
@requires(Permission.RUN_SESSION)
def state(session_id: int) -> Response:
    """Send counts and times for the page that is on the screen."""
    return send_state(board_of(window_of(session_id, Mode.CLASS_SESSION)))


@blueprint.post("/sessions/<int:session_id>/extend")
@requires(Permission.RUN_SESSION)
def extend(session_id: int) -> Response:
    """Give the class five minutes more."""
    change(window_of(session_id, Mode.CLASS_SESSION), extend_board, extended())
    return redirect(url_for("monitor.session", session_id=session_id))


@blueprint.post("/sessions/<int:session_id>/close")
@requires(Permission.RUN_SESSION)
def close(session_id: int) -> Response:
    """End a class session; who has begun may still send for 15 minutes."""
    change(window_of(session_id, Mode.CLASS_SESSION), close_board, _("Đã kết thúc. Mã này không vào được nữa."))
    return redirect(url_for("monitor.session", session_id=session_id))


@blueprint.get("/waves/<int:wave_id>/sessions")
@requires(Permission.RUN_SESSION)
def wave_sessions(wave_id: int) -> str:
    """Show which classes have had a session, which run, and which are missing."""
    now, visible = utc_now(), scope(Permission.RUN_SESSION)
    wave = wave_by_id(db.session, wave_id, visible)
    today = local_date(now)
    places = class_rows(db.session, wave, visible, now, min(today, wave.closes))
    return render_template(
        "monitor/classes.html",
        wave=wave,
        places=places,
        may_start=wave.state == "open" and wave.opens <= today <= wave.closes,
        may_edit=access().may(Permission.EDIT_CAMPAIGN, wave.campaign.organisation_id),
    )
