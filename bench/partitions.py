"""Does it pay to partition the table of answers by wave, on PostgreSQL?

Run from the project's folder:  python -m bench.partitions [--rows 2000000] [--waves 200] [--rounds 3] [--json FILE]
A server of its own with its usual durability holds the table twice: as the product makes it, and PARTITION BY LIST
(wave_id) with one partition a wave. Both get the same rows and then, in alternation, the same work: answers of one open
wave from 8 connections (pgbench), its counts, receipts, and the deletion of a wave whose time is over.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, cast

from sqlalchemy import Column, Connection, Integer, MetaData, Table, create_engine, text

from bench.faults.databases import Postgresql, postgresql
from survey.core.models import NAMING
from survey.responses.models import Response

PLAIN, PARTED = "plain", "parted"
SCHOOLS, CLASSES = 20, 30
CONNECTIONS, SECONDS = 8, 8

# One answer as the product stores it: random key, random hash, twelve questions.
_ROW = """
    {wave} * {schools} + {at} % {schools} + 1, {wave}, uuid_send(gen_random_uuid()),
    ({wave} * {schools} + {at} % {schools}) * {classes} + {at} / {schools} % {classes} + 1,
    ({wave} * {schools} + {at} % {schools}) * {classes} + {at} / {schools} % {classes} + 1,
    CASE WHEN {at} % 2 = 0 THEN 'A' ELSE 'B' END, uuid_send(gen_random_uuid()), date '2026-11-22', 'vi',
    substr(uuid_send(gen_random_uuid()), 1, 12), {at} % 13, 7936 + {at} * 37 % 256
"""
_COUNTS = """
    SELECT organisation_id, group_id, form, pattern, count(*) FROM {place}.response
    WHERE wave_id = {wave} AND organisation_id IN ({organisations})
    GROUP BY organisation_id, group_id, form, pattern
"""
# A receipt names no wave: it is looked for by its hash alone.
_RECEIPT = "SELECT form FROM {place}.response WHERE token_hash = decode(md5({at}::text), 'hex')"
_DELETE = "DELETE FROM {place}.response WHERE wave_id IN (SELECT id FROM wave WHERE id = {wave})"
# What closing a wave does besides counting (survey/responses/arrivals.py): its rows anew, in the order of their keys.
_CLOSE = """
    WITH taken AS (DELETE FROM {place}.response WHERE wave_id = {wave} RETURNING *)
    INSERT INTO {place}.response SELECT * FROM taken ORDER BY id
"""
_SIZES = """
    SELECT sum(pg_table_size(oid)), sum(pg_indexes_size(oid)) FROM pg_class
    WHERE relkind = 'r' AND relnamespace = '{place}'::regnamespace
