"""Reads whether the key of a plan's questions was corrected, what that changes, and what became of it before."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from survey.campaigns.models import Plan, Wave
from survey.campaigns.queries import plan_of
from survey.core.errors import Conflict
from survey.core.vocabulary import WaveState
from survey.instruments.corrections import CorrectedItem, NotACorrection, Places, corrections_between
from survey.instruments.definitions import InstrumentDefinition
from survey.instruments.models import InstrumentVersion
from survey.instruments.queries import definition_of, without_items
from survey.jobs.models import FAILED, Job
from survey.responses.models import Rescoring, Response, WaveSummary
from survey.responses.summaries import frozen_counts


class RescoringRefused(Conflict):
    """Answers cannot be scored again as asked; `reason` is a word for the page to put in words.

    Reasons: not_begun, same_version, running, answers_gone, changed_since.
    """

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Offer:
    """A newer version of what a plan asks. corrected: what it changes; refusal: why it cannot be taken over.

    waves: all waves of the plan that have begun; they are scored again together, so that before and after are judged
    by one key. stored: how many answers they hold.
    """

    plan: Plan
    version: InstrumentVersion
    corrected: tuple[CorrectedItem, ...]
    refusal: NotACorrection | RescoringRefused | None
    waves: tuple[Wave, ...]
    stored: int

    @property
    def changes_keys(self) -> bool:
        """Whether other options are right, so that results change."""
        return any(one.changes_key for one in self.corrected)


def offer_for(session: Session, wave: Wave) -> Offer | None:
    """Return the newest version of what a wave asks, if there is one after its own and the wave has begun."""
    plan = plan_of(session, wave.campaign_id, wave.audience)
    if plan.locked_at is None:
        return None
    own = plan.instrument_version
    query = (
        select(InstrumentVersion)
        .where(InstrumentVersion.key == own.key, InstrumentVersion.number > own.number)
        .order_by(InstrumentVersion.number.desc())
        .limit(1)
    )
    version = session.scalars(query).first()
    return None if version is None else offer_of(session, plan, version)


def offer_of(session: Session, plan: Plan, version: InstrumentVersion) -> Offer:
    """Return what scoring again by this version would mean, or why that is refused."""
    waves = begun_waves(session, plan)
    refusal: NotACorrection | RescoringRefused | None = None
    corrected: tuple[CorrectedItem, ...] = ()
    try:
        corrected = corrections_of(session, plan, version)
        require_answers(session, waves)
    except (NotACorrection, RescoringRefused) as error:
        refusal = error
    stored = sum(_stored(session, [wave.id for wave in waves]).values())
    return Offer(plan, version, corrected, refusal, waves, stored)


def corrections_of(session: Session, plan: Plan, version: InstrumentVersion) -> tuple[CorrectedItem, ...]:
    """Return which of the plan's questions a version corrects.

    Raises RescoringRefused, or NotACorrection if more than keys differs or nothing that the plan asks.
    """
    if plan.locked_at is None:
        raise RescoringRefused("not_begun")
    if version.id == plan.instrument_version_id:
        raise RescoringRefused("same_version")
    # Compared whole, so that what is shown is what was published; told under the numbers that were asked.
    corrections_between(definition_of(session, plan.instrument_version_id), definition_of(session, version.id))
    return corrections_between(_asked(session, plan, plan.instrument_version_id), _asked(session, plan, version.id))


def _asked(session: Session, plan: Plan, version_id: int) -> InstrumentDefinition:
    return without_items(definition_of(session, version_id), plan.withdrawn)


def begun_waves(session: Session, plan: Plan) -> tuple[Wave, ...]:
    """Return the waves of a plan that are open, closing or closed, in order."""
    query = (
        select(Wave)
        .where(Wave.campaign_id == plan.campaign_id, Wave.audience == plan.audience, Wave.state != WaveState.DRAFT)
        .order_by(Wave.id)
    )
    return tuple(session.scalars(query))


def require_answers(session: Session, waves: Collection[Wave]) -> None:
    """Raise RescoringRefused if single answers of a closed wave are gone: its counts cannot be scored again."""
    stored = _stored(session, [wave.id for wave in waves])
    for wave in waves:
        if wave.state == WaveState.CLOSED and stored.get(wave.id, 0) != _frozen(session, wave.id):
            raise RescoringRefused("answers_gone")


def _stored(session: Session, wave_ids: Sequence[int]) -> dict[int, int]:
    query = select(Response.wave_id, func.count()).where(Response.wave_id.in_(wave_ids)).group_by(Response.wave_id)
    return {wave_id: number for wave_id, number in session.execute(query)}


def _frozen(session: Session, wave_id: int) -> int:
    organisations = session.scalars(select(WaveSummary.organisation_id).where(WaveSummary.wave_id == wave_id)).all()
    return sum(counts.number for counts in frozen_counts(session, wave_id, organisations))


def rescorings_of(session: Session, plan_id: int) -> Sequence[Rescoring]:
    """Return the corrections of a plan that have been carried out, the first one first."""
    query = select(Rescoring).where(Rescoring.plan_id == plan_id, Rescoring.done_at.is_not(None)).order_by(Rescoring.id)
    return session.scalars(query).all()


@dataclass(frozen=True, slots=True)
class Attempt:
    """The last time somebody asked for answers to be scored again; job: None where a command did it at once."""

    rescoring: Rescoring
    job: Job | None

    @property
    def is_running(self) -> bool:
        """Whether it waits or is being done."""
        return self.rescoring.done_at is None and self.job is not None and self.job.state != FAILED

    @property
    def has_failed(self) -> bool:
        """Whether it was given up; nothing has changed then."""
        return self.rescoring.done_at is None and not self.is_running


def last_attempt(session: Session, plan_id: int) -> Attempt | None:
    """Return the newest correction of a plan that was asked for, done or not."""
    query = select(Rescoring).where(Rescoring.plan_id == plan_id).order_by(Rescoring.id.desc()).limit(1)
    rescoring = session.scalars(query).first()
    if rescoring is None:
        return None
    return Attempt(rescoring, None if rescoring.job_id is None else session.get(Job, rescoring.job_id))


def corrections_in_campaign(session: Session, campaign_id: int) -> Sequence[tuple[str, Rescoring]]:
    """Return the corrections carried out in a campaign with their audiences, the first one first; for its report.

    Whoever calls has found the campaign within a scope.
    """
    query = (
        select(Plan.audience, Rescoring)
        .join(Plan, Rescoring.plan_id == Plan.id)
        .where(Plan.campaign_id == campaign_id, Rescoring.done_at.is_not(None))
        .order_by(Rescoring.id)
    )
    return [(audience, rescoring) for audience, rescoring in session.execute(query)]


def stored_places(corrected: Iterable[Mapping[str, Any]]) -> list[Places]:
    """Return where the questions of a stored correction stand, those whose key it changed before all others."""
    rows = list(corrected)
    keyed = [row for row in rows if row["old_key"] != row["new_key"]]
    return [
        Places(tuple((form, number) for form, number in row["places"]), row["is_only_form"]) for row in keyed or rows
    ]


def has_other_key(corrected: Iterable[Mapping[str, Any]]) -> bool:
    """Whether a stored correction made other options right."""
    return any(row["old_key"] != row["new_key"] for row in corrected)
