"""Stored answers by the batch: put together by the database, because row by row they take several times as long."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

from sqlalchemy import Table, bindparam, func, select
from sqlalchemy.orm import Session

from survey.responses.models import Response

# Answers written at a time: many enough that statements do not count, few enough that none takes long.
_CHUNK = 20_000
_KEY_BYTES = 16

_table = cast(Table, Response.__table__)
_HERE = (_table.c.organisation_id == bindparam("in_organisation"), _table.c.wave_id == bindparam("in_wave"))
# In the words of each driver: put together by the toolkit, a row would take three times as long.
_WRITE_ROW = "UPDATE response SET score = ?, pattern = ? WHERE organisation_id = ? AND wave_id = ? AND id = ?"
_WRITE_ROWS = """
    UPDATE response SET score = changed.score, pattern = changed.pattern
    FROM unnest(%s::smallint[], %s::smallint[], %s::bytea[]) AS changed (score, pattern, id)
    WHERE response.organisation_id = %s AND response.wave_id = %s AND response.id = changed.id
"""


@dataclass(frozen=True, slots=True)
class Batch:
    """The answers to one form; records: of each its key, then its packed answers.

    results: how many of them, one after the other, have which score and pattern.
    """

    form: str
    number: int
    key_size: int
    records: bytes
    results: tuple[tuple[int, int, int], ...]


# Keys of answers by their new score and pattern.
Changes = Mapping[tuple[int, int], Sequence[bytes]]


def read_batches(session: Session, *, wave_id: int, organisation_id: int) -> Iterator[Batch]:
    """Yield the stored answers of one organisation in one wave."""
    connection = session.connection()
    is_sqlite = connection.dialect.name == "sqlite"
    key, answers = (
        func.hex(column) if is_sqlite else func.encode(column, "hex") for column in (_table.c.id, _table.c.answers)
    )
    alike = _table.c.form, _table.c.score, _table.c.pattern
    query = select(*alike, func.count(), func.aggregate_strings(key.concat(answers), "")).where(*_HERE).group_by(*alike)
    place = {"in_organisation": organisation_id, "in_wave": wave_id}
    found: dict[str, list[Any]] = defaultdict(list)
    for form, *result in connection.execute(query, place):
        found[form].append(result)
    for form, results in found.items():
        yield Batch(
            form=form,
            number=sum(number for _score, _pattern, number, _records in results),
            key_size=_KEY_BYTES,
            records=bytes.fromhex("".join(records for *_, records in results)),
            results=tuple((number, score, pattern) for score, pattern, number, _records in results),
        )


def write_changes(session: Session, *, wave_id: int, organisation_id: int, changes: Changes) -> None:
    """Give answers their new scores and patterns."""
    rows = [(score, pattern, key) for (score, pattern), keys in changes.items() for key in keys]
    connection = session.connection()
    for start in range(0, len(rows), _CHUNK):
        chunk = rows[start : start + _CHUNK]
        if connection.dialect.name == "sqlite":
            connection.exec_driver_sql(
                _WRITE_ROW, [(score, pattern, organisation_id, wave_id, key) for score, pattern, key in chunk]
            )
        else:
            columns = [list(column) for column in zip(*chunk, strict=True)]
            connection.exec_driver_sql(_WRITE_ROWS, (*columns, organisation_id, wave_id))
