"""Addresses of meetings: open one by the number on the sign-in sheet, and its page for the projector."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response
from wtforms.fields.choices import SelectChoice

from survey.campaigns.models import Wave
from survey.campaigns.queries import wave_by_id
from survey.collection.windows import WindowConflict, start_meeting
from survey.core.clock import utc_now
from survey.core.errors import NotFound
from survey.core.permissions import Permission
from survey.core.vocabulary import Mode
from survey.monitor.boards import Phase
from survey.monitor.forms import MeetingForm
from survey.monitor.operations import close_board, extend_board
from survey.monitor.queries import MeetingPlace, meeting_places, meetings_of
from survey.monitor.views import board_of, change, extended, page_values, send_state, slot_state, window_of
from survey.monitor.words import REASONS, group_name
from survey.web.auth import person_id, requires, scope
from survey.web.db_session import db

blueprint = Blueprint("meetings", __name__)

USUAL_MINUTES = 20


@blueprint.get("/waves/<int:wave_id>/meetings/new")
@requires(Permission.RUN_SESSION)
def new_meeting(wave_id: int) -> str:
    """Show the form that opens a meeting, and the meetings there were."""
    wave = wave_by_id(db.session, wave_id, scope(Permission.RUN_SESSION))
    places = meeting_places(db.session, wave, scope(Permission.RUN_SESSION))
    wanted = [place.key for place in places if place.group and place.group.id == request.args.get("group", type=int)]
    return _form_page(
        wave, places, MeetingForm(data={"minutes": USUAL_MINUTES, "place": wanted[0] if wanted else None})
    )


@blueprint.post("/waves/<int:wave_id>/meetings/new")
@requires(Permission.RUN_SESSION)
def start(wave_id: int) -> Response | tuple[str, int]:
    """Open a meeting, or show the one that runs there."""
    wave = wave_by_id(db.session, wave_id, scope(Permission.RUN_SESSION))
    places = meeting_places(db.session, wave, scope(Permission.RUN_SESSION))
    form = MeetingForm()
    form.place.choices = _choices(places)
    if not form.validate():
        return _form_page(wave, places, form), 422
    place = next(place for place in places if place.key == form.place.data)
    try:
        started = start_meeting(
            db.session,
            wave=wave,
            organisation_id=place.organisation.id,
            group_id=None if place.group is None else place.group.id,
            present=form.present.data,
            minutes=form.minutes.data,
            person=person_id(),
            now=utc_now(),
        )
    except WindowConflict as error:
        form.place.errors = [REASONS[error.reason]]
        return _form_page(wave, places, form), error.status
    db.session.commit()
    return redirect(url_for("meetings.meeting", meeting_id=started.id))


def _choices(places: tuple[MeetingPlace, ...]) -> list[SelectChoice]:
    several = len({place.organisation.id for place in places}) > 1
    return [SelectChoice(place.key, _title(place, several)) for place in places]


def _title(place: MeetingPlace, names_the_school: bool) -> str:
    if place.group is None:
        return str(_("Tất cả: %(name)s", name=place.organisation.name))
    name = group_name(place.group.name, place.group.grade)
    return f"{name}, {place.organisation.name}" if names_the_school else name


def _form_page(wave: Wave, places: tuple[MeetingPlace, ...], form: MeetingForm) -> str:
    if not places:
        raise NotFound
    form.place.choices = _choices(places)
    meetings = meetings_of(db.session, wave, scope(Permission.RUN_SESSION), utc_now())
    return render_template("monitor/new_meeting.html", wave=wave, form=form, meetings=meetings)


@blueprint.get("/meetings/<int:meeting_id>")
@requires(Permission.RUN_SESSION)
def meeting(meeting_id: int) -> str:
    """Show the page for the projector."""
    collector = window_of(meeting_id, Mode.MEETING)
    board = board_of(collector, is_fresh=True)
    values = page_values(board, "meetings", meeting_id=meeting_id)
    slot = slot_state(board) if board.phase == Phase.RUNNING else None
    if slot is not None:
        # Without scripts the page comes anew when the code does.
        values["refresh"] = min(values["refresh"], slot["seconds"] + 1)
    back = url_for("meetings.new_meeting", wave_id=collector.wave_id)
    return render_template("monitor/meeting.html", slot=slot, back=back, **values)


@blueprint.get("/meetings/<int:meeting_id>/state")
@requires(Permission.RUN_SESSION)
def state(meeting_id: int) -> Response:
    """Send counts, times and the code for the page that is on the screen."""
    return send_state(board_of(window_of(meeting_id, Mode.MEETING)))


@blueprint.post("/meetings/<int:meeting_id>/extend")
@requires(Permission.RUN_SESSION)
def extend(meeting_id: int) -> Response:
    """Give the hall five minutes more."""
    change(window_of(meeting_id, Mode.MEETING), extend_board, extended())
    return redirect(url_for("meetings.meeting", meeting_id=meeting_id))


@blueprint.post("/meetings/<int:meeting_id>/close")
@requires(Permission.RUN_SESSION)
def close(meeting_id: int) -> Response:
    """End a meeting; who has begun may still send for 45 minutes."""
    change(window_of(meeting_id, Mode.MEETING), close_board, _("Đã kết thúc. Mã này không vào được nữa."))
    return redirect(url_for("meetings.meeting", meeting_id=meeting_id))
