"""Starts what is measured: the product as it is served, and the bare applications it is compared with."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]
WORKERS = 2
THREADS = 64
_PATIENCE = 60


@dataclass(frozen=True, slots=True)
class Server:
    """A running server: its port, its main process, its data folder."""

    port: int
    pid: int
    folder: Path

    def workers(self) -> list[int]:
        """Return the processes that answer requests: the children of the main one."""
        listed = Path(f"/proc/{self.pid}/task/{self.pid}/children")
        return [int(pid) for pid in listed.read_text().split()] if listed.exists() else []

    def processor_seconds(self) -> float:
        """Return what the workers have used of the processors; 0 where the system does not tell."""
        found = [Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split() for pid in self.workers()]
        return sum(int(one[11]) + int(one[12]) for one in found) / os.sysconf("SC_CLK_TCK") if found else 0.0


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def product(folder: Path, *, environment: Mapping[str, str] | None = None) -> Iterator[Server]:
    """Serve the product from a data folder, as `./run` does; the demo is loaded into an empty one."""
    port = free_port()
    settings = {
        "SURVEY_DATA_DIR": str(folder),
        "SURVEY_HOST": "127.0.0.1",
        "SURVEY_PORT": str(port),
        "SURVEY_WORKERS": str(WORKERS),
        "SURVEY_PUBLIC_URL": f"http://127.0.0.1:{port}",
    }
    command = [sys.executable, "wsgi.py", "--demo"]
    with _running(command, {**settings, **(environment or {})}, port) as pid:
        yield Server(port, pid, folder)


@contextmanager
def ceiling(folder: Path, *, environment: Mapping[str, str] | None = None) -> Iterator[Server]:
    """Serve the bare application of `bench.bars.ceilings` with the same server, workers and threads."""
    port = free_port()
    command = [sys.executable, "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port)]
    command += ["--workers", str(WORKERS), "--blocking-threads", str(THREADS), "--no-access-log"]
    command += ["--log-level", "error", "--backlog", "2048", "bench.bars.ceilings:app"]
    with _running(command, {"CEILING_FOLDER": str(folder), **(environment or {})}, port) as pid:
        yield Server(port, pid, folder)


@contextmanager
def _running(command: list[str], environment: Mapping[str, str], port: int) -> Iterator[int]:
    log = Path(environment.get("SURVEY_DATA_DIR", environment.get("CEILING_FOLDER", "/tmp"))) / "server.log"
    with log.open("ab") as output:
        process = subprocess.Popen(
            command, cwd=PROJECT, env=os.environ | dict(environment), stdout=output, stderr=subprocess.STDOUT
        )
    try:
        _wait_for(port, process)
        yield process.pid
    finally:
        process.terminate()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _wait_for(port: int, process: subprocess.Popen[bytes]) -> None:
    ends = time.monotonic() + _PATIENCE
    while time.monotonic() < ends:
        if process.poll() is not None:
            raise RuntimeError("the server ended while starting; its folder holds server.log")
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise RuntimeError(f"no server on port {port} within {_PATIENCE} s")
