"""Right answers, reasons and sources behind a receipt: never too early, and never how somebody answered."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from survey.campaigns.models import EXPLAINS, Plan, Wave
from survey.campaigns.operations import open_wave
from survey.collection.windows import start_class_session
from survey.core.clock import local_date, utc_now
from survey.instruments.definitions import text_in
from survey.responses.closing import close_wave
from survey.responses.counts import WaveCounts
from survey.responses.receipts import Explaining, receipt_by_hash
from survey.responses.sheets import Sheet
from tests.factories import Cast
from tests.pages import PageClient
from tests.responses.fieldwork import (
    SIGNER,
    collector,
    counts_of,
    fields_of,
    filled_in,
    new_token,
    questionnaire,
    send,
    store,
)

MINUTE = timedelta(minutes=1)


def plan_of_wave(session: Session, wave: Wave) -> Plan:
    """Return the plan of a wave's audience."""
    query = select(Plan).where(Plan.campaign_id == wave.campaign_id, Plan.audience == wave.audience)
    return session.scalars(query).one()


def allow(session: Session, wave: Wave, explains: str) -> None:
    """Set when a wave's respondents may read explanations."""
    plan = plan_of_wave(session, wave)
    plan.shows_explanations, plan.shows_baseline_explanations = EXPLAINS[explains]
    session.commit()


def close(session: Session, wave: Wave) -> None:
    """End a wave."""
    close_wave(session, wave_id=wave.id, user_id=None, now=utc_now())
    session.commit()


def follow_up(session: Session, wave: Wave) -> Wave:
    """Open the follow-up wave after a baseline wave."""
    query = select(Wave).where(
        Wave.campaign_id == wave.campaign_id, Wave.kind == "follow_up", Wave.audience == wave.audience
    )
    again = session.scalars(query).one()
    again.opens = again.closes = local_date(utc_now())
    open_wave(session, wave_id=again.id, user_id=None, now=utc_now())
    session.commit()
    return again


def receipt_for(session: Session, code: str, form: str = "A") -> str:
    """Store an answer and return its receipt."""
    token = new_token(code, utc_now(), form)
    store(session, code, now=utc_now(), token=token)
    return SIGNER.receipt(token)


def state(session: Session, receipt: str, **later: int) -> Explaining:
    """Return whether explanations are open some time later."""
    session.rollback()
    found = receipt_by_hash(session, SIGNER.receipt_hash(receipt), utc_now() + timedelta(**later))
    assert found is not None
    return found.explaining


# What the plan allows; whether they are open after the baseline and after the follow-up.
PLANS = [("after", False, True), ("each", True, True), ("never", False, False)]


@pytest.mark.parametrize(("explains", "after_baseline", "after_follow_up"), PLANS)
def test_explanations_open_with_the_closing_that_the_plan_names(
    session: Session, wave: Wave, code: str, explains: str, after_baseline: bool, after_follow_up: bool
) -> None:
    allow(session, wave, explains)
    receipt = receipt_for(session, code)
    assert state(session, receipt) != Explaining.OPEN
    close(session, wave)
    assert (state(session, receipt) == Explaining.OPEN) == after_baseline
    again = follow_up(session, wave)
    assert (state(session, receipt) == Explaining.OPEN) == after_baseline
    close(session, again)
    assert (state(session, receipt) == Explaining.OPEN) == after_follow_up


@pytest.mark.parametrize("explains", ["after", "each"])
def test_a_class_session_opens_them_when_its_grace_is_over_if_nobody_is_asked_again(
    session: Session, wave: Wave, cast: Cast, explains: str
) -> None:
    allow(session, wave, explains)
    window = start_class_session(
        session,
        wave=wave,
        organisation_id=cast.school.id,
        group_id=cast.own_class.id,
        present=30,
        minutes=20,
        person=None,
        now=utc_now(),
    )
    session.commit()
    receipt = receipt_for(session, window.code)
    waiting = Explaining.AFTER_SESSION if explains == "each" else Explaining.AFTER_WAVE
    assert state(session, receipt, minutes=19) == waiting
    assert state(session, receipt, minutes=34) == waiting
    assert state(session, receipt, minutes=36) == (Explaining.OPEN if explains == "each" else Explaining.AFTER_WAVE)


