"""Addresses of handed-in scans: upload, how far the reading is, what came out, accept or give up."""

from __future__ import annotations

from pathlib import Path

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.wrappers import Response

from survey.campaigns.models import Wave
from survey.campaigns.queries import wave_by_id
from survey.config import Config
from survey.core.clock import local_date, utc_now
from survey.core.errors import Conflict
from survey.core.permissions import Permission, Scope
from survey.paper.accepting import NotReady, WaveClosed, accept_batch
from survey.paper.additions import add_files, note_failure, read_again
from survey.paper.forms import AddForm, UploadForm
from survey.paper.models import PaperBatch
from survey.paper.operations import (
    KEEP_IMAGES,
    MAX_BATCH_BYTES,
    MAX_FILE_BYTES,
    MAX_FILES,
    ReaderMissing,
    UploadProblem,
    discard_batch,
    is_reader_installed,
    start_reading,
)
from survey.paper.pages import decision_log, differences, paper_places
from survey.paper.queries import batch_report, paper_batch_by_id, progress_of
from survey.paper.routes import chosen, place_choices
from survey.paper.words import BATCH_STATES, PAGE_STATES, READER_MISSING, REFUSALS, UPLOAD_PROBLEMS, WAVE_CLOSED
from survey.web.auth import person_id, requires, scope
from survey.web.db_session import db
from survey.web.forms import csrf

blueprint = Blueprint("paper_batches", __name__)

