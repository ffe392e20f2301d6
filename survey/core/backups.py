"""Backups by the database's own means, checked when they are made.

SQLite: the online backup API, safe while people answer; the copy is opened, checked and counted. PostgreSQL: pg_dump in
its own format, whose table of contents is read back. Copying a database file in use would lose what stands in its log.
"""

from __future__ import annotations

import gzip
import os
import shutil
import sqlite3
import subprocess
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy.engine import URL, make_url

from survey.core.errors import AppError


class BackupError(AppError):
    """The backup could not be made or does not hold what it should."""


@dataclass(frozen=True, slots=True)
class Backup:
    """One backup file, and how many rows it holds (None where the format does not tell)."""

    path: Path
    rows: int | None


def create_backup(database_url: str, folder: Path, now: datetime) -> Backup:
    """Write and check a backup; returns where it is.

    Raises BackupError when it cannot be made or fails its check; an unfinished file does not stay.
    """
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    url = make_url(database_url)
    name = f"hieu-ro-{now:%Y%m%d-%H%M%S-%f}"
    if url.get_backend_name() == "sqlite":
        return _backup_sqlite(Path(url.database or ""), folder / f"{name}.sqlite.gz")
    return _backup_postgresql(url, folder / f"{name}.dump")


def list_backups(folder: Path) -> list[Path]:
    """Return the backups in a folder, the oldest first."""
    found = [*folder.glob("hieu-ro-*.sqlite.gz"), *folder.glob("hieu-ro-*.dump")]
    return sorted(found, key=lambda path: path.name)


def restore_backup(database_url: str, backup: Path) -> None:
    """Put a backup in place of the database; the server must be stopped.

    Raises BackupError when the file is damaged or not a backup of this kind of database.
    """
    url = make_url(database_url)
    if url.get_backend_name() == "sqlite":
        _restore_sqlite(Path(url.database or ""), backup)
    else:
        _run(
            [
                *_tool("pg_restore"),
                "--clean",
                "--if-exists",
                "--no-owner",
                "--single-transaction",
                *_target(url),
                str(backup),
            ],
            url,
        )


def _backup_sqlite(source: Path, target: Path) -> Backup:
    plain = target.with_suffix("")
    try:
        with closing(sqlite3.connect(source)) as origin, closing(sqlite3.connect(plain)) as copy:
            origin.backup(copy)
            expected = _count_rows(origin)
        rows = _check_sqlite(plain)
        # People may answer while the backup runs: it may hold more than was counted, never less than one table did.
        if (rows == 0) != (expected == 0):
            raise BackupError(f"the backup {target.name} holds {rows} rows, the database {expected}")
        _compress(plain, target)
    except (OSError, sqlite3.Error) as error:
        target.unlink(missing_ok=True)
        raise BackupError(f"the backup could not be made: {error}") from error
    finally:
        plain.unlink(missing_ok=True)
    return Backup(path=target, rows=rows)


def _compress(plain: Path, target: Path) -> None:
    handle = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as raw, gzip.open(raw, "wb", compresslevel=6) as packed, plain.open("rb") as file:
        shutil.copyfileobj(file, packed)


def _check_sqlite(path: Path) -> int:
    with closing(sqlite3.connect(path)) as connection:
        verdict = connection.execute("PRAGMA integrity_check").fetchone()[0]
        if verdict != "ok":
            raise BackupError(f"the copy is damaged: {verdict}")
        # An empty file is a valid, empty database: it must not replace a full one.
        if not connection.execute("SELECT 1 FROM sqlite_master").fetchone():
            raise BackupError("the copy holds no tables")
        return _count_rows(connection)


def _count_rows(connection: sqlite3.Connection) -> int:
    tables = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")
    return sum(connection.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0] for (name,) in tables.fetchall())


def _restore_sqlite(database: Path, backup: Path) -> None:
    unpacked = database.with_suffix(".restoring")
    try:
        with gzip.open(backup, "rb") as packed, unpacked.open("wb") as file:
            shutil.copyfileobj(packed, file)
        _check_sqlite(unpacked)
        # Through the backup API, so that the log of the old database cannot be applied to the new one.
        with closing(sqlite3.connect(unpacked)) as origin, closing(sqlite3.connect(database)) as target:
            origin.backup(target)
    except (OSError, EOFError, sqlite3.Error) as error:
        raise BackupError(f"{backup.name} cannot be restored: {error}") from error
    finally:
        unpacked.unlink(missing_ok=True)


def _backup_postgresql(url: URL, target: Path) -> Backup:
    try:
        _run([*_tool("pg_dump"), "--format=custom", f"--file={target}", *_target(url)], url)
        target.chmod(0o600)
        _run([*_tool("pg_restore"), "--list", str(target)], url)
    except BackupError:
        target.unlink(missing_ok=True)
        raise
    return Backup(path=target, rows=None)


def _tool(name: str) -> list[str]:
    found = shutil.which(name)
    if found is None:
        raise BackupError(f"{name} is not installed; install PostgreSQL's client programs and try again")
    return [found]


def _target(url: URL) -> list[str]:
    # The password goes by the environment: arguments can be read by everybody on the machine.
    return ["--dbname", url.set(drivername="postgresql", password=None).render_as_string(hide_password=False)]


def _run(command: list[str], url: URL) -> None:
    environment = os.environ | ({"PGPASSWORD": str(url.password)} if url.password else {})
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise BackupError(f"{Path(command[0]).name} failed: {done.stderr.strip()[:500]}")
