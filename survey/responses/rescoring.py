"""Scores stored answers again when a key was wrong: all waves of a plan together, in one transaction.

Until that transaction commits, every page shows the old figures, afterwards every page the new ones; whatever ends it
in between leaves all as it was. Answers that arrive meanwhile wait for the wave, which is held, and are scored by the
new key. What a closed wave's summary held before stays in `FormerSummary`; issued reports stay as they are.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from survey.audit.operations import record
from survey.campaigns.models import Plan, Wave
from survey.campaigns.operations import plan_hash
from survey.campaigns.queries import plan_definition, plan_of
from survey.core.errors import NotFound
from survey.core.vocabulary import WaveState
from survey.instruments.corrections import CorrectedItem
from survey.instruments.definitions import InstrumentDefinition
from survey.instruments.operations import carry_reviews
from survey.instruments.queries import version_by_id
from survey.jobs.operations import enqueue_job
from survey.responses.batches import Batch, Changes, read_batches, write_changes
from survey.responses.counting import count_patterns
from survey.responses.counts import WaveCounts, in_order
from survey.responses.models import FormerSummary, Rescoring, Response, WaveSummary
from survey.responses.rescoring_queries import (
    RescoringRefused,
    corrections_of,
    last_attempt,
    require_answers,
)

RESCORE_JOB = "survey.responses.rescoring_job:rescore"
# What loads NumPy, by name: web processes know it only as this text.
MASS_SCORER = "survey.responses.mass_scoring:changed_results"

# Returns which answers of a batch have other results by a definition (survey.responses.mass_scoring).
MassScorer = Callable[[InstrumentDefinition, Batch], Changes]


def ask_rescoring(
    session: Session, *, wave_id: int, version_id: int, user_id: int | None, now: datetime, is_queued: bool = True
) -> Rescoring:
    """Note that the answers of a wave's plan are to be scored by a corrected version, and queue the job that does it.

    is_queued: whether a job does it; a command does it at once by `apply_rescoring`.
    Raises NotFound, NotACorrection, RescoringRefused.
    """
    waves, plan = _locked(session, wave_id)
    version = version_by_id(session, version_id)
    attempt = last_attempt(session, plan.id)
    if attempt is not None and attempt.is_running:
        raise RescoringRefused("running")
    corrected = corrections_of(session, plan, version)
    require_answers(session, [wave for wave in waves if wave.state != WaveState.DRAFT])
    rescoring = Rescoring(
        plan_id=plan.id,
        old_version_id=plan.instrument_version_id,
        new_version_id=version.id,
        old_plan_hash=plan.content_hash or "",
        corrected=[_plain(one) for one in corrected],
        user_id=user_id,
        asked_at=now,
    )
    session.add(rescoring)
    session.flush()
    if is_queued:
        rescoring.job_id = enqueue_job(session, kind=RESCORE_JOB, payload={"rescoring": rescoring.id}, now=now).id
    _record(session, "ask_rescoring", plan, rescoring, now, version=version.number)
    session.flush()
    return rescoring


def apply_rescoring(session: Session, *, rescoring_id: int, score: MassScorer, now: datetime) -> int:
    """Score all answers of a plan by its new version, freeze new summaries of its closed waves, return how many.

    Everything happens in the caller's transaction. Done before: nothing happens. Raises NotFound, and RescoringRefused
    if the plan was corrected otherwise or answers were deleted since it was asked for.
    """
    rescoring = session.get(Rescoring, rescoring_id)
    if rescoring is None:
        raise NotFound
    waves, plan = _locked(session, _some_wave(session, rescoring.plan_id))
    session.refresh(rescoring)
    if rescoring.done_at is not None:
        return 0
    if plan.content_hash != rescoring.old_plan_hash:
        raise RescoringRefused("changed_since")
    begun = [wave for wave in waves if wave.state != WaveState.DRAFT]
    require_answers(session, begun)
    corrected = corrections_of(session, plan, version_by_id(session, rescoring.new_version_id))
    _switch(session, plan, waves, rescoring.new_version_id)
    definition = plan_definition(session, plan)
    number = sum(_score_wave(session, wave, definition, score) for wave in begun)
    for wave in begun:
        if wave.state == WaveState.CLOSED:
            _renew_summaries(session, wave, rescoring, now)
    carry_reviews(
        session,
        old_version_id=rescoring.old_version_id,
        new_version_id=rescoring.new_version_id,
        organisation_id=plan.campaign.organisation_id,
        except_items={one.new.id for one in corrected},
    )
    rescoring.new_plan_hash, rescoring.done_at, rescoring.answers = plan.content_hash, now, number
    session.flush()
    _record(session, "rescore", plan, rescoring, now, answers=number, items=[one.new.id for one in corrected])
    return number


def _locked(session: Session, wave_id: int) -> tuple[Sequence[Wave], Plan]:
    """Return the waves of a wave's plan, and the plan, held until the transaction ends; waves first, as others do."""
    asked = session.get(Wave, wave_id)
    if asked is None:
        raise NotFound
    ours = select(Wave).where(Wave.campaign_id == asked.campaign_id, Wave.audience == asked.audience)
    fresh = {"populate_existing": True}
    waves = session.scalars(ours.order_by(Wave.id).with_for_update(), execution_options=fresh).all()
    plan = plan_of(session, asked.campaign_id, asked.audience)
    session.refresh(plan, with_for_update=True)
    return waves, plan


