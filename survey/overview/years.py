"""A year of a unit: its campaigns on a line of time, what is open, what is to be done, who is briefed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from survey.activities.briefing_queries import briefing_total
from survey.activities.records import BriefingTotal
from survey.activities.years import read_year
from survey.campaigns.models import Campaign, Wave
from survey.campaigns.queries import campaigns_in, subtree
from survey.core.periods import Period
from survey.core.permissions import Scope
from survey.core.vocabulary import WaveState
from survey.organisations.models import Organisation
from survey.organisations.queries import organisation_by_id
from survey.overview.counts import WaveLine, concerns, wave_line
from survey.overview.units import Unit, units_of
from survey.retention.queries import Kept, announcements

# So many units stand on one page of a list.
PAGE = 30


@dataclass(frozen=True, slots=True)
class Bar:
    """A stretch of the year, in hundredths of it: where it begins and how long it is."""

    start: float
    length: float


@dataclass(frozen=True, slots=True)
class Line:
    """A campaign on the line of time: its own bar, and those of its waves that have begun or are planned."""

    campaign: Campaign
    bar: Bar
    waves: tuple[tuple[str, str, date, date, Bar], ...]


@dataclass(frozen=True, slots=True)
class YearView:
    """Everything of a unit's year that needs no statistics.

    own: the unit itself; below: the units under it, those that need attention first. today: the place of today on the
    line, in hundredths of the year, or None in another year.
    """

    organisation: Organisation
    year: Period
    lines: tuple[Line, ...]
    today: float | None
    open_waves: tuple[WaveLine, ...]
    own: Unit
    below: tuple[Unit, ...]
    briefing: BriefingTotal
    kept: tuple[Kept, ...]
    has_campaign: bool


def year_view(session: Session, *, organisation_id: int, year: str | None, today: date, scope: Scope) -> YearView:
    """Return the year of a unit ("2026" or "2026-2027"; the present one unless it is readable). Raises NotFound."""
    organisation = organisation_by_id(session, organisation_id, scope)
    period = read_year(year, today=today)
    inside = narrowed(session, organisation_id, scope)
    campaigns = campaigns_in(session, inside)
    current = [one for one in campaigns if one.starts <= period.ends and one.ends >= period.starts]
    places = session.scalars(select(Organisation).where(Organisation.id.in_(inside.whole))).all()
    units = units_of(session, organisations=places, campaigns=current, year=period, today=today, scope=inside)
    return YearView(
        organisation=organisation,
        year=period,
        lines=tuple(_line(campaign, period) for campaign in sorted(current, key=lambda one: (one.starts, one.id))),
        today=_bar(today, today, period).start if period.covers(today) else None,
        open_waves=_open_waves(session, current, inside, today),
        own=next(unit for unit in units if unit.organisation.id == organisation_id),
        below=tuple(unit for unit in units if unit.organisation.id != organisation_id),
        briefing=briefing_total([unit.briefing for unit in units]),
        kept=announcements(session, inside, today=today),
        has_campaign=bool(campaigns),
    )


def narrowed(session: Session, organisation_id: int, scope: Scope) -> Scope:
    """Return the part of a scope that lies at and below an organisation."""
    below = subtree(session, organisation_id) & scope.whole
    return Scope(organisations=below, whole=below)


def _open_waves(session: Session, campaigns: Sequence[Campaign], scope: Scope, today: date) -> tuple[WaveLine, ...]:
    waves = [
        wave
        for campaign in campaigns
        for wave in campaign.waves
        if wave.state in (WaveState.OPEN, WaveState.CLOSING) and concerns(session, wave, scope)
    ]
    waves.sort(key=lambda wave: (wave.closes, wave.id))
    return tuple(wave_line(session, wave, scope, today) for wave in waves[:PAGE])


def _line(campaign: Campaign, year: Period) -> Line:
    """Return a campaign's line; waves of several audiences with the same days, kind and state are one."""
    rows: dict[tuple[str, str, date, date], None] = {}
    for wave in sorted(campaign.waves, key=_when):
        rows[wave.kind, wave.state, wave.opens, wave.closes] = None
    waves = tuple((*row, _bar(row[2], row[3], year)) for row in rows)
    return Line(campaign, _bar(campaign.starts, campaign.ends, year), waves)


def _when(wave: Wave) -> tuple[date, int]:
    return wave.opens, wave.id


def _bar(first: date, last: date, year: Period) -> Bar:
    """Return the part of the year between two days.

    >>> from survey.activities.years import read_year
    >>> _bar(date(2026, 7, 2), date(2027, 3, 1), read_year("2026", today=date(2026, 1, 1)))
    Bar(start=49.86, length=50.14)
    """
    whole = (year.ends - year.starts).days + 1
    start = max((first - year.starts).days, 0)
    end = min((last - year.starts).days + 1, whole)
    return Bar(round(100 * start / whole, 2), round(max(100 * (end - start) / whole, 0), 2))
