"""What the queries of the log hand out: frozen records without a database behind them, for pages and for reports.

Counts of reach are contacts ("lượt"), not people: one person may sit in five meetings. They are kept apart by how they
were counted and never added across those ways.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from analysis.records import Verdict


@dataclass(frozen=True, slots=True)
class ActivityRecord:
    """One thing that was done; `reach` is None when nobody counted."""

    id: int
    organisation_id: int
    organisation: str
    campaign_id: int | None
    held_on: date
    form: str
    topics: tuple[str, ...]
    is_about_ai: bool
    audiences: tuple[str, ...]
    reach: int | None
    counting: str
    newly_briefed: int
    link: str
    note: str

    @property
    def topic_codes(self) -> tuple[str, ...]:
        """The five breakthroughs' codes, and "ai" where artificial intelligence was a theme."""
        return (*self.topics, "ai") if self.is_about_ai else self.topics


@dataclass(frozen=True, slots=True)
class TopicTotals:
    """What was communicated on one topic: activities, and contacts by way of counting."""

    topic: str
    number: int
    reach: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class ActivityTotals:
    """Activities counted; an activity with two topics or audiences counts under each of them.

    reach: contacts by way of counting (sign_in, headcount, views, estimate). Never add them up.
    not_counted: activities without a count of reach.
    by_topic: the five breakthroughs in the fixed order, then "ai"; topics without activities have 0.
    """

    number: int
    by_form: Mapping[str, int]
    by_topic: tuple[TopicTotals, ...]
    by_audience: Mapping[str, int]
    by_organisation: Mapping[int, int]
    reach: Mapping[str, int]
    not_counted: int
    newly_briefed: int


@dataclass(frozen=True, slots=True)
class BriefingState:
    """The first indicator of one unit: a count, never an estimate.

    Between `starts` and `ends` (or in the campaign) `newly_briefed` people were reported as briefed, capped to
    `confirmed`. roster is None when nobody has given the number of staff, and then there is no verdict.
    is_roster_typed: False when the roster comes from the headcounts of the staff groups.
    briefed_since: newly briefed after `as_of`, the day on which the unit last looked at its roll.
    """

    organisation_id: int
    organisation: str
    starts: date
    ends: date
    campaign_id: int | None
    as_of: date | None
    roster: int | None
    is_roster_typed: bool
    newly_briefed: int
    confirmed: int
    known_not: int
    open: int
    briefed_since: int
    verdict: Verdict | None

    @property
    def needs_review(self) -> bool:
        """Whether people were briefed after the unit last said how many are known not to be."""
        return self.known_not > 0 and self.briefed_since > 0


@dataclass(frozen=True, slots=True)
class BriefingTotal:
    """Several units together; `without_roster` names those whose number of staff is not known."""

    units: int
    without_roster: tuple[str, ...]
    roster: int
    confirmed: int
    known_not: int
    open: int
    verdict: Verdict | None


@dataclass(frozen=True, slots=True)
class EffectRecord:
    """What people now do: an indicator before and after, with its source. before is None if nobody measured it."""

    id: int
    organisation_id: int
    organisation: str
    campaign_id: int | None
    topic: str | None
    indicator: str
    unit: str
    before: float | None
    before_on: date | None
    after: float
    after_on: date
    source: str


@dataclass(frozen=True, slots=True)
class ModelRecord:
    """A good model; `commended_by` is an authority, empty while nobody has commended it."""

    id: int
    organisation_id: int
    organisation: str
    noted_on: date
    topic: str | None
    title: str
    description: str
    commended_by: str
    commended_on: date | None


@dataclass(frozen=True, slots=True)
class DifficultyRecord:
    """A difficulty or a proposal (`kind`), to whom it goes, and what became of it."""

    id: int
    organisation_id: int
    organisation: str
    kind: str
    raised_on: date
    text: str
    addressee: str
    status: str
    answer: str


@dataclass(frozen=True, slots=True)
class CheckRecord:
    """A check visit at a school: what was found, until when, and what became of it (`state` on the day asked for)."""

    id: int
    organisation_id: int
    organisation: str
    checked_by: str
    visited_on: date
    finding: str
    deadline: date | None
    reported_on: date | None
    report: str
    done_on: date | None
    state: str


@dataclass(frozen=True, slots=True)
class PlanRecord:
    """The unit's communication plan of a year, and the channels that it says it uses."""

    organisation_id: int
    year: int
    number: str
    issued_on: date | None
    channels: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class MissingPost:
    """A month in which a channel had no post."""

    channel: str
    month: date


@dataclass(frozen=True, slots=True)
class Duty:
    """One duty of a year: how much is done of what is needed. needed 0: nothing can be asked for yet.

    missing: for regular posts, the past months without one.
    """

    code: str
    state: str
    done: int
    needed: int
    missing: tuple[MissingPost, ...] = ()
