"""Reads the lesson of a class session: whether it may be shown, and its slides with masked figures.

Whoever may see the session sees its slides. The school's figures on them are sums over the school from which no class
follows (figures.py), so that a teacher, whose scope is a class, may see them too.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from analysis.suppression import MINIMUM_INSIDE, MINIMUM_OUTSIDE
from survey.campaigns.models import Plan, Wave
from survey.campaigns.queries import plan_of, wave_definition
from survey.collection.models import Collector
from survey.collection.queries import collector_by_id
from survey.core.errors import NotFound
from survey.core.permissions import Scope
from survey.core.vocabulary import Mode, WaveKind, WaveState
from survey.instruments.definitions import InstrumentDefinition, Item
from survey.lessons.figures import by_session, choose_figure, total
from survey.lessons.records import Figure, Lesson, LessonState, Slide, TopicLine
from survey.monitor.boards import Phase, phase_of
from survey.responses.item_tallies import CollectorTally, Tally, tally_by_collector


def lesson_of(session: Session, collector_id: int, scope: Scope, now: datetime, *, is_inside: bool = True) -> Lesson:
    """Return the lesson of a class session; NotFound if there is none for this person.

    is_inside: whether the person belongs to the school; who looks at it from above sees no class below ten answers.
    """
    collector = collector_by_id(session, collector_id, scope)
    if collector.mode != Mode.CLASS_SESSION:
        raise NotFound
    state = lesson_state(session, collector, now)
    if state != LessonState.READY:
        return Lesson(collector, state)
    return _with_slides(session, collector, MINIMUM_INSIDE if is_inside else MINIMUM_OUTSIDE)


def lesson_state(session: Session, collector: Collector, now: datetime) -> LessonState:
    """Return whether the lesson of a session may be shown now, or why not."""
    phase = phase_of(collector, now)
    if phase != Phase.OVER:
        return LessonState.RUNNING if phase == Phase.RUNNING else LessonState.GRACE
    wave = collector.wave
    plan = plan_of(session, wave.campaign_id, wave.audience)
    if not plan.shows_explanations:
        return LessonState.SWITCHED_OFF
    return LessonState.WITHHELD if _is_withheld(session, wave, plan) else LessonState.READY


def _is_withheld(session: Session, wave: Wave, plan: Plan) -> bool:
    """Whether the same questions are still to be asked again."""
    if wave.kind != WaveKind.BASELINE or plan.shows_baseline_explanations:
        return False
    again = select(Wave.id).where(
        Wave.campaign_id == wave.campaign_id,
        Wave.audience == wave.audience,
        Wave.kind == WaveKind.FOLLOW_UP,
        Wave.state != WaveState.CLOSED,
    )
    return session.scalars(again.limit(1)).first() is not None


def _with_slides(session: Session, collector: Collector, minimum: int) -> Lesson:
    wave = collector.wave
    definition = wave_definition(session, wave)
    tallies = tally_by_collector(session, definition, wave_id=wave.id, organisation_id=collector.organisation_id)
    sessions = _sessions_of(session, collector)
    is_final = wave.state == WaveState.CLOSED

    def figure(part: Mapping[int, Mapping[str, Tally]], name: str, key: frozenset[int] = frozenset()) -> Figure:
        others = [own for collector_id, own in part.items() if collector_id not in sessions]
        own = by_session(part, sessions, name)
        rest = total(others, name)
        return choose_figure(collector.id, own, rest, is_final=is_final, minimum=minimum, key=key)

    items = {collector_id: tally.items for collector_id, tally in tallies.items()}
    topics = {collector_id: tally.topics for collector_id, tally in tallies.items()}
    titles = {topic.code: topic.title for topic in definition.topics}
    return Lesson(
        collector=collector,
        state=LessonState.READY,
        received=_number(tallies, collector.id),
        topics=tuple(TopicLine(topic.code, topic.title, figure(topics, topic.code)) for topic in definition.topics),
        slides=tuple(
            Slide(item, titles[item.topic or ""], figure(items, item.id, item.key)) for item in _in_order(definition)
        ),
    )


def _in_order(definition: InstrumentDefinition) -> list[Item]:
    """Return the scored items by topic; parallel questions of the two forms one after the other."""
    scored = [item for item in definition.items if item.scored]
    return sorted(scored, key=lambda item: definition.topic_codes.index(item.topic or ""))


def _sessions_of(session: Session, collector: Collector) -> list[int]:
    query = select(Collector.id).where(
        Collector.wave_id == collector.wave_id,
        Collector.organisation_id == collector.organisation_id,
        Collector.mode == Mode.CLASS_SESSION,
    )
    return sorted(session.scalars(query))


def _number(tallies: Mapping[int, CollectorTally], collector_id: int) -> int:
    return tallies[collector_id].number if collector_id in tallies else 0
