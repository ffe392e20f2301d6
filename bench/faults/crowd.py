"""Parents who fill in and send while a fault happens, one who looks closely, and what is proved afterwards."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Any
from urllib.request import urlopen

from bench.burst.hall import Hall
from bench.burst.parents import Tally, make_parents
from bench.burst.phones import Answer, Clock, Interrupted, ask, get, post
from bench.burst.proof import prove

# How long a parent tries again; longer than any fault here lasts.
PATIENCE = 90.0
_HIDDEN = re.compile(r'<input type="hidden" name="(\w+)" value="([^"]*)"')
_CHOICE = re.compile(r'<input type="(?:radio|checkbox)" name="(q\d+)" value="(\d+)"')


@dataclass
class Outcome:
    """What came of a fault. checks: each promise and whether it was kept; figures: what was counted."""

    fault: str
    checks: dict[str, bool] = field(default_factory=dict)
    figures: dict[str, Any] = field(default_factory=dict)

    @property
    def holds(self) -> bool:
        """Whether every promise was kept."""
        return bool(self.checks) and all(self.checks.values())

    def take(self, tally: Tally, parents: int, looker: Looker) -> None:
        """Prove from the database what the parents and the one who looked hold."""
        hall = looker.hall
        tally.receipts |= looker.receipts
        parents += len(looker.receipts)
        proof = prove(hall, tally.receipts)
        self.figures |= {
            "parents": parents,
            "acknowledged": proof.acknowledged,
            "stored": proof.stored,
            "lost": proof.lost,
            "broken_off": tally.clock.interrupted,
            "left_with_an_error": dict(tally.errors),
        }
        self.checks["nothing acknowledged is lost, stored twice or altered"] = proof.holds
        self.checks["every parent ended with a receipt"] = proof.acknowledged == parents and not tally.errors


@dataclass
class Looker:
    """One parent with a filled-in form in the hand, who notes what the server says."""

    hall: Hall
    clock: Clock = field(default_factory=Clock)
    fields: list[tuple[str, str]] = field(default_factory=list)
    receipts: dict[str, dict[str, str]] = field(default_factory=dict)

    def open_form(self) -> Answer:
        """Open the form and fill it in with the first choice of each question."""
        answer = self._ask("page", get(f"/S/{self.hall.code}"))
        choices: dict[str, str] = {}
        for name, value in _CHOICE.findall(answer.body):
            choices.setdefault(name, value)
        self.fields = [*_HIDDEN.findall(answer.body), *choices.items()]
        return answer

    def send(self) -> Answer:
        """Send the form in the hand; keep its receipt."""
        answer = self._ask("send", post(f"/S/{self.hall.code}", self.fields))
        if answer.status == 303:
            self.receipts[answer.receipt] = self.chosen
        return answer

    @property
    def chosen(self) -> dict[str, str]:
        """What was chosen, by question."""
        return {name: value for name, value in self.fields if re.fullmatch(r"q\d+", name)}

    def kept(self, answer: Answer) -> bool:
        """Whether a page holds the form with everything that was chosen."""
        checked = re.findall(r'<input type="(?:radio|checkbox)" name="(q\d+)" value="(\d+)"[^>]* checked', answer.body)
        return dict(checked) == self.chosen

    def _ask(self, kind: str, request: bytes) -> Answer:
        try:
            return asyncio.run(ask(self.hall.port, kind, request, self.clock))
        except Interrupted:
            return Answer(0, "", "")


def health(hall: Hall) -> dict[str, Any]:
    """Return what the server says of itself."""
    try:
        with urlopen(f"http://127.0.0.1:{hall.port}/health", timeout=20) as answer:
            return dict(json.load(answer))
    except OSError as error:
        body = getattr(error, "read", lambda: b"{}")()
        return dict(json.loads(body or b"{}"))


def meet(halls: Sequence[Hall], parents: int, seconds: float, fault: Callable[[], None], at: float) -> Tally:
    """Let parents come to the halls within some seconds, and the fault happen at a moment of them."""
    return asyncio.run(_meet(halls, parents, seconds, fault, at))


async def _meet(halls: Sequence[Hall], parents: int, seconds: float, fault: Callable[[], None], at: float) -> Tally:
    random, tally = Random(71), Tally()
    visits = []
    for place, hall in enumerate(halls):
        number = parents // len(halls) + (place < parents % len(halls))
        for parent in make_parents(hall.port, hall.code, number, tally, random, PATIENCE):
            visits.append(parent.visit(random.uniform(0, 0.6 * seconds), random.uniform(0.05, 0.4) * seconds))
    tasks = [asyncio.create_task(visit) for visit in visits]
    await asyncio.sleep(at)
    await asyncio.to_thread(fault)
    await asyncio.gather(*tasks)
    return tally
