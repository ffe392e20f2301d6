"""Waves in the field, made by the product's own operations, and answers as a respondent's browser would send them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from survey.campaigns.models import Wave
from survey.campaigns.operations import create_campaign, open_wave
from survey.collection.models import Collector
from survey.collection.operations import make_poster_collectors
from survey.core.clock import local_date
from survey.core.permissions import Scope
from survey.core.tokens import Signer, Token
from survey.instruments.definitions import InstrumentDefinition
from survey.instruments.loader import load_instrument
from survey.instruments.operations import publish_instrument
from survey.organisations.models import Organisation
from survey.responses.caches import RespondentCache
from survey.responses.counts import WaveCounts
from survey.responses.models import Response
from survey.responses.operations import Outcome, Submission, store_response
from survey.responses.queries import entrance_by_code, wave_counts
from survey.responses.sheets import Answers, Sheet
from tests.factories import Cast
from tests.pages import PageClient

QUESTIONNAIRES = Path(__file__).resolve().parents[2] / "questionnaires"
AUDIENCES = ("staff", "pupils_secondary", "pupils_primary", "parents", "community")
SIGNER = Signer("a secret for tests, long enough to be taken")


@cache
def questionnaire(audience: str) -> InstrumentDefinition:
    """Return one of the five real instruments."""
    return load_instrument(QUESTIONNAIRES / f"{audience}.yaml")


def make_wave(
    session: Session,
    organisation: Organisation,
    audience: str = "parents",
    *,
    now: datetime,
    days: int = 14,
    definition: InstrumentDefinition | None = None,
    is_open: bool = True,
) -> Wave:
    """Make a baseline wave with a code for each group and one for everybody, open from today for some days."""
    publish_instrument(session, definition or questionnaire(audience), now)
    today = local_date(now)
    campaign = create_campaign(
        session,
        organisation_id=organisation.id,
        title="Hiểu Nghị quyết 71, học kỳ một",
        topics=["chuyen_doi_so", "xa_hoi_hoa", "phan_luong", "doi_ngu", "co_so_vat_chat"],
        starts=today,
        ends=today + timedelta(days=90),
        audiences=[audience],
        user_id=None,
        now=now,
    )
    wave = session.scalars(select(Wave).where(Wave.campaign_id == campaign.id, Wave.kind == "baseline")).one()
    wave.closes = today + timedelta(days=days)
    make_poster_collectors(session, wave_id=wave.id, now=now, whole_audience=True)
    if is_open:
        open_wave(session, wave_id=wave.id, user_id=None, now=now)
    session.commit()
    return wave


def collector(session: Session, wave: Wave, group_id: int | None = None) -> Collector:
    """Return the poster's way in for a group, or (None) the one for everybody of the wave's own organisation."""
    query = select(Collector).where(
        Collector.wave_id == wave.id,
        Collector.mode == "poster",
        Collector.group_id == group_id,
        Collector.organisation_id == wave.campaign.organisation_id,
    )
    if group_id is None:
        query = query.where(Collector.group_id.is_(None))
    return session.scalars(query).one()


def new_token(code: str, begun: datetime, form: str = "A") -> Token:
    """Return a token as a form handed out at `begun` carries it."""
    token = SIGNER.read_token(code, SIGNER.new_token(code, begun, form))
    assert token is not None
    return token


def right_answers(sheet: Sheet) -> Answers:
    """Return the answers of somebody who knows everything and leaves the unscored questions blank."""
    return tuple(item.key if item.scored else None for item in sheet.items)


def store(
    session: Session,
    code: str,
    *,
    now: datetime,
    token: Token | None = None,
    begun: datetime | None = None,
    answers: Mapping[int, frozenset[int] | None] | None = None,
    group_id: int | None = None,
) -> Outcome:
    """Store right answers, some of them changed by place; commits like a page does."""
    token = token or new_token(code, begun or now)
    entrance = entrance_by_code(session, code)
    assert entrance is not None
    chosen = list(right_answers(entrance.sheet(token.form)))
    for place, answer in (answers or {}).items():
        chosen[place - 1] = answer
    token_hash = SIGNER.receipt_hash(SIGNER.receipt(token))
    session.rollback()
    try:
        outcome = store_response(session, Submission(code, token, token_hash, tuple(chosen), group_id), now=now)
    except Exception:
        session.rollback()
        raise
    session.commit()
    return outcome


def everywhere(cast: Cast) -> Scope:
    """Return the scope of the ward's officer."""
    ids = frozenset({cast.ward.id, cast.school.id, cast.other_school.id})
    return Scope(organisations=ids, whole=ids)


def counts_of(session: Session, wave: Wave, cast: Cast, *, with_options: bool = True) -> dict[int, WaveCounts]:
    """Return a wave's counts by organisation."""
    found = wave_counts(session, wave_ids=[wave.id], scope=everywhere(cast), with_options=with_options)
    return {counts.organisation_id: counts for counts in found}


def answer_somehow(session: Session, wave: Wave, cast: Cast, now: datetime) -> None:
    """Three answers in 6A (one all right, one with a "not clear", one with a blank), one elsewhere on form B."""
    own = collector(session, wave, cast.own_class.id)
    store(session, own.code, now=now)
    store(session, own.code, now=now, answers={1: frozenset({0}), 11: frozenset({1, 3})})
    store(session, own.code, now=now, answers={2: None})
    other = collector(session, wave)
    store(session, other.code, now=now, token=new_token(other.code, now, "B"))


def fields_of(page: str) -> dict[str, Any]:
    """Return what a browser would send of a form nobody has touched: its hidden fields."""
    return dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', page))


def filled_in(page: str, **changes: Any) -> dict[str, Any]:
    """Return a form with the first answer to every question that has radio buttons, and some fields changed.

    None takes a field out.
    """
    fields = fields_of(page)
    for name in dict.fromkeys(re.findall(r'<input type="radio" name="(q\d+)"', page)):
        fields[name] = "1"
    fields.update(changes)
    return {name: value for name, value in fields.items() if value is not None}


def number_stored(session: Session) -> int:
    """Return how many responses are stored by now."""
    session.rollback()
    return session.scalar(select(func.count()).select_from(Response)) or 0


def memory(app: Flask) -> RespondentCache:
    """Return what the process remembers of ways in and forms."""
    cache: RespondentCache = app.extensions["survey.responses"]
    return cache


def send(client: PageClient, code: str, fields: dict[str, Any], **kwargs: Any) -> TestResponse:
    """Send a form as a browser or, with headers, as a program."""
    return client.http.post(f"/S/{code}", data=fields, **kwargs)


def form_page(client: PageClient, code: str, form: str) -> str:
    """Open the page until it comes with the form wanted; each has an even chance."""
    for _ in range(200):
        page = client.visit(f"/S/{code}")
        if fields_of(page)["f"] == form:
            return page
    raise AssertionError(f"form {form} never came")
