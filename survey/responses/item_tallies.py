"""Counts, for each way in of one organisation, how its items and topics were answered: for the lesson after a class.

Like `matrices` it unpacks stored answers, counts equal ones together and forgets them. What comes out is not yet
masked: `lessons` hides small cells before anybody sees a figure.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from analysis.mastery import FIRST_ANSWERED_BIT, FIRST_TOPIC_BIT, has_bit, score_item
from survey.instruments.definitions import InstrumentDefinition
from survey.instruments.packing import unpack
from survey.responses.models import Response


@dataclass(frozen=True, slots=True)
class Tally:
    """How many answered an item (or a topic), how many were right, and how many chose each option (0: not clear)."""

    answered: int = 0
    right: int = 0
    chosen: tuple[tuple[int, int], ...] = ()

    def __add__(self, other: Tally) -> Tally:
        options = Counter(dict(self.chosen))
        options.update(dict(other.chosen))
        return Tally(self.answered + other.answered, self.right + other.right, tuple(sorted(options.items())))


@dataclass(frozen=True, slots=True)
class CollectorTally:
    """What came in by one way in: by item, and by topic (right: the topic is mastered)."""

    number: int
    items: Mapping[str, Tally]
    topics: Mapping[str, Tally]


def tally_by_collector(
    session: Session, definition: InstrumentDefinition, *, wave_id: int, organisation_id: int
) -> dict[int, CollectorTally]:
    """Return the tallies of each way in of an organisation that brought answers in a wave."""
    query = (
        select(Response.collector_id, Response.form, Response.answers, Response.pattern, func.count())
        .where(Response.wave_id == wave_id, Response.organisation_id == organisation_id)
        .group_by(Response.collector_id, Response.form, Response.answers, Response.pattern)
    )
    rows: dict[int, list[tuple[str, bytes, int, int]]] = defaultdict(list)
    for collector_id, form, answers, pattern, number in session.execute(query):
        rows[collector_id].append((form, answers, pattern, number))
    return {collector_id: _tally(definition, own) for collector_id, own in rows.items()}


def _tally(definition: InstrumentDefinition, rows: Iterable[tuple[str, bytes, int, int]]) -> CollectorTally:
    items: dict[str, Tally] = defaultdict(Tally)
    topics: dict[str, Tally] = defaultdict(Tally)
    total = 0
    for form, packed, pattern, number in rows:
        total += number
        asked = definition.items_of(form)
        for item, chosen in zip(asked, unpack(packed, asked), strict=True):
            if item.scored and chosen:
                right = number * score_item(chosen, item.key)
                items[item.id] += Tally(number, right, tuple((option, number) for option in sorted(chosen)))
        for place, code in enumerate(definition.topic_codes):
            if has_bit(pattern, FIRST_ANSWERED_BIT + place):
                topics[code] += Tally(number, number * has_bit(pattern, FIRST_TOPIC_BIT + place))
    return CollectorTally(total, items, topics)
