"""PostgreSQL goes away while parents send, for twenty seconds, and comes back: a server of our own."""

from __future__ import annotations

import glob
import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from bench.burst.hall import make_hall
from bench.faults.crowd import Looker, Outcome, health, meet

AWAY_SECONDS = 20.0


@dataclass(frozen=True, slots=True)
class Postgresql:
    """A PostgreSQL server in a folder."""

    folder: Path
    port: int
    programs: Path

    @property
    def url(self) -> str:
        """Its address."""
        return f"postgresql+psycopg://tests@127.0.0.1:{self.port}/postgres"

    def start(self) -> None:
        """Start it and wait until it answers; what was committed before an end without warning is still there."""
        options = f"-p {self.port} -k {self.folder} -c listen_addresses=127.0.0.1"
        self._control("-o", options, "-l", str(self.folder / "log"), "start")

    def stop(self) -> None:
        """End it at once, as a power cut of that machine does."""
        self._control("-m", "immediate", "stop")

    def _control(self, *words: str) -> None:
        command = [str(self.programs / "pg_ctl"), "-D", str(self.folder / "data"), "-w", *words]
        subprocess.run([*_as_ordinary_user(), *command], check=True, stdout=subprocess.DEVNULL)


def take_database_away(folder: Path, parents: int = 80, seconds: float = 30.0) -> Outcome:
    """End PostgreSQL under a running server, look at what is said, start it again, and let everybody end."""
    outcome = Outcome("database gone for 20 s")
    with postgresql(folder / "pg") as server, make_hall(_made(folder / "hall"), server.url, parents) as hall:
        hall.start()
        looker = Looker(hall)
        try:
            looker.open_form()

            def fault() -> None:
                server.stop()
                began = time.monotonic()
                # Longer than a web process remembers a way in without asking.
                time.sleep(3)
                refused = looker.send()
                opened = Looker(hall).open_form()
                outcome.checks |= {
                    "the answer is refused with 503, not acknowledged": refused.status == 503,
                    "the page says so and keeps what was chosen": looker.kept(refused)
                    and "chưa gửi được" in refused.body,
                    "forms can still be opened": opened.status == 200,
                    "health says that the database is gone": health(hall).get("database") == "gone",
                }
                time.sleep(max(0.0, AWAY_SECONDS - (time.monotonic() - began)))
                server.start()

            tally = meet([hall], parents, seconds, fault, 0.2 * seconds)
            outcome.checks["the same form is taken once it is back"] = looker.send().status == 303
            outcome.checks["health is in order again"] = health(hall).get("database") == "ok"
            outcome.take(tally, parents, looker)
        finally:
            hall.stop()
    return outcome


@contextmanager
def postgresql(folder: Path) -> Iterator[Postgresql]:
    """Make and run a PostgreSQL server in a folder, with its usual durability; skip nothing, as in production."""
    programs = Path(sorted(glob.glob("/usr/lib/postgresql/*/bin/initdb"))[-1]).parent
    _made(folder)
    if os.geteuid() == 0:
        shutil.chown(folder, "postgres")
        for parent in folder.parents:
            if parent.stat().st_uid == 0 and parent.name.startswith("hieu-ro-faults"):
                parent.chmod(0o755)
    initdb = [str(programs / "initdb"), "-D", str(folder / "data"), "-U", "tests", "-A", "trust", "-E", "UTF8"]
    subprocess.run([*_as_ordinary_user(), *initdb], check=True, stdout=subprocess.DEVNULL)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    server = Postgresql(folder, port, programs)
    server.start()
    try:
        yield server
    finally:
        server.stop()


def _made(folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _as_ordinary_user() -> list[str]:
    if os.geteuid() != 0:
        return []
    return ["setpriv", "--reuid=postgres", "--regid=postgres", "--init-groups"]
