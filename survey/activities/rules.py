"""What an entry of the log must obey, whichever way it comes in: typed on a phone or read from a sheet.

Faults name the field and a word for what is wrong; the readers' words stand in `words`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlsplit

from survey.activities.models import CheckVisit, Difficulty, Effect, GoodModel
from survey.activities.vocabulary import (
    ACTIVITY_TOPICS,
    COUNTS_OF_PEOPLE,
    FIRST_DAY,
    ActivityForm,
    ConcernStatus,
    Counting,
)
from survey.core.errors import Invalid
from survey.core.vocabulary import TOPICS, Audience

LONGEST_NOTE = 500
LONGEST_LINK = 500
LONGEST_TEXT = 2000
# Views of a film reach millions; more is a slip of the finger.
LARGEST_REACH = 10_000_000
LARGEST_STAFF = 100_000


@dataclass(frozen=True, slots=True)
class EntryFault:
    """One fault of an entry: the field, and a word for what is wrong."""

    field: str
    code: str


class EntryInvalid(Invalid):
    """An entry that cannot be kept; `faults` lists everything that is wrong with it."""

    def __init__(self, faults: Sequence[EntryFault]) -> None:
        super().__init__()
        self.faults = tuple(faults)


@dataclass(frozen=True, slots=True)
class ActivityValues:
    """What is to be kept of one activity."""

    held_on: date
    form: str
    topics: tuple[str, ...] = ()
    is_about_ai: bool = False
    audiences: tuple[str, ...] = ()
    reach: int | None = None
    counting: str = Counting.NOT_COUNTED
    newly_briefed: int = 0
    link: str = ""
    note: str = ""
    campaign_id: int | None = None


def activity_faults(values: ActivityValues, *, today: date) -> tuple[EntryFault, ...]:
    """Return everything that is wrong with an activity."""
    return (*_day("held_on", values.held_on, today), *_what(values), *_reach(values), *_briefed(values))


def _day(field: str, day: date | None, today: date) -> Iterator[EntryFault]:
    if day is None:
        return
    if day > today:
        yield EntryFault(field, "in_future")
    if day < FIRST_DAY:
        yield EntryFault(field, "before_resolution")


def _what(values: ActivityValues) -> Iterator[EntryFault]:
    if values.form not in set(ActivityForm):
        yield EntryFault("form", "form_unknown")
    if values.form == ActivityForm.OTHER and not values.note:
        yield EntryFault("note", "other_needs_note")
    if not set(values.topics) <= set(TOPICS):
        yield EntryFault("topics", "topic_unknown")
    if not set(values.audiences) <= set(Audience):
        yield EntryFault("audiences", "audience_unknown")
    if len(values.note) > LONGEST_NOTE:
        yield EntryFault("note", "text_too_long")
    if values.link and not is_web_link(values.link):
        yield EntryFault("link", "link_odd")


def is_web_link(link: str) -> bool:
    """Whether a text is the address of a page on the web; nothing else may become a link that people press.

    >>> is_web_link("https://truong.example/bai"), is_web_link("javascript:alert(1)")
    (True, False)
    """
    if len(link) > LONGEST_LINK or any(letter.isspace() or not letter.isprintable() for letter in link):
        return False
    try:
        parts = urlsplit(link)
        return parts.scheme in {"http", "https"} and "." in (parts.hostname or "") and parts.username is None
    except ValueError:
        return False


def _reach(values: ActivityValues) -> Iterator[EntryFault]:
    if values.counting not in set(Counting):
        yield EntryFault("counting", "counting_unknown")
    elif values.reach is None and values.counting != Counting.NOT_COUNTED:
        yield EntryFault("reach", "reach_missing")
    elif values.reach is not None and values.counting == Counting.NOT_COUNTED:
        yield EntryFault("counting", "counting_missing")
    if values.reach is not None and not 0 <= values.reach <= LARGEST_REACH:
        yield EntryFault("reach", "number_range")


def _briefed(values: ActivityValues) -> Iterator[EntryFault]:
    if not 0 <= values.newly_briefed <= LARGEST_STAFF:
        yield EntryFault("newly_briefed", "number_range")
    if values.newly_briefed <= 0:
        return
    if Audience.STAFF not in values.audiences:
        yield EntryFault("newly_briefed", "briefed_not_staff")
    people = values.counting in COUNTS_OF_PEOPLE and values.reach is not None
    if people and values.newly_briefed > (values.reach or 0):
        yield EntryFault("newly_briefed", "briefed_beyond_reach")


def effect_faults(effect: Effect, *, today: date) -> tuple[EntryFault, ...]:
    """Return everything that is wrong with an effect."""
    faults = [*_day("after_on", effect.after_on, today)]
    if effect.before is not None and effect.before_on is None:
        faults.append(EntryFault("before_on", "day_missing"))
    if effect.before is None and effect.before_on is not None:
        faults.append(EntryFault("before", "value_missing"))
    if effect.before_on is not None and effect.before_on > effect.after_on:
        faults.append(EntryFault("after_on", "dates_in_order"))
    return (*faults, *_topic(effect.topic))


def _topic(topic: str | None) -> Iterator[EntryFault]:
    if topic is not None and topic not in ACTIVITY_TOPICS:
        yield EntryFault("topic", "topic_unknown")


def model_faults(model: GoodModel, *, today: date) -> tuple[EntryFault, ...]:
    """Return everything that is wrong with a good model."""
    faults = [*_day("noted_on", model.noted_on, today), *_day("commended_on", model.commended_on, today)]
    if model.commended_on is not None and not model.commended_by:
        faults.append(EntryFault("commended_by", "commended_by_missing"))
    if model.commended_by and model.commended_on is None:
        faults.append(EntryFault("commended_on", "day_missing"))
    return (*faults, *_topic(model.topic))


def difficulty_faults(difficulty: Difficulty, *, today: date) -> tuple[EntryFault, ...]:
    """Return everything that is wrong with a difficulty or a proposal."""
    faults = [*_day("raised_on", difficulty.raised_on, today)]
    if difficulty.status == ConcernStatus.ANSWERED and not difficulty.answer:
        faults.append(EntryFault("answer", "answer_missing"))
    return tuple(faults)


def check_faults(check: CheckVisit, *, today: date) -> tuple[EntryFault, ...]:
    """Return everything that is wrong with a check visit."""
    faults = [*_day("visited_on", check.visited_on, today)]
    if check.deadline is not None and check.deadline < check.visited_on:
        faults.append(EntryFault("deadline", "deadline_before_visit"))
    return tuple(faults)
