"""The forms that make cards and open a shared device; places are passed in."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import IntegerField, SelectField
from wtforms.validators import InputRequired, NumberRange

from survey.collection.serials import MAX_SERIALS
from survey.web.forms import BaseForm

WRONG_NUMBER = _l("Số thẻ từ 1 đến 5.000.")

# Why no cards or shared device can be made here; keys are reasons of WindowConflict.
REASONS = {
    "not_open": _l("Đợt này không còn mở nên không làm thêm được."),
    "bad_number": WRONG_NUMBER,
    "no_group": _l("Không còn lớp này. Mời chọn lại."),
    "wrong_group": _l("Đợt này không hỏi lớp đã chọn. Mời chọn lại."),
}


class KioskForm(BaseForm):
    """Where a shared device stands."""

    device_place = SelectField(_l("Máy dùng cho ai?"), validators=[InputRequired(_l("Mời chọn một nơi."))])


class CardsForm(BaseForm):
    """For whom, and how many cards."""

    place = SelectField(_l("Thẻ dành cho ai?"), validators=[InputRequired(_l("Mời chọn một nơi."))])
    number = IntegerField(
        _l("Bao nhiêu thẻ?"),
        validators=[InputRequired(_l("Mời điền số thẻ.")), NumberRange(1, MAX_SERIALS, message=WRONG_NUMBER)],
    )
