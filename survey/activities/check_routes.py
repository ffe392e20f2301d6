"""Addresses of check visits: the authority records findings with deadlines and settles them, the unit reports."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from survey.activities.check_operations import (
    edit_check,
    record_check,
    remove_check,
    report_remedied,
    return_check,
    settle_check,
)
from survey.activities.forms import CheckForm, RemedyForm, put_faults
from survey.activities.models import CheckVisit
from survey.activities.pages import asked_place, readable, require_editable
from survey.activities.queries import checks_between, row_by_id
from survey.activities.rights import editable_scope
from survey.activities.rules import EntryInvalid
from survey.campaigns.queries import organisations_in, place_to_act
from survey.core.clock import local_date, utc_now
from survey.core.permissions import Permission
from survey.organisations.models import Organisation
from survey.web.auth import access, person_id, require_at, requires, scope
from survey.web.db_session import db

blueprint = Blueprint("checks", __name__)


@blueprint.get("/checks")
@requires(Permission.READ_ACTIVITY)
def index() -> str:
    """List the findings of a year and earlier ones not settled, overdue ones first."""
    place = asked_place()
    rows = checks_between(
        db.session,
        organisation_ids=place.ids,
        start=place.year.starts,
        end=place.year.ends,
        scope=readable(),
        today=place.today,
    )
    return render_template(
        "activities/checks.html",
        place=place,
        rows=rows,
        checkable=scope(Permission.CHECK_SCHOOLS).whole,
        editable=editable_scope(db.session, access()).whole,
        may_record=bool(_units()),
    )


@blueprint.get("/checks/new")
@requires(Permission.CHECK_SCHOOLS)
def new() -> str:
    """Show the form for a visit, as of today."""
    units = _units()
    place_to_act(units, request.args.get("organisation", type=int))
    data = {"visited_on": local_date(utc_now()), "organisation_id": request.args.get("organisation", "")}
    return _form_page(CheckForm(units=_choices(units), formdata=None, data=data))


@blueprint.post("/checks/new")
@requires(Permission.CHECK_SCHOOLS)
def add() -> Response | tuple[str, int]:
    """Keep a visit."""
    units = _units()
    form = CheckForm(units=_choices(units))
    if form.validate():
        unit = place_to_act(units, int(form.organisation_id.data))
        check = CheckVisit(
            organisation_id=unit.id,
            checked_by_id=_authority(unit),
            visited_on=form.visited_on.data,
            finding=form.finding.data,
            deadline=form.deadline.data,
        )
        try:
            record_check(db.session, check=check, user_id=person_id(), now=utc_now())
        except EntryInvalid as error:
            put_faults(form, error)
        else:
            db.session.commit()
            flash(_("Đã ghi. Đơn vị sẽ thấy mục này ở trang Kiểm tra của mình."))
            return redirect(url_for("checks.index"))
    return _form_page(form), 422


@blueprint.get("/checks/<int:check_id>/edit")
@requires(Permission.CHECK_SCHOOLS)
def edit(check_id: int) -> str:
    """Show a finding for changing."""
    check = _checkable(check_id)
    return _form_page(CheckForm(units=_choices([check.organisation]), formdata=None, obj=check), check)


@blueprint.post("/checks/<int:check_id>/edit")
@requires(Permission.CHECK_SCHOOLS)
def save(check_id: int) -> Response | tuple[str, int]:
    """Change a finding or its deadline."""
    check = _checkable(check_id)
    form = CheckForm(units=_choices([check.organisation]))
    if form.validate():
        try:
            edit_check(
                db.session,
                check=check,
                visited_on=form.visited_on.data,
                finding=form.finding.data,
                deadline=form.deadline.data,
                user_id=person_id(),
                now=utc_now(),
            )
        except EntryInvalid as error:
            db.session.rollback()
            put_faults(form, error)
        else:
            db.session.commit()
            flash(_("Đã lưu."))
            return redirect(url_for("checks.index"))
    return _form_page(form, _checkable(check_id)), 422


@blueprint.post("/checks/<int:check_id>/settle")
@requires(Permission.CHECK_SCHOOLS)
def settle(check_id: int) -> Response:
    """Settle a finding."""
    settle_check(db.session, check=_checkable(check_id), user_id=person_id(), now=utc_now())
    db.session.commit()
    flash(_("Đã xác nhận xong."))
    return redirect(url_for("checks.index"))


@blueprint.post("/checks/<int:check_id>/return")
@requires(Permission.CHECK_SCHOOLS)
def send_back(check_id: int) -> Response:
    """Open a finding again."""
    return_check(db.session, check=_checkable(check_id), user_id=person_id(), now=utc_now())
    db.session.commit()
    flash(_("Đã trả lại để làm tiếp."))
    return redirect(url_for("checks.index"))


@blueprint.get("/checks/<int:check_id>/remove")
@requires(Permission.CHECK_SCHOOLS)
def ask_remove(check_id: int) -> str:
    """Ask before a visit is removed."""
    return render_template("activities/check_remove.html", check=_checkable(check_id))


@blueprint.post("/checks/<int:check_id>/remove")
@requires(Permission.CHECK_SCHOOLS)
def remove(check_id: int) -> Response:
    """Remove a visit."""
    remove_check(db.session, check=_checkable(check_id), user_id=person_id(), now=utc_now())
    db.session.commit()
    flash(_("Đã xóa."))
    return redirect(url_for("checks.index"))


@blueprint.get("/checks/<int:check_id>/report")
@requires(Permission.EDIT_ACTIVITY)
def ask_report(check_id: int) -> str:
    """Show the form in which the unit says how a finding was remedied."""
    check = _own(check_id)
    return render_template("activities/check_report.html", check=check, form=RemedyForm(formdata=None, obj=check))


@blueprint.post("/checks/<int:check_id>/report")
@requires(Permission.EDIT_ACTIVITY)
def report(check_id: int) -> Response | tuple[str, int]:
    """Keep how a finding was remedied."""
    check = _own(check_id)
    form = RemedyForm()
    if not form.validate():
        return render_template("activities/check_report.html", check=check, form=form), 422
    report_remedied(db.session, check=check, report=form.report.data, user_id=person_id(), now=utc_now())
    db.session.commit()
    flash(_("Đã báo. Nơi kiểm tra sẽ xác nhận."))
    return redirect(url_for("checks.index", organisation=check.organisation_id))


def _units() -> Sequence[Organisation]:
    """Return the units that the person may visit: those below one where they may check."""
    allowed = scope(Permission.CHECK_SCHOOLS)
    return [unit for unit in organisations_in(db.session, allowed) if unit.parent_id in allowed.whole]


def _choices(units: Sequence[Organisation]) -> list[tuple[int, str]]:
    return [(unit.id, unit.name) for unit in units]


def _authority(unit: Organisation) -> int:
    """Return whose visit it is: the person's own authority nearest above the unit."""
    above = [int(step) for step in unit.path.strip("/").split("/")][:-1]
    own = editable_scope(db.session, access()).whole
    return next((place for place in reversed(above) if place in own), unit.parent_id or unit.id)


def _checkable(check_id: int) -> CheckVisit:
    check = row_by_id(db.session, CheckVisit, check_id, readable())
    require_at(Permission.CHECK_SCHOOLS, check.organisation_id)
    return check


def _own(check_id: int) -> CheckVisit:
    check = row_by_id(db.session, CheckVisit, check_id, readable())
    require_editable(check.organisation_id)
    return check


def _form_page(form: CheckForm, check: CheckVisit | None = None) -> str:
    return render_template("activities/check.html", form=form, check=check)
