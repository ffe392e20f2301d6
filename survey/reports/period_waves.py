"""Finds which wave stands for whom in a period, with the wave before the campaign, across mergers of schools."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from survey.campaigns.models import Wave
from survey.core.clock import local_date, start_of
from survey.core.periods import Period
from survey.core.permissions import Scope
from survey.core.vocabulary import WaveKind, WaveState
from survey.organisations.models import Succession
from survey.organisations.successions import SuccessionKind, successions_into
from survey.reports.period_records import Succeeded
from survey.reports.predecessors import add_up, as_one_list
from survey.responses.counts import WaveCounts
from survey.responses.models import WaveSummary
from survey.responses.queries import wave_counts

# Organisation and audience.
Key = tuple[int, str]
# What was counted, and the wave in which.
Found = tuple[WaveCounts, Wave]
# Wave and organisation.
Part = tuple[int, int]


@dataclass(frozen=True, slots=True)
class ChosenWaves:
    """The waves of a period.

    latest: by organisation and audience the wave that stands for them. baselines: the waves before the campaign.
    origins: where a baseline was added up from former schools, what it is the sum of. former: organisations in whose
    place others stand and that have no wave of their own in the period.
    """

    latest: Mapping[Key, Found]
    baselines: Mapping[Key, Found]
    origins: Mapping[Part, tuple[Part, ...]]
    succeeded: tuple[Succeeded, ...]
    former: frozenset[int]

    def counts(self) -> list[WaveCounts]:
        """Return all that was counted."""
        return [one for one, _wave in [*self.latest.values(), *self.baselines.values()]]

    def waves(self) -> dict[int, Wave]:
        """Return the waves by their id."""
        return {wave.id: wave for _one, wave in [*self.latest.values(), *self.baselines.values()]}


def choose_waves(session: Session, *, period: Period, scope: Scope) -> ChosenWaves:
    """Return the waves that a report of these organisations for a period is made from."""
    history = successions_into(session, organisation_ids=scope.whole, on=period.ends)
    latest = _without_former(_latest(session, period, scope), history)
    baselines = _baselines(session, latest.items(), scope)
    inherited, origins = _inherited(session, latest, baselines, history)
    for key in inherited:
        one, wave = latest[key]
        latest[key] = as_one_list(one), wave
    return ChosenWaves(
        latest=latest,
        baselines={**baselines, **inherited},
        origins=origins,
        succeeded=_succeeded(history, {place for place, _audience in inherited}),
        former=frozenset(row.old_id for row in history) - {place for place, _audience in latest},
    )


def closing_day(wave: Wave) -> date:
    """Return the day on which a closed wave took its last answers: its last date, or earlier if it was closed early."""
    return min(wave.closes, local_date(wave.closed_at)) if wave.closed_at is not None else wave.closes


def _latest(session: Session, period: Period, scope: Scope) -> dict[Key, Found]:
    """Return the wave that stands for each organisation and audience, with its counts there."""
    # Only waves that asked somebody here: a province closes hundreds, and each would be looked into.
    here = select(WaveSummary.wave_id).where(WaveSummary.organisation_id.in_(scope.whole))
    query = (
        select(Wave)
        .where(Wave.state == WaveState.CLOSED, Wave.closed_at >= start_of(period.starts), Wave.opens <= period.ends)
        .where(Wave.id.in_(here))
        .options(joinedload(Wave.campaign))
    )
    waves = {wave.id: wave for wave in session.scalars(query) if period.covers(closing_day(wave))}
    found: dict[Key, Found] = {}
    for one in wave_counts(session, wave_ids=list(waves), scope=scope, with_options=True):
        wave = waves[one.wave_id]
        known = found.get((one.organisation_id, one.audience))
        if known is None or rank(one, wave) > rank(*known):
            found[one.organisation_id, one.audience] = one, wave
    return found


def rank(counts: WaveCounts, wave: Wave) -> tuple[bool, date, bool, int]:
    """Return what decides between two waves: answers at all, then the later one."""
    return counts.number > 0, closing_day(wave), wave.kind == WaveKind.FOLLOW_UP, wave.id


def _baselines(session: Session, asked: Iterable[tuple[Key, Found]], scope: Scope) -> dict[Key, Found]:
    """Return, for each organisation and audience with a follow-up, the same campaign's wave before it."""
    wanted = {(wave.campaign_id, *key) for key, (_one, wave) in asked if wave.kind == WaveKind.FOLLOW_UP}
    query = select(Wave).where(
        Wave.campaign_id.in_({campaign_id for campaign_id, _place, _audience in wanted}),
        Wave.kind == WaveKind.BASELINE,
        Wave.state == WaveState.CLOSED,
    )
    waves = {wave.id: wave for wave in session.scalars(query.options(joinedload(Wave.campaign)))}
    return {
        (one.organisation_id, one.audience): (one, waves[one.wave_id])
        for one in wave_counts(session, wave_ids=list(waves), scope=scope, with_options=True)
        if (waves[one.wave_id].campaign_id, one.organisation_id, one.audience) in wanted
    }


