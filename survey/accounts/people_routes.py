"""Addresses for the people of an organisation: who has an account, inviting, roles, locking and erasing.

What cannot be taken back, or ends what somebody is doing, is asked first on a page that says what follows.
"""

from __future__ import annotations

from typing import Any

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from survey.accounts.forms import PersonForm, RoleForm
from survey.accounts.invitations import Invitation, invite_person, renew_address
from survey.accounts.operations import AccountInvalid
from survey.accounts.people_operations import LeavesNobody, erase_person, give_roles, set_active, take_role
from survey.accounts.queries import Member, classes_of, member_at, numbers_of_people, people_of
from survey.accounts.questions import Question, question_about
from survey.accounts.rights import grantable_roles
from survey.accounts.words import REASONS
from survey.core.clock import utc_now
from survey.core.permissions import Permission, RoleName
from survey.core.qr import svg
from survey.organisations.models import Organisation
from survey.organisations.queries import organisation_by_id
from survey.web.addresses import public_url
from survey.web.auth import access, person_id, require_at, requires, scope
from survey.web.db_session import db
from survey.web.words import ROLES

blueprint = Blueprint("people", __name__)

_HERE = "/organisations/<int:organisation_id>/people"
_ONE = f"{_HERE}/<int:user_id>"


@blueprint.get("/people")
@requires(Permission.MANAGE_PEOPLE)
def places() -> str | Response:
    """Show for which organisations the person looks after accounts; with one only, go there."""
    numbers = numbers_of_people(db.session, scope(Permission.MANAGE_PEOPLE))
    if len(numbers) == 1:
        return redirect(url_for("people.index", organisation_id=numbers[0][0].id))
    return render_template("accounts/places.html", numbers=numbers)


@blueprint.get(_HERE)
@requires(Permission.MANAGE_PEOPLE)
def index(organisation_id: int) -> str:
    """Show who may do what at an organisation, and the form for a new person."""
    return _people_page(organisation_id, _person_form(organisation_id))


@blueprint.post(_HERE)
@requires(Permission.MANAGE_PEOPLE)
def invite(organisation_id: int) -> str | tuple[str, int]:
    """Make an account; the page that answers shows its one-time address, once."""
    form = _person_form(organisation_id)
    if not form.validate():
        return _people_page(organisation_id, form), 422
    try:
        made = invite_person(
            db.session,
            login=form.login.data,
            name=form.name.data,
            role=RoleName(form.role.data),
            organisation_id=organisation_id,
            group_ids=form.chosen_groups(),
            by=access(),
            now=utc_now(),
        )
    except AccountInvalid as error:
        db.session.rollback()
        field = form.group_ids if error.reason == "group_missing" else form.login
        field.errors = [REASONS[error.reason]]
        return _people_page(organisation_id, form), 422
    db.session.commit()
    return _address_page(organisation_id, made)


@blueprint.get(_ONE)
@requires(Permission.MANAGE_PEOPLE)
def show(organisation_id: int, user_id: int) -> str:
    """Show one person: roles here, and what can be done about the account."""
    return _person_page(organisation_id, user_id, _role_form(organisation_id))


@blueprint.post(f"{_ONE}/roles")
@requires(Permission.MANAGE_PEOPLE)
def give(organisation_id: int, user_id: int) -> Response | tuple[str, int]:
    """Give a person one more role here."""
    member = _member(organisation_id, user_id)
    form = _role_form(organisation_id)
    if not form.validate():
        return _person_page(organisation_id, user_id, form), 422
    try:
        give_roles(
            db.session,
            user_id=user_id,
            role=RoleName(form.role.data),
            organisation_id=organisation_id,
            group_ids=form.chosen_groups(),
            by=access(),
            now=utc_now(),
        )
    except AccountInvalid as error:
        db.session.rollback()
        field = form.group_ids if error.reason == "group_missing" else form.role
        field.errors = [REASONS[error.reason]]
        return _person_page(organisation_id, user_id, form), 422
    db.session.commit()
    flash(_("Đã giao thêm vai trò cho %(name)s.", name=member.user.name))
    return redirect(url_for("people.show", organisation_id=organisation_id, user_id=user_id))


@blueprint.get(f"{_ONE}/roles/<int:role_id>/remove")
@requires(Permission.MANAGE_PEOPLE)
def ask_take(organisation_id: int, user_id: int, role_id: int) -> str:
    """Ask before a role is taken."""
    return _question_page(organisation_id, user_id, "take", role_id)


@blueprint.post(f"{_ONE}/roles/<int:role_id>/remove")
@requires(Permission.MANAGE_PEOPLE)
def take(organisation_id: int, user_id: int, role_id: int) -> Response | tuple[str, int]:
    """Take a role from a person."""
    _member(organisation_id, user_id)
    try:
        user = take_role(
            db.session,
            user_id=user_id,
            role_id=role_id,
            organisation_id=organisation_id,
            by=access(),
            now=utc_now(),
            sure=_is_sure(),
        )
    except LeavesNobody:
        return _question_page(organisation_id, user_id, "take", role_id), 409
    except AccountInvalid as error:
        flash(REASONS[error.reason], "bad")
        return redirect(url_for("people.show", organisation_id=organisation_id, user_id=user_id))
    db.session.commit()
    flash(_("Đã bỏ một vai trò của %(name)s.", name=user.name))
    if user_id == person_id():
        return redirect(url_for("accounts.account"))
    return redirect(url_for("people.index", organisation_id=organisation_id))


