"""The bars of the respondent's path, each measured by one function: a name, figures, and whether the bar is met."""

from __future__ import annotations

import os
import shutil
import socket
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from bench.bars.load import Result, run_at_rate, run_load
from bench.bars.phones import Entry, get, post_forms
from bench.bars.servers import PROJECT, Server, ceiling, product

CONNECTIONS = 64


@dataclass(frozen=True, slots=True)
class Plan:
    """How long and how often is measured."""

    rounds: int
    seconds: float


FULL = Plan(rounds=3, seconds=4.0)
QUICK = Plan(rounds=1, seconds=1.0)


@dataclass(frozen=True, slots=True)
class Bar:
    """One measured bar. met: None where it could not be measured here; the note says why."""

    name: str
    figures: Mapping[str, float]
    bar: str
    met: bool | None
    note: str = ""


def ratios(folder: Path, plan: Plan) -> list[Bar]:
    """Compare the product with the bare application, in alternation: GET of a form, and POST of a form."""
    (folder / "bare").mkdir(parents=True, exist_ok=True)
    rates: dict[str, list[float]] = {"hello": [], "form": [], "bare_post": [], "post": []}
    costs: dict[str, list[float]] = {name: [] for name in rates}
    last: dict[str, Result] = {}
    with product(folder) as ours, ceiling(folder / "bare") as bare:
        entry = Entry.of(folder, ours.port)
        sources = {
            "hello": (bare, get("/hello")),
            "form": (ours, get(f"/S/{entry.code}")),
            "bare_post": (bare, post_forms(entry, "/answer")),
            "post": (ours, post_forms(entry)),
        }
        for _round in range(plan.rounds):
            for name, (server, source) in sources.items():
                before = server.processor_seconds()
                last[name] = run_load(server.port, source, connections=CONNECTIONS, seconds=plan.seconds)
                _expect(name, last[name])
                costs[name].append(1e6 * (server.processor_seconds() - before) / len(last[name].latencies))
                rates[name].append(last[name].rate)
    middle = {name: statistics.median(values) for name, values in rates.items()}
    cost = {name: statistics.median(values) for name, values in costs.items()}
    return [
        _ratio("get_ratio", middle, cost, "form", "hello", last["form"]),
        _ratio("post_ratio", middle, cost, "post", "bare_post", last["post"]),
    ]


def _expect(name: str, result: Result) -> None:
    wanted = 303 if "post" in name else 200
    others = {status: number for status, number in result.statuses.items() if status != wanted}
    if others or result.broken:
        raise RuntimeError(f"{name}: unexpected answers {others}, {result.broken} broken connections")


def _ratio(
    name: str, middle: Mapping[str, float], cost: Mapping[str, float], ours: str, bare: str, last: Result
) -> Bar:
    share = middle[ours] / middle[bare]
    figures = {"ratio": share, "ours_per_s": middle[ours], "bare_per_s": middle[bare]}
    # What the server's own processes used: the steadiest figure on a machine that others use too.
    figures |= {"ours_cpu_us": cost[ours], "bare_cpu_us": cost[bare]}
    figures |= {"p50_ms": last.percentile(50), "p99_ms": last.percentile(99)}
    return Bar(name, figures, "at least 0.6", share >= 0.6)


def slow_disk(folder: Path, plan: Plan) -> Bar:
    """POST with every fsync 5 ms slower."""
    library = _slow_library(folder)
    bar = "at least 300/s from 64 connections, none above 1 s"
    if library is None:
        return Bar("slow_disk", {}, bar, None, "no C compiler on this machine")
    with product(folder, environment={"LD_PRELOAD": str(library), "FSYNC_DELAY_US": "5000"}) as server:
        entry = Entry.of(folder, server.port)
        result = run_load(server.port, post_forms(entry), connections=CONNECTIONS, seconds=max(3.0, plan.seconds))
    _expect("post", result)
    worst = result.percentile(100)
    figures = {
        "per_s": result.rate,
        "p50_ms": result.percentile(50),
        "p99_ms": result.percentile(99),
        "worst_ms": worst,
    }
    return Bar("slow_disk", figures, bar, result.rate >= 300 and worst <= 1000)


def _slow_library(folder: Path) -> Path | None:
    compiler = shutil.which("cc") or shutil.which("gcc")
    if compiler is None:
        return None
    target = folder / "slow_fsync.so"
    source = Path(__file__).with_name("slow_fsync.c")
    subprocess.run([compiler, "-shared", "-fPIC", "-O2", "-o", str(target), str(source), "-ldl"], check=True)
    return target


