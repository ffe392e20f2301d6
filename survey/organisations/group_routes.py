"""Addresses of groups and their headcounts."""

from __future__ import annotations

from flask import Blueprint, flash, render_template, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from survey.core.clock import local_date, utc_now
from survey.core.permissions import Permission
from survey.organisations.forms import ClassesForm, GroupForm, HeadcountsForm
from survey.organisations.models import Group
from survey.organisations.operations import (
    LARGEST_HEADCOUNT,
    OrganisationInvalid,
    add_group,
    edit_group,
    end_group,
    set_headcounts,
)
from survey.organisations.pages import back_to, editable, organisation_page, put_error
from survey.organisations.queries import Number, group_by_id, group_rows, new_numbers
from survey.organisations.words import REASONS
from survey.web.auth import person_id, requires, scope
from survey.web.db_session import db

blueprint = Blueprint("groups", __name__)


@blueprint.post("/organisations/<int:organisation_id>/groups")
@requires(Permission.EDIT_ORGANISATION)
def add_one_group(organisation_id: int) -> Response | tuple[str, int]:
    """Add a class or another group."""
    organisation = editable(organisation_id)
    form = GroupForm()
    if form.validate():
        try:
            add_group(
                db.session,
                organisation=organisation,
                name=form.name.data,
                grade=form.grade.data,
                staff_kind=form.staff_kind.data or None,
                user_id=person_id(),
                now=utc_now(),
            )
        except OrganisationInvalid as error:
            put_error(form, error)
        else:
            db.session.commit()
            flash(_("Đã thêm %(name)s. Hãy điền số người ở bảng trên.", name=form.name.data))
            return back_to(organisation_id)
    db.session.rollback()
    return organisation_page(organisation_id, group_form=form), 422


@blueprint.post("/organisations/<int:organisation_id>/classes")
@requires(Permission.EDIT_ORGANISATION)
def add_classes(organisation_id: int) -> Response | tuple[str, int]:
    """Add several classes with their numbers at once; all of them or none."""
    organisation = editable(organisation_id)
    form = ClassesForm()
    if not form.validate():
        return organisation_page(organisation_id, classes_form=form), 422
    for name, grade, pupils, parents in form.classes:
        numbers = {"parents": parents}
        if 3 <= grade <= 9:
            numbers["pupils_primary" if grade < 6 else "pupils_secondary"] = pupils
        try:
            add_group(
                db.session,
                organisation=organisation,
                name=name,
                grade=grade,
                headcounts=numbers,
                as_of=form.as_of.data,
                user_id=person_id(),
                now=utc_now(),
            )
        except OrganisationInvalid as error:
            db.session.rollback()
            form.lines.errors = [f"“{name}”: {REASONS[error.reason]}"]
            return organisation_page(organisation_id, classes_form=form), 422
    db.session.commit()
    flash(_("Đã thêm %(number)s lớp.", number=len(form.classes)))
    return back_to(organisation_id)


@blueprint.post("/organisations/<int:organisation_id>/headcounts")
@requires(Permission.EDIT_ORGANISATION)
def save_headcounts(organisation_id: int) -> Response | tuple[str, int]:
    """Note the numbers of people of all groups on one day; all of them or, with a faulty one, none."""
    editable(organisation_id)
    form = HeadcountsForm()
    fields = _number_fields(organisation_id)
    typed = {name: request.form.get(name, "").strip() for name in fields}
    wrong = {
        name: _("Điền một số nguyên từ 0, ví dụ: 35.")
        for name, text in typed.items()
        if text and not (text.isascii() and text.isdigit() and int(text[:12]) <= LARGEST_HEADCOUNT)
    }
    if not form.validate() or wrong:
        return organisation_page(organisation_id, headcounts_form=form, typed=typed, wrong=wrong), 422
    numbers = [
        Number(organisation_id, group.id, audience, int(typed[name]), form.as_of.data)
        for name, (group, audience) in fields.items()
        if typed[name]
    ]
    # The page shows what is in force; what was left as it was is no new number.
    changed = set_headcounts(
        db.session,
        numbers=new_numbers(db.session, numbers),
        user_id=person_id(),
        now=utc_now(),
    )
    db.session.commit()
    flash(_("Đã lưu: %(number)s số thay đổi.", number=changed))
    return back_to(organisation_id)


def _number_fields(organisation_id: int) -> dict[str, tuple[Group, str]]:
    """Return the fields of the table of numbers: name, and what it speaks of."""
    rows = group_rows(db.session, organisation_id, scope(Permission.EDIT_ORGANISATION), day=local_date(utc_now()))
    return {f"n-{row.group.id}-{audience}": (row.group, audience) for row in rows for audience in row.people}


@blueprint.get("/groups/<int:group_id>/edit")
@requires(Permission.EDIT_ORGANISATION)
def edit_one_group(group_id: int) -> str:
    """Show a group for changing or ending."""
    group = group_by_id(db.session, group_id, scope(Permission.EDIT_ORGANISATION))
    return render_template("organisations/group.html", group=group, form=GroupForm(obj=group))


@blueprint.post("/groups/<int:group_id>/edit")
@requires(Permission.EDIT_ORGANISATION)
def save_group(group_id: int) -> Response | tuple[str, int]:
    """Change a group."""
    group = group_by_id(db.session, group_id, scope(Permission.EDIT_ORGANISATION))
    form = GroupForm()
    if form.validate():
        try:
            edit_group(
                db.session,
                group=group,
                name=form.name.data,
                grade=form.grade.data,
                staff_kind=form.staff_kind.data or None,
                user_id=person_id(),
                now=utc_now(),
            )
        except OrganisationInvalid as error:
            put_error(form, error)
        else:
            db.session.commit()
            flash(_("Đã lưu."))
            return back_to(group.organisation_id)
    db.session.rollback()
    return render_template("organisations/group.html", group=group, form=form), 422


@blueprint.post("/groups/<int:group_id>/end")
@requires(Permission.EDIT_ORGANISATION)
def end_one_group(group_id: int) -> Response:
    """End a group; it keeps its history."""
    group = group_by_id(db.session, group_id, scope(Permission.EDIT_ORGANISATION))
    end_group(db.session, group=group, user_id=person_id(), now=utc_now())
    db.session.commit()
    flash(_("%(name)s không còn trong danh sách; số liệu cũ vẫn giữ.", name=group.name))
    return back_to(group.organisation_id)
