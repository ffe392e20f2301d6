"""What a web process remembers of its boards: how many answers came in, for two seconds.

Forty classes with a board each then cost one small count in two seconds a class, however many screens show it.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

SECONDS = 2.0
MOST = 2048


class ReceivedCache:
    """Counts by collector; safe for the threads of one process."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._counts: dict[int, tuple[float, int]] = {}

    def received(self, collector_id: int, count: Callable[[], int]) -> int:
        """Return the count of a collector, at most two seconds old."""
        now = time.monotonic()
        with self._lock:
            known = self._counts.get(collector_id)
        if known is not None and now - known[0] < SECONDS:
            return known[1]
        fresh = count()
        with self._lock:
            if len(self._counts) >= MOST:
                self._counts.clear()
            self._counts[collector_id] = (now, fresh)
        return fresh

    def forget(self) -> None:
        """Count anew at the next question."""
        with self._lock:
            self._counts.clear()
