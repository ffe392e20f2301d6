"""Addresses for importing a sheet of activities: template, preview of what would be added, and carrying it out."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from datetime import date, timedelta

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as WsgiResponse

from survey.activities.forms import SheetForm
from survey.activities.importing import LogPlan, import_log, plan_log
from survey.activities.pages import require_editable
from survey.activities.sheet_columns import HEADINGS, KNOWN_HEADINGS
from survey.activities.sheet_words import NOTES, READ_REASONS, row_fault_in_words
from survey.core.clock import local_date, utc_now
from survey.core.database import will_write
from survey.core.errors import NotFound
from survey.core.permissions import Permission
from survey.jobs.calls import run_in_child
from survey.organisations.models import Organisation
from survey.organisations.queries import organisation_by_id
from survey.organisations.rows import Cell, SheetUnreadable, pack_rows, unpack_rows
from survey.web.auth import person_id, requires, scope
from survey.web.db_session import db

blueprint = Blueprint("activity_sheets", __name__)

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
SHOWN = 200


@blueprint.get("/activities/import/<int:organisation_id>")
@requires(Permission.EDIT_ACTIVITY)
def ask(organisation_id: int) -> str:
    """Show the form for a sheet, and its templates."""
    return _page(_editable(organisation_id), SheetForm(formdata=None))


@blueprint.post("/activities/import/<int:organisation_id>")
@requires(Permission.EDIT_ACTIVITY)
def preview(organisation_id: int) -> str | tuple[str, int]:
    """Read a sheet and show what it would add, or all its faults; nothing is stored yet."""
    organisation = _editable(organisation_id)
    form = SheetForm()
    if not form.validate():
        return _page(organisation, form), 422
    # Reading takes a while and writes nothing: respondents' answers must not wait for it.
    db.session.rollback()
    will_write.set(False)
    organisation = _editable(organisation_id)
    try:
        rows = run_in_child("survey.organisations.sheets:read_sheet", form.file.data.read(), KNOWN_HEADINGS)
    except SheetUnreadable as error:
        form.file.errors = [READ_REASONS[error.reason]]
        return _page(organisation, form), 422
    plan = plan_log(db.session, rows=rows, organisation_id=organisation_id, today=local_date(utc_now()))
    if plan.faults:
        return _page(organisation, form, plan=plan), 422
    return _page(organisation, form, plan=plan, rows=pack_rows(rows))


@blueprint.post("/activities/import/<int:organisation_id>/confirm")
@requires(Permission.EDIT_ACTIVITY)
def confirm(organisation_id: int) -> WsgiResponse | tuple[str, int]:
    """Carry out the sheet that was shown; it is checked again, because others may have added something since."""
    organisation = _editable(organisation_id)
    rows = unpack_rows(request.form.get("rows", ""))
    plan = import_log(db.session, rows=rows, organisation_id=organisation_id, user_id=person_id(), now=utc_now())
    if plan.faults:
        return _page(organisation, SheetForm(formdata=None), plan=plan), 422
    db.session.commit()
    flash(_("Đã nhập xong: %(number)s việc mới.", number=len(plan.new)))
    return redirect(url_for("activities.index", organisation=organisation_id))


def _editable(organisation_id: int) -> Organisation:
    require_editable(organisation_id)
    return organisation_by_id(db.session, organisation_id, scope(Permission.EDIT_ACTIVITY))


def _page(organisation: Organisation, form: SheetForm, plan: LogPlan | None = None, rows: str = "") -> str:
    return render_template(
        "activities/import.html",
        organisation=organisation,
        form=form,
        plan=plan,
        rows=rows,
        faults=[row_fault_in_words(fault) for fault in plan.faults[:SHOWN]] if plan else [],
        shown=plan.new[:SHOWN] if plan else [],
        columns=[(heading, NOTES[column]) for column, heading in HEADINGS.items()],
    )


@blueprint.get("/activities/import/<int:organisation_id>/template.<kind>")
@requires(Permission.EDIT_ACTIVITY)
def template(organisation_id: int, kind: str) -> Response:
    """Give the template: an Excel file with explanations, or a CSV file."""
    _editable(organisation_id)
    if kind not in {"csv", "xlsx"}:
        raise NotFound
    headings, examples = list(HEADINGS.values()), _examples(local_date(utc_now()))
    if kind == "csv":
        return _file(_csv([headings, *examples]), "text/csv; charset=utf-8", "mau-nhat-ky.csv")
    notes = [(_("Cột"), _("Giải thích")), *((heading, str(NOTES[column])) for column, heading in HEADINGS.items())]
    packed = run_in_child("survey.organisations.sheets:make_template", headings, examples, notes)
    return _file(packed, XLSX, "mau-nhat-ky.xlsx")


def _examples(today: date) -> list[list[Cell]]:
    """Return rows that can be sent in as they are; the words of a sheet are Vietnamese whatever the page's language."""
    return [
        [
            today - timedelta(days=20),
            "(Ví dụ) Họp hội đồng, nghe năm nhóm đột phá",
            "Họp hội đồng",
            "tất cả",
            "Cán bộ, giáo viên, nhân viên",
            42,
            "ký tên",
            42,
            "",
        ],
        [
            today - timedelta(days=12),
            "(Ví dụ) Chuyên đề dùng trí tuệ nhân tạo an toàn",
            "Sinh hoạt chuyên đề",
            "chuyển đổi số; AI",
            "Học sinh THCS",
            118,
            "sĩ số",
            "",
            "",
        ],
        [
            today - timedelta(days=5),
            "(Ví dụ) Tin về một bộ sách giáo khoa",
            "Zalo",
            "cơ sở vật chất",
            "Phụ huynh",
            260,
            "lượt xem",
            "",
            "https://truong.example/tin",
        ],
    ]


def _csv(rows: Sequence[Sequence[Cell]]) -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text).writerows([[_shown(cell) for cell in row] for row in rows])
    # With a byte order mark Excel knows that it is UTF-8.
    return text.getvalue().encode("utf-8-sig")


def _shown(cell: Cell) -> str:
    return f"{cell:%d/%m/%Y}" if isinstance(cell, date) else "" if cell is None else str(cell)


def _file(data: bytes, mimetype: str, name: str) -> Response:
    return Response(data, mimetype=mimetype, headers={"Content-Disposition": f'attachment; filename="{name}"'})
