"""Measures the whole product on this machine: `./run bench [--quick] [--json FILE] [--picture FILE]`.

The respondent's path against bare applications of the same run, a hall of parents with proof that nothing is lost, slow
disks, stalled phones, charts made in the meantime, the weight of a web process, and reports over many answers.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import json
import os
import platform
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bench.bars.measures import FULL, MEASURES, QUICK, Bar
from bench.bars.run import line
from bench.bars.servers import PROJECT
from bench.burst.__main__ import main as run_burst
from bench.picture import draw

# Answers in closed waves over which reports are timed, and in the open one.
ANSWERS, OPEN = (100_000, 1_000_000), 100_000
QUICK_ANSWERS, QUICK_OPEN = (80_000,), 20_000
BURST_FIGURES = ("parents", "seconds", "acknowledged", "stored", "errors", "p50", "p95", "p99", "passed")


def main(argv: Sequence[str] | None = None) -> int:
    """Measure everything, print a table, write what was asked for; 1 when a bar is missed."""
    asked = _arguments(argv)
    bars = [bar for name in MEASURES for bar in _bars(name, asked.quick, asked.data)]
    burst = _burst(asked.quick)
    reports = _reports(asked.quick, asked.answers or ANSWERS)
    result = _result(bars, burst, reports)
    if asked.json:
        asked.json.parent.mkdir(parents=True, exist_ok=True)
        asked.json.write_text(json.dumps(result, indent=2) + "\n", encoding="utf-8")
    if asked.picture:
        draw(bars, asked.picture, f"{result['date']}, {result['machine']}")
    missed = [bar.name for bar in bars if bar.met is False]
    missed += [name for name, met in _outcomes(burst, reports) if not met]
    print("all bars met" if not missed else f"missed: {', '.join(missed)}")
    return 1 if missed else 0


def _outcomes(burst: dict[str, Any], reports: dict[int, dict[str, Any]]) -> list[tuple[str, bool]]:
    return [("burst", burst["passed"]), *((f"reports of {number:,}", one["met"]) for number, one in reports.items())]


def _bars(name: str, is_quick: bool, data: Path | None) -> list[Bar]:
    # A fresh database each: what one measure stored must not weigh on the next.
    with tempfile.TemporaryDirectory(prefix="hieu-ro-bench-") as folder:
        if data is not None:
            subprocess.run(["cp", "-r", f"{data}/.", folder], check=True)
        found = MEASURES[name](Path(folder), QUICK if is_quick else FULL)
    bars = found if isinstance(found, list) else [found]
    for bar in bars:
        print(line(bar), flush=True)
    return bars


def _burst(is_quick: bool) -> dict[str, Any]:
    with tempfile.TemporaryDirectory(prefix="hieu-ro-bench-") as folder:
        figures = Path(folder) / "burst.json"
        with contextlib.redirect_stdout(io.StringIO()):
            run_burst(["--json", str(figures), *(["--quick"] if is_quick else [])])
        found: dict[str, Any] = json.loads(figures.read_text(encoding="utf-8"))
    burst = {name: found[name] for name in BURST_FIGURES} | {"errors": sum(found["errors"].values())}
    print(_row("burst", burst["passed"], "none lost, p99 under 1 s", burst), flush=True)
    return burst


def _reports(is_quick: bool, answers: Sequence[int]) -> dict[int, dict[str, Any]]:
    """Return what pages of reports cost, by the number of answers in closed waves."""
    found: dict[int, dict[str, Any]] = {}
    for number in QUICK_ANSWERS if is_quick else answers:
        volume = _volume(number, QUICK_OPEN if is_quick else OPEN)
        found[volume["answers_in_closed_waves"]] = volume
        for state, limit in (("closed", 300), ("open", 1000)):
            for page, times in volume[f"{state}_ms"].items():
                met = times["again"] <= limit
                print(_row(f"{number:,} {state} {page}", met, f"under {limit} ms, looked at again", times), flush=True)
    return found


def _volume(answers: int, open_answers: int) -> dict[str, Any]:
    # A process of its own: what another one remembers of equal counts must not make it look faster.
    with tempfile.TemporaryDirectory(prefix="hieu-ro-bench-") as folder:
        figures = Path(folder) / "volume.json"
        sizes = ["--answers", str(answers), "--open-answers", str(open_answers)]
        command = [sys.executable, "-m", "bench.volume", *sizes, "--json", str(figures)]
        subprocess.run(command, cwd=PROJECT, stdout=subprocess.DEVNULL, check=False)
        found: dict[str, Any] = json.loads(figures.read_text(encoding="utf-8"))
    return found


def _row(name: str, met: bool | None, bar: str, figures: dict[str, Any]) -> str:
    numbers = {key: float(value) for key, value in figures.items() if isinstance(value, (int, float))}
    return line(Bar(name, numbers, bar, met))


def _result(bars: Sequence[Bar], burst: dict[str, Any], reports: dict[int, dict[str, Any]]) -> dict[str, Any]:
    by_name = {bar.name: {**bar.figures, "met": bar.met} for bar in bars}
    return {
        "get_ratio": by_name["get_ratio"].get("ratio"),
        "post_ratio": by_name["post_ratio"].get("ratio"),
        "burst": burst,
        "report_ms": {
            str(number): {name: page["again"] for name, page in one["closed_ms"].items()}
            for number, one in reports.items()
        },
        "reports": list(reports.values()),
        "slow_disk": by_name["slow_disk"],
        "stalled": by_name["stalled_phones"],
        "chart": by_name["chart_meanwhile"],
        "worker_mb": by_name["worker_mb"].get("mb"),
        "import_s": by_name["import_s"].get("s"),
        "bars": by_name,
        "version": _git("describe", "--tags", "--always"),
        "commit": _git("rev-parse", "--short", "HEAD"),
        "date": f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC",
        "machine": _machine(),
        "load_average": list(os.getloadavg()) if hasattr(os, "getloadavg") else None,
    }


def _machine() -> str:
    return f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}"


def _git(*arguments: str) -> str:
    done = subprocess.run(["git", *arguments], cwd=PROJECT, capture_output=True, text=True, check=False)
    return done.stdout.strip()


def _arguments(argv: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="./run bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="one short round each, a minute or two in all")
    parser.add_argument(
        "--answers", type=int, action="append", help="in closed waves, for the reports; may be given several times"
    )
    parser.add_argument("--data", type=Path, help="a data folder with the demo, instead of loading it each time")
    parser.add_argument("--json", type=Path, help="write the figures to this file")
    parser.add_argument("--picture", type=Path, help="draw the figures into this file (SVG or PNG)")
    return parser.parse_args(argv)


if __name__ == "__main__":
    sys.exit(main())
