"""Lets the web processes of one machine take turns, by locks on files that end with their process, however it ends."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

try:
    import fcntl
except ImportError:  # Windows serves with one web process: there is nobody to take turns with.
    fcntl = None  # type: ignore[assignment]


class Turns:
    """One thread's place among all that take turns.

    A lock alone is not fair: who gives it back and wants it again at once has it before the one who waits has woken,
    fifty times in a row. So there are two: who holds `following` is the next to get `present`, and nobody can pass.
    """

    def __init__(self, present: IO[bytes], following: IO[bytes]) -> None:
        self._present, self._following = present, following

    @contextmanager
    def mine(self) -> Iterator[None]:
        """Wait for a turn, and hold it."""
        if fcntl is None:
            yield
            return
        fcntl.flock(self._following, fcntl.LOCK_EX)
        try:
            fcntl.flock(self._present, fcntl.LOCK_EX)
        finally:
            fcntl.flock(self._following, fcntl.LOCK_UN)
        try:
            yield
        finally:
            fcntl.flock(self._present, fcntl.LOCK_UN)


@contextmanager
def taking_turns(path: Path) -> Iterator[Turns]:
    """Open the files for as long as turns are taken; in the process itself: those of a parent would be the same lock.

    path: where those who take turns meet.
    """
    with path.open("ab") as present, path.with_suffix(".next").open("ab") as following:
        yield Turns(present, following)
