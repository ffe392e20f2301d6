"""Addresses for importing a sheet: template, preview of what would change, and carrying it out."""

from __future__ import annotations

from flask import Blueprint, Response, flash, render_template, request
from flask_babel import ngettext
from werkzeug.wrappers import Response as WsgiResponse

from survey.core.clock import local_date, utc_now
from survey.core.permissions import Permission
from survey.organisations.columns import HEADINGS
from survey.organisations.forms import SheetForm
from survey.organisations.importing import import_rows
from survey.organisations.models import Organisation
from survey.organisations.pages import back_to, editable
from survey.organisations.planning import ImportPlan, plan_import
from survey.organisations.rows import Cell, pack_rows, unpack_rows
from survey.organisations.sheet_files import SHOWN, read_upload, template_file
from survey.organisations.words import NOTES, change_in_words, fault_in_words, plan_in_words
from survey.web.auth import person_id, requires
from survey.web.db_session import db
from survey.web.formats import format_number

blueprint = Blueprint("sheets", __name__)


@blueprint.get("/organisations/<int:organisation_id>/import")
@requires(Permission.EDIT_ORGANISATION)
def ask(organisation_id: int) -> str:
    """Show the form for a sheet, and its templates."""
    return _page(editable(organisation_id), SheetForm(formdata=None))


@blueprint.post("/organisations/<int:organisation_id>/import")
@requires(Permission.EDIT_ORGANISATION)
def preview(organisation_id: int) -> str | tuple[str, int]:
    """Read a sheet and show what it would change, or all its faults; nothing is stored yet."""
    editable(organisation_id)
    form = SheetForm()
    rows = read_upload(form)
    organisation = editable(organisation_id)
    if rows is None:
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
        return _page(organisation, SheetForm(formdata=None), plan=plan), 422
    db.session.commit()
    number = len(plan.changes)
    said = ngettext(
        "Đã nhập xong: %(number)s thay đổi.",
        "Đã nhập xong: %(number)s thay đổi.",
        number,
        number=format_number(number),
    )
    flash(said)
    return back_to(organisation_id)


def _page(organisation: Organisation, form: SheetForm, plan: ImportPlan | None = None, rows: str = "") -> str:
    return render_template(
        "organisations/import.html",
        organisation=organisation,
        form=form,
        plan=plan,
        rows=rows,
        faults=[fault_in_words(fault) for fault in plan.faults[:SHOWN]] if plan else [],
        changes=[change_in_words(change) for change in plan.changes[:SHOWN]] if plan else [],
        summary_line=plan_in_words(plan) if plan else "",
        columns=_columns(),
    )


@blueprint.get("/organisations/<int:organisation_id>/import/template.<kind>")
@requires(Permission.EDIT_ORGANISATION)
def template(organisation_id: int, kind: str) -> Response:
    """Give the template: an Excel file with explanations, or a CSV file."""
    organisation = editable(organisation_id)
    return template_file(kind, name="mau-danh-sach", columns=_columns(), examples=_examples(organisation))


def _columns() -> list[tuple[str, str]]:
    return [(heading, NOTES[column]) for column, heading in HEADINGS.items()]


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
