"""Forms of periodic reports: which period, the unit's texts and letterhead, issuing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, DateField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Length, Optional

from survey.core.periods import PeriodKind
from survey.reports.letterheads import FIELDS, SEVERAL_LINES
from survey.reports.period_texts import TEXTS
from survey.web.forms import BaseForm
from survey.web.period_words import PERIOD_KINDS

LONGEST_TEXT = 8000
LONGEST_LINE = 200


class PeriodForm(BaseForm):
    """Which report: the unit, the kind of period and a day in it; or from day to day. Sent by GET."""

    class Meta(BaseForm.Meta):
        """Nothing is changed by asking for a report."""

        csrf = False

    organisation = SelectField(_l("Đơn vị"), coerce=int)
    kind = SelectField(_l("Loại kỳ"), choices=[SelectChoice(str(kind), title) for kind, title in PERIOD_KINDS.items()])
    day = DateField(_l("Một ngày trong kỳ"), [Optional()])
    first = DateField(_l("Từ ngày"), [Optional()])
    last = DateField(_l("Đến ngày"), [Optional()])

    def __init__(self, *, places: Iterable[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.organisation.choices = [SelectChoice(*pair) for pair in places]

    @property
    def is_range(self) -> bool:
        """Whether the person asks for a report from day to day."""
        return bool(self.kind.data == PeriodKind.RANGE)


def _text_field(name: str, title: Any) -> TextAreaField:
    return TextAreaField(title, [Length(max=LONGEST_TEXT)], id=f"text-{name}", render_kw={"rows": 6})


def _letterhead_field(name: str, title: Any) -> Any:
    if name in SEVERAL_LINES:
        return TextAreaField(title, [Length(max=1000)], id=f"letterhead-{name}", render_kw={"rows": 3})
    return StringField(title, [Length(max=LONGEST_LINE)], id=f"letterhead-{name}")


class TextsForm(BaseForm):
    """Every text of a report, and the letterhead; made from the tables of both."""

    def changed(self, drafts: Mapping[str, str]) -> dict[str, str]:
        """Return the texts that differ from their drafts and shall be kept."""
        texts = {key: _plain(self[f"text_{key}"].data) for key in TEXTS}
        return {
            key: text for key, text in texts.items() if not self[f"reset_{key}"].data and text != _plain(drafts[key])
        }

    def confirmed(self) -> set[str]:
        """Return the texts that were read again beside the new figures."""
        return {key for key in TEXTS if self[f"confirm_{key}"].data}

    def letterhead(self, usual: Mapping[str, str]) -> dict[str, str]:
        """Return the fields of the letterhead that differ from the usual ones."""
        values = {name: _plain(self[f"letterhead_{name}"].data) for name in FIELDS}
        return {name: value for name, value in values.items() if value != _plain(usual[name])}


for _key, _title in TEXTS.items():
    setattr(TextsForm, f"text_{_key}", _text_field(_key, _title))
    setattr(TextsForm, f"reset_{_key}", BooleanField(_l("Bỏ bản đã sửa, dùng lại bản soạn sẵn"), id=f"reset-{_key}"))
    setattr(TextsForm, f"confirm_{_key}", BooleanField(_l("Đã đọc lại, đoạn này vẫn đúng"), id=f"confirm-{_key}"))
for _key, _title in FIELDS.items():
    setattr(TextsForm, f"letterhead_{_key}", _letterhead_field(_key, _title))


class IssueForm(BaseForm):
    """Issuing a report; a correction says what is different."""

    changed = TextAreaField(_l("Bản này khác bản trước ở chỗ nào?"), [Length(max=600)], render_kw={"rows": 3})


def _plain(text: str | None) -> str:
    return "\n".join(line.rstrip() for line in (text or "").replace("\r\n", "\n").split("\n")).strip()
