"""Two servers are started by mistake: on one SQLite file with ports of their own, and on one port."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

from bench.bars.servers import free_port
from bench.burst.hall import PROJECT, Hall, make_hall
from bench.faults.crowd import Looker, Outcome, meet


def start_two(folder: Path, parents: int = 80, seconds: float = 12.0) -> Outcome:
    """Let half of the parents come to each of two servers on one file; then start a third on a port that is taken."""
    outcome = Outcome("two servers on one file")
    with make_hall(folder, None, parents) as hall:
        other = replace(hall, port=free_port())
        try:
            hall.start()
            other.start()
            looker = Looker(hall)
            looker.open_form()
            tally = meet([hall, other], parents, seconds, lambda: None, 0.0)
            there = Looker(other, fields=looker.fields)
            outcome.checks["a form of one is taken by the other"] = there.send().status == 303
            outcome.checks["sent to both it is stored once"] = looker.send().receipt in there.receipts
            outcome.take(tally, parents, looker)
            status, words = _start_again(hall)
            outcome.checks["a second start on the same port ends"] = status not in (0, None)
            outcome.checks["it says why and what to do, without a traceback"] = (
                str(hall.port) in words and "SURVEY_PORT" in words and "Traceback" not in words
            )
            outcome.checks["the first goes on"] = Looker(hall).open_form().status == 200
        finally:
            hall.stop()
            other.stop()
    return outcome


def _start_again(hall: Hall) -> tuple[int | None, str]:
    """Start the server as it is started, on the port that is taken; return how it ended and what it said."""
    process = subprocess.Popen(
        [sys.executable, "wsgi.py"],
        cwd=PROJECT,
        env=hall.environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        start_new_session=True,
    )
    try:
        words, _ = process.communicate(timeout=20)
    except subprocess.TimeoutExpired:
        process.terminate()
        words, _ = process.communicate()
        return None, words.decode(errors="replace")
    return process.returncode, words.decode(errors="replace")