def _without_former(latest: dict[Key, Found], history: Sequence[Succession]) -> dict[Key, Found]:
    """Drop the waves of former organisations where the one in their place has one itself."""
    new = {row.old_id: row.new_id for row in history}
    return {key: found for key, found in latest.items() if (new.get(key[0]), key[1]) not in latest}


def _inherited(
    session: Session, latest: Mapping[Key, Found], baselines: Mapping[Key, Found], history: Sequence[Succession]
) -> tuple[dict[Key, Found], dict[Part, tuple[Part, ...]]]:
    """Return the baselines of former schools, added up, for follow-ups that have none of their own."""
    before = _whole_predecessors(history)
    wanted = {
        key: found
        for key, found in latest.items()
        if key[0] in before and found[1].kind == WaveKind.FOLLOW_UP and not _is_answered(baselines.get(key))
    }
    old = frozenset(row.old_id for key in wanted for row in before[key[0]])
    # Counts of former schools are read for the one in their place, which whoever asks may see.
    inside = Scope(organisations=old, whole=old)
    as_asked = {(row.old_id, audience): found for (place, audience), found in wanted.items() for row in before[place]}
    theirs = _baselines(session, as_asked.items(), inside)
    inherited: dict[Key, Found] = {}
    origins: dict[Part, tuple[Part, ...]] = {}
    for (place, audience), _found in wanted.items():
        parts = [theirs[row.old_id, audience] for row in before[place] if (row.old_id, audience) in theirs]
        if parts and any(one.number for one, _wave in parts):
            wave = parts[0][1]
            name = before[place][0].new.name
            inherited[place, audience] = add_up([one for one, _w in parts], organisation_id=place, name=name), wave
            origins[wave.id, place] = tuple((wave.id, one.organisation_id) for one, _w in parts)
    return inherited, origins


def _whole_predecessors(history: Sequence[Succession]) -> dict[int, list[Succession]]:
    """Return by organisation those that went into it wholly; of a split nobody knows who went where."""
    found: dict[int, list[Succession]] = {}
    for row in history:
        if row.kind != SuccessionKind.SPLIT:
            found.setdefault(row.new_id, []).append(row)
    return found


def _is_answered(found: Found | None) -> bool:
    return found is not None and found[0].number > 0


def _succeeded(history: Sequence[Succession], inherited: Collection[int]) -> tuple[Succeeded, ...]:
    rows: dict[int, list[Succession]] = {}
    for row in history:
        rows.setdefault(row.new_id, []).append(row)
    return tuple(
        Succeeded(own[0].new.name, tuple(row.old.name for row in own), own[0].since, own[0].kind, place in inherited)
        for place, own in rows.items()
    )
