"""A parent in the hall: scans, reads, answers, sends; taps twice, loses replies, sends again, changes their mind."""

from __future__ import annotations

import asyncio
import re
from collections import Counter
from dataclasses import dataclass, field
from random import Random

from bench.burst.phones import Answer, Clock, Interrupted, ask, get, post, send_and_leave

# What happens to so many of a hundred parents.
HABITS = {"plain": 65, "lost_reply": 12, "double_tap": 12, "sent_again": 6, "changed": 5}
_HIDDEN = re.compile(r'<input type="hidden" name="(\w+)" value="([^"]*)"')
_CHOICE = re.compile(r'<input type="(?:radio|checkbox)" name="(q\d+)" value="(\d+)"')


@dataclass
class Tally:
    """What all parents saw. receipts: what each acknowledged receipt stands for, the chosen code of each question."""

    clock: Clock = field(default_factory=Clock)
    receipts: dict[str, dict[str, str]] = field(default_factory=dict)
    habits: Counter[str] = field(default_factory=Counter)
    errors: Counter[str] = field(default_factory=Counter)


@dataclass
class Parent:
    """One parent and how they behave. patience: seconds for which they try again when nothing comes back."""

    port: int
    code: str
    random: Random
    tally: Tally
    habit: str
    patience: float

    async def visit(self, arrives: float, thinks: float) -> None:
        """Come at a moment, answer after a while, and keep the receipt."""
        await asyncio.sleep(arrives)
        try:
            page = await self._insist("page", get(f"/S/{self.code}"))
            fields = self._fill_in(page)
            if fields is None:
                self.tally.errors[f"page {page.status}"] += 1
                return
            await asyncio.sleep(thinks)
            await self._send(fields)
        except Interrupted:
            self.tally.errors["gave up"] += 1

    def _fill_in(self, page: Answer) -> list[tuple[str, str]] | None:
        choices: dict[str, list[str]] = {}
        for name, value in _CHOICE.findall(page.body):
            choices.setdefault(name, []).append(value)
        if page.status != 200 or not choices:
            return None
        return [*_HIDDEN.findall(page.body), *((name, self.random.choice(codes)) for name, codes in choices.items())]

    async def _send(self, fields: list[tuple[str, str]]) -> None:
        request = post(f"/S/{self.code}", fields)
        self.tally.habits[self.habit] += 1
        if self.habit == "lost_reply":
            await send_and_leave(self.port, request)
            await asyncio.sleep(self.random.uniform(0.2, 1.0))
        if self.habit == "double_tap":
            answers = list(await asyncio.gather(self._insist("send", request), self._insist("send", request)))
        else:
            answers = [await self._insist("send", request)]
        if self.habit == "sent_again":
            answers.append(await self._insist("send", request))
        self._note(answers, fields)
        if self.habit == "changed":
            await self._change_their_mind(fields, answers[0].receipt)

    async def _change_their_mind(self, fields: list[tuple[str, str]], receipt: str) -> None:
        """Send other answers under the same token: the first ones stay, and the page says so."""
        other = [(name, "0" if value != "0" else "1") if name == "q1" else (name, value) for name, value in fields]
        answer = await self._insist("send", post(f"/S/{self.code}", other))
        if answer.status != 409 or answer.receipt != receipt:
            self.tally.errors[f"changed {answer.status}"] += 1

    def _note(self, answers: list[Answer], fields: list[tuple[str, str]]) -> None:
        for answer in answers:
            if answer.status != 303 or not answer.receipt:
                self.tally.errors[f"send {answer.status}"] += 1
                return
        receipts = {answer.receipt for answer in answers}
        if len(receipts) != 1:
            self.tally.errors["two receipts"] += 1
            return
        chosen = {name: value for name, value in fields if re.fullmatch(r"q\d+", name)}
        self.tally.receipts[receipts.pop()] = chosen

    async def _insist(self, kind: str, request: bytes) -> Answer:
        """Ask until something comes back, as the page's script and people do; Interrupted when patience ends."""
        loop = asyncio.get_running_loop()
        ends = loop.time() + self.patience
        while True:
            try:
                answer = await ask(self.port, kind, request, self.tally.clock)
                if answer.status != 503 or loop.time() > ends:
                    return answer
            except Interrupted:
                if loop.time() > ends:
                    raise
            await asyncio.sleep(self.random.uniform(0.3, 1.5))


def make_parents(port: int, code: str, number: int, tally: Tally, random: Random, patience: float) -> list[Parent]:
    """Return so many parents with their habits."""
    habits = random.choices(list(HABITS), weights=list(HABITS.values()), k=number)
    return [Parent(port, code, Random(random.random()), tally, habit, patience) for habit in habits]
