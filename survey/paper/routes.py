"""Addresses of a wave's paper: print sheets, what was printed and handed in, the files to print."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response
from wtforms.fields.choices import SelectChoice

from survey.campaigns.models import Wave
from survey.campaigns.queries import wave_by_id
from survey.collection.printing import Part, asked_part, parts_of, send_made, site
from survey.collection.queries import BatchCount, batches_of
from survey.collection.serials import SerialConflict
from survey.core.clock import local_date, utc_now
from survey.core.errors import Conflict, NotFound
from survey.core.permissions import Permission
from survey.core.vocabulary import Mode
from survey.jobs.calls import prepare_child
from survey.paper.forms import NO_HEADCOUNT, PRINT_PROBLEMS, PrintForm
from survey.paper.layouts import LayoutTooLarge
from survey.paper.operations import PlanNotLocked, create_sheets, is_reader_installed
from survey.paper.pages import PaperPlace, paper_places
from survey.paper.queries import paper_batches_of
from survey.paper.runs import part_of_run, sheet_run
from survey.paper.words import BATCH_STATES
from survey.web.auth import person_id, requires, scope
from survey.web.db_session import db

blueprint = Blueprint("paper", __name__)

# One file of so many takes a few seconds to make; a whole school comes in several files.
SHEETS_A_FILE = 100


@blueprint.get("/waves/<int:wave_id>/paper")
@requires(Permission.ENTER_PAPER)
def wave_page(wave_id: int) -> str:
    """Show what was printed and handed in for a wave, and the forms to print more."""
    wave = wave_by_id(db.session, wave_id, scope(Permission.ENTER_PAPER))
    return _page(wave, _places(wave), PrintForm())


@blueprint.post("/waves/<int:wave_id>/paper")
@requires(Permission.ENTER_PAPER)
def make_sheets(wave_id: int) -> Response | tuple[str, int]:
    """Make a batch of answer sheets."""
    wave = wave_by_id(db.session, wave_id, scope(Permission.ENTER_PAPER))
    places, form = _places(wave), PrintForm()
    form.place.choices = place_choices(places)
    if not form.validate():
        return _page(wave, places, form), 422
    place = chosen(places, form.place.data)
    number = form.number.data or place.sheets
    if number is None:
        form.number.errors = [NO_HEADCOUNT]
        return _page(wave, places, form), 422
    try:
        batch = create_sheets(
            db.session,
            wave=wave,
            organisation_id=place.place.organisation.id,
            group_id=place.group_id,
            number=number,
            person=person_id(),
            now=utc_now(),
        )
    except Conflict as error:
        db.session.rollback()
        form.place.errors = [PRINT_PROBLEMS[_reason(error)]]
        return _page(wave, places, form), error.status
    db.session.commit()
    flash(_("Đã làm %(number)s phiếu. Tải hai tệp dưới đây về để in.", number=batch.number))
    return redirect(url_for("paper.files", wave_id=wave_id, batch_id=batch.id))


def _reason(error: Conflict) -> str:
    if isinstance(error, SerialConflict):
        return error.reason
    if isinstance(error, PlanNotLocked):
        return "not_locked"
    if isinstance(error, LayoutTooLarge):
        return "too_large"
    raise error


@blueprint.get("/waves/<int:wave_id>/paper/sheets/<int:batch_id>")
@requires(Permission.ENTER_PAPER)
def files(wave_id: int, batch_id: int) -> str:
    """Show the files of a batch of sheets, and what to do with them."""
    batch = _batch(wave_id, batch_id)
    prepare_child("survey.paper.printing")
    parts = parts_of(batch.number, SHEETS_A_FILE)
    return render_template("paper/files.html", batch=batch, parts_list=parts, wave=batch.collector.wave)


@blueprint.get("/waves/<int:wave_id>/paper/sheets/<int:batch_id>.pdf")
@requires(Permission.ENTER_PAPER)
def sheets_file(wave_id: int, batch_id: int) -> Response:
    """Send answer sheets, one a page."""
    batch = _batch(wave_id, batch_id)
    part = asked_part(batch.number, SHEETS_A_FILE)
    if part is None:
        return redirect(url_for("paper.files", wave_id=wave_id, batch_id=batch_id))
    return _send(batch, "render_sheets", part, f"phieu-tra-loi-{batch_id}-{part.number}.pdf")


@blueprint.get("/waves/<int:wave_id>/paper/sheets/<int:batch_id>/questions.pdf")
@requires(Permission.ENTER_PAPER)
def questions_file(wave_id: int, batch_id: int) -> Response:
    """Send the question paper of each form, to be copied."""
    # Without a single sheet: the same questions for every batch are set once.
    return _send(_batch(wave_id, batch_id), "render_papers", Part(1, 1, 0), f"to-cau-hoi-{batch_id}.pdf")


def _send(batch: BatchCount, function: str, part: Part, name: str) -> Response:
    run = sheet_run(db.session, batch.id, scope(Permission.ENTER_PAPER), public_url=site())
    run = part_of_run(run, part.first, part.last)
    return send_made(f"survey.paper.printing:{function}", run, mimetype="application/pdf", name=name)


def _batch(wave_id: int, batch_id: int) -> BatchCount:
    found = batches_of(db.session, wave_id, scope(Permission.ENTER_PAPER), Mode.PAPER, batch_id)
    if not found:
        raise NotFound
    return found[0]


def _places(wave: Wave) -> tuple[PaperPlace, ...]:
    return paper_places(db.session, wave, scope(Permission.ENTER_PAPER), local_date(utc_now()))


def _page(wave: Wave, places: Sequence[PaperPlace], form: PrintForm) -> str:
    form.place.choices = place_choices(places, with_numbers=True)
    here = scope(Permission.ENTER_PAPER)
    return render_template(
        "paper/wave.html",
        wave=wave,
        form=form,
        places=places,
        printed=batches_of(db.session, wave.id, here, Mode.PAPER),
        batches=paper_batches_of(db.session, wave.id, here),
        states=BATCH_STATES,
        can_read=is_reader_installed(),
    )


def place_choices(places: Sequence[PaperPlace], *, with_numbers: bool = False) -> list[SelectChoice]:
    """Return places for a list to choose from, each with its people if wanted."""
    several = len({place.place.organisation.id for place in places}) > 1
    return [SelectChoice(each.key, _title(each, several, with_numbers)) for each in places]


def _title(each: PaperPlace, names_the_school: bool, with_number: bool) -> str:
    group, school = each.place.group, each.place.organisation.name
    if group is None:
        name = str(_("Cả đơn vị: %(name)s", name=school))
    else:
        name = str(_("Lớp %(name)s", name=group.name)) if group.grade is not None else group.name
        name = f"{name}, {school}" if names_the_school else name
    if not with_number or each.sheets is None:
        return name
    return str(
        _("%(place)s (%(people)s người, in %(sheets)s phiếu)", place=name, people=each.headcount, sheets=each.sheets)
    )


def chosen(places: Sequence[PaperPlace], key: str) -> PaperPlace:
    """Return the place that a form names; NotFound if the person may not enter paper there."""
    for place in places:
        if place.key == key:
            return place
    raise NotFound
