"""Watches the job table from the server's first process, and starts the runner when there is work.

No process waits in memory for work that may never come: the runner is started, works the queue off, and ends.
"""

from __future__ import annotations

import logging
import subprocess
import threading
from collections.abc import Callable, Sequence
from pathlib import Path

logger = logging.getLogger(__name__)

LOOK_EVERY_SECONDS = 2.0
# After a runner that ended badly, and while the database is out of reach.
PAUSE_SECONDS = 20.0


class Watcher:
    """A thread that looks whether there is work and runs a command when there is; one command at a time."""

    def __init__(self, has_work: Callable[[], bool], command: Sequence[str], folder: Path) -> None:
        self._has_work = has_work
        self._command = list(command)
        self._folder = folder
        self._stopped = threading.Event()
        self._process: subprocess.Popen[bytes] | None = None
        self._thread = threading.Thread(target=self._watch, name="jobs", daemon=True)

    def start(self) -> None:
        """Begin to watch."""
        self._thread.start()

    def stop(self) -> None:
        """Stop watching and end the runner; its job is begun again at the next start."""
        self._stopped.set()
        if self._process is not None and self._process.poll() is None:
            self._process.terminate()

    def _watch(self) -> None:
        pause = LOOK_EVERY_SECONDS
        while not self._stopped.wait(pause):
            pause = LOOK_EVERY_SECONDS if self._look() else PAUSE_SECONDS

    def _look(self) -> bool:
        """Run the command if there is work; return whether all went well."""
        try:
            if not self._has_work():
                return True
            self._process = subprocess.Popen(self._command, cwd=self._folder)
            return self._process.wait() == 0
        except Exception:
            logger.exception("the job table cannot be looked at")
            return False
