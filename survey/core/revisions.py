"""Which form the database has, and which it should have, without loading the migration tool."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Engine, inspect, text

MIGRATIONS = Path(__file__).resolve().parent.parent / "migrations"


def newest_revision() -> str | None:
    """Return the name of the newest migration in the project, read from the file names."""
    # Flask-Alembic names a file by its revision, and a revision by the second in which it was made.
    names = sorted((path.stem.split("_", 1)[0] for path in MIGRATIONS.glob("[0-9]*.py")), key=int)
    return names[-1] if names else None


def stored_revision(engine: Engine) -> str | None:
    """Return the migration that the database has had last; None for an empty one."""
    reading = engine.execution_options(begin_deferred=True)
    if "alembic_version" not in inspect(reading).get_table_names():
        return None
    with reading.connect() as connection:
        revision = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    return None if revision is None else str(revision)


def is_empty(engine: Engine) -> bool:
    """Return whether the database has no tables at all."""
    return not inspect(engine.execution_options(begin_deferred=True)).get_table_names()
