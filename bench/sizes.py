"""How much room answers take, and how long a backup and its restoring last, on both engines.

Run from the project's folder:  python -m bench.sizes [--answers 1000000] [--json FILE]
A ward of 20 schools and 600 classes with so many answers in two waves, as the product's own operations make them;
backup and restore are those of `backup create` and `backup restore`. PostgreSQL is a server of its own with its usual
durability.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import tempfile
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, func, select, text
from sqlalchemy.orm import Session

from bench.burst.hall import connect
from bench.faults.databases import postgresql
from bench.volume.fieldwork import make_open_ward
from survey.campaigns.models import Wave
from survey.core.backups import create_backup, restore_backup
from survey.core.clock import utc_now
from survey.core.models import Model
from survey.demo.operations import publish_questionnaires
from survey.responses.closing import close_wave
from survey.responses.models import Response


def main(argv: Sequence[str] | None = None) -> int:
    """Measure both engines, print and keep the figures."""
    parser = argparse.ArgumentParser(prog="python -m bench.sizes", description=__doc__)
    parser.add_argument("--answers", type=int, default=1_000_000)
    parser.add_argument("--json", type=Path)
    asked = parser.parse_args(argv)
    found: dict[str, Any] = {}
    # PostgreSQL runs as its own user and must be able to reach its folder.
    with tempfile.TemporaryDirectory(prefix="hieu-ro-faults-sizes-") as folder:
        place = Path(folder)
        found["sqlite"] = measure(f"sqlite:///{place / 'answers.sqlite'}", place / "sqlite", asked.answers)
        with postgresql(place / "pg") as server:
            found["postgresql"] = measure(server.url, place / "postgresql", asked.answers)
    found |= _run_of()
    print(json.dumps(found, indent=2))
    if asked.json:
        asked.json.write_text(json.dumps(found, indent=2) + "\n", encoding="utf-8")
    return 0


def measure(url: str, folder: Path, answers: int) -> dict[str, Any]:
    """Fill a database, then back it up and restore it, and prove that the answers are there again."""
    engine = connect(url)
    Model.metadata.create_all(engine)
    with Session(engine, expire_on_commit=False) as session:
        publish_questionnaires(session, now=utc_now())
        session.commit()
        empty = _bytes(engine)
        filling = _seconds(lambda: make_open_ward(session, answers // 2, now=utc_now()))
        session.commit()
        wave_id = session.scalars(select(Wave.id).where(Wave.state == "open")).one()
        closing = _seconds(lambda: _close(session, wave_id))
    rows, grown = _rows(engine), _bytes(engine) - empty
    engine.dispose()
    began = time.perf_counter()
    backup = create_backup(url, folder, utc_now())
    backing_up = time.perf_counter() - began
    restoring = _seconds(lambda: restore_backup(url, backup.path))
    engine = connect(url)
    restored = _rows(engine)
    engine.dispose()
    if restored != rows:
        raise RuntimeError(f"{rows} answers before, {restored} after")
    return {
        "answers": rows,
        "bytes_an_answer": round(grown / rows, 1),
        "seconds_to_store": round(filling, 1),
        "seconds_to_close_a_wave_of_half": round(closing, 1),
        "backup_seconds": round(backing_up, 1),
        "backup_mb": round(backup.path.stat().st_size / 1e6, 1),
        "restore_seconds": round(restoring, 1),
    }


def _close(session: Session, wave_id: int) -> None:
    close_wave(session, wave_id=wave_id, user_id=None, now=utc_now())
    session.commit()


def _bytes(engine: Engine) -> float:
    """Return what the table of answers and its indexes take; on SQLite the whole file."""
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        if engine.dialect.name == "postgresql":
            connection.execute(text("VACUUM ANALYZE response"))
            return float(connection.execute(text("SELECT pg_total_relation_size('response')")).scalar_one())
        pages = connection.execute(text("PRAGMA page_count")).scalar_one()
        return float(pages * connection.execute(text("PRAGMA page_size")).scalar_one())


def _rows(engine: Engine) -> int:
    with Session(engine) as session:
        return session.scalar(select(func.count()).select_from(Response)) or 0


def _seconds(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def _run_of() -> dict[str, Any]:
    commit = subprocess.run(["git", "rev-parse", "--short", "HEAD"], capture_output=True, text=True, check=False)
    return {
        "date": f"{datetime.now(UTC):%Y-%m-%d}",
        "commit": commit.stdout.strip(),
        "cores": os.cpu_count(),
        "load": [round(one, 1) for one in os.getloadavg()],
    }


if __name__ == "__main__":
    raise SystemExit(main())
