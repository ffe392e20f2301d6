"""A key was wrong: all answers of the plan are scored by the corrected version, whole or not at all, and it is told."""

from __future__ import annotations

import subprocess
import sys
import threading
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from survey.audit.models import AuditEntry
from survey.campaigns.models import Plan, Wave
from survey.campaigns.operations import open_wave
from survey.campaigns.queries import plan_of, wave_definition
from survey.collection.models import Collector
from survey.collection.operations import make_poster_collectors
from survey.core.errors import NotFound
from survey.instruments.definitions import InstrumentDefinition
from survey.instruments.operations import check_items
from survey.instruments.packing import unpack
from survey.instruments.queries import review_state
from survey.jobs.models import FAILED, Job
from survey.organisations.models import Headcount
from survey.oversight.words import ACTIONS, SUBJECTS
from survey.responses.batches import Batch, Changes
from survey.responses.closing import close_wave
from survey.responses.counts import WaveCounts
from survey.responses.mass_scoring import changed_results
from survey.responses.models import FormerSummary, Rescoring, Response, WaveSummary
from survey.responses.operations import Outcome
from survey.responses.rescoring import apply_rescoring, ask_rescoring
from survey.responses.rescoring_queries import RescoringRefused, last_attempt, offer_for
from survey.responses.sheets import Sheet
from survey.retention.operations import purge_campaign
from survey.web.db_session import db
from tests.factories import Cast
from tests.responses.corrections import next_key, publish_correction, work_off
from tests.responses.fieldwork import answer_somehow, collector, counts_of, make_wave, new_token, questionnaire, store

PLACE = 7
HOUR = timedelta(hours=1)


def ask(session: Session, wave: Wave, version_id: int, now: datetime, user_id: int | None = None) -> Rescoring:
    rescoring = ask_rescoring(session, wave_id=wave.id, version_id=version_id, user_id=user_id, now=now)
    session.commit()
    return rescoring


def scores(session: Session, wave: Wave) -> dict[bytes, tuple[int, int]]:
    session.expire_all()
    query = select(Response.id, Response.score, Response.pattern).where(Response.wave_id == wave.id)
    return {key: (score, pattern) for key, score, pattern in session.execute(query)}


def judged_afresh(session: Session, wave: Wave) -> dict[bytes, tuple[int, int]]:
    """Return what each stored answer amounts to by what the wave asks now, one by one."""
    definition = wave_definition(session, wave)
    found = {}
    for row in session.scalars(select(Response).where(Response.wave_id == wave.id)):
        judged = Sheet(definition, row.form).judge(unpack(row.answers, definition.items_of(row.form)))
        found[row.id] = (judged.score, judged.pattern)
    return found


def test_an_open_wave_is_scored_by_the_corrected_key_and_points_at_its_version(
    session: Session, cast: Cast, now: datetime, tmp_path: Path
) -> None:
    wave = make_wave(session, cast.school, now=now)
    answer_somehow(session, wave, cast, now)
    before, old_hash = scores(session, wave), plan_of(session, wave.campaign_id, "parents").content_hash
    version = publish_correction(session, questionnaire("parents"), PLACE, now)
    ask(session, wave, version.id, now, cast.administrator.id)
    assert scores(session, wave) == before

    assert work_off(session, tmp_path, now + HOUR) == 1

    after = scores(session, wave)
    assert after == judged_afresh(session, wave)
    # Three of form A had chosen what was right before; form B does not ask the question.
    assert sorted(after[key][0] - before[key][0] for key in before) == [-1, -1, -1, 0]
    plan = plan_of(session, wave.campaign_id, "parents")
    assert {plan.instrument_version_id, wave.instrument_version_id} == {version.id}
    rescoring = session.scalars(select(Rescoring)).one()
    assert (rescoring.old_plan_hash, rescoring.new_plan_hash) == (old_hash, plan.content_hash)
    assert old_hash != plan.content_hash
    assert (rescoring.done_at, rescoring.answers) == (now + HOUR, 4)
    assert rescoring.corrected[0]["places"] == [["A", PLACE]]


def test_counts_of_the_open_wave_follow(session: Session, cast: Cast, now: datetime, tmp_path: Path) -> None:
    wave = make_wave(session, cast.school, now=now)
    own = collector(session, wave)
    definition = questionnaire("parents")
    wrong = next_key(definition.items_of("A")[PLACE - 1])
    for _ in range(3):
        store(session, own.code, now=now, answers={PLACE: wrong, 1: frozenset({0}), 3: frozenset({0})})
    assert masters(session, wave, cast) == 0
    ask(session, wave, publish_correction(session, definition, PLACE, now).id, now)
    work_off(session, tmp_path, now)
    assert masters(session, wave, cast) == 3


