"""Forms for organisations, groups, headcounts and sheets."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField, FileRequired
from wtforms import DateField, IntegerField, RadioField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, NumberRange, Optional, ValidationError

from survey.web.forms import BaseForm
from survey.web.period_words import CUT_OFFS
from survey.web.words import STAFF_KINDS

_NEEDED = InputRequired(_l("Xin điền ô này."))
_CLASS_LINE = re.compile(
    r"(?:lớp\s+)?(?P<name>(?P<grade>1[0-2]|[1-9])\S*)\s+(?P<pupils>[0-9]{1,4})(?:\s+(?P<parents>[0-9]{1,4}))?",
    re.IGNORECASE,
)


class OrganisationForm(BaseForm):
    """A node of the tree; the kinds that it may have are passed in."""

    name = StringField(_l("Tên đơn vị"), [_NEEDED, Length(max=120)])
    code = StringField(_l("Mã đơn vị"), [_NEEDED, Length(max=24)])
    kind = RadioField(_l("Loại đơn vị"), [_NEEDED])
    cut_off = RadioField(
        _l("Kỳ báo cáo tính"), default="decree", choices=[SelectChoice(*pair) for pair in CUT_OFFS.items()]
    )

    def __init__(self, *, kinds: Sequence[tuple[str, Any]], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.kind.choices = [SelectChoice(*pair) for pair in kinds]


class GroupForm(BaseForm):
    """A class (grade), a staff group (kind of staff) or a residents' group (neither)."""

    name = StringField(_l("Tên lớp, tổ"), [_NEEDED, Length(max=60)])
    grade = IntegerField(_l("Khối lớp (để trống nếu không phải lớp học)"), [Optional(), NumberRange(1, 12)])
    staff_kind = SelectField(
        _l("Loại cán bộ (chỉ với tổ cán bộ)"),
        choices=[SelectChoice("", _l("Không phải tổ cán bộ")), *(SelectChoice(*pair) for pair in STAFF_KINDS.items())],
    )


class ClassesForm(BaseForm):
    """Several classes at once, one a line."""

    lines = TextAreaField(
        _l("Mỗi dòng một lớp: tên lớp, số học sinh, số phụ huynh"), [_NEEDED, Length(max=6000)], render_kw={"rows": 6}
    )
    as_of = DateField(_l("Số liệu tính đến ngày"), [_NEEDED], id="classes-as_of")

    def validate_lines(self, field: Any) -> None:
        """Name every line that is no class with its numbers."""
        faulty = [line.strip() for line in (field.data or "").splitlines() if line.strip() and not self._match(line)]
        if faulty:
            names = "; ".join(f"“{line[:30]}”" for line in faulty[:5])
            raise ValidationError(str(_l("Các dòng này chưa đúng (viết như “6A 35 34”):")) + " " + names)

    @staticmethod
    def _match(line: str) -> re.Match[str] | None:
        return _CLASS_LINE.fullmatch(re.sub(r"[,;:\t]+|\s-\s", " ", line).strip())

    @property
    def classes(self) -> list[tuple[str, int, int, int]]:
        """Name, grade, pupils and parents of each line; without a number of parents it is that of the pupils."""
        found = [self._match(line) for line in (self.lines.data or "").splitlines() if line.strip()]
        return [(m["name"], int(m["grade"]), int(m["pupils"]), int(m["parents"] or m["pupils"])) for m in found if m]


class SheetForm(BaseForm):
    """A sheet to import."""

    file = FileField(_l("Tệp Excel (.xlsx) hoặc CSV"), [FileRequired(_l("Hãy chọn một tệp."))])


class HeadcountsForm(BaseForm):
    """The day of the numbers; the numbers themselves stand in fields of their own, one a group and audience."""

    as_of = DateField(_l("Số liệu tính đến ngày"), [_NEEDED], id="numbers-as_of")
