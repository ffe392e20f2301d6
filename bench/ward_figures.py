"""How long all figures of a ward take, from counts, on one core.

Run from the project's folder:  python -m bench.ward_figures
A ward of 30 schools; five audiences; headline and five topics; two waves, two forms; classes as strata for pupils and
parents. Computed are all levels with verdicts, all changes with Holm's adjustment, and the roll-up over the schools.
"""

from __future__ import annotations

import argparse
import json
import sys
import time

import numpy as np

from analysis.records import ClusterCounts, Design
from analysis.results import all_results
from analysis.rollup import roll_up

AUDIENCES = {"teachers": 0, "employees": 0, "pupils_secondary": 12, "pupils_primary": 10, "parents": 18}
TOPICS = (None, "chuyen_doi_so", "xa_hoi_hoa", "phan_luong", "doi_ngu", "co_so_vat_chat")
WAVES = ("before", "after")


def make_school(random: np.random.Generator) -> list[ClusterCounts]:
    """Make the lines of one school: both waves, all audiences and topics, forms A and B."""
    lines = []
    for audience, classes in AUDIENCES.items():
        names = [f"{6 + number // 4}{'ABCD'[number % 4]}" for number in range(classes)]
        strata: list[str | None] = [*names] if names else [None]
        sizes = random.integers(28, 42, size=len(strata))
        for wave, share in zip(WAVES, (0.6, 0.88), strict=True):
            answered = random.binomial(sizes, 0.8)
            for topic in TOPICS:
                for stratum, size, number in zip(strata, sizes, answered, strict=True):
                    for form, part in (("A", (number + 1) // 2), ("B", number // 2)):
                        understood = int(random.binomial(part, share))
                        place = (wave, audience, topic, form, stratum, None, None)
                        lines.append(ClusterCounts(*place, int(size), int(part), understood))
    return lines


def figures(schools: dict[str, list[ClusterCounts]]) -> int:
    """Compute everything; return how many figures there are."""
    number = 0
    for lines in schools.values():
        found = all_results(lines, WAVES, lambda audience: Design())
        number += len(found.results) + len(found.differences)
    ward: dict[tuple[str, str, str | None], dict[str, list[ClusterCounts]]] = {}
    for name, lines in schools.items():
        for line in lines:
            ward.setdefault((line.wave, line.audience, line.topic), {}).setdefault(name, []).append(line)
    return number + sum(roll_up(parts, Design()).answered > 0 for parts in ward.values())


def main() -> int:
    """Time the figures of a ward; the exit code is 1 above the limit."""
    parser = argparse.ArgumentParser(description="Time all figures of a ward from counts.")
    parser.add_argument("--schools", type=int, default=30)
    parser.add_argument("--limit", type=float, default=1.0, help="seconds of processor time that are allowed")
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    random = np.random.default_rng(71)
    schools = {f"school {number:02}": make_school(random) for number in range(asked.schools)}
    started, processor = time.perf_counter(), time.process_time()
    number = figures(schools)
    spent = {
        "schools": asked.schools,
        "lines": sum(map(len, schools.values())),
        "figures": number,
        "seconds": round(time.perf_counter() - started, 3),
        "processor_seconds": round(time.process_time() - processor, 3),
    }
    print(json.dumps(spent) if asked.json else "\n".join(f"{name}: {value}" for name, value in spent.items()))
    return int(spent["processor_seconds"] > asked.limit)


if __name__ == "__main__":
    sys.exit(main())
