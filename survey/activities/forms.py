"""Forms of the communication log. What an entry must obey stands in `rules`; here only what a field must look like."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import DateField, RadioField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, Optional

from survey.activities.rules import LONGEST_LINK, LONGEST_NOTE, LONGEST_TEXT, ActivityValues, EntryInvalid
from survey.activities.vocabulary import AI, CHANNELS
from survey.activities.words import (
    ACTIVITY_TOPICS,
    CONCERN_KINDS,
    CONCERN_STATUSES,
    COUNTINGS,
    FORMS,
    fault_text,
)
from survey.web.fields import BoxesField, CountField, MeasureField
from survey.web.forms import BaseForm
from survey.web.words import AUDIENCES

_NEEDED = InputRequired(_l("Xin điền ô này."))
_SHORT = Length(max=120, message=_l("Viết dài quá. Hãy rút ngắn còn nhiều nhất 120 chữ cái."))
_NOTE = Length(max=LONGEST_NOTE, message=_l("Viết dài quá. Hãy rút ngắn còn nhiều nhất 500 chữ cái."))
_TEXT = Length(max=LONGEST_TEXT, message=_l("Viết dài quá. Hãy rút ngắn còn nhiều nhất 2.000 chữ cái."))
_ANY_TOPIC = [
    SelectChoice("", _l("Chung, không riêng nội dung nào")),
    *(SelectChoice(*p) for p in ACTIVITY_TOPICS.items()),
]


def _choices(words: Mapping[str, Any]) -> list[SelectChoice]:
    return [SelectChoice(*pair) for pair in words.items()]


class LogForm(BaseForm):
    """One activity; the campaigns that it may belong to are passed in."""

    form = RadioField(_l("Đã làm gì?"), [InputRequired(_l("Hãy chọn một hình thức."))], choices=_choices(FORMS))
    held_on = DateField(_l("Ngày nào?"), [_NEEDED])
    note = TextAreaField(_l("Nội dung, viết ngắn"), [_NOTE], render_kw={"rows": 2})
    topics = BoxesField(_l("Nói về nội dung nào?"), choices=_choices(ACTIVITY_TOPICS))
    reach = CountField(_l("Bao nhiêu lượt người?"), [Optional()])
    counting = SelectField(_l("Đếm bằng cách nào?"), choices=_choices(COUNTINGS), default="not_counted")
    audiences = BoxesField(_l("Dành cho ai?"), choices=_choices(AUDIENCES))
    newly_briefed = CountField(_l("Bao nhiêu cán bộ, giáo viên, nhân viên lần đầu được quán triệt?"), [Optional()])
    link = StringField(_l("Liên kết tới bài, ảnh (nếu có)"), [Length(max=LONGEST_LINK)])
    campaign_id = SelectField(_l("Thuộc chiến dịch"), coerce=str)

    def __init__(self, *, campaigns: Sequence[tuple[int, str]] = (), **kwargs: Any) -> None:
        super().__init__(**kwargs)
        choices = [SelectChoice("", _l("Không thuộc chiến dịch nào"))]
        self.campaign_id.choices = [*choices, *(SelectChoice(str(key), title) for key, title in campaigns)]

    @property
    def values(self) -> ActivityValues:
        """What was filled in."""
        topics = self.topics.data or []
        return ActivityValues(
            held_on=self.held_on.data,
            form=self.form.data,
            topics=tuple(topic for topic in topics if topic != AI),
            is_about_ai=AI in topics,
            audiences=tuple(self.audiences.data or ()),
            reach=self.reach.data,
            counting=self.counting.data,
            newly_briefed=self.newly_briefed.data or 0,
            link=self.link.data or "",
            note=self.note.data or "",
            campaign_id=int(self.campaign_id.data) if self.campaign_id.data else None,
        )


class RollForm(BaseForm):
    """The briefing roll; the years and campaigns that it can be for are passed in."""

    period = SelectField(_l("Cho thời gian nào?"))
    roster = CountField(_l("Tổng số cán bộ, giáo viên, nhân viên"), [_NEEDED])
    known_not_briefed = CountField(_l("Trong đó biết chắc chưa được quán triệt"), [Optional()])
    as_of = DateField(_l("Số liệu tính đến ngày"), [_NEEDED])

    def __init__(self, *, periods: Sequence[tuple[str, Any]], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.period.choices = [SelectChoice(*pair) for pair in periods]


class EffectForm(BaseForm):
    """What people now do: an indicator before and after."""

    indicator = StringField(_l("Chỉ số: mọi người nay làm được gì?"), [_NEEDED, _SHORT])
    unit = StringField(_l("Đơn vị tính"), [_NEEDED, Length(max=30)])
    before = MeasureField(_l("Trước"), [Optional()])
    before_on = DateField(_l("Đo ngày (trước)"), [Optional()])
    after = MeasureField(_l("Sau"), [_NEEDED])
    after_on = DateField(_l("Đo ngày (sau)"), [_NEEDED])
    source = StringField(_l("Lấy số ở đâu?"), [_NEEDED, _SHORT])
    topic = SelectField(_l("Thuộc nội dung"), choices=_ANY_TOPIC)


class ModelForm(BaseForm):
    """A good model."""

    title = StringField(_l("Tên mô hình, việc làm tốt"), [_NEEDED, _SHORT])
    description = TextAreaField(_l("Làm thế nào, được gì?"), [_NEEDED, _TEXT], render_kw={"rows": 4})
    noted_on = DateField(_l("Ghi nhận ngày"), [_NEEDED])
    topic = SelectField(_l("Thuộc nội dung"), choices=_ANY_TOPIC)
    commended_by = StringField(_l("Nơi biểu dương (nếu có)"), [_SHORT])
    commended_on = DateField(_l("Biểu dương ngày"), [Optional()])


class DifficultyForm(BaseForm):
    """A difficulty or a proposal."""

    kind = RadioField(_l("Đây là"), [_NEEDED], choices=_choices(CONCERN_KINDS), default="difficulty")
    text = TextAreaField(_l("Nội dung"), [_NEEDED, _TEXT], render_kw={"rows": 4})
    addressee = StringField(_l("Gửi tới nơi nào?"), [_SHORT])
    raised_on = DateField(_l("Nêu ngày"), [_NEEDED])
    status = SelectField(_l("Tình trạng"), choices=_choices(CONCERN_STATUSES), default="open")
    answer = TextAreaField(_l("Trả lời đã nhận"), [_TEXT], render_kw={"rows": 3})


class CheckForm(BaseForm):
    """A check visit; the units that can be visited are passed in."""

    organisation_id = SelectField(_l("Kiểm tra ở đâu?"), [_NEEDED])
    visited_on = DateField(_l("Ngày kiểm tra"), [_NEEDED])
    finding = TextAreaField(_l("Điều cần khắc phục, hoặc nhận xét"), [_NEEDED, _TEXT], render_kw={"rows": 4})
    deadline = DateField(_l("Hạn khắc phục (để trống nếu chỉ nhận xét)"), [Optional()])

    def __init__(self, *, units: Sequence[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.organisation_id.choices = [SelectChoice(str(key), name) for key, name in units]


class RemedyForm(BaseForm):
    """How a unit has remedied a finding."""

    report = TextAreaField(_l("Đã khắc phục thế nào?"), [_NEEDED, _TEXT], render_kw={"rows": 3})


class YearPlanForm(BaseForm):
    """The plan of a year, and the channels in use."""

    number = StringField(_l("Số, ký hiệu kế hoạch"), [Length(max=60)])
    issued_on = DateField(_l("Ngày ban hành"), [Optional()])
    channels = BoxesField(
        _l("Đơn vị đăng tin trên kênh nào?"), choices=[SelectChoice(str(form), FORMS[form]) for form in CHANNELS]
    )


def put_faults(form: BaseForm, error: EntryInvalid) -> None:
    """Show every refusal beside the field that it speaks of."""
    for fault in error.faults:
        field = form[fault.field]
        field.errors = [*field.errors, fault_text(fault)]
