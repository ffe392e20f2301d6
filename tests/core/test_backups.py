"""Backups: made while the database is in use, checked, restored; a damaged file is refused and nothing changes."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from survey.core.backups import BackupError, create_backup, restore_backup

NOW = datetime(2026, 11, 21, 3, 0, tzinfo=UTC)


@pytest.fixture
def database(tmp_path: Path) -> Path:
    path = tmp_path / "school.sqlite"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("CREATE TABLE answer (id INTEGER PRIMARY KEY, score INTEGER)")
        connection.executemany("INSERT INTO answer (score) VALUES (?)", [(n,) for n in range(500)])
        connection.commit()
    return path


def scores(path: Path) -> int:
    with closing(sqlite3.connect(path)) as connection:
        return int(connection.execute("SELECT count(*) FROM answer").fetchone()[0])


def test_a_backup_made_while_somebody_writes_restores_what_was_committed(database: Path, tmp_path: Path) -> None:
    with closing(sqlite3.connect(database)) as writer:
        writer.execute("INSERT INTO answer (score) VALUES (1)")
        writer.commit()
        made = create_backup(f"sqlite:///{database}", tmp_path / "backups", NOW)
        writer.execute("DELETE FROM answer")
        writer.commit()
    assert made.rows == 501
    assert made.path.stat().st_mode & 0o077 == 0
    restore_backup(f"sqlite:///{database}", made.path)
    assert scores(database) == 501


@pytest.mark.parametrize("damage", [b"not a backup", b""])
def test_a_damaged_backup_is_refused_and_the_database_stays(database: Path, tmp_path: Path, damage: bytes) -> None:
    broken = tmp_path / "broken.sqlite.gz"
    broken.write_bytes(damage)
    with pytest.raises(BackupError):
        restore_backup(f"sqlite:///{database}", broken)
    assert scores(database) == 500


def test_a_cut_off_backup_is_refused(database: Path, tmp_path: Path) -> None:
    made = create_backup(f"sqlite:///{database}", tmp_path / "backups", NOW)
    cut = tmp_path / "cut.sqlite.gz"
    cut.write_bytes(made.path.read_bytes()[:-200])
    with pytest.raises(BackupError):
        restore_backup(f"sqlite:///{database}", cut)
    assert scores(database) == 500


def test_a_backup_that_cannot_be_written_leaves_nothing(database: Path, tmp_path: Path) -> None:
    blocked = tmp_path / "blocked"
    blocked.write_text("a file where the folder should be")
    with pytest.raises((BackupError, OSError)):
        create_backup(f"sqlite:///{database}", blocked, NOW)
    assert not list(tmp_path.glob("*.gz"))
