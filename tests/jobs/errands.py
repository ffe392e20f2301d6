"""What the tests let the child do."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path


def add(left: int, right: int) -> int:
    """Return the sum."""
    return left + right


def process_id(_note: str) -> int:
    """Return the id of the process that runs this."""
    return os.getpid()


def niceness() -> int:
    """Return the priority of the process that runs this."""
    return os.nice(0)


def fail(words: str) -> None:
    """Raise an error with these words."""
    raise ValueError(words)


def die_once(mark: str) -> str:
    """End the process hard the first time, return a word the second."""
    path = Path(mark)
    if not path.exists():
        path.touch()
        os._exit(13)
    return "alive"


def die(_note: str) -> None:
    """End the process hard, always."""
    os._exit(13)


def sleep(seconds: float) -> float:
    """Take long."""
    time.sleep(seconds)
    return seconds


def modules(name: str) -> bool:
    """Say whether the process that runs this has loaded a module."""
    return name in sys.modules
