"""What a periodic report is made from, and the report itself: frozen data, no words.

`Report` (records.py) carries the figures of understanding; the records here add the period, the log of what was done,
which wave stands for whom, and what earlier reports said.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from survey.activities.records import (
    ActivityRecord,
    ActivityTotals,
    BriefingState,
    BriefingTotal,
    CheckRecord,
    DifficultyRecord,
    EffectRecord,
    ModelRecord,
)
from survey.core.periods import Period
from survey.reports.records import Place, Report, ReportInput


@dataclass(frozen=True, slots=True)
class CountedWave:
    """Which wave stands for an organisation and audience: the latest that closed in the period.

    starts: its first day; closed: the day it closed. baseline_*: the wave before the campaign, for the change.
    """

    place_id: int
    audience: str
    campaign: str
    kind: str
    starts: date
    closed: date
    baseline_starts: date | None
    baseline_closed: date | None
    answered: int


@dataclass(frozen=True, slots=True)
class Succeeded:
    """An organisation in the place of others since a day; has_before: their answers stand before its own."""

    name: str
    old: tuple[str, ...]
    since: date
    kind: str
    has_before: bool


@dataclass(frozen=True, slots=True)
class LogFacts:
    """What the log says of the period: what was done, who was briefed, what came of it."""

    activities: tuple[ActivityRecord, ...]
    totals: ActivityTotals
    briefing: tuple[BriefingState, ...]
    briefing_total: BriefingTotal
    effects: tuple[EffectRecord, ...]
    models: tuple[ModelRecord, ...]
    difficulties: tuple[DifficultyRecord, ...]
    checks: tuple[CheckRecord, ...]


@dataclass(frozen=True, slots=True)
class Sum:
    """A number of respondents as it was published: a reporting group, over one wave or more in one place or more."""

    group: str
    parts: tuple[tuple[int, int], ...]
    answered: int


@dataclass(frozen=True, slots=True)
class EarlierFigure:
    """The headline of a reporting group as an earlier report issued it; None where it had none."""

    group: str
    understood: int
    answered: int
    population: int | None
    value: float | None
    low: float | None
    high: float | None
    verdict: str | None


@dataclass(frozen=True, slots=True)
class EarlierReport:
    """The report of the period before, as it was issued."""

    number: int
    period: str
    issued_on: date
    figures: tuple[EarlierFigure, ...]


@dataclass(frozen=True, slots=True)
class PeriodInput:
    """Everything that a periodic report is built from.

    published: what releases said of the same waves, for the check against subtraction; never shown.
    origins: by wave and organisation, the former organisations that a baseline was added up from.
    ways: answers in the counted waves by way in; empty where the counts do not know. campaign: the title of the one
    campaign that the report is about, whose days are the period; empty in a periodic report.
    """

    period: Period
    organisation: Place
    superior: str
    superior_kind: str
    source: ReportInput
    counted: tuple[CountedWave, ...]
    log: LogFacts
    previous: EarlierReport | None
    published: tuple[Sum, ...]
    origins: Mapping[tuple[int, int], tuple[tuple[int, int], ...]]
    succeeded: tuple[Succeeded, ...]
    ways: Mapping[str, int]
    campaign: str = ""


@dataclass(frozen=True, slots=True)
class PeriodReport:
    """A periodic report: every number that any format of it shows.

    missing: organisations of which nobody's answers are in the period. withheld: figures hidden because earlier reports
    together with them would give a small one away, by organisation (None: all together) and group. mixed: audiences
    whose campaigns had different targets. campaign: as in `PeriodInput`.
    """

    period: Period
    organisation: Place
    superior: str
    superior_kind: str
    report: Report
    counted: tuple[CountedWave, ...]
    missing: tuple[Place, ...]
    mixed: tuple[str, ...]
    withheld: tuple[tuple[int | None, str], ...]
    sums: tuple[Sum, ...]
    log: LogFacts
    previous: EarlierReport | None
    succeeded: tuple[Succeeded, ...]
    ways: Mapping[str, int]
    campaign: str = ""

    @property
    def straddling(self) -> tuple[CountedWave, ...]:
        """The waves that began before the period and closed in it; a campaign's waves are all its own."""
        if self.campaign:
            return ()
        return tuple(wave for wave in self.counted if wave.starts < self.period.starts)
