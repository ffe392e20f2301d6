"""`python -m bench.bars.flame --svg FILE`: what a web process does for an answer, sampled while it is being served.

Needs py-spy and the right to look into other processes (root, or ptrace_scope 0). Counted is the thread that holds the
interpreter: whoever waits for it, for a lock, the disk or a phone does nothing. The processor time that the system
counted is shared out by these samples, granian's and SQLite's own with it.
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path

from bench.bars.flame_pictures import Stack, draw_flame
from bench.bars.load import run_load
from bench.bars.measures import CONNECTIONS
from bench.bars.phones import Entry, post_forms
from bench.bars.servers import PROJECT, Server, product

RATE = 250
WARM_UP_SECONDS = 2.0
_PY_SPY = str(Path(sys.executable).with_name("py-spy"))


def main() -> int:
    """Serve, send, sample, draw."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--svg", type=Path, required=True)
    parser.add_argument("--seconds", type=int, default=10)
    parser.add_argument("--full", type=float, help="microseconds that the whole width stands for; else all of it")
    parser.add_argument("--title", default="An answer")
    arguments = parser.parse_args()
    if shutil.which(_PY_SPY) is None:
        raise SystemExit("py-spy is not installed: pip install py-spy")
    with tempfile.TemporaryDirectory(prefix="hieu-ro-flame-") as folder, product(Path(folder)) as server:
        stacks, answers, used = _measure(server, arguments.seconds)
    title = f"{arguments.title}: {used:,.0f} us of processor time"
    picture = draw_flame(stacks, title=title, microseconds=used, full=arguments.full or used)
    arguments.svg.write_text(picture, encoding="utf-8")
    print(f"{title}; {answers:,} answers, {sum(stacks.values()):,} samples: {arguments.svg}")
    return 0


def _measure(server: Server, seconds: int) -> tuple[Counter[Stack], int, float]:
    """Send answers; return the samples of all workers, how many answers they are for, and microseconds an answer."""
    source = post_forms(Entry.of(server.folder, server.port))
    run_load(server.port, source, connections=CONNECTIONS, seconds=WARM_UP_SECONDS)
    files = {pid: server.folder / f"{pid}.stacks" for pid in server.workers()}
    samplers = [_start_sampler(pid, file, seconds) for pid, file in files.items()]
    before = server.processor_seconds()
    result = run_load(server.port, source, connections=CONNECTIONS, seconds=seconds)
    used = 1e6 * (server.processor_seconds() - before) / len(result.latencies)
    for sampler in samplers:
        if sampler.wait(60) != 0:
            raise SystemExit("py-spy could not look into the web processes: it needs root or ptrace_scope 0")
    return _read(files.values()), len(result.latencies), used


def _start_sampler(pid: int, file: Path, seconds: int) -> subprocess.Popen[bytes]:
    command = [_PY_SPY, "record", "--pid", str(pid), "--duration", str(seconds), "--rate", str(RATE)]
    command += ["--format", "raw", "--function", "--gil", "--full-filenames", "--output", str(file)]
    return subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def _read(files: Iterable[Path]) -> Counter[Stack]:
    """Return how often each stack was seen, without what stands below the application."""
    found: Counter[Stack] = Counter()
    for file in files:
        for line in file.read_text(encoding="utf-8").splitlines():
            names, _, number = line.rpartition(" ")
            found[tuple(_above(names.split(";")))] += int(number)
    return found


def _above(stack: list[str]) -> Iterator[str]:
    """Leave out how threads begin, and show paths without what is only so on this machine."""
    for name in stack:
        function, _, path = name.partition(" (")
        short = path.rpartition("site-packages/")[2].removeprefix(f"{PROJECT}/")
        if "/threading.py" not in path:
            yield f"{function} ({short}"


if __name__ == "__main__":
    sys.exit(main())
