"""Commands about waves, as a load generator or an operator calls them."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from survey.core.clock import utc_now
from survey.responses.cli import commands
from tests.factories import Cast
from tests.responses.fieldwork import collector, make_wave, store


def run(app: Flask, *words: str) -> tuple[int, str]:
    result = app.test_cli_runner().invoke(commands, list(words))
    return result.exit_code, result.output


def test_show_tells_state_dates_and_what_is_stored(app: Flask, session: Session, cast: Cast) -> None:
    now = utc_now()
    wave = make_wave(session, cast.school, now=now)
    store(session, collector(session, wave).code, now=now)
    shown = json.loads(run(app, "show", str(wave.id), "--json")[1])
    assert {name: shown[name] for name in ("id", "state", "stored", "opens", "closes")} == {
        "id": wave.id,
        "state": "open",
        "stored": 1,
        "opens": wave.opens.isoformat(),
        "closes": (wave.opens + timedelta(days=14)).isoformat(),
    }
    assert json.loads(run(app, "list", "--json")[1])[0] == shown


def test_a_wave_is_opened_closed_gently_and_closed(app: Flask, session: Session, cast: Cast) -> None:
    wave = make_wave(session, cast.school, now=utc_now(), is_open=False)
    for words, state in ((("open",), "open"), (("close", "--gently"), "closing"), (("close",), "closed")):
        code, output = run(app, words[0], str(wave.id), *words[1:])
        session.rollback()
        assert (code, wave.state) == (0, state), output


def test_time_closes_what_has_passed(app: Flask, session: Session, cast: Cast) -> None:
    wave = make_wave(session, cast.school, now=utc_now() - timedelta(days=30))
    assert run(app, "advance") == (0, f"wave {wave.id} is closed\n")


# The command, and what it says when the wave does not allow it.
REFUSALS = [("open", "not draft"), ("show 999", "no wave 999"), ("close 999", "no wave 999")]


@pytest.mark.parametrize(("words", "sentence"), REFUSALS)
def test_a_refusal_is_a_sentence(app: Flask, session: Session, cast: Cast, words: str, sentence: str) -> None:
    wave = make_wave(session, cast.school, now=utc_now())
    verb, _, number = words.partition(" ")
    code, output = run(app, verb, number or str(wave.id))
    assert code == 1
    assert sentence in output
