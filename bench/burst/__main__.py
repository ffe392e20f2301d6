"""A hall of parents against the real server and database, with proof that nothing acknowledged is lost.

Run from the project's folder:  python -m bench.burst --parents 1000 --seconds 60 [--kill] [--json FILE]
Parents come during the first half of the time, think, and send before it ends; some tap twice, lose the reply, send
again or change their mind. `--kill` ends the server with kill -9 in the middle and starts it again. `--rate-search`
looks for the highest rate at which visits (page and form, without thinking) are still answered below one second.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from random import Random
from typing import Any

from bench.burst.figures import draw, latencies
from bench.burst.hall import WORKERS, Hall, open_hall
from bench.burst.parents import Tally, make_parents
from bench.burst.proof import prove

# With a server that goes away, people try for longer.
PATIENCE, PATIENCE_AFTER_KILL = 20.0, 60.0
KILL_AT, AWAY_SECONDS = 0.5, 1.0
STAGE_SECONDS, FIRST_RATE, STEP = 8.0, 40.0, 1.4
BAR_P99_MS = 1000


def main(argv: Sequence[str] | None = None) -> int:
    """Run what was asked for, print the figures, and return 1 when a bar is missed."""
    asked = _arguments(argv)
    with (
        tempfile.TemporaryDirectory(prefix="hieu-ro-burst-") as folder,
        open_hall(Path(folder), asked.database, asked.parents) as hall,
    ):
        result = _burst(hall, asked)
        if asked.rate_search:
            result["sustained_visits_per_second"] = _search_rate(hall, asked.seed)
    print(json.dumps(result, indent=2))
    if asked.json:
        asked.json.parent.mkdir(parents=True, exist_ok=True)
        asked.json.write_text(json.dumps(result, indent=2) + "\n", encoding="utf-8")
    return 0 if result["passed"] else 1


def _burst(hall: Hall, asked: argparse.Namespace) -> dict[str, Any]:
    patience = PATIENCE_AFTER_KILL if asked.kill else PATIENCE
    tally = asyncio.run(_fill_hall(hall, asked, patience))
    took = tally.clock.last - tally.clock.started
    proof = prove(hall, tally.receipts)
    times = latencies(tally.clock)
    is_complete = not tally.errors and proof.acknowledged == asked.parents
    # After a kill nobody expects a bar on waiting: the server was away.
    is_quick = asked.kill or (times["all"]["p99"] < BAR_P99_MS and tally.clock.interrupted == 0)
    if asked.picture:
        draw(tally.clock, f"{asked.parents} parents in {took:.0f} s, {WORKERS} web processes", asked.picture)
    return {
        "parents": asked.parents,
        "seconds": round(took, 1),
        "database": "postgresql" if asked.database else "sqlite",
        "killed": asked.kill,
        "submissions_per_second": round(proof.acknowledged / took, 1),
        "habits": dict(tally.habits),
        "errors": dict(tally.errors),
        "interrupted_requests": tally.clock.interrupted,
        "milliseconds": times,
        # The same figures flat, for whoever collects several benchmarks.
        "acknowledged": proof.acknowledged,
        "stored": proof.stored,
        "p50": times["all"].get("p50"),
        "p95": times["all"].get("p95"),
        "p99": times["all"].get("p99"),
        "proof": asdict(proof) | {"holds": proof.holds},
        "passed": proof.holds and is_complete and is_quick,
    }


async def _fill_hall(hall: Hall, asked: argparse.Namespace, patience: float) -> Tally:
    random, tally = Random(asked.seed), Tally()
    visits = [
        parent.visit(random.uniform(0, 0.5 * asked.seconds), random.uniform(0.1, 0.45) * asked.seconds)
        for parent in make_parents(hall.port, hall.code, asked.parents, tally, random, patience)
    ]
    tasks = [asyncio.create_task(visit) for visit in visits]
    if asked.kill:
        await asyncio.sleep(KILL_AT * asked.seconds)
        await asyncio.to_thread(hall.kill)
        await asyncio.sleep(AWAY_SECONDS)
        await asyncio.to_thread(hall.start)
    await asyncio.gather(*tasks)
    return tally


def _search_rate(hall: Hall, seed: int) -> float:
    """Return the highest rate of whole visits that the server kept up with, in steps."""
    rate, kept = FIRST_RATE, 0.0
    while True:
        reached, p99, is_clean = asyncio.run(_stage(hall, rate, seed))
        print(f"  {rate:.0f} visits/s asked: {reached:.0f} reached, p99 {p99:.0f} ms", file=sys.stderr)
        if not is_clean or p99 >= BAR_P99_MS or reached < 0.9 * rate:
            return round(kept, 1)
        rate, kept = rate * STEP, reached


async def _stage(hall: Hall, rate: float, seed: int) -> tuple[float, float, bool]:
    random, tally = Random(seed), Tally()
    number = int(rate * STAGE_SECONDS)
    parents = make_parents(hall.port, hall.code, number, tally, random, PATIENCE)
    began = time.monotonic()
    for parent in parents:
        parent.habit = "plain"
    await asyncio.gather(*(parent.visit(place / rate, 0) for place, parent in enumerate(parents)))
    reached = len(tally.receipts) / (time.monotonic() - began)
    return reached, latencies(tally.clock)["all"].get("p99", float("inf")), not tally.errors


def _arguments(argv: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.burst", description=__doc__)
    parser.add_argument("--parents", type=int, default=1000)
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--quick", action="store_true", help="100 parents in 5 seconds")
    parser.add_argument("--kill", action="store_true", help="kill -9 of the server in the middle, and a restart")
    parser.add_argument("--rate-search", action="store_true", help="also look for the highest sustained rate")
    parser.add_argument("--database", help="address of a PostgreSQL database; SQLite without it")
    parser.add_argument("--seed", type=int, default=71)
    parser.add_argument("--json", type=Path, help="write the figures to this file")
    parser.add_argument("--picture", type=Path, help="draw the latencies into this file (SVG or PNG)")
    asked = parser.parse_args(argv)
    if asked.quick:
        asked.parents, asked.seconds = 100, 5.0
    return asked


if __name__ == "__main__":
    raise SystemExit(main())
