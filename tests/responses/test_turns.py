"""Web processes that write in turns: who waits is next, and no two have their turn at once."""

from __future__ import annotations

import multiprocessing
import sys
import time
from multiprocessing.synchronize import Barrier
from pathlib import Path

import pytest

from survey.responses.turns import taking_turns

TURNS = 60
SECONDS = 0.004


def take_turns(folder: str, name: str, start: Barrier) -> None:
    """Ask for one turn after the other; at the end write down when it asked, had it, and gave it back."""
    events: list[tuple[int, str]] = []
    with taking_turns(Path(folder, "turn.lock")) as turns:
        start.wait(30)
        for _turn in range(TURNS):
            events.append((time.monotonic_ns(), "asks"))
            with turns.mine():
                events.append((time.monotonic_ns(), "has"))
                time.sleep(SECONDS)
                events.append((time.monotonic_ns(), "gives"))
    Path(folder, name).write_text("".join(f"{instant} {event}\n" for instant, event in events))


def _events(folder: Path, names: str) -> list[tuple[str, str]]:
    """Let processes take turns, and return what happened in the order of the machine's clock."""
    context = multiprocessing.get_context("spawn")
    start = context.Barrier(len(names))
    processes = [context.Process(target=take_turns, args=(str(folder), name, start)) for name in names]
    for process in processes:
        process.start()
    for process in processes:
        process.join(60)
        assert process.exitcode == 0
    lines = [(*line.split(), name) for name in names for line in (folder / name).read_text().splitlines()]
    return [(name, event) for instant, event, name in sorted(lines, key=lambda line: int(line[0]))]


@pytest.mark.skipif(sys.platform == "win32", reason="one web process there")
def test_who_waits_is_next(tmp_path: Path) -> None:
    turns, passed, holder, last, has_waited = 0, 0, "", "", False
    waiting: set[str] = set()
    for name, event in _events(tmp_path, "AB"):
        if event == "asks":
            waiting.add(name)
        elif event == "has":
            assert holder == "", "two have their turn at once"
            waiting.remove(name)
            turns += 1
            passed += name == last and has_waited
            holder = last = name
        else:
            holder, has_waited = "", bool(waiting)
    assert turns == 2 * TURNS
    # A process may lose the processor between writing down that it asks and asking. By a plain lock half are passed.
    assert passed <= turns // 10
