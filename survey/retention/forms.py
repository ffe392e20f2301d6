"""Until when single answers are kept, and the word that confirms their deletion."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import DateField, StringField
from wtforms.validators import InputRequired, ValidationError

from survey.web.forms import BaseForm

CONFIRMATION = "XOA"


class LastDayForm(BaseForm):
    """The last day on which single answers are kept."""

    until = DateField(_l("Giữ từng phiếu đến hết ngày"), validators=[InputRequired(_l("Hãy chọn ngày."))])


class PurgeForm(BaseForm):
    """A word typed by hand, so that nobody deletes by a slip of the finger."""

    confirmation = StringField(_l("Gõ XOA để xác nhận"))

    def validate_confirmation(self, field: StringField) -> None:
        """Take the word in any letter case, with or without marks."""
        if (field.data or "").upper().replace("Ó", "O") != CONFIRMATION:
            raise ValidationError(_l("Hãy gõ đúng ba chữ XOA, rồi nhấn nút một lần nữa."))