def _some_wave(session: Session, plan_id: int) -> int:
    plan = session.get_one(Plan, plan_id)
    query = select(Wave.id).where(Wave.campaign_id == plan.campaign_id, Wave.audience == plan.audience).limit(1)
    return session.scalars(query).one()


def _switch(session: Session, plan: Plan, waves: Sequence[Wave], version_id: int) -> None:
    """Let a plan and its waves point at another version; whoever stores an answer knows by the wave that it did."""
    plan.instrument_version_id = version_id
    for wave in waves:
        wave.instrument_version_id = version_id
    session.flush()
    session.expire(plan, ["instrument_version"])
    plan.content_hash = plan_hash(plan)
    session.flush()


def _score_wave(session: Session, wave: Wave, definition: InstrumentDefinition, score: MassScorer) -> int:
    organisations = session.scalars(select(Response.organisation_id).where(Response.wave_id == wave.id).distinct())
    number = 0
    for organisation_id in sorted(organisations):
        place = {"wave_id": wave.id, "organisation_id": organisation_id}
        for batch in read_batches(session, **place):
            write_changes(session, **place, changes=score(definition, batch))
            number += batch.number
    return number


def _renew_summaries(session: Session, wave: Wave, rescoring: Rescoring, now: datetime) -> None:
    """Freeze a closed wave's counts anew; headcounts, options and ways in are those of its closing."""
    summaries = session.scalars(select(WaveSummary).where(WaveSummary.wave_id == wave.id)).all()
    patterns = count_patterns(session, wave.id, [summary.organisation_id for summary in summaries])
    for summary in summaries:
        former = WaveCounts.from_dict(summary.counts)
        counts = replace(former, patterns=in_order(patterns.get(summary.organisation_id, ())))
        if counts.number != former.number:
            raise RescoringRefused("answers_gone")
        session.add(
            FormerSummary(
                rescoring_id=rescoring.id,
                wave_id=wave.id,
                organisation_id=summary.organisation_id,
                counts=summary.counts,
                content_hash=summary.content_hash,
                frozen_at=summary.frozen_at,
            )
        )
        summary.counts, summary.content_hash, summary.frozen_at = counts.to_dict(), counts.content_hash, now
    session.flush()


def _plain(one: CorrectedItem) -> dict[str, Any]:
    return {
        "item": one.new.id,
        "places": [list(place) for place in one.places.by_form],
        "is_only_form": one.places.is_only_form,
        "old_key": sorted(one.old.key),
        "new_key": sorted(one.new.key),
    }


def _record(session: Session, action: str, plan: Plan, rescoring: Rescoring, now: datetime, **detail: object) -> None:
    record(
        session,
        action=action,
        subject="plan",
        subject_id=plan.id,
        now=now,
        user_id=rescoring.user_id,
        organisation_id=plan.campaign.organisation_id,
        **detail,
    )