@pytest.fixture
def real_receipt(client: PageClient, session: Session, wave: Wave, code: str) -> tuple[str, str, str]:
    """A receipt given by the page, with the form and the code of the way in."""
    page = client.visit(f"/S/{code}")
    sent = send(client, code, filled_in(page))
    return sent.headers["Location"].rpartition("/")[2], fields_of(page)["f"], code


def texts_of(form: str) -> list[tuple[str, list[str], str]]:
    """Return question, right answers and reason of a form's scored items."""
    sheet = Sheet(questionnaire("parents"), form)
    return [
        (
            text_in(item.stem, "vi"),
            [text_in(item.options[place - 1].text, "vi") for place in item.key],
            text_in(item.explanation or {"vi": ""}, "vi"),
        )
        for item in sheet.items
        if item.scored
    ]


def test_nothing_is_shown_before_and_the_page_says_when(
    client: PageClient, session: Session, wave: Wave, real_receipt: tuple[str, str, str]
) -> None:
    receipt, form, _ = real_receipt
    page, refused = client.visit(f"/R/{receipt}"), client.visit(f"/R/{receipt}/answers", 403)
    again = session.scalars(select(Wave).where(Wave.kind == "follow_up")).one()
    for text in (page, refused):
        assert f"dự kiến ngày {again.closes:%d/%m/%Y}" in text
        assert not any(reason and reason[:40] in text for _, _, reason in texts_of(form))
    assert f"/R/{receipt}/answers" not in page


def test_the_page_has_every_question_of_the_holders_form_with_answer_reason_and_source(
    client: PageClient, session: Session, wave: Wave, real_receipt: tuple[str, str, str]
) -> None:
    receipt, form, _ = real_receipt
    allow(session, wave, "each")
    close(session, wave)
    assert f'href="/R/{receipt}/answers"' in client.visit(f"/R/{receipt}")
    page = unescaped(client.visit(f"/R/{receipt}/answers"))
    for stem, right, reason in texts_of(form):
        assert stem in page
        assert all(text in page for text in right)
        assert reason in page
    assert page.count("Nguồn:") == len(texts_of(form))


def test_the_page_is_the_same_however_somebody_answered(
    client: PageClient, session: Session, wave: Wave, code: str
) -> None:
    allow(session, wave, "each")
    pages = []
    receipts = []
    for option in ("0", "1", "2"):
        while True:
            page = client.visit(f"/S/{code}")
            if fields_of(page)["f"] == "A":
                break
        fields = {name: option if name.startswith("q") else value for name, value in filled_in(page).items()}
        receipts.append(send(client, code, fields).headers["Location"].rpartition("/")[2])
    close(session, wave)
    for receipt in receipts:
        pages.append(client.visit(f"/R/{receipt}/answers").replace(receipt, ""))
    assert len(set(pages)) == 1


def test_counts_frozen_before_ways_in_were_counted_keep_their_hash(
    app: Flask, session: Session, wave: Wave, code: str, cast: Cast
) -> None:
    receipt_for(session, code)
    close(session, wave)
    counts = counts_of(session, wave, cast)[cast.school.id]
    assert counts.by_mode == {"poster": 1}
    older: dict[str, Any] = {name: value for name, value in counts.to_dict().items() if name != "by_mode"}
    read = WaveCounts.from_dict(older)
    assert read.by_mode is None
    assert read.to_dict() == older
    assert read.content_hash != counts.content_hash
    assert WaveCounts.from_dict(counts.to_dict()).content_hash == counts.content_hash
    assert collector(session, wave).mode == "poster"


def unescaped(page: str) -> str:
    """Return a page with the characters that HTML writes as names."""
    for name, character in (("&#34;", '"'), ("&#39;", "'"), ("&amp;", "&"), ("&lt;", "<"), ("&gt;", ">")):
        page = page.replace(name, character)
    return page
