"""Measures the reader on filled sheets with known truth: python -m bench.paper.measure --sheets 60 --seed 20261122"""

from __future__ import annotations

import argparse
import json
import statistics
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from bench.paper.conditions import CONDITIONS
from bench.paper.marks import Truth, fill_sheet
from bench.paper.printed import Blank, print_blanks
from survey.paper.reading.images import decode_picture
from survey.paper.reading.records import PageRefused, RowReading, RowState
from survey.paper.reading.sheets import read_rows, straighten

INSTRUMENTS = ("parents", "community", "pupils_secondary", "staff", "pupils_primary")


@dataclass
class Tally:
    """What came out under one condition."""

    sheets: int = 0
    refused: Counter[str] = field(default_factory=Counter)
    serials_read: int = 0
    serials_wrong: int = 0
    rows: int = 0
    wrong: int = 0
    review: int = 0
    ambiguous: int = 0
    ambiguous_reviewed: int = 0
    invented: int = 0
    untouched: int = 0
    reasons: Counter[str] = field(default_factory=Counter)
    seconds: list[float] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)

    def note(self, truth: list[Truth], rows: tuple[RowReading, ...], name: str) -> None:
        """Compare one sheet with its truth; truly ambiguous rows that were decided wrongly count as silent too."""
        for true, read in zip(truth, rows, strict=True):
            self.rows += 1
            self.ambiguous += true.is_ambiguous
            if read.state == RowState.REVIEW:
                self.review += 1
                self.ambiguous_reviewed += true.is_ambiguous
                self.reasons[str(read.reason)] += 1
            elif frozenset(read.codes) != true.codes:
                self.wrong += 1
                self.invented += not true.codes
                self.faults.append(f"{name} row {read.place}: {sorted(true.codes)} read as {read.codes} {read.inks}")
        self.untouched += not any(read.state == RowState.REVIEW for read in rows)


def measure(condition: str, blanks: list[Blank], seed: int, keep: Path | None = None) -> Tally:
    """Fill, distort and read one copy of each blank sheet."""
    tally = Tally()
    for number, blank in enumerate(blanks):
        random = np.random.default_rng([seed, list(CONDITIONS).index(condition), number])
        page = blank.picture.copy()
        truth = fill_sheet(page, blank.layout, random, blank.form)
        data = CONDITIONS[condition](random, page)
        name = f"{condition.replace(' ', '-')}-{number}"
        if keep:
            (keep / f"{name}.jpg").write_bytes(data)
        tally.sheets += 1
        started = time.process_time()
        try:
            straight = straighten(decode_picture(data))
            rows = read_rows(straight, blank.layout)
        except PageRefused as error:
            tally.refused[str(error.reason)] += 1
            tally.faults.append(f"{name} refused: {error.reason}")
            continue
        finally:
            tally.seconds.append(time.process_time() - started)
        tally.serials_read += straight.serial == blank.serial
        tally.serials_wrong += straight.serial not in (None, blank.serial)
        tally.note(truth, rows, name)
    return tally


def line(name: str, tally: Tally) -> str:
    """Return one line of the table for docs/paper.md."""
    milliseconds = sorted(1000 * value for value in tally.seconds)
    p95 = milliseconds[min(len(milliseconds) - 1, int(0.95 * len(milliseconds)))]
    review = 100 * tally.review / max(1, tally.rows)
    return (
        f"| {name} | {tally.sheets - sum(tally.refused.values())}/{tally.sheets} | "
        f"{tally.serials_read} / {tally.serials_wrong} | {tally.wrong}/{tally.rows} | {review:.1f} % | "
        f"{tally.ambiguous_reviewed}/{tally.ambiguous} | {tally.untouched} | "
        f"{statistics.median(milliseconds):.0f} ({p95:.0f}) |"
    )


def main() -> None:
    """Measure every condition and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sheets", type=int, default=12, help="sheets for each condition")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", choices=CONDITIONS)
    parser.add_argument("--keep", type=Path, help="folder for the pictures")
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    if options.keep:
        options.keep.mkdir(parents=True, exist_ok=True)
    blanks = [
        blank
        for n, instrument in enumerate(INSTRUMENTS)
        for blank in print_blanks(instrument, len(range(n, options.sheets, len(INSTRUMENTS))))
    ]
    heads = ("condition", "read", "serial read / wrong", "silent wrong", "to review", "ambiguous in review")
    print("|", " | ".join((*heads, "no person needed", "ms median (p95)")), "|")
    print("|", " | ".join(["---"] * 8), "|")
    tallies = {}
    for condition in CONDITIONS if not options.only else [options.only]:
        tallies[condition] = tally = measure(condition, blanks, options.seed, options.keep)
        print(line(condition, tally), flush=True)
    print()
    for tally in tallies.values():
        print(*tally.faults, dict(tally.reasons), sep="\n")
    if options.json:
        options.json.write_text(json.dumps({k: vars(t) for k, t in tallies.items()}, default=dict, indent=1))


if __name__ == "__main__":
    main()
