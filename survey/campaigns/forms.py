"""The forms of campaigns, waves and plans."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import DateField, RadioField, SelectMultipleField, StringField, widgets
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, InputRequired, Length, ValidationError

from survey.campaigns.words import REASONS
from survey.web.forms import BaseForm
from survey.web.words import AUDIENCES, TOPICS

_REQUIRED = _l("Xin điền ô này.")


# Several choices as boxes to tick, which a finger hits better than a list.
_BOXES = {"widget": widgets.ListWidget(prefix_label=False), "option_widget": widgets.CheckboxInput()}


class CampaignForm(BaseForm):
    """Title and topics of a campaign."""

    title = StringField(
        _l("Tên chiến dịch"),
        validators=[
            DataRequired(_l("Hãy đặt tên cho chiến dịch.")),
            Length(max=120, message=_l("Tên dài quá 120 chữ; hãy rút ngắn để in vừa áp phích.")),
        ],
    )
    topics = SelectMultipleField(
        _l("Các đột phá được truyền thông"),
        choices=[SelectChoice(*pair) for pair in TOPICS.items()],
        validators=[DataRequired(REASONS["unknown_topic"])],
        **_BOXES,
    )


class DatesForm(BaseForm):
    """The first and the last day of something."""

    starts = DateField(_l("Ngày bắt đầu"), validators=[InputRequired(_l("Hãy chọn ngày bắt đầu."))])
    ends = DateField(_l("Ngày kết thúc"), validators=[InputRequired(_l("Hãy chọn ngày kết thúc."))])

    def validate_ends(self, field: Any) -> None:
        """Refuse an end before the beginning."""
        if self.starts.data and field.data and field.data < self.starts.data:
            raise ValidationError(REASONS["dates_in_order"])


class CopyForm(BaseForm):
    """The title of a copied campaign, and the day on which it begins."""

    title = StringField(
        _l("Tên chiến dịch mới"),
        validators=[
            DataRequired(_l("Hãy đặt tên cho chiến dịch.")),
            Length(max=120, message=_l("Tên dài quá 120 chữ; hãy rút ngắn để in vừa áp phích.")),
        ],
    )
    starts = DateField(_l("Ngày bắt đầu"), validators=[InputRequired(_l("Hãy chọn ngày bắt đầu."))])


class NewCampaignForm(CampaignForm, DatesForm):
    """Everything that a new campaign needs; audiences are passed in."""

    audiences = SelectMultipleField(_l("Ai trả lời?"), validators=[DataRequired(REASONS["no_audience"])], **_BOXES)


def audience_choices(there: Collection[str]) -> list[SelectChoice]:
    """Return the audiences that can be chosen, of those that have a questionnaire."""
    return [SelectChoice(*pair) for pair in AUDIENCES.items() if pair[0] in there]


class PlanForm(BaseForm):
    """The rule by which an audience is judged, until its first wave opens; choices are passed in."""

    target = RadioField(_l("Chỉ tiêu: bao nhiêu người trong nhóm phải hiểu rõ?"), validators=[InputRequired(_REQUIRED)])
    cut = RadioField(_l("Một người được coi là hiểu rõ khi"), validators=[InputRequired(_REQUIRED)])
    topic_cut = RadioField(_l("Và trong mỗi đột phá"), validators=[InputRequired(_REQUIRED)])
    explains = RadioField(
        _l("Người trả lời được xem đáp án và lời giải thích"),
        choices=[
            SelectChoice("after", _l("sau khi đợt sau truyền thông đã khóa (nên chọn, vì hai đợt hỏi cùng những câu)")),
            SelectChoice("each", _l("sau mỗi đợt, kể cả đợt trước truyền thông")),
            SelectChoice("never", _l("không mở")),
        ],
        validators=[InputRequired(_REQUIRED)],
    )
