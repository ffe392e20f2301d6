"""The texts that a unit writes in its report: their names, and drafts made from the log, never invented.

A text that the log says nothing for has an empty draft.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping, Sequence

from flask_babel import lazy_gettext as _l

from analysis.rounding import Language
from survey.activities.records import ActivityRecord, DifficultyRecord, ModelRecord
from survey.activities.vocabulary import ConcernKind
from survey.activities.words import ACTIVITY_TOPICS, CONCERN_STATUSES, FORMS
from survey.reports.letterheads import issuer_name
from survey.reports.page import step_text
from survey.reports.period_phrases import full_period
from survey.reports.period_records import PeriodReport
from survey.reports.presenter import group_name, topic_name
from survey.reports.records import Step
from survey.reports.release_records import frozen_figures
from survey.reports.words import _, ngettext
from survey.web.formats import format_date
from survey.web.period_words import period_days

# Key -> title, in the order of the report.
TEXTS = {
    "opening": _l("Lời mở đầu"),
    "work": _l("Nội dung, hình thức truyền thông đã triển khai"),
    "remarks": _l("Nhận xét về chuyển biến nhận thức, hành động"),
    "models": _l("Mô hình hiệu quả"),
    "difficulties": _l("Khó khăn, vướng mắc"),
    "proposals": _l("Đề xuất, kiến nghị"),
    "next": _l("Việc làm trong kỳ tới"),
}
# Where nothing is written, nothing has to be.
OPTIONAL = frozenset({"remarks"})

# More entries than these are summed up instead of listed.
MOST_LISTED = 12
# So many forms are named in a sentence; the table has them all.
MOST_FORMS = 3


def draft_texts(report: PeriodReport, lang: Language) -> dict[str, str]:
    """Return the draft of every text."""
    return {key: _DRAFTS[key](report, lang) for key in TEXTS}


def text_basis(report: PeriodReport, drafts: Mapping[str, str]) -> dict[str, str]:
    """Return for each text a hash of what it is written about, to tell later whether that has changed."""
    figures = json.dumps(frozen_figures(report)["rows"], sort_keys=True)
    return {key: _hash(figures if key == "remarks" else drafts[key]) for key in TEXTS}


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _opening(report: PeriodReport, _lang: Language) -> str:
    return _(
        "Thực hiện kế hoạch truyền thông về Nghị quyết số 71-NQ/TW ngày 22/8/2025 của Bộ Chính trị về đột phá phát "
        "triển giáo dục và đào tạo, %(issuer)s báo cáo kết quả %(period)s như sau:",
        issuer=issuer_name(report.organisation.kind, report.organisation.name),
        period=_occasion(report),
    )


def _occasion(report: PeriodReport) -> str:
    if report.campaign:
        return _("chiến dịch “%(campaign)s” %(days)s", campaign=report.campaign, days=period_days(report.period))
    return full_period(report.period)


def _work(report: PeriodReport, _lang: Language) -> str:
    """The tables beside it list forms and topics; the text says the most frequent, and what was not spoken of."""
    totals = report.log.totals
    if not totals.number:
        return ""
    forms = [_small(str(FORMS.get(form, form))) for form, _number in _most(totals.by_form)]
    lines = [_how_many(totals.number, forms)]
    spoken = {one.topic for one in totals.by_topic if one.number}
    silent = [_small(str(title)) for topic, title in ACTIVITY_TOPICS.items() if topic not in spoken]
    if silent:
        lines.append(_("Chưa có hoạt động về: %(topics)s.", topics=", ".join(silent)))
    if totals.number <= MOST_LISTED:
        lines += [_activity(one, report) for one in report.log.activities]
    return "\n".join(lines)


def _how_many(number: int, forms: Sequence[str]) -> str:
    if len(forms) <= MOST_FORMS:
        return ngettext(
            "Trong kỳ đã thực hiện %(number)s hoạt động: %(forms)s.",
            "Trong kỳ đã thực hiện %(number)s hoạt động: %(forms)s.",
            number,
            number=number,
            forms=", ".join(forms),
        )
    return _(
        "Trong kỳ đã thực hiện %(number)s hoạt động bằng %(kinds)s hình thức; nhiều nhất là %(forms)s.",
        number=number,
        kinds=len(forms),
        forms=", ".join(forms[:MOST_FORMS]),
    )


def _activity(one: ActivityRecord, report: PeriodReport) -> str:
    form = str(FORMS.get(one.form, one.form))
    what = one.note.strip().rstrip(".")
    # The note often begins with the form: "Họp phụ huynh đầu năm".
    if what and not what.casefold().startswith(form.casefold()):
        what = f"{what} ({_small(form)})"
    where = f"{one.organisation}, " if one.organisation_id != report.organisation.id else ""
    said = _("%(where)sngày %(day)s: %(what)s.", where=where, day=format_date(one.held_on), what=what or form)
    return said[:1].upper() + said[1:]


def _models(report: PeriodReport, _lang: Language) -> str:
    return "\n".join(_model(one, report) for one in report.log.models)


def _model(one: ModelRecord, report: PeriodReport) -> str:
    whose = "" if one.organisation_id == report.organisation.id else f" ({one.organisation})"
    text = f"{one.title}{whose}: {one.description}".rstrip(". ") + "."
    if one.commended_by:
        by = _("Được %(by)s biểu dương", by=one.commended_by)
        when = _(" ngày %(day)s", day=format_date(one.commended_on)) if one.commended_on else ""
        text += f" {by}{when}."
    return text


def _difficulties(report: PeriodReport, _lang: Language) -> str:
    return _concerns(report, ConcernKind.DIFFICULTY)


def _proposals(report: PeriodReport, _lang: Language) -> str:
    return _concerns(report, ConcernKind.PROPOSAL)


def _concerns(report: PeriodReport, kind: str) -> str:
    return "\n".join(_concern(one, report) for one in report.log.difficulties if one.kind == kind)


def _concern(one: DifficultyRecord, report: PeriodReport) -> str:
    whose = "" if one.organisation_id == report.organisation.id else f"{one.organisation}: "
    to = _("Gửi %(addressee)s: ", addressee=one.addressee) if one.addressee else ""
    status = f" ({_small(str(CONCERN_STATUSES.get(one.status, one.status)))})" if one.status != "open" else ""
    return f"{whose}{to}{one.text}".rstrip(". ") + f"{status}."


def _next(report: PeriodReport, _lang: Language) -> str:
    """One line a thing to do: the groups that need the same topic explained stand together."""
    topics: dict[str, list[str]] = {}
    lines: dict[str, None] = {}
    for step in report.report.steps:
        if step.step is Step.EXPLAIN_TOPIC and step.topic and step.group:
            topics.setdefault(step.topic, []).append(_small(group_name(step.group)))
        else:
            lines[step_text(step)] = None
    explain = [
        _(
            "Giải thích lại “%(topic)s” cho %(groups)s, vì đây là nội dung ít người hiểu nhất.",
            topic=topic_name(topic),
            groups=_listed(groups),
        )
        for topic, groups in topics.items()
    ]
    return "\n".join([*lines, *explain])


def _listed(words: Sequence[str]) -> str:
    if len(words) < 2:
        return "".join(words)
    return _("%(first)s và %(last)s", first=", ".join(words[:-1]), last=words[-1])


def _remarks(_report: PeriodReport, _lang: Language) -> str:
    return ""


_DRAFTS: Mapping[str, Callable[[PeriodReport, Language], str]] = {
    "opening": _opening,
    "work": _work,
    "remarks": _remarks,
    "models": _models,
    "difficulties": _difficulties,
    "proposals": _proposals,
    "next": _next,
}


def _most(numbers: Mapping[str, int]) -> Iterable[tuple[str, int]]:
    return sorted(numbers.items(), key=lambda pair: (-pair[1], list(FORMS).index(pair[0]) if pair[0] in FORMS else 99))


def _small(text: str) -> str:
    return text[:1].lower() + text[1:]
