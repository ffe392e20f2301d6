"""Addresses for importing a sheet: template, preview of what would change, and carrying it out."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from datetime import date

from flask import Blueprint, Response, flash, render_template, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response as WsgiResponse

from survey.core.clock import local_date, utc_now
from survey.core.database import will_write
from survey.core.errors import NotFound
from survey.core.permissions import Permission
from survey.jobs.calls import run_in_child
from survey.organisations.columns import HEADINGS
from survey.organisations.forms import UploadForm
from survey.organisations.importing import import_rows
from survey.organisations.models import Organisation
from survey.organisations.pages import back_to, editable
from survey.organisations.planning import ImportPlan, plan_import
from survey.organisations.rows import Cell, SheetUnreadable, pack_rows, unpack_rows
from survey.organisations.words import NOTES, REASONS, change_in_words, fault_in_words, plan_in_words
from survey.web.auth import person_id, requires
from survey.web.db_session import db

blueprint = Blueprint("sheets", __name__)

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
SHOWN = 200


@blueprint.get("/organisations/<int:organisation_id>/import")
@requires(Permission.EDIT_ORGANISATION)
def ask(organisation_id: int) -> str:
    """Show the form for a sheet, and its templates."""
    return _page(editable(organisation_id), UploadForm(formdata=None))


@blueprint.post("/organisations/<int:organisation_id>/import")
@requires(Permission.EDIT_ORGANISATION)
def preview(organisation_id: int) -> str | tuple[str, int]:
    """Read a sheet and show what it would change, or all its faults; nothing is stored yet."""
    organisation = editable(organisation_id)
    form = UploadForm()
    if not form.validate():
        return _page(organisation, form), 422
    # Reading takes a while and writes nothing: respondents' answers must not wait for it.
    db.session.rollback()
    will_write.set(False)
    organisation = editable(organisation_id)
    try:
        rows = run_in_child("survey.organisations.sheets:read_sheet", form.file.data.read())
    except SheetUnreadable as error:
        form.file.errors = [REASONS[error.reason]]
        return _page(organisation, form), 422
    plan = plan_import(db.session, rows=rows, at=organisation, today=local_date(utc_now()))
    if plan.faults:
        return _page(organisation, form, plan=plan), 422
    return _page(organisation, form, plan=plan, rows=pack_rows(rows))


@blueprint.post("/organisations/<int:organisation_id>/import/confirm")
@requires(Permission.EDIT_ORGANISATION)
def confirm(organisation_id: int) -> WsgiResponse | tuple[str, int]:
    """Carry out the sheet that was shown; it is checked again, because others may have changed something since."""
    organisation = editable(organisation_id)
    rows = unpack_rows(request.form.get("rows", ""))
    plan = import_rows(db.session, rows=rows, at=organisation, user_id=person_id(), now=utc_now())
    if plan.faults:
        return _page(organisation, UploadForm(formdata=None), plan=plan), 422
    db.session.commit()
    flash(_("Đã nhập xong: %(number)s thay đổi.", number=len(plan.changes)))
    return back_to(organisation_id)


def _page(organisation: Organisation, form: UploadForm, plan: ImportPlan | None = None, rows: str = "") -> str:
    return render_template(
        "organisations/import.html",
        organisation=organisation,
        form=form,
        plan=plan,
        rows=rows,
        faults=[fault_in_words(fault) for fault in plan.faults[:SHOWN]] if plan else [],
        changes=[change_in_words(change) for change in plan.changes[:SHOWN]] if plan else [],
        summary_line=plan_in_words(plan) if plan else "",
        columns=[(heading, NOTES[column]) for column, heading in HEADINGS.items()],
    )


@blueprint.get("/organisations/<int:organisation_id>/import/template.<kind>")
@requires(Permission.EDIT_ORGANISATION)
def template(organisation_id: int, kind: str) -> Response:
    """Give the template: an Excel file with explanations, or a CSV file."""
    organisation = editable(organisation_id)
    headings = list(HEADINGS.values())
    examples = _examples(organisation)
    if kind not in {"csv", "xlsx"}:
        raise NotFound
    if kind == "csv":
        return _file(_csv([headings, *examples]), "text/csv; charset=utf-8", "mau-danh-sach.csv")
    notes = [(_("Cột"), _("Giải thích")), *((heading, str(NOTES[column])) for column, heading in HEADINGS.items())]
    packed = run_in_child("survey.organisations.sheets:make_template", headings, examples, notes)
    return _file(packed, XLSX, "mau-danh-sach.xlsx")


def _examples(organisation: Organisation) -> list[list[Cell]]:
    today = local_date(utc_now())
    code = organisation.code if organisation.kind == "school" else "MA-TRUONG"
    place: list[Cell] = [code, "", "", ""]
    if organisation.kind != "school":
        place = [code, "Trường TH và THCS (ví dụ)", "trường", organisation.code]
    return [
        [*place, "6A", 6, "", 35, 35, "", "", today],
        [code, "", "", "", "4A", 4, "", 30, 30, "", "", today],
        [code, "", "", "", "Giáo viên", "", "giáo viên", "", "", 36, "", today],
        [code, "", "", "", "Nhân viên", "", "nhân viên", "", "", 8, "", today],
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
