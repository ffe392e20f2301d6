"""What a report is made from, and the report itself: plain, frozen data that every format is rendered from.

The builder fills these records in the child process and formats nothing; the presenter and the renderers put them into
words and pictures and compute nothing. Nothing here loads NumPy, SciPy, Flask or the database.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from fractions import Fraction

from analysis.records import Change, Estimate
from survey.reports.correction_records import Correction
from survey.responses.counts import WaveCounts

Text = Mapping[str, str]


class Hidden(StrEnum):
    """Why a figure is not shown."""

    SMALL = "small"  # too few people answered
    COMPLEMENT = "complement"  # it would give away a small one by subtraction


class Step(StrEnum):
    """What could be done next; who reads says it in words."""

    OPEN_BASELINE = "open_baseline"
    COLLECT = "collect"
    OPEN_FOLLOW_UP = "open_follow_up"
    MORE_ANSWERS = "more_answers"
    REMIND = "remind"
    GIVE_HEADCOUNT = "give_headcount"
    EXPLAIN_TOPIC = "explain_topic"
    KEEP_UP = "keep_up"


@dataclass(frozen=True, slots=True)
class Place:
    """One organisation of the tree."""

    id: int
    name: str
    code: str
    kind: str
    is_demo: bool


@dataclass(frozen=True, slots=True)
class WaveFact:
    """One wave: when it was held and whether it still takes answers.

    campaign_id: which campaign's plan judges it, where a report joins several; 0 in the report of one campaign.
    """

    id: int
    audience: str
    kind: str
    state: str
    opens: date
    closes: date
    campaign_id: int = 0


@dataclass(frozen=True, slots=True)
class WrongOption:
    """An option of an item that is not right."""

    code: int
    text: Text


@dataclass(frozen=True, slots=True)
class AskedItem:
    """A scored item as the report needs it; the key stays with the review of the questionnaire."""

    id: str
    form: str | None
    topic: str
    stem: Text
    wrong: tuple[WrongOption, ...]


@dataclass(frozen=True, slots=True)
class AudiencePlan:
    """The rules by which an audience is judged, and what it is asked; campaign_id as in `WaveFact`."""

    audience: str
    target: Fraction
    confidence: float
    sampling: str
    plan_version: str | None
    rule: Text
    topics: tuple[str, ...]
    levels: tuple[str, ...]
    asked_topics: tuple[str, ...]
    items: tuple[AskedItem, ...]
    campaign_id: int = 0
    corrections: tuple[Correction, ...] = ()


@dataclass(frozen=True, slots=True)
class ReportInput:
    """Everything that a report is built from.

    focus: the one organisation that the report is about; None for all organisations of the campaign together.
    is_outside: whether the report is read above the school, where small numbers are hidden sooner.
    withheld: figures hidden besides the small ones, by organisation (None: all together) and reporting group, because
    with what was published before they would give a small one away. is_over: nobody can answer any more, so that it is
    not said how many more answers would settle a verdict. asked_again: audiences with a wave here that is not closed,
    so that what is asked must not be told.
    """

    campaign_id: int
    title: str
    starts: date
    ends: date
    owner: Place
    places: tuple[Place, ...]
    focus: int | None
    is_outside: bool
    waves: tuple[WaveFact, ...]
    plans: tuple[AudiencePlan, ...]
    counts: tuple[WaveCounts, ...]
    withheld: frozenset[tuple[int | None, str]] = frozenset()
    is_over: bool = False
    asked_again: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class More:
    """How many more answers would settle an open verdict if the present share holds."""

    answers: int
    total: int


@dataclass(frozen=True, slots=True)
class Pair:
    """One figure of a reporting group in both waves. None: nothing measured, or hidden (the row says which)."""

    before: Estimate | None = None
    after: Estimate | None = None
    change: Change | None = None

    @property
    def latest(self) -> Estimate | None:
        """The follow-up where anybody answered it, else the baseline."""
        if self.after is not None and self.after.answered:
            return self.after
        return self.before if self.before is not None else self.after


@dataclass(frozen=True, slots=True)
class GroupRow:
    """A reporting group: the headline, each topic and each level, in both waves."""

    group: str
    has_verdict: bool
    target: Fraction
    hidden: Hidden | None
    headline: Pair
    topics: tuple[Pair, ...]
    levels: tuple[Pair, ...]
    more: More | None = None


@dataclass(frozen=True, slots=True)
class Misunderstanding:
    """A wrong option that many chose, of those who answered the item in the latest wave.

    asked_again: a wave that is not closed asks the item too, so that papers tell its topic only.
    """

    group: str
    item_id: str
    topic: str
    stem: Text
    option: Text
    chosen: int
    answered: int
    asked_again: bool = False

    @property
    def share(self) -> Fraction:
        """Chosen over answered."""
        return Fraction(self.chosen, self.answered)


@dataclass(frozen=True, slots=True)
class PlaceCell:
    """The headline of one reporting group in one organisation of a roll-up, in the latest wave of the roll-up.

    earlier: the wave before the campaign, where the latest is the one after it.
    """

    group: str
    hidden: Hidden | None
    estimate: Estimate | None
    earlier: Estimate | None = None


@dataclass(frozen=True, slots=True)
class PlaceRow:
    """One organisation of a roll-up; never ranked."""

    place: Place
    cells: tuple[PlaceCell, ...]


@dataclass(frozen=True, slots=True)
class NextStep:
    """One thing to do next, most urgent first."""

    step: Step
    group: str | None = None
    topic: str | None = None
    number: int | None = None


@dataclass(frozen=True, slots=True)
class Dates:
    """When a wave of the campaign was held, over all audiences, and whether all of it is closed."""

    opens: date
    closes: date
    is_closed: bool


@dataclass(frozen=True, slots=True)
class Rule:
    """In words, for a reporting group: when somebody clearly understands."""

    groups: tuple[str, ...]
    text: Text


@dataclass(frozen=True, slots=True)
class Report:
    """A report: every number that any format of it shows."""

    campaign_id: int
    title: str
    organisation: Place
    is_roll_up: bool
    is_demo: bool
    starts: date
    ends: date
    before: Dates | None
    after: Dates | None
    topics: tuple[str, ...]
    levels: tuple[str, ...]
    rows: tuple[GroupRow, ...]
    misunderstood: tuple[Misunderstanding, ...]
    places: tuple[PlaceRow, ...]
    steps: tuple[NextStep, ...]
    rules: tuple[Rule, ...]
    target: Fraction
    minimum: int
    confidence: float
    unplaced_staff: int
    plan_versions: tuple[str, ...]
    corrections: tuple[Correction, ...] = ()

    @property
    def visible(self) -> tuple[GroupRow, ...]:
        """The rows whose figures are shown."""
        return tuple(row for row in self.rows if row.hidden is None)

    @property
    def has_answers(self) -> bool:
        """Whether anything can be read, shown or hidden."""
        return any(row.hidden is not None or _answered(row.headline) for row in self.rows)

    @property
    def has_follow_up(self) -> bool:
        """Whether a figure of the follow-up is shown."""
        return any(row.headline.after is not None and row.headline.after.answered for row in self.visible)


def _answered(pair: Pair) -> int:
    return sum(one.answered for one in (pair.before, pair.after) if one is not None)
