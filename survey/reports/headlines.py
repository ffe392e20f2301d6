"""Says a whole report in one or two sentences."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from analysis.records import Shown, Verdict
from analysis.rounding import Language
from survey.reports.presenter import DASH, change_words, group_name, share_text, target_text
from survey.reports.records import GroupRow, Report
from survey.reports.words import _


def headline(report: Report, lang: Language) -> tuple[str, ...]:
    """Return one or two sentences that say the whole report."""
    if not report.has_answers:
        return (_("Chưa có phiếu trả lời nào, nên chưa có kết quả."),)
    judged = [row for row in report.visible if row.has_verdict and row.headline.latest is not None]
    judged = [row for row in judged if row.headline.latest is not None and row.headline.latest.answered]
    if not judged:
        return (_("Mỗi nhóm còn quá ít người trả lời, nên số liệu chưa hiện ra để không ai bị nhận ra."),)
    if not report.has_follow_up:
        shares = _list(
            f"{_lower(row)} {share_text(row.headline.latest, lang)}" for row in judged if row.headline.latest
        )
        return (
            _("Trước truyền thông, tỷ lệ hiểu rõ là: %(shares)s.", shares=shares),
            _("Mới có số liệu ban đầu; sau đợt truyền thông hãy đo lại để biết thay đổi."),
        )
    return tuple(sentence for sentence in (_first(report, judged, lang), _second(judged, lang)) if sentence)


def _first(report: Report, judged: Sequence[GroupRow], lang: Language) -> str:
    met = [row for row in judged if _verdict(row) is Verdict.MET]
    target = target_text(report, lang)
    if met:
        return _("%(groups)s đã đạt chỉ tiêu %(target)s.", groups=_capital(_names(met)), target=target)
    if any(_verdict(row) is not Verdict.NOT_MET for row in judged):
        return _("Chưa nhóm nào được kết luận là đạt chỉ tiêu %(target)s.", target=target)
    return _("Chưa nhóm nào đạt chỉ tiêu %(target)s.", target=target)


def _second(judged: Sequence[GroupRow], lang: Language) -> str:
    missed = [row for row in judged if _verdict(row) is Verdict.NOT_MET]
    unsettled = [row for row in judged if _verdict(row) not in {Verdict.MET, Verdict.NOT_MET}]
    parts = []
    if missed:
        said = _list(_lower(row) + (f" ({moved})" if (moved := _moved(row, lang)) else "") for row in missed)
        parts.append(_("%(groups)s chưa đạt chỉ tiêu", groups=said))
    if unsettled:
        parts.append(_("%(groups)s chưa đủ căn cứ kết luận", groups=_names(unsettled)))
    return _capital("; ".join(parts)) + "." if parts else ""


def _latest_share(row: GroupRow, lang: Language) -> str:
    return share_text(row.headline.latest, lang) if row.headline.latest is not None else DASH


def _moved(row: GroupRow, lang: Language) -> str:
    change = row.headline.change
    return change_words(row.headline, lang) if change is not None and change.shown is not Shown.NOT_SHOWN else ""


def _verdict(row: GroupRow) -> Verdict | None:
    return row.headline.latest.verdict if row.headline.latest is not None else None


def _lower(row: GroupRow) -> str:
    name = group_name(row.group)
    return name[:1].lower() + name[1:]


def _names(rows: Iterable[GroupRow]) -> str:
    return _list(_lower(row) for row in rows)


def _list(words: Iterable[str]) -> str:
    parts = list(words)
    if len(parts) < 2:
        return "".join(parts)
    return _("%(first)s và %(last)s", first=", ".join(parts[:-1]), last=parts[-1])


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]