def stalled_phones(folder: Path, _plan: Plan) -> Bar:
    """Let 50 phones stall in the middle of their POST, then serve 100 other parents."""
    with product(folder) as server:
        entry = Entry.of(folder, server.port)
        whole = post_forms(entry)()
        stalled = [_stall(server, whole) for _phone in range(50)]
        result = run_at_rate(server.port, post_forms(entry), rate=50, seconds=2)
        for phone in stalled:
            phone.close()
    served = result.statuses[303]
    figures = {"served": float(served), "p50_ms": result.percentile(50), "p99_ms": result.percentile(99)}
    return Bar(
        "stalled_phones", figures, "100 of 100 served, p99 under 500 ms", served == 100 and figures["p99_ms"] < 500
    )


def _stall(server: Server, whole: bytes) -> socket.socket:
    phone = socket.create_connection(("127.0.0.1", server.port), timeout=30)
    # All headers, and the first bytes of the body.
    phone.sendall(whole[: whole.index(b"\r\n\r\n") + 14])
    return phone


def chart_meanwhile(folder: Path, plan: Plan) -> Bar:
    """POST at 200 a second while charts and documents are made for a signed-in person."""
    with product(folder) as server:
        entry = Entry.of(folder, server.port)
        stop = threading.Event()
        worker = threading.Thread(target=_make_documents, args=(folder, stop), daemon=True)
        worker.start()
        result = run_at_rate(server.port, post_forms(entry), rate=200, seconds=max(4.0, plan.seconds))
        stop.set()
        worker.join(60)
    figures = {"p50_ms": result.percentile(50), "p99_ms": result.percentile(99), "stored": float(result.statuses[303])}
    return Bar("chart_meanwhile", figures, "p99 under 50 ms at 200/s", figures["p99_ms"] < 50)


def _make_documents(folder: Path, stop: threading.Event) -> None:
    """Draw charts one after the other in a child process at the priority that the product gives it."""
    script = "from bench.bars.heavy import draw_until_stopped; draw_until_stopped()"
    with subprocess.Popen([sys.executable, "-c", script], cwd=PROJECT, stdin=subprocess.PIPE) as process:
        stop.wait()
        process.kill()


def worker_size(folder: Path, _plan: Plan) -> Bar:
    """Return the resident memory of the largest worker when it has started, and after its first pages."""
    with product(folder) as server:
        # Its first page tells that it stands; the other worker may still be starting.
        entry = Entry.of(folder, server.port)
        time.sleep(2)
        sizes = [_resident(pid) for pid in server.workers()]
        run_load(server.port, get(f"/S/{entry.code}"), connections=8, seconds=0.5)
        later = [_resident(pid) for pid in server.workers()]
    if not sizes:
        return Bar("worker_mb", {}, "at most 90 MB", None, "this system does not tell the memory of a process")
    figures = {"mb": max(sizes), "after_load_mb": max(later)}
    return Bar("worker_mb", figures, "at most 90 MB after start", max(sizes) <= 90)


def _resident(pid: int) -> float:
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(float(line.split()[1]) / 1000 for line in lines if line.startswith("VmRSS"))


def import_time(folder: Path, plan: Plan) -> Bar:
    """Return the median time in which a fresh interpreter builds the application."""
    script = "import time; t=time.perf_counter(), time.process_time(); import wsgi;"
    script += "print(time.perf_counter()-t[0], time.process_time()-t[1])"
    environment = os.environ | {"SURVEY_DATA_DIR": str(folder)}
    command = [sys.executable, "-c", script]
    runs = [
        subprocess.run(command, cwd=PROJECT, env=environment, capture_output=True, text=True, check=True).stdout.split()
        for _round in range(max(5, plan.rounds))
    ]
    waited, used = (statistics.median(float(run[place]) for run in runs) for place in (0, 1))
    return Bar("import_s", {"s": waited, "cpu_s": used}, "at most 0.8 s", waited <= 0.8)


MEASURES: Mapping[str, Callable[[Path, Plan], list[Bar] | Bar]] = {
    "ratios": ratios,
    "slow_disk": slow_disk,
    "stalled_phones": stalled_phones,
    "chart_meanwhile": chart_meanwhile,
    "worker": worker_size,
    "import": import_time,
}
