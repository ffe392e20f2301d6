"""The audit trail as its readers see it: one line an entry, under the day it was made."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby

from flask_babel import gettext as _

from survey.core.clock import local_date
from survey.oversight.details import Detail, describe_details, subject_name
from survey.oversight.queries import Entry, Page
from survey.oversight.subjects import Key, Subject
from survey.oversight.words import ACTIONS, OWN_ACCOUNT, SUBJECTS, VERBS


@dataclass(frozen=True, slots=True)
class Line:
    """What was done, to what, by whom, where and when. person: empty for the system itself."""

    at: datetime
    person: str
    deed: str
    thing: str
    place: str
    details: list[Detail]


@dataclass(frozen=True, slots=True)
class Day:
    """The lines of one day, newest first."""

    day: date
    lines: list[Line]


def describe_page(page: Page) -> list[Day]:
    """Return the entries of a page in words, by day."""
    by_day = groupby(page.entries, key=lambda entry: local_date(entry.at))
    return [Day(day=day, lines=[_line(entry, page.names) for entry in entries]) for day, entries in by_day]


def _line(entry: Entry, names: Mapping[Key, Subject]) -> Line:
    thing = _thing(entry, names)
    details = [one for one in describe_details(entry, names) if one.value != thing]
    return Line(
        at=entry.at, person=entry.person, deed=_deed(entry), thing=thing, place=entry.organisation, details=details
    )


def _deed(entry: Entry) -> str:
    """Return what was done: Sửa chiến dịch; Đăng nhập."""
    text = str(ACTIONS.get(entry.action, _("việc khác")))
    if entry.action in VERBS:
        text = f"{text} {_noun(entry)}"
    return text[:1].upper() + text[1:]


def _thing(entry: Entry, names: Mapping[Key, Subject]) -> str:
    """Return what it was done to: by name where there is one, otherwise by its number."""
    if entry.action in OWN_ACCOUNT:
        return ""
    subject = names.get((entry.subject, entry.subject_id or ""))
    name = "" if subject is None else subject_name(subject)
    if name:
        return name
    number = "" if entry.subject_id is None else _("số %(number)s", number=entry.subject_id)
    return number if entry.action in VERBS else f"{_noun(entry)} {number}".strip()


def _noun(entry: Entry) -> str:
    return str(SUBJECTS.get(entry.subject, _("mục khác")))