# Room for the other fields of the form and the lines between files.
MAX_UPLOAD_BYTES = MAX_BATCH_BYTES + 1024 * 1024
LIMITS = {"files": MAX_FILES, "file_mb": MAX_FILE_BYTES // 2**20, "batch_mb": MAX_BATCH_BYTES // 2**20}


@blueprint.get("/waves/<int:wave_id>/paper/upload")
@requires(Permission.ENTER_PAPER)
def upload_page(wave_id: int) -> str:
    """Show the form that takes scans and photos."""
    return _upload_page(wave_by_id(db.session, wave_id, _scope()), UploadForm())


@blueprint.post("/waves/<int:wave_id>/paper/upload")
@requires(Permission.ENTER_PAPER)
def upload(wave_id: int) -> Response | tuple[str, int]:
    """Take scans in and let them be read."""
    data = _receive()
    wave = wave_by_id(db.session, wave_id, _scope())
    form = UploadForm()
    if data is None:
        form.files.errors = [UPLOAD_PROBLEMS["too_large"]]
        return _upload_page(wave, form), 413
    places = paper_places(db.session, wave, _scope(), local_date(utc_now()))
    form.place.choices = place_choices(places)
    if not form.validate():
        return _upload_page(wave, form), 422
    place = chosen(places, form.place.data)
    try:
        batch = start_reading(
            db.session,
            data_dir=_data_dir(),
            wave=wave,
            organisation_id=place.place.organisation.id,
            group_id=place.group_id,
            files=data,
            scope=_scope(),
            person=person_id(),
            now=utc_now(),
        )
    except (UploadProblem, ReaderMissing) as problem:
        db.session.rollback()
        form.files.errors = [_problem(problem)]
        return _upload_page(wave, form), problem.status
    db.session.commit()
    return redirect(url_for("paper_batches.show", batch_id=batch.id))


def _receive() -> list[bytes] | None:
    """Return the files of the request; None if they are larger than allowed."""
    # Who asks was looked up in the database. A slow line must not hold its lock while the files come in.
    db.session.rollback()
    request.max_content_length = MAX_UPLOAD_BYTES
    try:
        found = [file.read() for file in request.files.getlist("files")]
    except RequestEntityTooLarge:
        return None
    csrf.protect()
    # A browser sends an empty file for a field that was left alone.
    return [data for data in found if data]


def _problem(problem: UploadProblem | ReaderMissing) -> str:
    if isinstance(problem, ReaderMissing):
        return str(READER_MISSING)
    sentence = str(UPLOAD_PROBLEMS[problem.reason])
    return f"{_('Tệp thứ %(number)s:', number=problem.file)} {sentence}" if problem.file else sentence


def _upload_page(wave: Wave, form: UploadForm) -> str:
    places = paper_places(db.session, wave, _scope(), local_date(utc_now()))
    form.place.choices = place_choices(places)
    if form.place.data is None:
        wanted = request.args.get("group", type=int)
        form.place.data = next((each.key for each in places if each.group_id == wanted and wanted), None)
    return render_template(
        "paper/upload.html", wave=wave, form=form, places=places, limits=LIMITS, can_read=is_reader_installed()
    )


@blueprint.get("/paper/<int:batch_id>")
@requires(Permission.ENTER_PAPER)
def show(batch_id: int) -> str:
    """Show how far the reading is, or what came out and what is to be done."""
    return _batch_page(paper_batch_by_id(db.session, batch_id, _scope()), AddForm())


def _batch_page(batch: PaperBatch, form: AddForm) -> str:
    return render_template(
        "paper/batch.html",
        batch=batch,
        form=form,
        job=progress_of(db.session, batch),
        report=batch_report(db.session, batch),
        differences=differences(batch),
        log=decision_log(db.session, batch.id, _scope()),
        keep_days=KEEP_IMAGES.days,
        limits=LIMITS,
        states=BATCH_STATES,
        page_states=PAGE_STATES,
        refusals=REFUSALS,
    )


@blueprint.post("/paper/<int:batch_id>/files")
@requires(Permission.ENTER_PAPER)
def add(batch_id: int) -> Response | tuple[str, int]:
    """Take more scans into a batch."""
    data = _receive()
    batch, form = paper_batch_by_id(db.session, batch_id, _scope()), AddForm()
    if data is None:
        form.files.errors = [UPLOAD_PROBLEMS["too_large"]]
        return _batch_page(batch, form), 413
    try:
        add_files(
            db.session,
            data_dir=_data_dir(),
            batch_id=batch_id,
            files=data,
            scope=_scope(),
            person=person_id(),
            now=utc_now(),
        )
    except (UploadProblem, ReaderMissing) as problem:
        db.session.rollback()
        form.files.errors = [_problem(problem)]
        return _batch_page(batch, form), problem.status
    db.session.commit()
    return _back(batch_id)


@blueprint.post("/paper/<int:batch_id>/again")
@requires(Permission.ENTER_PAPER)
def again(batch_id: int) -> Response:
    """Read a batch again whose reading failed."""
    read_again(db.session, batch_id=batch_id, scope=_scope(), person=person_id(), now=utc_now())
    db.session.commit()
    return _back(batch_id)


@blueprint.get("/paper/<int:batch_id>/accept")
@requires(Permission.ENTER_PAPER)
def accept_page(batch_id: int) -> str:
    """Ask whether the sheets of a batch are to be counted, and say what happens then."""
    batch = paper_batch_by_id(db.session, batch_id, _scope())
    if batch.state != "review":
        raise Conflict
    report = batch_report(db.session, batch)
    return render_template("paper/accept.html", batch=batch, report=report, keep_days=KEEP_IMAGES.days)


@blueprint.post("/paper/<int:batch_id>/accept")
@requires(Permission.ENTER_PAPER)
def accept(batch_id: int) -> Response:
    """Count the sheets of a batch."""
    try:
        accepted = accept_batch(
            db.session,
            batch_id=batch_id,
            scope=_scope(),
            signer=current_app.extensions["survey.signer"],
            person=person_id(),
            now=utc_now(),
            leave_rest_out=request.form.get("rest") == "out",
        )
    except (NotReady, WaveClosed) as error:
        db.session.rollback()
        not_ready = _("Còn phiếu chờ người xem nên chưa tính được.")
        flash(not_ready if isinstance(error, NotReady) else WAVE_CLOSED, "error")
        return _back(batch_id)
    db.session.commit()
    flash(_("Đã tính %(number)s phiếu vào kết quả của đợt.", number=accepted.stored))
    return _back(batch_id)


@blueprint.get("/paper/<int:batch_id>/discard")
@requires(Permission.ENTER_PAPER)
def discard_page(batch_id: int) -> str:
    """Ask whether a batch is to be given up."""
    batch = paper_batch_by_id(db.session, batch_id, _scope())
    return render_template("paper/discard.html", batch=batch)


@blueprint.post("/paper/<int:batch_id>/discard")
@requires(Permission.ENTER_PAPER)
def discard(batch_id: int) -> Response:
    """Give a batch up."""
    batch = note_failure(db.session, batch_id=batch_id, scope=_scope())
    discard_batch(
        db.session, data_dir=_data_dir(), batch_id=batch_id, scope=_scope(), person=person_id(), now=utc_now()
    )
    wave_id = batch.wave_id
    db.session.commit()
    flash(_("Đã bỏ lần nộp này. Không phiếu nào trong đó được tính; có thể quét và nộp lại."))
    return redirect(url_for("paper.wave_page", wave_id=wave_id))


def _scope() -> Scope:
    return scope(Permission.ENTER_PAPER)


def _data_dir() -> Path:
    config: Config = current_app.extensions["survey.config"]
    return config.data_dir


def _back(batch_id: int) -> Response:
    return redirect(url_for("paper_batches.show", batch_id=batch_id))


# Their tokens are checked in `_receive`, once the larger limit of these addresses stands.
for _view in (upload, add):
    csrf.exempt(_view)
