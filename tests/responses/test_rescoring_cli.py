"""`wave rescore`: the operator's way, at once and in words, with nothing changed where it is refused."""

from __future__ import annotations

from dataclasses import replace

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from survey.campaigns.models import Wave
from survey.core.clock import utc_now
from survey.instruments.operations import publish_instrument
from survey.responses.cli import commands
from survey.responses.models import Rescoring, Response
from tests.factories import Cast
from tests.responses.corrections import publish_correction
from tests.responses.fieldwork import collector, make_wave, questionnaire, store


def run(app: Flask, *words: str) -> tuple[int, str]:
    result = app.test_cli_runner().invoke(commands, ["rescore", *words])
    return result.exit_code, result.output


@pytest.fixture
def answered(session: Session, cast: Cast) -> Wave:
    """An open wave with one answer that is all right."""
    now = utc_now()
    wave = make_wave(session, cast.school, now=now)
    store(session, collector(session, wave).code, now=now)
    return wave


def score(session: Session) -> int:
    session.rollback()
    return session.scalars(select(Response.score)).one()


def test_it_says_what_would_change_and_then_does_it(app: Flask, session: Session, answered: Wave) -> None:
    publish_correction(session, questionnaire("parents"), 7, utc_now())
    item = questionnaire("parents").items_of("A")[6]
    code, said = run(app, str(answered.id), "--dry-run")
    assert (code, score(session)) == (0, 10)
    assert f"{item.id}: {min(item.key)} -> " in said
    assert "1 answers in 1 waves would be scored by parents@2" in said
    code, said = run(app, str(answered.id))
    assert (code, score(session)) == (0, 9)
    assert said.endswith("1 answers scored by parents@2\n")
    rescoring = session.scalars(select(Rescoring)).one()
    assert rescoring.job_id is None
    assert rescoring.answers == 1


def test_going_back_names_the_version(app: Flask, session: Session, answered: Wave) -> None:
    publish_correction(session, questionnaire("parents"), 7, utc_now())
    assert run(app, str(answered.id))[0] == 0
    assert run(app, str(answered.id), "--version", "parents@1")[0] == 0
    assert score(session) == 10


REFUSED = {
    "nothing newer": ((), "Các phiếu đã được chấm theo đúng bản này."),
    "no such version": (("--version", "parents@9"), "there is no version parents@9"),
    "another instrument": (("--version", "staff"), "đó là một bộ câu hỏi khác"),
    "another stem": (("--version", "parents@2"), "lời hỏi của câu 7 đề A khác"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_refused_is_said_and_changes_nothing(app: Flask, session: Session, answered: Wave, name: str) -> None:
    words, said = REFUSED[name]
    publish_instrument(session, questionnaire("staff"), utc_now())
    if name == "another stem":
        definition = questionnaire("parents")
        other = definition.items_of("A")[6]
        items = tuple(replace(item, stem={"vi": "khác"}) if item is other else item for item in definition.items)
        publish_instrument(session, replace(definition, items=items), utc_now())
    session.commit()
    code, output = run(app, str(answered.id), *words)
    assert code == 1
    assert said in output
    assert score(session) == 10
    assert session.scalars(select(Rescoring)).all() == []


def test_a_wave_that_is_not_there(app: Flask) -> None:
    code, said = run(app, "77")
    assert code == 1
    assert "there is no wave 77" in said
