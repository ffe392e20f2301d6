"""Addresses for importing a sheet of activities: template, preview of what would be added, and carrying it out."""

from __future__ import annotations

from datetime import date, timedelta

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask_babel import ngettext
from werkzeug.wrappers import Response as WsgiResponse

from survey.activities.importing import LogPlan, import_log, plan_log
from survey.activities.pages import require_editable
from survey.activities.sheet_columns import HEADINGS, KNOWN_HEADINGS
from survey.activities.sheet_words import NOTES, row_fault_in_words
from survey.core.clock import local_date, utc_now
from survey.core.permissions import Permission
from survey.organisations.forms import SheetForm
from survey.organisations.models import Organisation
from survey.organisations.queries import organisation_by_id
from survey.organisations.rows import Cell, pack_rows, unpack_rows
from survey.organisations.sheet_files import SHOWN, read_upload, template_file
from survey.web.auth import person_id, requires, scope
from survey.web.db_session import db
from survey.web.formats import format_number

blueprint = Blueprint("activity_sheets", __name__)


@blueprint.get("/activities/import/<int:organisation_id>")
@requires(Permission.EDIT_ACTIVITY)
def ask(organisation_id: int) -> str:
    """Show the form for a sheet, and its templates."""
    return _page(_editable(organisation_id), SheetForm(formdata=None))


@blueprint.post("/activities/import/<int:organisation_id>")
@requires(Permission.EDIT_ACTIVITY)
def preview(organisation_id: int) -> str | tuple[str, int]:
    """Read a sheet and show what it would add, or all its faults; nothing is stored yet."""
    _editable(organisation_id)
    form = SheetForm()
    rows = read_upload(form, KNOWN_HEADINGS)
    organisation = _editable(organisation_id)
    if rows is None:
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
    number = len(plan.new)
    said = ngettext(
        "Đã nhập xong: %(number)s việc mới.",
        "Đã nhập xong: %(number)s việc mới.",
        number,
        number=format_number(number),
    )
    flash(said)
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
        columns=_columns(),
    )


@blueprint.get("/activities/import/<int:organisation_id>/template.<kind>")
@requires(Permission.EDIT_ACTIVITY)
def template(organisation_id: int, kind: str) -> Response:
    """Give the template: an Excel file with explanations, or a CSV file."""
    _editable(organisation_id)
    return template_file(kind, name="mau-nhat-ky", columns=_columns(), examples=_examples(local_date(utc_now())))


def _columns() -> list[tuple[str, str]]:
    return [(heading, NOTES[column]) for column, heading in HEADINGS.items()]


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
