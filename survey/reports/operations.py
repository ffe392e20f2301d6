"""Writes of reports: the texts that a unit edits, and releases. Each change leaves an audit entry."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from survey.audit.operations import record
from survey.core.errors import Conflict, Invalid
from survey.organisations.models import Organisation
from survey.reports.models import Release, ReleaseFile, ReportDraft
from survey.reports.period_records import PeriodReport
from survey.reports.release_queries import draft_of
from survey.reports.release_records import frozen_figures


class ReleaseInvalid(Invalid):
    """A report cannot be issued so; `reason` is changed_missing (a correction must say what is different)."""

    def __init__(self, reason: str) -> None:
        super().__init__()
        self.reason = reason


class ReleaseConflict(Conflict):
    """Somebody issued the same report a moment ago."""


@dataclass(frozen=True, slots=True)
class IssuedFile:
    """One file of a report that is being issued."""

    name: str
    media_type: str
    content: bytes


def save_draft(
    session: Session,
    *,
    organisation_id: int,
    period: str,
    texts: Mapping[str, str],
    basis: Mapping[str, str],
    letterhead: Mapping[str, str],
    confirmed: Collection[str] = (),
    user_id: int | None,
    now: datetime,
) -> ReportDraft:
    """Keep what a unit wrote for the report of a period: only what differs from the drafts is handed in.

    basis: by text, what it was written beside. A text that was kept unchanged keeps the basis it had, unless it is
    confirmed to hold beside the figures as they are now.
    """
    # One writer at a time for a unit, so that two first savings do not meet.
    session.execute(select(Organisation.id).where(Organisation.id == organisation_id).with_for_update())
    draft = draft_of(session, organisation_id=organisation_id, period=period)
    if draft is None:
        draft = ReportDraft(organisation_id=organisation_id, period=period, texts={}, basis={}, letterhead={})
        session.add(draft)
    kept = {key for key, text in texts.items() if draft.texts.get(key) == text and key in draft.basis} - set(confirmed)
    draft.basis = {key: draft.basis[key] if key in kept else basis[key] for key in texts}
    draft.texts = dict(texts)
    draft.letterhead = dict(letterhead)
    draft.updated_at, draft.updated_by = now, user_id
    session.flush()
    record(
        session,
        action="edit",
        subject="report_draft",
        subject_id=draft.id,
        now=now,
        user_id=user_id,
        organisation_id=organisation_id,
        period=period,
        texts=sorted(texts),
    )
    return draft


def issue_report(
    session: Session,
    *,
    report: PeriodReport,
    title: str,
    number: int,
    changed: str,
    files: Sequence[IssuedFile],
    user_id: int | None,
    now: datetime,
) -> Release:
    """Freeze a report with its files as the unit's next release.

    number: what `next_number` said when the files were made, as they carry it.
    Raises ReleaseInvalid where a correction does not say what changed, ReleaseConflict where the number is taken.
    """
    organisation_id, period = report.organisation.id, report.period.text
    session.execute(select(Organisation.id).where(Organisation.id == organisation_id).with_for_update())
    if number != next_number(session, organisation_id=organisation_id):
        raise ReleaseConflict
    if is_correction(session, organisation_id=organisation_id, period=period) and not changed.strip():
        raise ReleaseInvalid("changed_missing")
    release = Release(
        organisation_id=organisation_id,
        period=period,
        number=number,
        title=title,
        changed=changed.strip(),
        issued_at=now,
        issued_by=user_id,
        figures=frozen_figures(report),
        files=[_file(one) for one in files],
    )
    session.add(release)
    session.flush()
    record(
        session,
        action="issue",
        subject="release",
        subject_id=release.id,
        now=now,
        user_id=user_id,
        organisation_id=organisation_id,
        period=period,
        number=number,
        changed=release.changed,
        files={one.name: one.sha256 for one in release.files},
    )
    return release


def next_number(session: Session, *, organisation_id: int) -> int:
    """Return the number that the unit's next release gets."""
    last = session.scalar(select(func.max(Release.number)).where(Release.organisation_id == organisation_id))
    return (last or 0) + 1


def is_correction(session: Session, *, organisation_id: int, period: str) -> bool:
    """Whether the report of this period was issued before."""
    query = select(Release.id).where(Release.organisation_id == organisation_id, Release.period == period).limit(1)
    return session.scalars(query).first() is not None


def _file(one: IssuedFile) -> ReleaseFile:
    return ReleaseFile(
        name=one.name,
        media_type=one.media_type,
        size=len(one.content),
        sha256=hashlib.sha256(one.content).hexdigest(),
        content=one.content,
    )