def masters(session: Session, wave: Wave, cast: Cast) -> int:
    return sum(
        count.number
        for counts in counts_of(session, wave, cast).values()
        for count in counts.patterns
        if count.pattern & 1
    )


def test_a_closed_wave_gets_a_new_summary_and_the_former_one_is_kept(
    session: Session, cast: Cast, now: datetime, tmp_path: Path
) -> None:
    wave = make_wave(session, cast.ward, now=now)
    for code in session.scalars(select(Collector.code).where(Collector.wave_id == wave.id)).all():
        store(session, code, now=now)
    close_wave(session, wave_id=wave.id, user_id=None, now=now)
    session.commit()
    frozen = {one.organisation_id: (one.counts, one.content_hash) for one in session.scalars(select(WaveSummary))}
    before = counts_of(session, wave, cast)
    # A headcount given after closing must not slip into the new summary.
    session.add(Headcount(organisation_id=cast.school.id, audience="parents", number=1, as_of=now.date()))
    ask(session, wave, publish_correction(session, questionnaire("parents"), PLACE, now).id, now)
    work_off(session, tmp_path, now + HOUR)

    former = {one.organisation_id: (one.counts, one.content_hash) for one in session.scalars(select(FormerSummary))}
    assert former == frozen
    after = counts_of(session, wave, cast)
    assert after[cast.school.id].patterns != before[cast.school.id].patterns
    for key, counts in after.items():
        assert (counts.options, counts.populations, counts.by_mode, counts.number) == (
            before[key].options,
            before[key].populations,
            before[key].by_mode,
            before[key].number,
        )
    for summary in session.scalars(select(WaveSummary)):
        assert WaveCounts.from_dict(summary.counts).content_hash == summary.content_hash
        assert summary.frozen_at == now + HOUR


def test_both_waves_of_a_campaign_are_scored_by_one_key(
    session: Session, cast: Cast, now: datetime, tmp_path: Path
) -> None:
    before, after = two_waves(session, cast, now)
    ask(session, after, publish_correction(session, questionnaire("parents"), PLACE, now).id, now)
    work_off(session, tmp_path, now)
    for wave in (before, after):
        assert scores(session, wave) == judged_afresh(session, wave)
        assert set(score for score, _ in scores(session, wave).values()) == {9}
        assert wave.instrument_version_id == plan_of(session, wave.campaign_id, "parents").instrument_version_id


def two_waves(session: Session, cast: Cast, now: datetime) -> tuple[Wave, Wave]:
    first = make_wave(session, cast.school, now=now)
    store(session, collector(session, first).code, now=now)
    close_wave(session, wave_id=first.id, user_id=None, now=now)
    second = session.scalars(select(Wave).where(Wave.campaign_id == first.campaign_id, Wave.kind == "follow_up")).one()
    open_wave(session, wave_id=second.id, user_id=None, now=now)
    make_poster_collectors(session, wave_id=second.id, now=now, whole_audience=True)
    session.commit()
    store(session, collector(session, second).code, now=now)
    return first, second


def test_an_answer_whose_form_was_handed_out_before_is_scored_by_the_new_key(
    session: Session, cast: Cast, now: datetime, tmp_path: Path
) -> None:
    wave = make_wave(session, cast.school, now=now)
    code = collector(session, wave).code
    token = new_token(code, now)
    store(session, code, now=now)
    ask(session, wave, publish_correction(session, questionnaire("parents"), PLACE, now).id, now)
    # Between asking and doing the old key still holds for everybody.
    wrong = {PLACE: next_key(questionnaire("parents").items_of("A")[PLACE - 1])}
    store(session, code, now=now, answers=wrong)
    assert sorted(score for score, _ in scores(session, wave).values()) == [9, 10]
    work_off(session, tmp_path, now)
    store(session, code, now=now + timedelta(minutes=5), token=token)
    # The same form sent again is known, and nothing is stored twice.
    assert store(session, code, now=now + timedelta(minutes=6), token=token) == Outcome.SAME
    assert sorted(score for score, _ in scores(session, wave).values()) == [9, 10, 10]
    assert scores(session, wave) == judged_afresh(session, wave)


