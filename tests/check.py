"""Every check in one command: style, types, layers, then the tests on SQLite and on PostgreSQL.

`./run test` calls it. A tool that this machine lacks is named and its checks are left out; with CI=true that fails.
"""

from __future__ import annotations

import glob
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent

# Tests that ask something of the database run on both engines; the rest is the same on either.
ON_BOTH = ("tests",)
NOT_ON_BOTH = ("tests/analysis", "tests/journeys", "tests/bench")


def main() -> int:
    """Run everything; return 0 only if all of it passed."""
    os.chdir(PROJECT)
    missing = [name for name, found in tools().items() if not found]
    for name in missing:
        print(f"missing on this machine, its checks are left out: {name}", flush=True)
    if missing and os.environ.get("CI") == "true":
        print("with CI=true every tool must be there")
        return 1
    failed = [title for title, command in static_checks() if not passed(title, command)]
    failed += run_tests(missing, sys.argv[1:])
    for title in failed:
        print(f"FAILED: {title}")
    return 1 if failed else 0


def tools() -> dict[str, bool]:
    """Return which of the tools outside Python are here."""
    return {
        "chromium": shutil.which("chromium") is not None,
        "postgresql": postgresql_folder() is not None,
        "poppler-utils": shutil.which("pdftoppm") is not None,
        "libreoffice": shutil.which("soffice") is not None,
    }


def static_checks() -> list[tuple[str, list[str]]]:
    """Return the checks that run no test."""
    return [
        ("ruff check", [str(BIN / "ruff"), "check", "."]),
        ("ruff format", [str(BIN / "ruff"), "format", "--check", "."]),
        ("mypy", [str(BIN / "mypy")]),
        ("layers", [str(BIN / "lint-imports")]),
    ]


def passed(title: str, command: list[str], environment: dict[str, str] | None = None) -> bool:
    """Run one check and print how long it took."""
    started = time.monotonic()
    done = subprocess.run(command, check=False, env=environment)
    print(f"[{'ok' if done.returncode == 0 else 'FAILED'}] {title}: {time.monotonic() - started:.0f} s", flush=True)
    return done.returncode == 0


def run_tests(missing: list[str], extra: list[str]) -> list[str]:
    """Run the tests on PostgreSQL, if it is here, and on SQLite; the last line printed is pytest's."""
    marks = {"chromium": "browser", "poppler-utils": "pdf", "libreoffice": "office", "postgresql": "postgresql"}
    left_out = " and ".join(f"not {marks[name]}" for name in missing)
    pytest = [sys.executable, "-m", "pytest", "-n", str(os.cpu_count() or 2), "--dist", "loadfile"]
    pytest += ["-m", left_out] if left_out else []
    failed = []
    if "postgresql" not in missing:
        with postgresql() as url:
            ignored = [f"--ignore={folder}" for folder in NOT_ON_BOTH]
            environment = os.environ | {"TEST_DATABASE_URL": url}
            if not passed("tests on PostgreSQL", [*pytest, *ON_BOTH, *ignored, *extra], environment):
                failed.append("tests on PostgreSQL")
    if not passed("tests on SQLite", [*pytest, "tests", *extra]):
        failed.append("tests on SQLite")
    return failed


def postgresql_folder() -> Path | None:
    """Return the folder of PostgreSQL's server programs, the newest version, or None."""
    found = sorted(glob.glob("/usr/lib/postgresql/*/bin/initdb"))
    if found:
        return Path(found[-1]).parent
    on_path = shutil.which("initdb")
    return Path(on_path).resolve().parent if on_path else None


@contextmanager
def postgresql() -> Iterator[str]:
    """Run a PostgreSQL server of our own in a temporary folder, and give its address."""
    programs = postgresql_folder()
    assert programs is not None
    with tempfile.TemporaryDirectory(prefix="hieu-ro-pg-") as folder, socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
        probe.close()
        as_user = _as_ordinary_user(Path(folder))
        data = f"{folder}/data"
        silent = {"check": True, "stdout": subprocess.DEVNULL}
        subprocess.run(
            [*as_user, str(programs / "initdb"), "-D", data, "-U", "tests", "-A", "trust", "-E", "UTF8"], **silent
        )
        # A database that lives for one test run may forget everything when the power goes.
        options = f"-p {port} -k {folder} -c listen_addresses=127.0.0.1 -c fsync=off -c full_page_writes=off"
        control = [*as_user, str(programs / "pg_ctl"), "-D", data, "-w"]
        subprocess.run([*control, "-o", options, "-l", f"{folder}/log", "start"], **silent)
        try:
            yield f"postgresql+psycopg://tests@127.0.0.1:{port}/postgres"
        finally:
            subprocess.run([*control, "-m", "immediate", "stop"], **silent)


def _as_ordinary_user(folder: Path) -> list[str]:
    """PostgreSQL refuses to run as root: give the folder to its own user there, and run as that user."""
    if os.name == "nt" or os.geteuid() != 0:
        return []
    shutil.chown(folder, "postgres")
    return ["setpriv", "--reuid=postgres", "--regid=postgres", "--init-groups"]


if __name__ == "__main__":
    sys.exit(main())
