"""How long the command takes for a million rows of CSV, and how much memory.

Run from the project's folder:  python -m bench.command_rows [--rows 1000000] [--simple]
The rows are the hardest kind: two forms of ten items each, classes and linking codes, with item analysis and drift.
With --simple they hold wave, audience, class and `understood` alone.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from random import Random

TOPICS = ("chuyen_doi_so", "xa_hoi_hoa", "phan_luong", "doi_ngu", "co_so_vat_chat")
ITEMS = [(f"{topic}-{level}-{form}", form, topic, level) for form in "AB" for topic in TOPICS for level in ("1", "2")]


def write_tables(folder: Path, rows: int, *, simple: bool) -> list[str]:
    """Write the tables; return the words of the command."""
    random = Random(71)
    path = folder / "responses.csv"
    with path.open("w", encoding="utf-8") as stream:
        head = ["wave", "audience", "stratum"]
        head += ["understood"] if simple else ["form", "code", *(f"item:{name}" for name, *_ in ITEMS)]
        stream.write(",".join(head) + "\n")
        for number in range(rows):
            stream.write(_row(random, number, rows, simple=simple) + "\n")
    if simple:
        return [str(path)]
    key = folder / "key.csv"
    lines = [f"{name},{form},{topic},{level},{place % 4 + 1}" for place, (name, form, topic, level) in enumerate(ITEMS)]
    key.write_text("\n".join(["item,form,topic,level,key", *lines]) + "\n", encoding="utf-8")
    return [str(path), "--key", str(key)]


def _row(random: Random, number: int, rows: int, *, simple: bool) -> str:
    after = number >= rows // 2
    place = ["after" if after else "before", ("staff", "parents", "pupils")[number % 3]]
    place.append(f"{6 + number % 4}{'ABCDE'[number // 7 % 5]}")
    share = 0.9 if after else 0.6
    if simple:
        return ",".join([*place, str(int(random.random() < share))])
    form = "AB"[random.random() < 0.5]
    cells = [
        "" if own != form else str(item % 4 + 1) if random.random() < share else str(int(random.random() * 5))
        for item, (_, own, *_) in enumerate(ITEMS)
    ]
    return ",".join([*place, form, f"MA{number % (rows // 2):07}", *cells])


def main() -> int:
    """Time the command in a process of its own; the exit code is 1 above a limit."""
    parser = argparse.ArgumentParser(description="Time the command on many rows.")
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--simple", action="store_true")
    parser.add_argument("--seconds", type=float, default=10.0, help="seconds that are allowed")
    parser.add_argument("--mebibytes", type=float, default=1024.0, help="memory that is allowed")
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        words = write_tables(Path(folder), asked.rows, simple=asked.simple)
        spent = _timed([sys.executable, "-m", "analysis", *words, "--json"])
    spent = {"rows": asked.rows, **spent}
    print(json.dumps(spent) if asked.json else "\n".join(f"{name}: {value}" for name, value in spent.items()))
    return int(spent["seconds"] > asked.seconds or spent["mebibytes"] > asked.mebibytes)


def _timed(command: list[str]) -> dict[str, float]:
    started = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    if os.waitstatus_to_exitcode(status):
        raise SystemExit("the command failed")
    return {
        "seconds": round(time.perf_counter() - started, 2),
        "processor_seconds": round(usage.ru_utime + usage.ru_stime, 2),
        "mebibytes": round(usage.ru_maxrss / 1024, 1),
    }


if __name__ == "__main__":
    sys.exit(main())
