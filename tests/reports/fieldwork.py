"""A campaign in the field, for tests of pages: made by the product's operations, answered by rows of our own."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from survey.campaigns.models import Campaign, Wave
from survey.campaigns.operations import create_campaign, open_wave
from survey.campaigns.queries import wave_definition
from survey.collection.models import Collector
from survey.collection.operations import make_poster_collectors
from survey.core.clock import local_date
from survey.core.vocabulary import TOPICS
from survey.instruments.definitions import InstrumentDefinition
from survey.instruments.loader import load_instrument
from survey.instruments.operations import publish_instrument
from survey.organisations.models import Group, Organisation
from survey.responses.closing import close_wave
from survey.responses.models import Response
from survey.responses.sheets import Sheet

QUESTIONNAIRES = Path(__file__).resolve().parents[2] / "questionnaires"

# Name of a group -> (answered, understood).
Answers = Mapping[str, tuple[int, int]]


@cache
def questionnaire(audience: str) -> InstrumentDefinition:
    """Return one of the real instruments."""
    return load_instrument(QUESTIONNAIRES / f"{audience}.yaml")


def make_campaign(session: Session, owner: Organisation, audiences: Iterable[str], now: datetime) -> Campaign:
    """Make a campaign whose waves are still drafts."""
    wanted = list(audiences)
    for audience in wanted:
        publish_instrument(session, questionnaire(audience), now)
    today = local_date(now)
    campaign = create_campaign(
        session,
        organisation_id=owner.id,
        title="Hiểu Nghị quyết 71",
        topics=TOPICS,
        starts=today - timedelta(days=60),
        ends=today + timedelta(days=10),
        audiences=wanted,
        user_id=None,
        now=now,
    )
    session.commit()
    return campaign


def run_wave(
    session: Session,
    campaign: Campaign,
    audience: str,
    kind: str,
    answers: Mapping[int, Answers],
    now: datetime,
    *,
    close: bool = False,
) -> Wave:
    """Open a wave and store answers by organisation and group; those who do not understand miss all but one item."""
    wave = session.scalars(
        select(Wave).where(Wave.campaign_id == campaign.id, Wave.audience == audience, Wave.kind == kind)
    ).one()
    wave.opens = local_date(now)
    wave.closes = max(wave.closes, local_date(now))
    make_poster_collectors(session, wave_id=wave.id, now=now)
    open_wave(session, wave_id=wave.id, user_id=None, now=now)
    for organisation_id, by_group in answers.items():
        for name, (answered, understood) in by_group.items():
            _answer(session, wave, organisation_id, name, answered, understood, now)
    if close:
        close_wave(session, wave_id=wave.id, user_id=None, now=now)
    session.commit()
    return wave


def _answer(
    session: Session, wave: Wave, organisation_id: int, name: str, answered: int, understood: int, now: datetime
) -> None:
    group = session.scalars(select(Group).where(Group.organisation_id == organisation_id, Group.name == name)).one()
    collector = session.scalars(
        select(Collector).where(Collector.wave_id == wave.id, Collector.group_id == group.id)
    ).one()
    definition = wave_definition(session, wave)
    for number in range(answered):
        sheet = Sheet(definition, "AB"[number % 2])
        knows = number < understood
        chosen = tuple((item.key if knows else _wrong(item.key)) if item.scored else None for item in sheet.items)
        session.add(
            Response(
                organisation_id=organisation_id,
                wave_id=wave.id,
                id=f"{group.id:08d}{number:08d}".encode(),
                group_id=group.id,
                collector_id=collector.id,
                form=sheet.form,
                token_hash=f"{group.id:08d}{number:08d}".encode(),
                received_on=local_date(now),
                language="vi",
                answers=sheet.pack(chosen),
                score=sheet.judge(chosen).score,
                pattern=sheet.judge(chosen).pattern,
            )
        )
    session.flush()


def _wrong(key: frozenset[int]) -> frozenset[int]:
    """Return one wrong option: the first that is not right."""
    return frozenset({next(code for code in (1, 2, 3) if code not in key)})
