"""The forms that start a class session or a meeting: numbers only."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import IntegerField, SelectField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, NumberRange

from survey.collection.windows import MAX_MINUTES, MAX_PRESENT
from survey.monitor.words import REASONS
from survey.web.forms import BaseForm

_MINUTES = NumberRange(1, MAX_MINUTES, message=REASONS["bad_minutes"])
_PRESENT = NumberRange(1, MAX_PRESENT, message=REASONS["bad_present"])
_FILL = _l("Xin điền một số.")

# Value 0: as long as the session lasts.
LIMITS = (0, 5, 10, 15, 20, 30)


class SessionForm(BaseForm):
    """What a teacher is asked before a class session."""

    present = IntegerField(_l("Hôm nay lớp có mặt bao nhiêu người?"), validators=[InputRequired(_FILL), _PRESENT])
    minutes = IntegerField(_l("Mở trong bao nhiêu phút?"), validators=[InputRequired(_FILL), _MINUTES])
    limit = SelectField(
        _l("Giới hạn thời gian cho mỗi người"),
        coerce=int,
        choices=[
            SelectChoice(minutes, _l("%(number)s phút", number=minutes) if minutes else _l("Không giới hạn"))
            for minutes in LIMITS
        ],
        validate_choice=True,
    )


class MeetingForm(BaseForm):
    """What is asked before a meeting; places are passed in, as organisation and group."""

    place = SelectField(_l("Ai dự họp?"))
    present = IntegerField(
        _l("Bao nhiêu người có mặt, theo danh sách ký tên?"), validators=[InputRequired(_FILL), _PRESENT]
    )
    minutes = IntegerField(_l("Mở trong bao nhiêu phút?"), validators=[InputRequired(_FILL), _MINUTES])
