"""How people call a corrected question, and what is said beside figures by which it was answered. Knows no tables."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from flask_babel import gettext

from survey.instruments.corrections import Places
from survey.web.formats import format_date


def _(text: str, **parts: object) -> str:
    """Return a text in the reader's language, with its parts filled in."""
    return str(gettext(text, **parts))


def question_name(places: Places) -> str:
    """Return how people call a question: "câu 7", with its form where the other one does not ask it there."""
    numbers = {number for _form, number in places.by_form}
    if len(numbers) == 1 and (places.is_only_form or len(places.by_form) > 1):
        return _("câu %(number)s", number=min(numbers))
    return ", ".join(_("câu %(number)s đề %(form)s", number=number, form=form) for form, number in places.by_form)


def question_names(many: Iterable[Places]) -> str:
    """Return the names of several questions in one line."""
    return ", ".join(question_name(places) for places in many)


def correction_text(places: Iterable[Places], day: date, *, changes_key: bool) -> str:
    """Say in a sentence which questions were corrected and when; for pages and reports, beside the figures."""
    parts = {"questions": question_names(places), "day": format_date(day)}
    if changes_key:
        return _("Đáp án của %(questions)s đã sửa ngày %(day)s; các phiếu đã được chấm lại.", **parts)
    return _("Lời giải thích của %(questions)s đã sửa ngày %(day)s; kết quả không đổi.", **parts)
