"""Forms of the pages about paper; places are passed in."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf.file import MultipleFileField
from wtforms import BooleanField, IntegerField, SelectField, StringField
from wtforms.validators import InputRequired, NumberRange, Optional

from survey.collection.serials import MAX_SERIALS
from survey.web.forms import BaseForm

WRONG_NUMBER = _l("Số phiếu từ 1 đến 5.000.")
NO_HEADCOUNT = _l("Nơi này chưa có sĩ số. Mời điền số phiếu cần in.")

# Why no sheets can be made; keys are reasons of WindowConflict and names of errors.
PRINT_PROBLEMS = {
    "not_open": _l("Đợt này không còn mở nên không in thêm được."),
    "bad_number": WRONG_NUMBER,
    "no_group": _l("Không còn lớp này. Mời chọn lại."),
    "wrong_group": _l("Đợt này không hỏi lớp đã chọn. Mời chọn lại."),
    "not_locked": _l("Hãy mở đợt trước rồi mới in: trước khi mở, câu hỏi còn có thể thay đổi."),
    "too_large": _l("Bộ câu hỏi này dài quá một tờ phiếu giấy nên không in được."),
}

PICTURES = ".jpg,.jpeg,.png,.webp,.tif,.tiff,.pdf,image/jpeg,image/png,image/webp,image/tiff,application/pdf"


class PrintForm(BaseForm):
    """For whom, and how many sheets; without a number: the headcount and a reserve."""

    place = SelectField(_l("In cho ai?"), validators=[InputRequired(_l("Mời chọn một nơi."))])
    number = IntegerField(
        _l("Bao nhiêu phiếu?"), validators=[Optional(), NumberRange(1, MAX_SERIALS, message=WRONG_NUMBER)]
    )


class UploadForm(BaseForm):
    """Scans or photos, and whose they are."""

    place = SelectField(_l("Phiếu của ai?"), validators=[InputRequired(_l("Mời chọn một nơi."))])
    files = MultipleFileField(_l("Tệp PDF của máy quét, hoặc ảnh chụp"), render_kw={"accept": PICTURES})


class AddForm(BaseForm):
    """More scans for a batch."""

    files = MultipleFileField(_l("Ảnh chụp lại, hoặc phiếu tới sau"), render_kw={"accept": PICTURES})


class SerialForm(BaseForm):
    """The serial printed under the QR of a sheet."""

    serial = StringField(_l("Mã phiếu"), validators=[InputRequired(_l("Mời gõ 9 ký tự in dưới mã QR."))])
    twice = BooleanField(_l("Gõ mỗi phiếu hai lần để đối chiếu"))
