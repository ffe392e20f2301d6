"""Causes what goes wrong in real life, and says what came of it.

Run from the project's folder:  python -m bench.faults [NAME...] [--json FILE]
Names: disk, database, servers, front, clock, kill, migration. Linux; a full disk needs the right to mount a file
system, PostgreSQL's programs and nginx must be installed.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path

from bench.burst.__main__ import main as burst
from bench.faults.clocks import set_clock_back
from bench.faults.crowd import Outcome
from bench.faults.databases import postgresql, take_database_away
from bench.faults.disks import fill_disk
from bench.faults.fronts import kill_one_behind_nginx
from bench.faults.migrations import cut_migration
from bench.faults.servers import start_two


def main(argv: Sequence[str] | None = None) -> int:
    """Cause the faults that were asked for, print their table, and return 1 when a promise was broken."""
    parser = argparse.ArgumentParser(prog="python -m bench.faults", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"one of {', '.join(FAULTS)}; all without any")
    parser.add_argument("--json", type=Path, help="write the outcomes to this file")
    asked = parser.parse_args(argv)
    unknown = [name for name in asked.names if name not in FAULTS]
    if unknown:
        parser.error(f"no such fault: {', '.join(unknown)}")
    outcomes: list[Outcome] = []
    for name in asked.names or FAULTS:
        with tempfile.TemporaryDirectory(prefix="hieu-ro-faults-") as folder:
            for outcome in FAULTS[name](Path(folder)):
                print(_lines(outcome), flush=True)
                outcomes.append(outcome)
    if asked.json:
        asked.json.write_text(json.dumps(_result(outcomes), ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    return 0 if all(outcome.holds for outcome in outcomes) else 1


def _kill(folder: Path) -> Iterable[Outcome]:
    """A burst of parents with kill -9 of every process of the server in the middle, on both engines."""
    yield _killed("SQLite", folder / "sqlite.json", [])
    with postgresql(folder / "pg") as server:
        yield _killed("PostgreSQL", folder / "postgresql.json", ["--database", server.url])


def _killed(engine: str, figures: Path, more: list[str]) -> Outcome:
    sys.stdout.flush()
    burst(["--parents", "200", "--seconds", "15", "--kill", "--json", str(figures), *more])
    found = json.loads(figures.read_text(encoding="utf-8"))
    outcome = Outcome(f"kill -9 during a burst, {engine}")
    outcome.checks = {
        "nothing acknowledged is lost, stored twice or altered": found["proof"]["holds"],
        "every parent ended with a receipt": not found["errors"] and found["acknowledged"] == found["parents"],
    }
    outcome.figures = {name: found[name] for name in ("parents", "acknowledged", "stored")}
    outcome.figures |= {"lost": found["proof"]["lost"], "broken_off": found["interrupted_requests"]}
    return outcome


def _migration(folder: Path) -> Iterable[Outcome]:
    yield cut_migration(folder / "sqlite")
    with postgresql(folder / "pg") as server:
        yield cut_migration(folder / "postgresql", server.url)


FAULTS: dict[str, Callable[[Path], Iterable[Outcome]]] = {
    "disk": lambda folder: [fill_disk(folder)],
    "database": lambda folder: [take_database_away(folder)],
    "servers": lambda folder: [start_two(folder)],
    "front": lambda folder: [kill_one_behind_nginx(folder)],
    "clock": lambda folder: [set_clock_back(folder)],
    "kill": _kill,
    "migration": _migration,
}


def _lines(outcome: Outcome) -> str:
    head = f"{'holds ' if outcome.holds else 'BROKEN'}  {outcome.fault}  {json.dumps(outcome.figures)}"
    return "\n".join([head, *(f"    {'yes' if kept else 'NO '} {check}" for check, kept in outcome.checks.items())])


def _result(outcomes: Sequence[Outcome]) -> dict[str, object]:
    commit = subprocess.run(["git", "rev-parse", "--short", "HEAD"], capture_output=True, text=True, check=False)
    return {
        "date": f"{datetime.now(UTC):%Y-%m-%d}",
        "commit": commit.stdout.strip(),
        "holds": all(outcome.holds for outcome in outcomes),
        "faults": [
            {"fault": outcome.fault, "holds": outcome.holds, "checks": outcome.checks, "figures": outcome.figures}
            for outcome in outcomes
        ],
    }


if __name__ == "__main__":
    raise SystemExit(main())