def test_an_answer_that_arrives_meanwhile_waits_and_is_scored_by_the_new_key(
    session: Session, cast: Cast, now: datetime, app: Flask
) -> None:
    wave = make_wave(session, cast.school, now=now)
    code, wave_id = collector(session, wave).code, wave.id
    store(session, code, now=now)
    version = publish_correction(session, questionnaire("parents"), PLACE, now)
    rescoring = ask(session, wave, version.id, now)
    rescoring_id = rescoring.id
    session.rollback()
    arrived: list[Outcome] = []
    as_before = {PLACE: questionnaire("parents").items_of("A")[PLACE - 1].key}

    def arrive() -> None:
        with app.app_context(), Session(db.engine) as other:
            arrived.append(store(other, code, now=now, answers=as_before))

    with app.app_context():
        engine = db.engine
    with Session(engine) as job:
        number = apply_rescoring(job, rescoring_id=rescoring_id, score=changed_results, now=now)
        sender = threading.Thread(target=arrive)
        sender.start()
        sender.join(0.5)
        assert sender.is_alive()
        job.commit()
    sender.join(20)
    assert (number, arrived) == (1, [Outcome.STORED])
    found = session.get_one(Wave, wave_id)
    assert scores(session, found) == judged_afresh(session, found)
    assert {score for score, _ in scores(session, found).values()} == {9}


def test_a_job_that_ends_in_the_middle_leaves_everything_as_it_was_and_goes_through_next_time(
    session: Session, cast: Cast, now: datetime, tmp_path: Path
) -> None:
    first, second = two_waves(session, cast, now)
    rescoring = ask(session, second, publish_correction(session, questionnaire("parents"), PLACE, now).id, now)
    before = everything(session, first, second)
    calls: list[str] = []

    def dies(definition: InstrumentDefinition, batch: Batch) -> Changes:
        calls.append(batch.form)
        if len(calls) == 2:
            raise MemoryError
        return changed_results(definition, batch)

    with pytest.raises(MemoryError):
        apply_rescoring(session, rescoring_id=rescoring.id, score=dies, now=now)
    assert len(calls) == 2
    session.rollback()
    assert everything(session, first, second) == before
    work_off(session, tmp_path, now)
    assert everything(session, first, second) != before
    assert session.get_one(Rescoring, rescoring.id).done_at == now


def test_a_job_that_is_killed_half_way_leaves_everything_as_it_was(
    session: Session, cast: Cast, now: datetime, tmp_path: Path, database_url: str, project: Path
) -> None:
    first, second = two_waves(session, cast, now)
    rescoring = ask(session, second, publish_correction(session, questionnaire("parents"), PLACE, now).id, now)
    before, asked = everything(session, first, second), str(rescoring.id)
    session.rollback()
    command = [sys.executable, "-m", "tests.responses.dying_job", database_url, asked]
    with subprocess.Popen(command, cwd=project, stdout=subprocess.PIPE, text=True) as job:
        assert job.stdout is not None
        assert job.stdout.readline() == "half\n"
        job.kill()
    assert everything(session, first, second) == before
    assert work_off(session, tmp_path, now) == 1
    assert everything(session, first, second) != before


def everything(session: Session, *waves: Wave) -> list[object]:
    session.expire_all()
    summaries = session.execute(select(WaveSummary.id, WaveSummary.content_hash).order_by(WaveSummary.id)).all()
    plans = session.execute(select(Plan.content_hash, Plan.instrument_version_id)).all()
    former = session.execute(select(FormerSummary.id)).all()
    return [summaries, plans, former, *(scores(session, wave) for wave in waves)]


def test_doing_it_twice_changes_nothing_more(session: Session, cast: Cast, now: datetime, tmp_path: Path) -> None:
    first, second = two_waves(session, cast, now)
    rescoring = ask(session, second, publish_correction(session, questionnaire("parents"), PLACE, now).id, now)
    work_off(session, tmp_path, now)
    done = everything(session, first, second)
    assert apply_rescoring(session, rescoring_id=rescoring.id, score=changed_results, now=now + HOUR) == 0
    session.commit()
    assert everything(session, first, second) == done


def test_a_second_correction_keeps_every_former_summary(
    session: Session, cast: Cast, now: datetime, tmp_path: Path
) -> None:
    wave, _ = two_waves(session, cast, now)
    hashes = [session.scalars(select(WaveSummary.content_hash)).one()]
    definition = questionnaire("parents")
    for place in (PLACE, PLACE + 1):
        version = publish_correction(session, definition, place, now)
        definition = InstrumentDefinition.from_dict(version.definition)
        ask(session, wave, version.id, now)
        work_off(session, tmp_path, now)
        hashes.append(session.scalars(select(WaveSummary.content_hash)).one())
    former = session.scalars(select(FormerSummary.content_hash).order_by(FormerSummary.id)).all()
    assert list(former) == hashes[:2]
    assert len(set(hashes)) == 3
    assert {score for score, _ in scores(session, wave).values()} == {8}


