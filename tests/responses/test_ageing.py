"""Waves whose time has come are closed when somebody looks at a signed-in page."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from survey.campaigns.models import Wave
from survey.core.clock import local_date, utc_now
from survey.responses import ageing
from survey.responses.closing import is_advance_due
from survey.responses.counts import WaveCounts
from survey.responses.models import WaveSummary
from tests.factories import PASSWORD, Cast
from tests.pages import PageClient
from tests.responses.fieldwork import collector, make_wave, store


@pytest.mark.parametrize(
    ("state", "days", "closing_minutes", "due"),
    [
        ("draft", -3, None, False),
        ("open", 0, None, False),
        ("open", 2, None, False),
        ("open", -1, None, True),
        ("closing", 2, 44, False),
        ("closing", 2, 46, True),
        ("closed", -3, 9999, False),
    ],
)
def test_a_wave_is_due_after_its_date_or_its_grace(
    session: Session, cast: Cast, now: datetime, state: str, days: int, closing_minutes: int | None, due: bool
) -> None:
    wave = make_wave(session, cast.school, now=now)
    closes = local_date(now) + timedelta(days=days)
    wave.opens, wave.closes = min(wave.opens, closes), closes
    wave.state = state
    wave.closing_at = None if closing_minutes is None else now - timedelta(minutes=closing_minutes)
    session.flush()
    assert is_advance_due(session, now=now) is due


def test_looking_at_the_dashboard_freezes_what_is_over(
    client: PageClient, session: Session, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ageing, "SECONDS_BETWEEN", 0.0)
    then = utc_now() - timedelta(days=3)
    wave = make_wave(session, cast.school, now=then)
    store(session, collector(session, wave).code, now=then)
    wave.opens, wave.closes = local_date(then), local_date(utc_now()) - timedelta(days=1)
    session.commit()
    number = wave.id
    client.sign_in("administrator", PASSWORD)
    # The first look finds the date passed, the second the grace over.
    client.visit("/")
    client.visit("/")
    assert session.get_one(Wave, number).state == "closed"
    summary = session.scalars(select(WaveSummary).where(WaveSummary.wave_id == number)).one()
    assert WaveCounts.from_dict(summary.counts).number == 1