@blueprint.get(f"{_ONE}/password")
@requires(Permission.MANAGE_PEOPLE)
def ask_reset(organisation_id: int, user_id: int) -> str:
    """Ask before a password ends and a new one-time address is made."""
    return _question_page(organisation_id, user_id, "reset")


@blueprint.post(f"{_ONE}/password")
@requires(Permission.MANAGE_PEOPLE)
def reset(organisation_id: int, user_id: int) -> str:
    """End a person's password and show a new one-time address, once."""
    _member(organisation_id, user_id)
    made = renew_address(db.session, user_id=user_id, by=person_id(), now=utc_now())
    db.session.commit()
    return _address_page(organisation_id, made)


@blueprint.get(f"{_ONE}/active")
@requires(Permission.MANAGE_PEOPLE)
def ask_lock(organisation_id: int, user_id: int) -> str:
    """Ask before an account is locked."""
    return _question_page(organisation_id, user_id, "lock")


@blueprint.post(f"{_ONE}/active")
@requires(Permission.MANAGE_PEOPLE)
def switch(organisation_id: int, user_id: int) -> Response | tuple[str, int]:
    """Let a person sign in again, or no longer."""
    _member(organisation_id, user_id)
    is_active = request.form.get("active") == "1"
    try:
        user = set_active(
            db.session, user_id=user_id, is_active=is_active, by=person_id(), now=utc_now(), sure=_is_sure()
        )
    except LeavesNobody:
        return _question_page(organisation_id, user_id, "lock"), 409
    db.session.commit()
    flash(
        _("Đã mở khóa tài khoản của %(name)s.", name=user.name)
        if is_active
        else _("Đã khóa: %(name)s không đăng nhập được nữa.", name=user.name)
    )
    return redirect(url_for("people.show", organisation_id=organisation_id, user_id=user_id))


@blueprint.get(f"{_ONE}/erase")
@requires(Permission.MANAGE_PEOPLE)
def ask_erase(organisation_id: int, user_id: int) -> str:
    """Ask before an account is erased."""
    return _question_page(organisation_id, user_id, "erase")


@blueprint.post(f"{_ONE}/erase")
@requires(Permission.MANAGE_PEOPLE)
def erase(organisation_id: int, user_id: int) -> Response | tuple[str, int]:
    """Erase a person's name, login, password and roles."""
    name = _member(organisation_id, user_id).user.name
    try:
        erase_person(db.session, user_id=user_id, by=person_id(), now=utc_now(), sure=_is_sure())
    except LeavesNobody:
        return _question_page(organisation_id, user_id, "erase"), 409
    db.session.commit()
    flash(_("Đã xóa tài khoản của %(name)s.", name=name))
    return redirect(url_for("people.index", organisation_id=organisation_id))


def _is_sure() -> bool:
    return request.form.get("sure") == "1"


def _place(organisation_id: int) -> Organisation:
    require_at(Permission.MANAGE_PEOPLE, organisation_id)
    return organisation_by_id(db.session, organisation_id, scope(Permission.MANAGE_PEOPLE))


def _member(organisation_id: int, user_id: int) -> Member:
    require_at(Permission.MANAGE_PEOPLE, organisation_id)
    return member_at(db.session, user_id, organisation_id, scope(Permission.MANAGE_PEOPLE))


def _offered(organisation_id: int) -> dict[str, Any]:
    place = _place(organisation_id)
    return {
        "roles": [(str(role), ROLES[role]) for role in grantable_roles(access(), place.id, place.kind)],
        "groups": [(group.id, group.name) for group in classes_of(db.session, organisation_id)],
    }


def _person_form(organisation_id: int) -> PersonForm:
    return PersonForm(**_offered(organisation_id))


def _role_form(organisation_id: int) -> RoleForm:
    return RoleForm(**_offered(organisation_id))


def _people_page(organisation_id: int, form: PersonForm) -> str:
    return render_template(
        "accounts/people.html",
        organisation=_place(organisation_id),
        people=people_of(db.session, organisation_id, scope(Permission.MANAGE_PEOPLE)),
        form=form,
        now=utc_now(),
    )


def _person_page(organisation_id: int, user_id: int, form: RoleForm) -> str:
    place = _place(organisation_id)
    return render_template(
        "accounts/person.html",
        organisation=place,
        member=_member(organisation_id, user_id),
        grantable=grantable_roles(access(), place.id, place.kind),
        is_self=user_id == person_id(),
        form=form,
        now=utc_now(),
    )


def _question_page(organisation_id: int, user_id: int, kind: str, role_id: int | None = None) -> str:
    member = _member(organisation_id, user_id)
    question: Question = question_about(
        db.session, kind=kind, member=member, role_id=role_id, is_self=user_id == person_id()
    )
    return render_template(
        "accounts/question.html", organisation=_place(organisation_id), member=member, question=question
    )


def _address_page(organisation_id: int, made: Invitation) -> str:
    # Not a redirect: the code must be seen once and stand in no session and no log.
    address = public_url(current_app.extensions["survey.config"]) + url_for("invitations.open_address", code=made.code)
    return render_template(
        "accounts/address.html",
        organisation=_place(organisation_id),
        made=made,
        address=address,
        qr=svg(address, label=_("Mã QR của địa chỉ dùng một lần")),
    )
