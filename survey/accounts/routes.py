"""Addresses for signing in, the first start, and the own account."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, session, url_for
from flask_babel import gettext as _
from flask_login import login_user, logout_user
from werkzeug.wrappers import Response

from survey.accounts.first_start import require_setup_code, set_up
from survey.accounts.forms import PasswordForm, SetupForm, SignInForm
from survey.accounts.loading import as_person, begin_session
from survey.accounts.operations import AccountInvalid, SignInRefused, change_password, end_sessions, sign_in
from survey.accounts.passwords import check_password
from survey.accounts.queries import password_hash_of, roles_of
from survey.accounts.words import REASONS
from survey.core.clock import utc_now
from survey.core.permissions import Permission
from survey.web.auth import access, person_id, public, safe_next, signed_in
from survey.web.db_session import db
from survey.web.formats import format_instant

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
            begin_session(user)
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


@blueprint.post("/account/sessions/end")
@signed_in
def sign_out_everywhere() -> Response:
    """End all sessions of the person, this one too."""
    end_sessions(db.session, user_id=person_id(), now=utc_now())
    db.session.commit()
    logout_user()
    session.clear()
    flash(_("Đã đăng xuất khỏi mọi máy."))
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
    doors = [
        ("/people", _("Người dùng"), _("Mời người mới, giao và bỏ vai trò, khóa tài khoản."), Permission.MANAGE_PEOPLE),
        ("/audit", _("Nhật ký thay đổi"), _("Ai đã làm gì, khi nào."), Permission.READ_AUDIT),
        (
            "/exports",
            _("Xuất dữ liệu"),
            _("Bảng số đếm và phiếu không tên, để tính lại hoặc lưu."),
            Permission.EXPORT_COUNTS,
        ),
    ]
    return render_template(
        "accounts/account.html",
        form=form,
        roles=roles_of(db.session, person_id()),
        doors=[door for door in doors if access().may(door[-1])],
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
            begin_session(user)
            return redirect("/")
    return render_template("accounts/setup.html", form=form, code=code), 422
