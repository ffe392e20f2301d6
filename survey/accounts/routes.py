"""Addresses for signing in, the own account, and the people of an organisation."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, session, url_for
from flask_babel import gettext as _
from flask_login import login_user, logout_user
from werkzeug.wrappers import Response

from survey.accounts.first_start import require_setup_code, set_up
from survey.accounts.forms import PasswordForm, PersonForm, SetupForm, SignInForm
from survey.accounts.loading import as_person
from survey.accounts.operations import (
    AccountInvalid,
    SignInRefused,
    add_person,
    change_password,
    reset_password,
    set_active,
    sign_in,
)
from survey.accounts.passwords import check_password
from survey.accounts.queries import classes_of, password_hash_of, people_of, person_at, roles_of
from survey.accounts.rights import grantable_roles
from survey.accounts.words import REASONS
from survey.core.clock import utc_now
from survey.core.permissions import Permission, RoleName
from survey.organisations.queries import organisation_by_id
from survey.web.auth import access, person_id, public, require_at, requires, safe_next, scope, signed_in
from survey.web.db_session import db
from survey.web.formats import format_instant
from survey.web.words import ROLES

blueprint = Blueprint("accounts", __name__)


@blueprint.get("/sign-in")
@public
def sign_in_page() -> str:
    """Show the form for signing in."""
    return render_template("accounts/sign_in.html", form=SignInForm(), next=request.args.get("next", ""))


@blueprint.post("/sign-in")
@public
def sign_in_send() -> Response | tuple[str, int]:
    """Sign in and go where the person wanted to go."""
    form = SignInForm()
    refused = ""
    if form.validate():
        stored = password_hash_of(db.session, form.login.data)
        # Let go of the database while the password is compared: answers of respondents must not wait for it.
        db.session.rollback()
        check = check_password(stored, form.password.data)
        try:
            user = sign_in(db.session, login=form.login.data, check=check, now=utc_now())
        except SignInRefused as error:
            refused = _refusal(error)
        else:
            db.session.commit()
            session.clear()
            session.permanent = True
            login_user(as_person(user))
            return redirect(safe_next(request.form.get("next")))
    # A failed attempt counts.
    db.session.commit()
    page = render_template("accounts/sign_in.html", form=form, refused=refused, next=request.form.get("next", ""))
    return page, 422


def _refusal(error: SignInRefused) -> str:
    if error.until is None:
        return str(_("Tên đăng nhập hoặc mật khẩu chưa đúng. Hãy thử lại, hoặc nhờ người quản trị đặt lại mật khẩu."))
    words = _("Tên đăng nhập hoặc mật khẩu chưa đúng nhiều lần liền. Hãy thử lại sau %(time)s.", time="{}")
    return str(words).format(format_instant(error.until))


@blueprint.post("/sign-out")
@signed_in
def sign_out() -> Response:
    """End the session."""
    logout_user()
    session.clear()
    flash(_("Đã đăng xuất."))
    return redirect(url_for("accounts.sign_in_page"))


@blueprint.get("/account")
@signed_in
def account() -> str:
    """Show who is signed in, their roles, and the form for a new password."""
    return _account_page(PasswordForm())


@blueprint.post("/account/password")
@signed_in
def change_own_password() -> Response | tuple[str, int]:
    """Change the own password; other sessions end, this one goes on."""
    form = PasswordForm()
    if form.validate():
        try:
            user = change_password(db.session, user_id=person_id(), old=form.old.data, new=form.new.data, now=utc_now())
        except AccountInvalid as error:
            field = form.old if error.reason == "wrong_password" else form.new
            field.errors = [REASONS[error.reason]]
        else:
            db.session.commit()
            login_user(as_person(user))
            flash(_("Đã đổi mật khẩu. Các máy khác đang đăng nhập phải đăng nhập lại."))
            return redirect(url_for("accounts.account"))
    return _account_page(form), 422


def _account_page(form: PasswordForm) -> str:
    return render_template("accounts/account.html", form=form, roles=roles_of(db.session, person_id()))


@blueprint.get("/organisations/<int:organisation_id>/people")
@requires(Permission.MANAGE_PEOPLE)
def people(organisation_id: int) -> str:
    """Show who may do what at an organisation, and the form for a new person."""
    return _people_page(organisation_id, _person_form(organisation_id))


@blueprint.post("/organisations/<int:organisation_id>/people")
@requires(Permission.MANAGE_PEOPLE)
def add(organisation_id: int) -> tuple[str, int]:
    """Add a person; the page that answers shows the password, once."""
    form = _person_form(organisation_id)
    if not form.validate():
        return _people_page(organisation_id, form), 422
    try:
        made = add_person(
            db.session,
            login=form.login.data,
            name=form.name.data,
            role=RoleName(form.role.data),
            organisation_id=organisation_id,
            group_id=form.group_id.data or None,
            by=access(),
            now=utc_now(),
        )
    except AccountInvalid as error:
        db.session.rollback()
        field = form.group_id if error.reason == "group_missing" else form.login
        field.errors = [REASONS[error.reason]]
        return _people_page(organisation_id, form), 422
    db.session.commit()
    # Not a redirect: the password must be seen once and stand in no address, session or log.
    return _people_page(organisation_id, _person_form(organisation_id, empty=True), made=made), 200


@blueprint.post("/organisations/<int:organisation_id>/people/<int:user_id>/password")
@requires(Permission.MANAGE_PEOPLE)
def reset(organisation_id: int, user_id: int) -> str:
    """Give a person a new random password, shown once."""
    _require_person(organisation_id, user_id)
    made = reset_password(db.session, user_id=user_id, by=person_id(), now=utc_now())
    db.session.commit()
    return _people_page(organisation_id, _person_form(organisation_id, empty=True), made=made)


@blueprint.post("/organisations/<int:organisation_id>/people/<int:user_id>/active")
@requires(Permission.MANAGE_PEOPLE)
def switch(organisation_id: int, user_id: int) -> Response:
    """Let a person sign in again, or no longer."""
    _require_person(organisation_id, user_id)
    is_active = request.form.get("active") == "1"
    user = set_active(db.session, user_id=user_id, is_active=is_active, by=person_id(), now=utc_now())
    db.session.commit()
    if is_active:
        flash(_("%(name)s đăng nhập lại được.", name=user.name))
    else:
        flash(_("%(name)s không đăng nhập được nữa.", name=user.name))
    return redirect(url_for("accounts.people", organisation_id=organisation_id))


def _require_person(organisation_id: int, user_id: int) -> None:
    require_at(Permission.MANAGE_PEOPLE, organisation_id)
    person_at(db.session, user_id, organisation_id, scope(Permission.MANAGE_PEOPLE))


def _person_form(organisation_id: int, *, empty: bool = False) -> PersonForm:
    require_at(Permission.MANAGE_PEOPLE, organisation_id)
    place = organisation_by_id(db.session, organisation_id, scope(Permission.MANAGE_PEOPLE))
    roles = [(str(role), ROLES[role]) for role in grantable_roles(access(), place.id, place.kind)]
    groups = [(group.id, group.name) for group in classes_of(db.session, organisation_id)]
    return PersonForm(roles=roles, groups=groups, **({"formdata": None} if empty else {}))


def _people_page(organisation_id: int, form: PersonForm, made: object = None) -> str:
    allowed = scope(Permission.MANAGE_PEOPLE)
    return render_template(
        "accounts/people.html",
        organisation=organisation_by_id(db.session, organisation_id, allowed),
        people=people_of(db.session, organisation_id, allowed),
        form=form,
        made=made,
    )


@blueprint.get("/setup/<code>")
@public
def set_up_page(code: str) -> str:
    """Show the form for the first account of an empty system."""
    require_setup_code(db.session, code)
    return render_template("accounts/setup.html", form=SetupForm(), code=code)


@blueprint.post("/setup/<code>")
@public
def set_up_send(code: str) -> Response | tuple[str, int]:
    """Make the first place and the first account, and sign in with it."""
    require_setup_code(db.session, code)
    form = SetupForm()
    if form.validate():
        try:
            user = set_up(
                db.session,
                code=code,
                kind=form.kind.data,
                place_name=form.place.data,
                login=form.login.data,
                name=form.name.data,
                password=form.password.data,
                now=utc_now(),
            )
        except AccountInvalid as error:
            db.session.rollback()
            field = form.login if error.reason.startswith("login") else form.password
            field.errors = [REASONS[error.reason]]
        else:
            db.session.commit()
            session.clear()
            login_user(as_person(user))
            return redirect("/")
    return render_template("accounts/setup.html", form=form, code=code), 422