"""


def main(argv: Sequence[str] | None = None) -> int:
    """Fill both tables, measure them in alternation, print and keep the figures."""
    parser = argparse.ArgumentParser(prog="python -m bench.partitions", description=__doc__)
    parser.add_argument("--rows", type=int, default=2_000_000)
    parser.add_argument("--waves", type=int, default=200)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--json", type=Path)
    asked = parser.parse_args(argv)
    # PostgreSQL runs as its own user and must be able to reach its folder.
    prefix = "hieu-ro-faults-partitions-"
    with tempfile.TemporaryDirectory(prefix=prefix) as folder, postgresql(Path(folder) / "pg") as server:
        found = measure(server, asked.rows, asked.waves, asked.rounds)
    found |= {"rows": asked.rows, "waves": asked.waves, "rounds": asked.rounds} | _run_of()
    print(json.dumps(found, indent=2))
    if asked.json:
        asked.json.write_text(json.dumps(found, indent=2) + "\n", encoding="utf-8")
    return 0


def measure(server: Postgresql, rows: int, waves: int, rounds: int) -> dict[str, Any]:
    """Return the medians of what each table was asked to do."""
    engine = create_engine(server.url, isolation_level="AUTOCOMMIT")
    times: dict[str, dict[str, list[float]]] = {PLAIN: {}, PARTED: {}}
    with engine.connect() as connection:
        _make(connection, waves)
        _fill(connection, rows, waves)
        sizes = {place: _sizes(connection, place, rows) for place in times}
        for turn in range(rounds):
            order = (PLAIN, PARTED) if turn % 2 == 0 else (PARTED, PLAIN)
            for place in order:
                for name, value in _round(server, connection, place, turn, waves).items():
                    times[place].setdefault(name, []).append(value)
            _show(f"round {turn + 1} of {rounds}")
    engine.dispose()
    return {
        place: {name: round(statistics.median(values), 2) for name, values in found.items()} | sizes[place]
        for place, found in times.items()
    }


def _make(connection: Connection, waves: int) -> None:
    """Make the table twice, with the keys it has in the product; what they lead to is reduced to its own keys."""
    tables = MetaData(naming_convention=NAMING)
    for name in ("organisation", "wave", "group", "collector"):
        Table(name, tables, Column("id", Integer, primary_key=True))
    for place in (PLAIN, PARTED):
        copy = cast(Table, Response.__table__).to_metadata(
            tables, schema=place, referred_schema_fn=lambda *_names: None
        )
        copy.dialect_options["postgresql"]["partition_by"] = "LIST (wave_id)" if place == PARTED else None
        connection.execute(text(f"CREATE SCHEMA {place}"))
    tables.create_all(connection)
    for wave in range(1, waves + 1):
        connection.execute(
            text(f"CREATE TABLE parted.response_{wave} PARTITION OF parted.response FOR VALUES IN ({wave})")
        )
    connection.execute(text(f"INSERT INTO wave SELECT generate_series(1, {waves})"))
    schools = (waves + 1) * SCHOOLS
    connection.execute(text(f"INSERT INTO organisation SELECT generate_series(1, {schools})"))
    for name in ("group", "collector"):
        connection.execute(text(f'INSERT INTO "{name}" SELECT generate_series(1, {(schools + 1) * CLASSES})'))


def _fill(connection: Connection, rows: int, waves: int) -> None:
    for wave in range(1, waves + 1):
        values = _ROW.format(wave=wave, at="at", schools=SCHOOLS, classes=CLASSES)
        connection.execute(
            text(f"INSERT INTO plain.response SELECT {values} FROM generate_series(1, {rows // waves}) AS at")
        )
        connection.execute(text(f"INSERT INTO parted.response SELECT * FROM plain.response WHERE wave_id = {wave}"))
        if wave % 10 == 0:
            _show(f"{wave * (rows // waves):,} of {rows:,} answers in both tables")
    connection.execute(text("VACUUM ANALYZE"))
    connection.execute(text("CHECKPOINT"))


def _sizes(connection: Connection, place: str, rows: int) -> dict[str, float]:
    table, indexes = map(float, connection.execute(text(_SIZES.format(place=place))).one())
    return {"table_mb": round(table / 1e6, 1), "index_mb": round(indexes / 1e6, 1)} | {
        "bytes_a_row": round((table + indexes) / rows, 1)
    }


def _round(server: Postgresql, connection: Connection, place: str, turn: int, waves: int) -> dict[str, float]:
    """Ask one table for everything once; the open wave is the newest, deleted are the oldest."""
    organisations = ", ".join(str(waves * SCHOOLS + school + 1) for school in range(SCHOOLS))
    counts = text(_COUNTS.format(place=place, wave=waves, organisations=organisations))
    connection.execute(text("CHECKPOINT"))
    found = {"inserts_a_second": _pgbench(server, _insert_script(place, waves))}
    # As people answer, without a VACUUM before; the faster table has more to count.
    answers = sum(int(row[-1]) for row in connection.execute(counts))
    found["count_ms_of_10000"] = _median_ms(lambda: connection.execute(counts).all()) * 10_000 / answers
    script = f"\\set at random(1, 1000000)\n{_RECEIPT.format(place=place, at=':at')};\n"
    found["receipts_a_second"] = _pgbench(server, script)
    found["close_ms"] = _ms(lambda: connection.execute(text(_CLOSE.format(place=place, wave=waves - 1 - turn))))
    return found | _erase(connection, place, 2 * turn + 1)


def _erase(connection: Connection, place: str, oldest: int) -> dict[str, float]:
    """Delete a wave as the product does, and VACUUM; and another one as its partition, where it has one."""
    delete = text(_DELETE.format(place=place, wave=oldest))
    before = _written(connection)
    found = {"delete_ms": _ms(lambda: connection.execute(delete))}
    found["delete_log_mb"] = (_written(connection) - before) / 1e6
    name = f"{place}.response" if place == PLAIN else f"{place}.response_{oldest}"
    found["vacuum_ms"] = _ms(lambda: connection.execute(text(f"VACUUM {name}")))
    if place == PARTED:
        before = _written(connection)
        found["drop_ms"] = _ms(lambda: connection.execute(text(f"DROP TABLE {place}.response_{oldest + 1}")))
        found["drop_log_mb"] = (_written(connection) - before) / 1e6
    return found


def _insert_script(place: str, wave: int) -> str:
    values = _ROW.format(wave=wave, at=":at", schools=SCHOOLS, classes=CLASSES)
    return f"\\set at random(1, 1000000)\nINSERT INTO {place}.response SELECT {values} ON CONFLICT DO NOTHING;\n"


def _pgbench(server: Postgresql, script: str) -> float:
    """Run one statement again and again from all connections; return how often a second."""
    command = [str(server.programs / "pgbench"), "-n", "-M", "prepared", "-f", "-", "-c", str(CONNECTIONS), "-j", "2"]
    command += ["-T", str(SECONDS), "-h", "127.0.0.1", "-p", str(server.port), "-U", "tests", "postgres"]
    with tempfile.NamedTemporaryFile("w", suffix=".sql") as file:
        file.write(script)
        file.flush()
        command[command.index("-")] = file.name
        done = subprocess.run(command, check=True, capture_output=True, text=True)
    found = re.search(r"tps = ([0-9.]+)", done.stdout)
    if found is None:
        raise RuntimeError(done.stdout + done.stderr)
    return float(found.group(1))


def _written(connection: Connection) -> float:
    return float(connection.execute(text("SELECT pg_wal_lsn_diff(pg_current_wal_insert_lsn(), '0/0')")).scalar_one())


def _median_ms(ask: Callable[[], object], times: int = 7) -> float:
    return statistics.median(_ms(ask) for _ in range(times))


def _ms(ask: Callable[[], object]) -> float:
    began = time.perf_counter()
    ask()
    return 1000 * (time.perf_counter() - began)


def _show(words: str) -> None:
    sys.stderr.write(f"\r  {words}   ")
    sys.stderr.flush()


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
