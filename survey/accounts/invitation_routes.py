"""The one-time address at which somebody chooses a password and comes in for the first time, or again."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from survey.accounts.forms import NewPasswordForm
from survey.accounts.invitations import accept_invitation, invited_person
from survey.accounts.loading import begin_session
from survey.accounts.operations import AccountInvalid
from survey.accounts.queries import roles_of
from survey.accounts.words import REASONS
from survey.core.clock import utc_now
from survey.core.errors import Gone
from survey.web.auth import public
from survey.web.db_session import db

blueprint = Blueprint("invitations", __name__)


@blueprint.get("/invitation/<code>")
@public
def open_address(code: str) -> str | tuple[str, int]:
    """Show for whom the address is, and the form for a password; opening it uses nothing up."""
    return _page(code, NewPasswordForm())


@blueprint.post("/invitation/<code>")
@public
def choose(code: str) -> str | tuple[str, int] | Response:
    """Give the person the password they chose and sign them in; the address is used up."""
    form = NewPasswordForm()
    if not form.validate():
        return _page(code, form, 422)
    try:
        user = accept_invitation(db.session, code=code, password=form.password.data, now=utc_now())
    except AccountInvalid as error:
        db.session.rollback()
        form.password.errors = [REASONS[error.reason]]
        return _page(code, form, 422)
    except Gone:
        return _page(code, form)
    db.session.commit()
    begin_session(user)
    flash(_("Đã đặt mật khẩu. Lần sau hãy đăng nhập bằng tên đăng nhập %(login)s.", login=user.login))
    return redirect("/")


def _page(code: str, form: NewPasswordForm, status: int = 200) -> str | tuple[str, int]:
    try:
        user = invited_person(db.session, code, now=utc_now())
    except Gone:
        return render_template("accounts/address_gone.html"), 410
    page = render_template(
        "accounts/invitation.html", form=form, code=code, user=user, roles=roles_of(db.session, user.id)
    )
    return page if status == 200 else (page, status)
