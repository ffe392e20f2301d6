"""Addresses of the tree. Groups and sheets have their own in `group_routes` and `sheet_routes`."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from survey.core.clock import local_date, utc_now
from survey.core.permissions import Permission, RoleName
from survey.core.vocabulary import OrganisationKind
from survey.organisations.forms import OrganisationForm
from survey.organisations.models import Organisation
from survey.organisations.operations import (
    CHILDREN,
    OrganisationInvalid,
    StillInUse,
    add_organisation,
    edit_organisation,
    remove_organisation,
)
from survey.organisations.pages import back_to, editable, organisation_page, put_error
from survey.organisations.queries import tree
from survey.web.auth import access, person_id, require_at, requires, scope
from survey.web.db_session import db
from survey.web.words import ORGANISATION_KINDS

blueprint = Blueprint("organisations", __name__)


@blueprint.get("/organisations")
@requires(Permission.READ_ORGANISATION)
def index() -> str:
    """Show the tree."""
    rows = tree(db.session, scope(Permission.READ_ORGANISATION), day=local_date(utc_now()))
    may_add_top = RoleName.OPERATOR in access().roles
    return render_template("organisations/index.html", rows=rows, may_add_top=may_add_top)


@blueprint.get("/organisations/<int:organisation_id>")
@requires(Permission.READ_ORGANISATION)
def show(organisation_id: int) -> str:
    """Show one organisation with its groups and numbers."""
    return organisation_page(organisation_id)


def _parent() -> Organisation | None:
    """Return the organisation below which a new one shall stand; only the operator adds one at the top."""
    parent_id = request.values.get("parent", type=int)
    if parent_id is None:
        require_at_top()
        return None
    return editable(parent_id)


def require_at_top() -> None:
    """Stop unless the person may add an organisation at the top of the tree."""
    if RoleName.OPERATOR not in access().roles:
        require_at(Permission.EDIT_ORGANISATION, 0)


def _form(parent: Organisation | None, **kwargs: object) -> OrganisationForm:
    kinds = CHILDREN[parent.kind] if parent else tuple(OrganisationKind)
    return OrganisationForm(kinds=[(str(kind), ORGANISATION_KINDS[kind]) for kind in kinds], **kwargs)


@blueprint.get("/organisations/new")
@requires(Permission.EDIT_ORGANISATION)
def new() -> str:
    """Show the form for a new organisation."""
    parent = _parent()
    return render_template("organisations/edit.html", form=_form(parent), parent=parent, organisation=None)


@blueprint.post("/organisations/new")
@requires(Permission.EDIT_ORGANISATION)
def add() -> Response | tuple[str, int]:
    """Add an organisation to the tree."""
    parent = _parent()
    form = _form(parent)
    if form.validate():
        try:
            made = add_organisation(
                db.session,
                parent=parent,
                kind=form.kind.data,
                name=form.name.data,
                code=form.code.data,
                user_id=person_id(),
                now=utc_now(),
            )
        except OrganisationInvalid as error:
            put_error(form, error)
        else:
            db.session.commit()
            flash(_("Đã thêm %(name)s.", name=made.name))
            return back_to(made.id)
    return render_template("organisations/edit.html", form=form, parent=parent, organisation=None), 422


@blueprint.get("/organisations/<int:organisation_id>/edit")
@requires(Permission.EDIT_ORGANISATION)
def edit(organisation_id: int) -> str:
    """Show name, code and kind for changing."""
    organisation = editable(organisation_id)
    form = _form(organisation.parent, obj=organisation)
    return render_template("organisations/edit.html", form=form, parent=None, organisation=organisation)


@blueprint.post("/organisations/<int:organisation_id>/edit")
@requires(Permission.EDIT_ORGANISATION)
def save(organisation_id: int) -> Response | tuple[str, int]:
    """Change name, code and kind."""
    organisation = editable(organisation_id)
    form = _form(organisation.parent)
    if form.validate():
        try:
            edit_organisation(
                db.session,
                organisation=organisation,
                name=form.name.data,
                code=form.code.data,
                kind=form.kind.data,
                cut_off=form.cut_off.data,
                user_id=person_id(),
                now=utc_now(),
            )
        except OrganisationInvalid as error:
            put_error(form, error)
        else:
            db.session.commit()
            flash(_("Đã lưu."))
            return back_to(organisation_id)
    db.session.rollback()
    organisation = editable(organisation_id)
    return render_template("organisations/edit.html", form=form, parent=None, organisation=organisation), 422


@blueprint.get("/organisations/<int:organisation_id>/remove")
@requires(Permission.EDIT_ORGANISATION)
def ask_remove(organisation_id: int) -> str:
    """Ask before an organisation is removed, and say what is lost."""
    return render_template("organisations/remove.html", organisation=editable(organisation_id))


@blueprint.post("/organisations/<int:organisation_id>/remove")
@requires(Permission.EDIT_ORGANISATION)
def remove(organisation_id: int) -> Response:
    """Remove an organisation that nothing hangs on."""
    organisation = editable(organisation_id)
    name = organisation.name
    try:
        remove_organisation(db.session, organisation=organisation, user_id=person_id(), now=utc_now())
    except StillInUse:
        db.session.rollback()
        flash(_("Chưa xóa được %(name)s: còn lớp, tài khoản, chiến dịch hoặc đơn vị cấp dưới.", name=name), "error")
        return back_to(organisation_id)
    db.session.commit()
    flash(_("Đã xóa %(name)s.", name=name))
    return redirect(url_for("organisations.index"))
