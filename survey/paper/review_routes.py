"""Addresses of checking: the next row for a person, what was read as empty, serials to type, readings that differ."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from survey.core.clock import utc_now
from survey.core.errors import Conflict, Invalid, NotFound
from survey.core.permissions import Permission, Scope
from survey.jobs.calls import prepare_child
from survey.paper.deciding import SerialRefused, decide_row, decide_serial, keep_page, leave_out_page
from survey.paper.models import PaperBatch
from survey.paper.pages import Task, differences, next_task, task_of
from survey.paper.queries import blank_rows, page_by_id, paper_batch_by_id
from survey.paper.words import NOT_TOGETHER, ROW_REASONS, SERIAL_PROBLEMS
from survey.web.auth import person_id, requires, scope
from survey.web.db_session import db

blueprint = Blueprint("paper_review", __name__)

# One glance at a time; pictures are fetched as they come into view.
BLANKS_A_PAGE = 60


@blueprint.get("/paper/<int:batch_id>/review")
@requires(Permission.ENTER_PAPER)
def review(batch_id: int) -> str | Response:
    """Show the row that needs a person most; or the one that the address names, to decide it anew."""
    batch = _open_batch(batch_id)
    skip = max(0, request.args.get("skip", default=0, type=int))
    named = _named("row")
    if named is None:
        task = next_task(db.session, batch_id, _scope(), skip)
    else:
        task = task_of(db.session, batch_id, *named, _scope())
    if task is None:
        flash(_("Đã xem hết các câu máy không chắc."))
        return redirect(url_for("paper_batches.show", batch_id=batch_id))
    return _review_page(batch, task, skip)


def _review_page(batch: PaperBatch, task: Task, skip: int, problem: str = "") -> str:
    prepare_child("survey.paper.pictures")
    return render_template(
        "paper/review.html",
        batch=batch,
        task=task,
        skip=skip,
        problem=problem,
        reasons=ROW_REASONS,
        done=_named("done"),
        is_named=_named("row") is not None,
        back=request.values.get("back") == "blanks",
    )


def _named(name: str) -> tuple[int, int] | None:
    """Return page and place that the address names as "12-3"."""
    page, _dash, place = request.args.get(name, "").partition("-")
    return (int(page), int(place)) if page.isdecimal() and place.isdecimal() else None


@blueprint.post("/paper/pages/<int:page_id>/rows/<int:place>")
@requires(Permission.ENTER_PAPER)
def decide(page_id: int, place: int) -> Response | tuple[str, int]:
    """Write down what a row says."""
    codes = [] if "blank" in request.form else request.form.getlist("code", type=int)
    skip = max(0, request.form.get("skip", default=0, type=int))
    page = page_by_id(db.session, page_id, _scope())
    batch_id = page.batch_id
    problem = ""
    if not codes and "blank" not in request.form:
        problem = _("Mời chọn một ô, hoặc bấm “Để trống”.")
    else:
        try:
            decide_row(
                db.session, page_id=page_id, place=place, codes=codes, scope=_scope(), person=person_id(), now=utc_now()
            )
        except Invalid:
            problem = str(NOT_TOGETHER)
    if problem:
        db.session.rollback()
        task = task_of(db.session, batch_id, page_id, place, _scope())
        return _review_page(_open_batch(batch_id), task, skip, problem), 422
    db.session.commit()
    if request.form.get("back") == "blanks":
        return redirect(url_for("paper_review.blanks", batch_id=batch_id))
    return redirect(url_for("paper_review.review", batch_id=batch_id, skip=skip or None, done=f"{page_id}-{place}"))


@blueprint.get("/paper/<int:batch_id>/blanks")
@requires(Permission.ENTER_PAPER)
def blanks(batch_id: int) -> str:
    """Show every row that was read as empty, the darkest first."""
    batch = _open_batch(batch_id)
    rows = blank_rows(db.session, batch_id, _scope())
    first = max(0, request.args.get("first", default=0, type=int)) // BLANKS_A_PAGE * BLANKS_A_PAGE
    prepare_child("survey.paper.pictures")
    return render_template(
        "paper/blanks.html",
        batch=batch,
        rows=rows[first : first + BLANKS_A_PAGE],
        total=len(rows),
        first=first,
        step=BLANKS_A_PAGE,
    )


@blueprint.get("/paper/<int:batch_id>/serials")
@requires(Permission.ENTER_PAPER)
def serials(batch_id: int) -> str:
    """Show the pages whose serial could not be read, each with its picture and a field."""
    return _serials_page(_open_batch(batch_id))


def _serials_page(batch: PaperBatch, problem: str = "", wrong: int = 0, typed: str = "") -> str:
    pages = [page for page in batch.pages if page.state == "needs_serial"]
    return render_template("paper/serials.html", batch=batch, pages=pages, problem=problem, wrong=wrong, typed=typed)


@blueprint.post("/paper/pages/<int:page_id>/serial")
@requires(Permission.ENTER_PAPER)
def type_serial(page_id: int) -> Response | tuple[str, int]:
    """Give a page the serial that is printed on it."""
    batch_id = page_by_id(db.session, page_id, _scope()).batch_id
    typed = request.form.get("serial", "")[:40]
    try:
        decide_serial(db.session, page_id=page_id, typed=typed, scope=_scope(), person=person_id(), now=utc_now())
    except SerialRefused as refused:
        db.session.rollback()
        words = str(SERIAL_PROBLEMS[refused.reason])
        return _serials_page(_open_batch(batch_id), words, page_id, typed), refused.status
    db.session.commit()
    flash(_("Đã ghi mã phiếu."))
    return _next(batch_id, "paper_review.serials", "needs_serial")


@blueprint.get("/paper/<int:batch_id>/differences")
@requires(Permission.ENTER_PAPER)
def compare(batch_id: int) -> str:
    """Show sheets that were read twice with different answers, the differing rows only."""
    batch = _open_batch(batch_id)
    return render_template("paper/differences.html", batch=batch, differences=differences(batch))


@blueprint.post("/paper/pages/<int:page_id>/keep")
@requires(Permission.ENTER_PAPER)
def keep(page_id: int) -> Response:
    """Of several readings of one sheet, keep this one."""
    page = keep_page(db.session, page_id=page_id, scope=_scope(), person=person_id(), now=utc_now())
    batch_id = page.batch_id
    db.session.commit()
    flash(_("Đã giữ bản bạn chọn, các bản khác của phiếu này được bỏ ra."))
    return _next(batch_id, "paper_review.compare", "conflict")


@blueprint.post("/paper/pages/<int:page_id>/leave-out")
@requires(Permission.ENTER_PAPER)
def leave_out(page_id: int) -> Response:
    """Say that a page is not to be counted."""
    page = leave_out_page(db.session, page_id=page_id, scope=_scope(), person=person_id(), now=utc_now())
    batch_id = page.batch_id
    db.session.commit()
    flash(_("Đã bỏ phiếu đó ra, không tính."))
    return _next(batch_id, "paper_review.review", "review")


def _next(batch_id: int, endpoint: str, state: str) -> Response:
    """Go on with the same work as long as there is some, else back to the batch."""
    batch = paper_batch_by_id(db.session, batch_id, _scope())
    has_more = any(page.state == state for page in batch.pages)
    return redirect(url_for(endpoint if has_more else "paper_batches.show", batch_id=batch_id))


def _open_batch(batch_id: int) -> PaperBatch:
    batch = paper_batch_by_id(db.session, batch_id, _scope())
    if batch.state in ("accepted", "discarded"):
        raise NotFound
    if batch.state != "review":
        raise Conflict(_("Máy còn đang đọc. Mời quay lại sau ít phút."))
    return batch


def _scope() -> Scope:
    return scope(Permission.ENTER_PAPER)
