"""The disk runs full while parents send, and gets room again: a file system of a few megabytes in memory."""

from __future__ import annotations

import errno
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bench.burst.hall import make_hall
from bench.burst.phones import Answer
from bench.faults.crowd import Looker, Outcome, health, meet

SIZE = "24m"
FULL_SECONDS = 6.0


def fill_disk(folder: Path, parents: int = 80, seconds: float = 20.0) -> Outcome:
    """Fill the disk under a running server, look at what is said, make room, and let everybody end."""
    outcome = Outcome("disk full")
    with _small_disk(folder / "disk") as disk, make_hall(disk, None, parents) as hall:
        hall.start()
        looker = Looker(hall)
        try:
            looker.open_form()

            def fault() -> None:
                ballast = disk / "ballast"
                _fill(ballast)
                refused = _until_refused(looker)
                opened = Looker(hall).open_form()
                outcome.checks |= {
                    "the answer is refused with 503, not acknowledged": refused.status == 503,
                    "the page says so and keeps what was chosen": looker.kept(refused)
                    and "chưa gửi được" in refused.body,
                    "forms can still be opened": opened.status == 200,
                    "health says that the disk is low": health(hall).get("disk") == "low",
                }
                time.sleep(FULL_SECONDS)
                ballast.unlink()

            tally = meet([hall], parents, seconds, fault, 0.3 * seconds)
            again = looker.send()
            outcome.checks["the same form is taken once there is room"] = again.status == 303
            outcome.take(tally, parents, looker)
        finally:
            hall.stop()
    return outcome


def _until_refused(looker: Looker) -> Answer:
    """Send forms until one meets the full disk: the log of the database may have some room left in it."""
    while True:
        answer = looker.send()
        if answer.status != 303:
            return answer
        looker.open_form()


def _fill(ballast: Path) -> None:
    with ballast.open("wb", buffering=0) as file:
        for size in (65536, 4096, 1):
            try:
                while True:
                    file.write(b"\0" * size)
            except OSError as error:
                if error.errno != errno.ENOSPC:
                    raise


@contextmanager
def _small_disk(place: Path) -> Iterator[Path]:
    place.mkdir(parents=True)
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={SIZE}", "tmpfs", str(place)], check=True)
    try:
        yield place
    finally:
        subprocess.run(["umount", "--lazy", str(place)], check=True)