def test_who_asked_and_what_was_done_stand_in_the_trail(
    session: Session, cast: Cast, now: datetime, tmp_path: Path
) -> None:
    wave = make_wave(session, cast.school, now=now)
    store(session, collector(session, wave).code, now=now)
    version = publish_correction(session, questionnaire("parents"), PLACE, now)
    ask(session, wave, version.id, now, cast.administrator.id)
    work_off(session, tmp_path, now)
    entries = session.scalars(select(AuditEntry).where(AuditEntry.action.in_(["ask_rescoring", "rescore"]))).all()
    found = {entry.action: entry for entry in entries}
    assert set(found) == {"ask_rescoring", "rescore"} <= set(ACTIONS)
    for entry in entries:
        assert (entry.user_id, entry.organisation_id) == (cast.administrator.id, cast.school.id)
        assert entry.subject in SUBJECTS
    item = questionnaire("parents").items_of("A")[PLACE - 1].id
    assert found["rescore"].detail == {"answers": 1, "items": [item]}


def test_what_the_unit_had_compared_stays_compared_except_the_corrected_question(
    session: Session, cast: Cast, now: datetime, tmp_path: Path
) -> None:
    wave = make_wave(session, cast.school, now=now)
    place = {"organisation_id": cast.school.id}
    check_items(session, version_id=wave.instrument_version_id, user_id=cast.administrator.id, now=now, **place)
    version = publish_correction(session, questionnaire("parents"), PLACE, now)
    ask(session, wave, version.id, now)
    work_off(session, tmp_path, now)
    item = questionnaire("parents").items_of("A")[PLACE - 1].id
    assert review_state(session, version_id=version.id, **place).unchecked_items == (item,)


def test_answers_deleted_by_their_term_are_not_scored_again_and_the_page_says_why(
    session: Session, cast: Cast, now: datetime, tmp_path: Path
) -> None:
    wave, _ = two_waves(session, cast, now)
    version = publish_correction(session, questionnaire("parents"), PLACE, now)
    asked = ask(session, wave, version.id, now)
    # Deleted between asking and doing.
    purge_campaign(session, campaign_id=wave.campaign_id, user_id=None, now=now)
    before = everything(session, wave)
    work_off(session, tmp_path, now)
    assert everything(session, wave) == before
    job = session.get_one(Job, asked.job_id)
    assert (job.state, job.message) == (FAILED, "answers_gone")
    attempt = last_attempt(session, plan_of(session, wave.campaign_id, "parents").id)
    assert attempt is not None
    assert attempt.has_failed
    offer = offer_for(session, wave)
    assert offer is not None
    assert offer.refusal is not None
    with pytest.raises(RescoringRefused, match="answers_gone"):
        ask_rescoring(session, wave_id=wave.id, version_id=version.id, user_id=None, now=now)


def test_a_wave_that_waits_for_its_job_is_not_asked_twice(session: Session, cast: Cast, now: datetime) -> None:
    wave = make_wave(session, cast.school, now=now)
    version = publish_correction(session, questionnaire("parents"), PLACE, now)
    ask(session, wave, version.id, now)
    with pytest.raises(RescoringRefused, match="running"):
        ask_rescoring(session, wave_id=wave.id, version_id=version.id, user_id=None, now=now)


def test_a_draft_wave_is_offered_nothing(session: Session, cast: Cast, now: datetime) -> None:
    wave = make_wave(session, cast.school, now=now, is_open=False)
    version = publish_correction(session, questionnaire("parents"), PLACE, now)
    assert offer_for(session, wave) is None
    with pytest.raises(RescoringRefused, match="not_begun"):
        ask_rescoring(session, wave_id=wave.id, version_id=version.id, user_id=None, now=now)


def test_a_version_or_wave_that_is_not_there(session: Session, cast: Cast, now: datetime) -> None:
    wave = make_wave(session, cast.school, now=now)
    for wave_id, version_id in ((wave.id, 999), (999, wave.instrument_version_id)):
        with pytest.raises(NotFound):
            ask_rescoring(session, wave_id=wave_id, version_id=version_id, user_id=None, now=now)
    with pytest.raises(RescoringRefused, match="same_version"):
        ask_rescoring(session, wave_id=wave.id, version_id=wave.instrument_version_id, user_id=None, now=now)
