"""The server's clock is set back while parents send: by half an hour, then to before the wave opened."""

from __future__ import annotations

import subprocess
from datetime import timedelta
from pathlib import Path

from sqlalchemy import update
from sqlalchemy.orm import Session

from bench.burst.hall import Hall, connect, make_hall
from bench.faults.crowd import Looker, Outcome, meet
from survey.campaigns.models import Wave
from survey.core.clock import local_date, utc_now

HALF_AN_HOUR, A_WEEK = -1800, -7 * 86400


def set_clock_back(folder: Path, parents: int = 80, seconds: float = 12.0) -> Outcome:
    """Move the clock under a running server, look at what is said, move it right again, and let everybody end."""
    outcome = Outcome("clock set back")
    clock = folder / "clock"
    clock.write_text("0")
    with make_hall(folder, None, parents) as hall:
        _open_yesterday(hall)
        hall.extra |= {"LD_PRELOAD": str(_library(folder)), "CLOCK_FILE": str(clock)}
        hall.start()
        looker = Looker(hall)
        try:
            looker.open_form()
            tally = meet([hall], parents, seconds, lambda: _set(clock, HALF_AN_HOUR), 0.3 * seconds)
            first = looker.send()
            early = Looker(hall)
            early.open_form()
            _set(clock, A_WEEK)
            refused, same = early.send(), looker.send()
            _set(clock, 0)
            taken = early.send()
            looker.receipts |= early.receipts
            outcome.checks |= {
                "a form begun before is taken half an hour earlier": first.status == 303,
                "before the wave opened a new answer is refused, not acknowledged": refused.status == 403,
                "and the page says that it has not opened yet": "chưa" in refused.body,
                "what was acknowledged is acknowledged again": same.receipt == first.receipt and same.status == 303,
                "the same form is taken once the clock is right": taken.status == 303,
            }
            outcome.take(tally, parents, looker)
        finally:
            hall.stop()
    return outcome


def _set(clock: Path, seconds: int) -> None:
    clock.write_text(str(seconds).ljust(12))


def _open_yesterday(hall: Hall) -> None:
    """Let half an hour back be the same wave also just after midnight."""
    engine = connect(hall.database)
    with Session(engine) as session:
        session.execute(
            update(Wave).where(Wave.state == "open").values(opens=local_date(utc_now()) - timedelta(days=1))
        )
        session.commit()
    engine.dispose()


def _library(folder: Path) -> Path:
    built = folder / "clock.so"
    source = Path(__file__).with_name("clock.c")
    subprocess.run(["cc", "-shared", "-fPIC", "-O2", "-o", str(built), str(source), "-ldl"], check=True)
    return built
