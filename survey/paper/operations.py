"""Makes batches of sheets, takes scans in, gives batches up, and deletes pictures whose time is over."""

from __future__ import annotations

import hashlib
import importlib.util
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from survey.audit.operations import record
from survey.campaigns.models import Wave
from survey.campaigns.queries import plan_of, wave_definition
from survey.collection.models import SerialBatch
from survey.collection.serials import create_serials, serial_collector
from survey.core.errors import Conflict, Invalid
from survey.core.permissions import Scope
from survey.core.vocabulary import Mode, WaveState
from survey.jobs.operations import enqueue_job
from survey.paper.folders import delete_folder, write_uploads
from survey.paper.layouts import build_layout
from survey.paper.models import PaperBatch, SheetLayout
from survey.paper.queries import paper_batch_by_id, require_paper_place

READ_JOB = "survey.paper.batch_job:read_batch"
NEEDED = ("cv2", "zxingcpp", "pypdfium2")

MAX_FILES = 60
MAX_FILE_BYTES = 40 * 1024 * 1024
MAX_BATCH_BYTES = 120 * 1024 * 1024

# Pictures stay a while for disputes, then only their hashes; scans that nobody accepts do not stay for ever either.
KEEP_IMAGES = timedelta(days=14)
KEEP_WAITING = timedelta(days=60)


class ReaderMissing(Conflict):
    """OpenCV, zxing-cpp or pypdfium2 is not installed here; the pages say how to install them."""


class PlanNotLocked(Conflict):
    """Questions may still be withdrawn; what is printed now could differ from what is asked. Open the wave first."""


class UploadProblem(Invalid):
    """Why files were not taken. reason: no_files, too_many, too_large, not_open; file: which one, from 1, or 0."""

    def __init__(self, reason: str, file: int = 0) -> None:
        super().__init__()
        self.reason = reason
        self.file = file


def is_reader_installed() -> bool:
    """Whether scans can be read here; looks without loading anything."""
    return all(importlib.util.find_spec(name) is not None for name in NEEDED)


def create_sheets(
    session: Session,
    *,
    wave: Wave,
    organisation_id: int,
    group_id: int | None,
    number: int,
    person: int | None,
    now: datetime,
) -> SerialBatch:
    """Make the serials of so many answer sheets, forms in turn, and keep where their circles will be printed.

    Raises PlanNotLocked, SerialConflict (the wave is closing or closed, wrong group, wrong number), LayoutTooLarge.
    """
    if plan_of(session, wave.campaign_id, wave.audience).locked_at is None:
        raise PlanNotLocked
    definition = wave_definition(session, wave)
    layout = build_layout(definition)
    collector = serial_collector(
        session, wave=wave, organisation_id=organisation_id, group_id=group_id, mode=Mode.PAPER, person=person, now=now
    )
    batch = create_serials(session, collector=collector, number=number, forms=definition.forms, now=now)
    session.add(SheetLayout(batch_id=batch.id, layout=layout.to_dict()))
    session.flush()
    record(
        session,
        action="create_sheets",
        subject="serial_batch",
        subject_id=batch.id,
        now=now,
        user_id=person,
        organisation_id=organisation_id,
        wave=wave.id,
        number=number,
    )
    return batch


def start_reading(
    session: Session,
    *,
    data_dir: Path,
    wave: Wave,
    organisation_id: int,
    group_id: int | None,
    files: Sequence[bytes],
    scope: Scope,
    person: int | None,
    now: datetime,
) -> PaperBatch:
    """Take scans in and put their reading into the queue; it begins after the caller's commit.

    Raises ReaderMissing, UploadProblem, NotFound (no such place for this person).
    """
    if not is_reader_installed():
        raise ReaderMissing
    require_paper_place(session, wave=wave, organisation_id=organisation_id, group_id=group_id, scope=scope)
    check_upload(wave, files)
    batch = PaperBatch(
        wave_id=wave.id,
        organisation_id=organisation_id,
        group_id=group_id,
        state="reading",
        user_id=person,
        files=[{"hash": hashlib.sha256(data).hexdigest(), "bytes": len(data)} for data in files],
        created_at=now,
    )
    session.add(batch)
    session.flush()
    batch.job_id = enqueue_job(session, kind=READ_JOB, payload={"batch": batch.id}, now=now).id
    _record(session, "start_reading", batch, person, now, files=len(files))
    session.flush()
    write_uploads(data_dir, batch.id, files)
    return batch


def check_upload(wave: Wave, files: Sequence[bytes], before: Sequence[int] = ()) -> None:
    """Raise UploadProblem for files that cannot be taken; before: the sizes of those that the batch has already."""
    if wave.state not in (WaveState.OPEN, WaveState.CLOSING):
        raise UploadProblem("not_open")
    if not any(files):
        raise UploadProblem("no_files")
    if len(before) + len(files) > MAX_FILES:
        raise UploadProblem("too_many")
    for place, data in enumerate(files, start=1):
        if len(data) > MAX_FILE_BYTES:
            raise UploadProblem("too_large", place)
    if sum(before) + sum(map(len, files)) > MAX_BATCH_BYTES:
        raise UploadProblem("too_large")


def discard_batch(
    session: Session, *, data_dir: Path, batch_id: int, scope: Scope, person: int | None, now: datetime
) -> PaperBatch:
    """Give a batch up: nothing of it is counted, its readings and pictures are deleted, its sheets stay unused."""
    batch = paper_batch_by_id(session, batch_id, scope, lock=True)
    if batch.state not in ("review", "failed"):
        raise Conflict
    finish_batch(session, batch, state="discarded", person=person, now=now)
    batch.images_deleted_at = now
    _record(session, "discard_paper_batch", batch, person, now)
    session.flush()
    delete_folder(data_dir, batch.id)
    return batch


def finish_batch(session: Session, batch: PaperBatch, *, state: str, person: int | None, now: datetime) -> None:
    """End a batch: what was read goes, what became of each page stays."""
    for page in batch.pages:
        page.reading = None
    batch.state = state
    batch.finished_at = now
    batch.finished_by = person
    session.flush()


def delete_old_images(session: Session, *, data_dir: Path, now: datetime) -> int:
    """Delete the pictures of batches finished two weeks ago, and give up batches that have waited for two months."""
    waiting = select(PaperBatch).where(
        PaperBatch.state.in_(("review", "failed")), PaperBatch.created_at < now - KEEP_WAITING
    )
    for batch in session.scalars(waiting).all():
        finish_batch(session, batch, state="discarded", person=None, now=now)
        _record(session, "discard_paper_batch", batch, None, now, reason="waited_too_long")
    query = select(PaperBatch).where(
        PaperBatch.images_deleted_at.is_(None),
        PaperBatch.finished_at.is_not(None),
        or_(PaperBatch.state == "discarded", PaperBatch.finished_at < now - KEEP_IMAGES),
    )
    finished = session.scalars(query).all()
    for batch in finished:
        delete_folder(data_dir, batch.id)
        batch.images_deleted_at = now
    session.flush()
    return len(finished)


def _record(
    session: Session, action: str, batch: PaperBatch, person: int | None, now: datetime, **detail: object
) -> None:
    record(
        session,
        action=action,
        subject="paper_batch",
        subject_id=batch.id,
        now=now,
        user_id=person,
        organisation_id=batch.organisation_id,
        **detail,
    )


def require_reviewable(batch: PaperBatch) -> None:
    """Refuse decisions about a batch that is still being read, or finished."""
    if batch.state != "review":
        raise Conflict
