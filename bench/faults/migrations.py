"""An upgrade of the database is killed between two statements: a backup is there, and the next start completes it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, create_engine, event, inspect, text
from sqlalchemy.engine import make_url

from bench.faults.crowd import Outcome
from survey.app import create_app
from survey.cli import register
from survey.cli.database import alembic
from survey.config import PROJECT
from survey.core.backups import list_backups
from survey.core.revisions import MIGRATIONS, newest_revision, stored_revision
from survey.web.db_session import db

KILLS = 5
_CHANGES = ("CREATE", "ALTER", "DROP", "INSERT", "UPDATE")


def cut_migration(folder: Path, server: str | None = None, places: Sequence[int] = ()) -> Outcome:
    """Kill an upgrade from the oldest form at several places, look at what is left, and complete it.

    server: address of a PostgreSQL server; SQLite without it. places: before which changes; without any, spread over
    the whole upgrade.
    """
    engine = "PostgreSQL" if server else "SQLite"
    outcome = Outcome(f"migration interrupted, {engine}")
    if not places:
        number = _measure(folder / "whole", server)
        places = sorted({1 + round(step * (number - 1) / (KILLS - 1)) for step in range(KILLS)})
        outcome.figures["statements"] = number
    outcome.figures["killed_before"] = list(places)
    for place in places:
        _check(outcome, _cut(folder / f"cut-{place}", server, place))
    return outcome


def _check(outcome: Outcome, found: dict[str, Any]) -> None:
    promises = {
        "the upgrade was killed": found["ended"] == -signal.SIGKILL,
        "a verified backup was made before": found["backups"] == 1,
        "the database still has a whole, known form": found["left"] in _revisions(),
        "the rows are there": found["rows"] == 1,
        "the next start completes the upgrade": found["status"] == 0 and found["revision"] == newest_revision(),
        "and the rows are still there": found["rows_after"] == 1,
    }
    for promise, is_kept in promises.items():
        outcome.checks[promise] = outcome.checks.get(promise, True) and is_kept


def _revisions() -> set[str]:
    return {path.stem.split("_", 1)[0] for path in MIGRATIONS.glob("[0-9]*.py")}


def _measure(folder: Path, server: str | None) -> int:
    """Return how many statements that change something the whole upgrade has."""
    done = _upgrade(_prepared(folder, server), 0)
    return int(json.loads(done.stdout.splitlines()[-1])["statements"])


def _cut(folder: Path, server: str | None, place: int) -> dict[str, Any]:
    settings = _prepared(folder, server)
    killed = _upgrade(settings, place)
    found: dict[str, Any] = {"ended": killed.returncode, "backups": len(list_backups(folder / "backups"))}
    engine = create_engine(settings["SURVEY_DATABASE_URL"])
    found |= {"left": stored_revision(engine), "rows": _rows(engine.connect())}
    again = subprocess.run(
        [sys.executable, "-m", "flask", "--app", "wsgi", "db", "upgrade"],
        cwd=PROJECT,
        env=os.environ | settings,
        check=False,
    )
    found |= {"status": again.returncode, "revision": stored_revision(engine), "rows_after": _rows(engine.connect())}
    engine.dispose()
    return found


def _rows(connection: Connection) -> int:
    with connection:
        return int(connection.execute(text("SELECT count(*) FROM organisation")).scalar_one())


def _prepared(folder: Path, server: str | None) -> dict[str, str]:
    """Make a database of the oldest form with one row, and return the settings for it."""
    folder.mkdir(parents=True)
    url = f"sqlite:///{folder / 'old.sqlite'}" if server is None else _new_database(server, folder.name)
    settings = {"SURVEY_DATA_DIR": str(folder), "SURVEY_DATABASE_URL": url}
    subprocess.run([sys.executable, "-m", __spec__.name, "make"], cwd=PROJECT, env=os.environ | settings, check=True)
    return settings


def _new_database(server: str, name: str) -> str:
    admin = create_engine(server, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text(f'CREATE DATABASE "{name}"'))
    admin.dispose()
    return make_url(server).set(database=name).render_as_string(hide_password=False)


def _upgrade(settings: dict[str, str], place: int) -> subprocess.CompletedProcess[str]:
    """Upgrade in a process of its own that is killed before the statement with this number; 0: never."""
    command = [sys.executable, "-m", __spec__.name, str(place)]
    return subprocess.run(
        command, cwd=PROJECT, env=os.environ | settings, check=False, stdout=subprocess.PIPE, text=True
    )


def main(word: str) -> None:
    """Run in the process that is killed: make an old database, or upgrade it up to a statement."""
    app = create_app()
    register(app)
    with app.app_context():
        if word == "make":
            alembic.upgrade(min(_revisions(), key=int))
            columns = {column["name"] for column in inspect(db.engine).get_columns("organisation")}
            row = {"name": "'Trường Mẫu'", "kind": "'school'", "code": "'MAU'", "path": "'/1/'", "is_demo": "false"}
            names = [name for name in row if name in columns]
            with db.engine.begin() as connection:
                values = ", ".join(row[name] for name in names)
                connection.execute(text(f"INSERT INTO organisation ({', '.join(names)}) VALUES ({values})"))
            return
        seen = _count_and_kill(int(word))
        app.test_cli_runner().invoke(args=["db", "upgrade"])
        print(json.dumps({"statements": len(seen)}))


def _count_and_kill(place: int) -> list[str]:
    seen: list[str] = []

    @event.listens_for(db.engine, "before_cursor_execute")
    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        if statement.lstrip().upper().startswith(_CHANGES):
            seen.append(statement)
            if len(seen) == place:
                os.kill(os.getpid(), signal.SIGKILL)

    return seen


if __name__ == "__main__":
    main(sys.argv[1])
