"""Reads what the things of the trail are called today: an entry keeps their number only."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import literal, null, select
from sqlalchemy.orm import Session

from survey.accounts.models import User
from survey.activities.models import Activity, CheckVisit, Difficulty, Effect, GoodModel
from survey.campaigns.models import Campaign, Plan, Wave
from survey.collection.models import Collector, SerialBatch
from survey.instruments.models import InstrumentVersion
from survey.organisations.models import Group, Organisation
from survey.paper.models import PaperBatch
from survey.reports.models import Release

Key = tuple[str, str]
# How a kind of thing is read: what is selected, and the column of its number.
Reading = tuple[Any, Any]


@dataclass(frozen=True, slots=True)
class Subject:
    """What a thing is called; a wave has no name of its own, but an audience, a kind and a campaign."""

    name: str
    audience: str | None = None
    wave_kind: str | None = None
    campaign: str | None = None


def name_subjects(session: Session, keys: Iterable[Key]) -> Mapping[Key, Subject]:
    """Return the names of things by kind and number; what has been removed, or has no name, is left out."""
    wanted: dict[str, set[int]] = defaultdict(set)
    for kind, number in keys:
        if kind in _QUERIES and number.isdecimal():
            wanted[kind].add(int(number))
    found: dict[Key, Subject] = {}
    for kind, numbers in wanted.items():
        query, key = _QUERIES[kind]
        for number, *rest in session.execute(query.where(key.in_(numbers))):
            found[kind, str(number)] = Subject(*rest)
    return found


def _named(key: Any, name: Any) -> Reading:
    return select(key, name), key


def _of_wave(key: Any, *way: Any, group: Any = None) -> Reading:
    """Return the query of things of a wave; way: from the thing to the wave; group: the class that it is for."""
    query = select(key, literal("") if group is None else Group.name, Wave.audience, Wave.kind, Campaign.title)
    for step in (*way, Wave.campaign):
        query = query.join(step)
    return (query if group is None else query.outerjoin(group)), key


_VERSION: Reading = (select(InstrumentVersion.id, literal(""), InstrumentVersion.audience), InstrumentVersion.id)
_PLAN: Reading = (select(Plan.id, literal(""), Plan.audience, null(), Campaign.title).join(Plan.campaign), Plan.id)

_QUERIES: dict[str, Reading] = {
    "activity": _named(Activity.id, Activity.note),
    "campaign": _named(Campaign.id, Campaign.title),
    "check_visit": _named(CheckVisit.id, CheckVisit.finding),
    "difficulty": _named(Difficulty.id, Difficulty.text),
    "effect": _named(Effect.id, Effect.indicator),
    "good_model": _named(GoodModel.id, GoodModel.title),
    "group": _named(Group.id, Group.name),
    "organisation": _named(Organisation.id, Organisation.name),
    "release": _named(Release.id, Release.title),
    "user": _named(User.id, User.name),
    "instrument": _VERSION,
    "instrument_item": _VERSION,
    "plan": _PLAN,
    "wave": _of_wave(Wave.id),
    "collector": _of_wave(Collector.id, Collector.wave, group=Collector.group),
    "serial_batch": _of_wave(SerialBatch.id, SerialBatch.collector, Collector.wave, group=Collector.group),
    "paper_batch": _of_wave(PaperBatch.id, PaperBatch.wave, group=PaperBatch.group),
}
