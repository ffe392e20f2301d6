"""`python -m bench.bars.run [--quick] [--only NAME] [--json FILE]`: measures the bars and prints them as a table."""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from dataclasses import asdict
from pathlib import Path

from bench.bars.measures import FULL, MEASURES, QUICK, Bar

SIGNS = {True: "met", False: "NOT MET", None: "not measured"}


def main() -> int:
    """Measure; return 1 where a bar is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="one short round each")
    parser.add_argument("--only", choices=list(MEASURES), action="append")
    parser.add_argument("--json", type=Path)
    arguments = parser.parse_args()
    plan = QUICK if arguments.quick else FULL
    bars: list[Bar] = []
    for name in arguments.only or MEASURES:
        # A fresh database each: what one measure stored must not weigh on the next.
        with tempfile.TemporaryDirectory(prefix="hieu-ro-bench-") as folder:
            found = MEASURES[name](Path(folder), plan)
        for bar in found if isinstance(found, list) else [found]:
            bars.append(bar)
            print(line(bar), flush=True)
    if arguments.json:
        arguments.json.write_text(json.dumps([asdict(bar) for bar in bars], indent=2), encoding="utf-8")
    return 1 if any(bar.met is False for bar in bars) else 0


def line(bar: Bar) -> str:
    """Return one line of the table."""
    figures = "  ".join(f"{name} {value:,.2f}" for name, value in bar.figures.items())
    return f"{bar.name:<16} {SIGNS[bar.met]:<12} {bar.bar:<46} {figures} {bar.note}".rstrip()


if __name__ == "__main__":
    sys.exit(main())
