"""Forms for signing in and for the care of accounts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import PasswordField, RadioField, SelectMultipleField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import EqualTo, InputRequired, Length
from wtforms.widgets import CheckboxInput, ListWidget

from survey.accounts.passwords import MINIMUM_LENGTH
from survey.core.permissions import RoleName
from survey.web.forms import BaseForm

_NEEDED = InputRequired(_l("Xin điền ô này."))


def _at_most(number: int) -> Length:
    # The library's own sentence exists in many languages, but not in Vietnamese.
    return Length(max=number, message=_l("Dài quá: nhiều nhất %(max)d ký tự."))


class SignInForm(BaseForm):
    """Login and password."""

    login = StringField(_l("Tên đăng nhập"), [_NEEDED, _at_most(64)])
    password = PasswordField(_l("Mật khẩu"), [_NEEDED, _at_most(256)])


class PasswordForm(BaseForm):
    """The old password, and the new one twice."""

    old = PasswordField(_l("Mật khẩu hiện tại"), [_NEEDED, _at_most(256)])
    new = PasswordField(
        _l("Mật khẩu mới"), [_NEEDED, Length(min=MINIMUM_LENGTH, message=_l("Cần ít nhất 10 ký tự.")), _at_most(256)]
    )
    again = PasswordField(_l("Nhập lại mật khẩu mới"), [EqualTo("new", _l("Hai lần nhập chưa giống nhau."))])


class RoleForm(BaseForm):
    """A role at an organisation; which roles and classes are offered is passed in."""

    role = RadioField(_l("Vai trò"), [_NEEDED])
    group_ids = SelectMultipleField(
        _l("Lớp phụ trách (chỉ với giáo viên phụ trách lớp)"),
        coerce=int,
        option_widget=CheckboxInput(),
        widget=ListWidget(prefix_label=False),
    )

    def __init__(self, *, roles: Sequence[tuple[str, Any]], groups: Sequence[tuple[int, Any]], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.role.choices = [SelectChoice(*pair) for pair in roles]
        self.group_ids.choices = [SelectChoice(*pair) for pair in groups]

    def chosen_groups(self) -> list[int]:
        """Return the classes, which count for a teacher only: who changes their mind need not untick them."""
        return list(self.group_ids.data or ()) if self.role.data == RoleName.TEACHER else []


class PersonForm(RoleForm):
    """A new person at an organisation, who will choose the password."""

    name = StringField(_l("Họ và tên"), [_NEEDED, _at_most(120)])
    login = StringField(_l("Tên đăng nhập"), [_NEEDED, _at_most(64)])


class NewPasswordForm(BaseForm):
    """A password that an invited person chooses, twice."""

    password = PasswordField(
        _l("Mật khẩu"), [_NEEDED, Length(min=MINIMUM_LENGTH, message=_l("Cần ít nhất 10 ký tự.")), _at_most(256)]
    )
    again = PasswordField(_l("Nhập lại mật khẩu"), [EqualTo("password", _l("Hai lần nhập chưa giống nhau."))])


class SetupForm(BaseForm):
    """The first account, and the place it looks after."""

    kind = RadioField(
        _l("Hệ thống này dùng cho"),
        [_NEEDED],
        choices=[SelectChoice("school", _l("Một trường")), SelectChoice("ward", _l("Một xã, phường"))],
        default="school",
    )
    place = StringField(_l("Tên trường hoặc xã, phường"), [_NEEDED, _at_most(120)])
    name = StringField(_l("Họ và tên của bạn"), [_NEEDED, _at_most(120)])
    login = StringField(_l("Tên đăng nhập"), [_NEEDED, _at_most(64)])
    password = PasswordField(
        _l("Mật khẩu"), [_NEEDED, Length(min=MINIMUM_LENGTH, message=_l("Cần ít nhất 10 ký tự.")), _at_most(256)]
    )
    again = PasswordField(_l("Nhập lại mật khẩu"), [EqualTo("password", _l("Hai lần nhập chưa giống nhau."))])
