"""A small load generator: many keep-alive connections, each sending its next request when the last was answered.

Raw HTTP/1.1 on asyncio's transports, so that on two cores the server gets most of the machine.
"""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

# Returns the bytes of the next request.
Source = Callable[[], bytes]

HEADER_END = b"\r\n\r\n"


@dataclass(slots=True)
class Result:
    """What came back: seconds a request, statuses, and how long the run took."""

    latencies: list[float] = field(default_factory=list)
    statuses: Counter[int] = field(default_factory=Counter)
    broken: int = 0
    seconds: float = 0.0

    @property
    def rate(self) -> float:
        """Answers a second."""
        return len(self.latencies) / self.seconds if self.seconds else 0.0

    def percentile(self, percent: float) -> float:
        """Return the latency below which so many per cent lie, in milliseconds."""
        ordered = sorted(self.latencies)
        return 1000 * ordered[min(len(ordered) - 1, int(len(ordered) * percent / 100))] if ordered else float("nan")


class _Connection(asyncio.Protocol):
    """One client; `finished` is called when it has nothing more to send."""

    def __init__(self, source: Iterator[bytes], result: Result, finished: asyncio.Future[None]) -> None:
        self._source, self._result, self._finished = source, result, finished
        self._buffer = b""
        self._sent = 0.0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._send()

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        head = self._buffer.find(HEADER_END)
        if head < 0 or len(self._buffer) < head + 4 + _length(self._buffer[:head]):
            return
        self._result.latencies.append(time.perf_counter() - self._sent)
        self._result.statuses[int(self._buffer[9:12])] += 1
        self._buffer = b""
        self._send()

    def connection_lost(self, error: Exception | None) -> None:
        if not self._finished.done():
            self._result.broken += 1
            self._finished.set_result(None)

    def _send(self) -> None:
        request = next(self._source, None)
        if request is None:
            if not self._finished.done():
                self._finished.set_result(None)
            self._transport.close()
            return
        self._sent = time.perf_counter()
        self._transport.write(request)


def _length(head: bytes) -> int:
    lowered = head.lower()
    start = lowered.find(b"content-length:")
    return int(lowered[start + 15 :].split(b"\r", 1)[0]) if start >= 0 else 0


def run_load(port: int, source: Source, *, connections: int, seconds: float) -> Result:
    """Send requests over so many connections for so long."""
    return asyncio.run(_closed_loop(port, source, connections, seconds))


async def _closed_loop(port: int, source: Source, connections: int, seconds: float) -> Result:
    result = Result()
    started = time.perf_counter()
    ends = started + seconds

    def requests() -> Iterator[bytes]:
        while time.perf_counter() < ends:
            yield source()

    await asyncio.gather(*(_client(port, requests(), result) for _ in range(connections)))
    result.seconds = time.perf_counter() - started
    return result


async def _client(port: int, requests: Iterator[bytes], result: Result) -> None:
    loop = asyncio.get_running_loop()
    finished: asyncio.Future[None] = loop.create_future()
    await loop.create_connection(lambda: _Connection(requests, result, finished), "127.0.0.1", port)
    await finished


def run_at_rate(port: int, source: Source, *, rate: float, seconds: float) -> Result:
    """Send so many requests a second whatever the answers take, each over a connection of its own."""
    return asyncio.run(_open_loop(port, source, rate, seconds))


async def _open_loop(port: int, source: Source, rate: float, seconds: float) -> Result:
    result = Result()
    started = time.perf_counter()
    tasks = []
    for number in range(int(rate * seconds)):
        await asyncio.sleep(max(0.0, started + number / rate - time.perf_counter()))
        tasks.append(asyncio.create_task(_client(port, iter([source()]), result)))
    await asyncio.gather(*tasks)
    result.seconds = time.perf_counter() - started
    return result
