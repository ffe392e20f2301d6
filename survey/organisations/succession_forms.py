"""The form that says which organisation stands in the place of which others."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import DateField, HiddenField, RadioField, SelectMultipleField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, InputRequired
from wtforms.widgets import CheckboxInput, ListWidget

from survey.organisations.successions import SuccessionKind
from survey.web.forms import BaseForm

KINDS = {
    SuccessionKind.MERGED: _l("Nhiều đơn vị nhập thành một"),
    SuccessionKind.RENAMED: _l("Một đơn vị đổi tên và đổi mã"),
    SuccessionKind.SPLIT: _l("Một đơn vị tách thành nhiều đơn vị"),
}
REFUSALS = {
    "itself": _l("Hãy chọn đơn vị cũ, khác đơn vị mới."),
    "kind": _l("Hãy chọn một cách thay đổi."),
    "other_kind": _l("Đơn vị cũ và đơn vị mới phải cùng loại."),
    "circle": _l("Đơn vị này đã là đơn vị cũ của đơn vị được chọn. Hãy xem lại đơn vị nào có trước."),
    "known": _l("Việc này đã được ghi trước đây."),
    "one_old": _l("Đổi tên hoặc tách thì chỉ có một đơn vị cũ. Hãy chọn một đơn vị."),
}


class SuccessionForm(BaseForm):
    """What happened, since when, and which organisations were there before; these are passed in."""

    kind = RadioField(
        _l("Việc gì đã xảy ra?"),
        [InputRequired(_l("Hãy chọn một cách thay đổi."))],
        choices=[SelectChoice(str(kind), title) for kind, title in KINDS.items()],
    )
    old = SelectMultipleField(
        _l("Đơn vị cũ"),
        [DataRequired(_l("Hãy chọn ít nhất một đơn vị cũ."))],
        coerce=int,
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
    )
    since = DateField(_l("Từ ngày"), [InputRequired(_l("Xin điền ngày."))])
    confirmed = HiddenField()

    def __init__(self, *, places: Iterable[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.old.choices = [SelectChoice(*pair) for pair in places]

    @property
    def is_confirmed(self) -> bool:
        """Whether the person has read what follows."""
        return bool(self.confirmed.data == "yes")
