"""What `GET /health` says to whoever watches the server: in words that tell nothing about people or answers.

503 only when the database is gone, so that a balancer sends nobody here; a disk that runs full or work that is stuck is
said, but the server stays in use: it still reads, and takes answers for as long as there is room.
"""

from __future__ import annotations

import re
import shutil
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path

from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from survey.config import PROJECT
from survey.jobs.queries import waiting_since

OK, LOW, STUCK, GONE, UNKNOWN = "ok", "low", "stuck", "gone", "unknown"

# Room for a few hundred thousand answers, or for the backup of a ward.
LEAST_FREE_BYTES = 500 * 1024 * 1024
# The server looks for work every two seconds, and one job may take its time.
LONGEST_WAIT = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class Health:
    """The state of a server, each part in one word. status: ok, or the first word that is not."""

    status: str
    database: str
    disk: str
    jobs: str
    version: str

    @property
    def code(self) -> int:
        """The HTTP status: 503 while the database does not answer."""
        return 503 if self.database == GONE else 200

    def to_dict(self) -> dict[str, str]:
        """Return plain values for JSON."""
        return asdict(self)


def look_at(session: Session, data_dir: Path, now: datetime) -> Health:
    """Return how the database, the disk and the long work are."""
    disk = disk_state(data_dir)
    try:
        jobs = job_state(waiting_since(session), now)
        database = OK
    except SQLAlchemyError:
        database, jobs = GONE, UNKNOWN
    status = next((word for word in (database, disk, jobs) if word not in (OK, UNKNOWN)), OK)
    return Health(status=status, database=database, disk=disk, jobs=jobs, version=version())


def disk_state(data_dir: Path) -> str:
    """Return whether the disk of the data folder has room."""
    try:
        return OK if shutil.disk_usage(data_dir).free >= LEAST_FREE_BYTES else LOW
    except OSError:
        return UNKNOWN


def job_state(oldest: datetime | None, now: datetime) -> str:
    """Return whether work waits for longer than it should; oldest: since when the oldest one waits."""
    return STUCK if oldest is not None and now - oldest > LONGEST_WAIT else OK


@cache
def version() -> str:
    """Return the version of the product, as pyproject.toml says."""
    found = re.search(r'^version = "([^"]+)"', (PROJECT / "pyproject.toml").read_text(encoding="utf-8"), re.MULTILINE)
    return found.group(1) if found else UNKNOWN
