"""How often somebody may guess: budgets for a way in or for all cards together, never for an address.

A thousand parents stand behind one address; whoever counted by it would lock out the hall.

Time codes. Two slots are good at a time, so a guess of the four typed symbols is right with a chance of 2 in 32^4
(1 in 524,288). A meeting takes 200 wrong ones at once and one more a second: in an hour at most 3,800, which find a
code with a chance of 0.7% a web process, and what they find is good for three minutes. A hall of 1,000 in which every
third person types and every tenth of those errs makes 33 wrong tries. Codes that have just run out are known as such
and cost nothing, so that whoever types slowly uses up nobody's budget. When it is used up, typed codes wait; the QR
carries ten symbols (50 bits), cannot be guessed, and always opens.

Cards. A serial has 40 random bits: with 10,000 unspent cards in an installation a guess is right with a chance of 1 in
110 million, with 2,000 guesses a second once in 15 hours. Refusing good cards would harm more than that, so the budget
(600 at once, five more a second) only makes the answers to wrong ones short.

Budgets live in each web process: nothing about a wrong try is stored anywhere.
"""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable

MAX_KEYS = 4096


class GuessBudget:
    """A bucket of tries for each key, which fills up again with time; safe to use from many threads.

    clock: seconds that only go forward.
    """

    def __init__(self, burst: int, per_second: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._burst = float(burst)
        self._per_second = per_second
        self._clock = clock
        self._lock = threading.Lock()
        # Key -> what was left, and when.
        self._left: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def is_spent(self, key: str) -> bool:
        """Whether no wrong try is left for now."""
        with self._lock:
            return self._present(key) < 1.0

    def spend(self, key: str) -> None:
        """Note one wrong try."""
        with self._lock:
            self._left[key] = (max(0.0, self._present(key) - 1.0), self._clock())
            self._left.move_to_end(key)
            if len(self._left) > MAX_KEYS:
                self._left.popitem(last=False)

    def _present(self, key: str) -> float:
        left, since = self._left.get(key, (self._burst, self._clock()))
        return min(self._burst, left + (self._clock() - since) * self._per_second)


class GuessBudgets:
    """The two budgets of one application object."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self.time_codes = GuessBudget(200, 1.0, clock)
        self.serials = GuessBudget(600, 5.0, clock)
