"""The details of an entry of the audit trail in the reader's words: a label and a value each, never a key."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from textwrap import shorten
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from survey.activities.words import FORMS
from survey.core.periods import PeriodInvalid, parse_period
from survey.organisations.succession_forms import KINDS as SUCCESSIONS
from survey.oversight.queries import REFERENCES, Entry
from survey.oversight.subjects import Key, Subject
from survey.reports.period_texts import TEXTS
from survey.web.formats import format_date, format_number
from survey.web.period_words import period_name
from survey.web.words import AUDIENCES, ORGANISATION_KINDS, ROLES, STAFF_KINDS, TOPICS, WAVE_KINDS

# A list is cut after so many; a check sum after so many signs.
LIST_LENGTH = 6
SUM_LENGTH = 8
# What was written about a thing is not a title: its first words name it.
NAME_LENGTH = 90

FILE_FORMATS = {"csv": "CSV", "xlsx": "Excel", "sav": "SPSS", "zip": "ZIP"}
DISCARD_REASONS = {"waited_too_long": _l("chờ quá lâu không ai duyệt")}

Words = Mapping[Any, Any]


@dataclass(frozen=True, slots=True)
class Detail:
    """One fact of an entry."""

    label: str
    value: str


def describe_details(entry: Entry, names: Mapping[Key, Subject]) -> list[Detail]:
    """Return the facts of an entry for the reader; what says nothing (empty, or a thing that is gone) is left out."""
    described = []
    for key, value in entry.detail.items():
        label, show = SPECIAL.get((entry.subject, key)) or DETAILS.get(key, (_("Ghi thêm"), _text))
        shown = _name_of(key, value, names) if key in REFERENCES else _shown(show, value)
        if shown:
            described.append(Detail(label=str(label), value=shown))
    return described


def _shown(show: Callable[[Any], str], value: Any) -> str:
    """Return a value in words, or as it is: entries are never changed, so one of long ago may be written otherwise."""
    try:
        return show(value)
    except (PeriodInvalid, TypeError, ValueError, AttributeError):
        return str(value)


def subject_name(subject: Subject) -> str:
    """Return what a thing is called: the class 6A, the wave of an audience, its campaign."""
    parts = [shorten(subject.name, NAME_LENGTH, placeholder="…")] if subject.name else []
    if subject.audience is not None:
        kind = f": {str(WAVE_KINDS[subject.wave_kind]).lower()}" if subject.wave_kind else ""
        parts.append(f"{AUDIENCES[subject.audience]}{kind}")
    if subject.campaign:
        parts.append(subject.campaign)
    return " · ".join(parts)


def _name_of(key: str, value: Any, names: Mapping[Key, Subject]) -> str:
    subject = names.get((REFERENCES[key], str(value)))
    return "" if subject is None else subject_name(subject)


def _text(value: Any) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)


def _number(value: Any) -> str:
    return format_number(value) if isinstance(value, int | float) else str(value)


def _day(value: Any) -> str:
    return format_date(date.fromisoformat(value))


def _share(value: Any) -> str:
    percent = float(100 * Fraction(value))
    return f"{format_number(percent, 0 if percent.is_integer() else 1)}%"


def _period(value: Any) -> str:
    return period_name(parse_period(value))


def _sum(value: Any) -> str:
    return f"{value[:SUM_LENGTH]}…"


def _files(value: Any) -> str:
    """Return how many files were given, or the names of those that were made, with the start of their check sums."""
    if isinstance(value, int):
        return _number(value)
    return "; ".join(f"{name} ({_sum(check)})" for name, check in value.items())


def _list(value: Any) -> str:
    """Return the first few of a list, and how many more there are."""
    shown = ", ".join(map(str, value[:LIST_LENGTH]))
    more = len(value) - LIST_LENGTH
    return shown if more <= 0 else _("%(some)s và %(number)s nữa", some=shown, number=format_number(more))


def _one(words: Words) -> Callable[[Any], str]:
    return lambda value: str(words.get(value, value))


def _many(words: Words) -> Callable[[Any], str]:
    return lambda value: "; ".join(str(words.get(one, one)) for one in value)


DETAILS: dict[str, tuple[Any, Callable[[Any], str]]] = {
    "already": (_l("Đã nhận từ trước"), _number),
    "answers": (_l("Số phiếu"), _number),
    "as_of": (_l("Tính đến ngày"), _day),
    "audience": (_l("Đối tượng"), _one(AUDIENCES)),
    "audiences": (_l("Đối tượng"), _many(AUDIENCES)),
    "before": (_l("Trước đó"), _number),
    "blank": (_l("Phiếu trắng"), _number),
    "changed": (_l("Điều đã sửa"), _text),
    "closes": (_l("Đến hết ngày"), _day),
    "code": (_l("Mã"), _text),
    "codes": (_l("Mã trả lời"), _list),
    "content_hash": (_l("Dấu kiểm nội dung"), _sum),
    "cut": (_l("Cần trả lời đúng"), _share),
    "files": (_l("Số tệp"), _files),
    "form": (_l("Hình thức"), _one(FORMS)),
    "format": (_l("Loại tệp"), _one(FILE_FORMATS)),
    "grade": (_l("Khối"), _text),
    "group_id": (_l("Lớp, tổ"), _text),
    "held_on": (_l("Ngày làm"), _day),
    "items": (_l("Câu"), _list),
    "key": (_l("Dành cho"), _one(AUDIENCES)),
    "kind": (_l("Loại"), _one(ORGANISATION_KINDS)),
    "known_not_briefed": (_l("Chưa được quán triệt"), _number),
    "minutes": (_l("Số phút"), _number),
    "name": (_l("Tên"), _text),
    "newly_briefed": (_l("Lần đầu được quán triệt"), _number),
    "number": (_l("Số"), _number),
    "old": (_l("Thay cho đơn vị có mã"), _list),
    "opens": (_l("Từ ngày"), _day),
    "passes": (_l("Số lần gõ"), _number),
    "period": (_l("Kỳ báo cáo"), _period),
    "present": (_l("Số người có mặt"), _number),
    "reason": (_l("Lý do"), _one(DISCARD_REASONS)),
    "responses": (_l("Số phiếu đã xóa"), _number),
    "role": (_l("Vai trò"), _one(ROLES)),
    "roster": (_l("Tổng số cán bộ"), _number),
    "rows": (_l("Số dòng"), _number),
    "since": (_l("Từ ngày"), _day),
    "source": (_l("Chép từ"), _text),
    "staff_kind": (_l("Loại cán bộ"), _one(STAFF_KINDS)),
    "stored": (_l("Số phiếu"), _number),
    "target": (_l("Chỉ tiêu"), _share),
    "texts": (_l("Phần đã soạn"), _many(TEXTS)),
    "title": (_l("Tên"), _text),
    "topic_cut": (_l("Mỗi đột phá cần đúng"), _share),
    "topics": (_l("Nội dung"), _many(TOPICS)),
    "until": (_l("Giữ từng phiếu đến ngày"), _day),
    "version": (_l("Bản số"), _number),
    "visited_on": (_l("Ngày kiểm tra"), _day),
    "wave": (_l("Đợt hỏi"), _text),
    "year": (_l("Năm"), _text),
}

# Where a key means something else for one kind of thing.
SPECIAL: dict[tuple[str, str], tuple[Any, Callable[[Any], str]]] = {
    ("activity", "number"): (_l("Số việc"), _number),
    ("communication_plan", "number"): (_l("Số, ký hiệu"), _text),
    ("headcount", "number"): (_l("Số người"), _number),
    ("instrument", "number"): (_l("Bản số"), _number),
    ("organisation", "kind"): (_l("Loại"), _one({**ORGANISATION_KINDS, **SUCCESSIONS})),
    ("release", "files"): (_l("Các tệp"), _files),
    ("release", "number"): (_l("Lần phát hành"), _number),
    ("serial_batch", "number"): (_l("Số tờ"), _number),
}
