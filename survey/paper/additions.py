"""Takes more scans into a batch that is being checked, and begins a reading again that could not be ended."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from sqlalchemy.orm import Session

from survey.audit.operations import record
from survey.core.errors import Conflict
from survey.core.permissions import Scope
from survey.jobs.models import FAILED
from survey.jobs.operations import enqueue_job
from survey.paper.folders import batch_folder, upload_path
from survey.paper.models import PaperBatch
from survey.paper.operations import READ_JOB, ReaderMissing, check_upload, is_reader_installed
from survey.paper.queries import paper_batch_by_id, progress_of


def add_files(
    session: Session,
    *,
    data_dir: Path,
    batch_id: int,
    files: Sequence[bytes],
    scope: Scope,
    person: int | None,
    now: datetime,
) -> PaperBatch:
    """Put more scans, such as photos taken again, beside those of a batch; all are compared with each other.

    Raises ReaderMissing, UploadProblem, NotFound, Conflict (the batch is being read, or finished).
    """
    if not is_reader_installed():
        raise ReaderMissing
    batch = paper_batch_by_id(session, batch_id, scope, lock=True)
    if batch.state != "review":
        raise Conflict
    check_upload(batch.wave, files, before=[int(file["bytes"]) for file in batch.files])
    first = len(batch.files) + 1
    batch.files = [
        *batch.files,
        *({"hash": hashlib.sha256(data).hexdigest(), "bytes": len(data)} for data in files),
    ]
    _read_from_now(session, batch, now)
    _record(session, "add_paper_files", batch, person, now, files=len(files))
    session.flush()
    batch_folder(data_dir, batch.id).mkdir(parents=True, mode=0o700, exist_ok=True)
    for place, data in enumerate(files, start=first):
        upload_path(data_dir, batch.id, place).write_bytes(data)
    return batch


def read_again(session: Session, *, batch_id: int, scope: Scope, person: int | None, now: datetime) -> PaperBatch:
    """Put a reading that failed into the queue again; pages that were read stay as they are. Raises Conflict."""
    batch = note_failure(session, batch_id=batch_id, scope=scope)
    if batch.state != "failed":
        raise Conflict
    _read_from_now(session, batch, now)
    _record(session, "read_paper_again", batch, person, now)
    session.flush()
    return batch


def note_failure(session: Session, *, batch_id: int, scope: Scope) -> PaperBatch:
    """Mark a batch whose job gave up as failed, so that it can be read again or given up; else leave it."""
    batch = paper_batch_by_id(session, batch_id, scope, lock=True)
    job = progress_of(session, batch)
    if batch.state == "reading" and (job is None or job.state == FAILED):
        batch.state = "failed"
        session.flush()
    return batch


def _read_from_now(session: Session, batch: PaperBatch, now: datetime) -> None:
    batch.state = "reading"
    batch.job_id = enqueue_job(session, kind=READ_JOB, payload={"batch": batch.id}, now=now).id


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
