"""Operating characteristics: how often the intervals cover, the verdicts err and the changes are seen.

Run from the project's folder:  python -m bench.simulate --csv docs/simulation.csv --picture docs/simulation.svg
The same seed gives the same numbers. A full run takes a few minutes on one core; `--replicates 400` is a quick look.
"""

from __future__ import annotations

import argparse
import csv
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, fields
from pathlib import Path

import numpy as np

from bench.simulation.changes import class_changes, list_changes
from bench.simulation.classes import class_samples, class_strata, unlike_silence, wards
from bench.simulation.codes import linking_codes
from bench.simulation.lists import enumerated_lists, short_lists, unknown_lists
from bench.simulation.picture import draw
from bench.simulation.rows import Row
from bench.simulation.summary import in_markdown

STEPS = 39 + 31 + 12 + 40 + 4 + 16 + 6 + 64 + 24 + 15
"""How many lists of rows all parts yield together, for the progress bar."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run the simulation and write what was asked for; print the summary."""
    asked = _arguments(argv)
    # A folder that cannot be made shows now, not after minutes of work.
    for path in filter(None, (asked.csv, asked.picture)):
        path.parent.mkdir(parents=True, exist_ok=True)
    started = time.monotonic()
    rows = read(asked.read) if asked.read else _simulate(asked.seed, asked.replicates, started)
    if asked.csv:
        _write(rows, asked.csv)
    if asked.picture:
        draw(rows, asked.picture)
    print(in_markdown(rows))
    if not asked.read:
        print(f"Seed {asked.seed}, {asked.replicates} replicates a scenario, {time.monotonic() - started:.0f} s.")
    return 0


def _simulate(seed: int, replicates: int, started: float) -> list[Row]:
    rows: list[Row] = []
    for step, found in enumerate(_parts(seed, replicates), 1):
        rows += found
        _progress(step, STEPS, found[0].part, started)
    print(file=sys.stderr)
    return rows


def _parts(seed: int, replicates: int) -> Iterator[list[Row]]:
    """Yield the rows of every part; each part has its own stream of random numbers, so parts can be changed alone."""
    yield from enumerated_lists()
    yield from short_lists()
    yield from unknown_lists()
    drawn: Sequence[Callable[[np.random.Generator, int], Iterator[list[Row]]]] = (
        class_strata,
        unlike_silence,
        class_samples,
        wards,
        list_changes,
        class_changes,
        linking_codes,
    )
    for part, stream in zip(drawn, np.random.SeedSequence(seed).spawn(len(drawn)), strict=True):
        yield from part(np.random.default_rng(stream), replicates)


def _arguments(argv: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="How often intervals cover and verdicts err.")
    parser.add_argument("--seed", type=int, default=71)
    parser.add_argument("--replicates", type=int, default=3000, help="per scenario (default 3000)")
    parser.add_argument("--read", type=Path, help="take the numbers from this file instead of simulating")
    parser.add_argument("--csv", type=Path, help="write every number to this file")
    parser.add_argument("--picture", type=Path, help="write the picture (.svg or .png)")
    return parser.parse_args(argv)


def _progress(step: int, steps: int, part: str, started: float) -> None:
    done = min(step / steps, 1.0)
    left = (time.monotonic() - started) * (1 - done) / done
    bar = "#" * round(30 * done)
    print(f"\r[{bar:<30}] {done:4.0%}  {part:<16} about {left:3.0f} s left ", end="", file=sys.stderr, flush=True)


def _write(rows: Sequence[Row], path: Path) -> None:
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, [field.name for field in fields(Row)], lineterminator="\n")
        writer.writeheader()
        for row in rows:
            written = asdict(row)
            written["value"], written["error"] = f"{row.value:.6g}", f"{row.error:.2g}"
            writer.writerow(written)


def read(path: Path) -> list[Row]:
    """Read the numbers of an earlier run."""
    with path.open(encoding="utf-8", newline="") as stream:
        return [
            Row(
                **{name: row[name] for name in ("part", "method", "truth", "setting", "measure")},
                population=int(row["population"]),
                classes=int(row["classes"]) if row["classes"] else None,
                response=float(row["response"]) if row["response"] else None,
                value=float(row["value"]),
                error=float(row["error"]),
                replicates=int(row["replicates"]),
            )
            for row in csv.DictReader(stream)
        ]


if __name__ == "__main__":
    sys.exit(main())
