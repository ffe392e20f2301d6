"""One phone's requests over raw HTTP/1.1, a new connection for each, as on a line that drops them."""

from __future__ import annotations

import asyncio
import re
import time
import zlib
from dataclasses import dataclass, field
from urllib.parse import urlencode

TIMEOUT_SECONDS = 15.0
_GZIP = 16 + zlib.MAX_WBITS


class Interrupted(Exception):
    """No answer came: the server is away, or the line broke."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back: status, where it leads, and the page."""

    status: int
    location: str
    body: str

    @property
    def receipt(self) -> str:
        """The receipt that it leads to, or that stands on it; nothing without one."""
        found = re.search(r"/R/([0-9A-Z]{12})", self.location)
        if found:
            return found.group(1)
        shown = re.search(r'class="receipt"[^>]*>([0-9A-Z ]+)<', self.body)
        return shown.group(1).replace(" ", "") if shown else ""


@dataclass
class Clock:
    """The seconds of every answered request, by kind, with when it was asked."""

    seconds: dict[str, list[float]] = field(default_factory=lambda: {"page": [], "send": []})
    interrupted: int = 0
    started: float = field(default_factory=time.monotonic)
    last: float = 0.0


async def ask(port: int, kind: str, request: bytes, clock: Clock) -> Answer:
    """Send one request and return what came back, timed from the connection to the last byte.

    Raises Interrupted when nothing whole came back in time.
    """
    began = time.perf_counter()
    try:
        data = await asyncio.wait_for(_exchange(port, request), TIMEOUT_SECONDS)
        answer = _read(data)
    except (OSError, TimeoutError, ValueError, IndexError, zlib.error) as error:
        clock.interrupted += 1
        raise Interrupted from error
    clock.seconds[kind].append(time.perf_counter() - began)
    clock.last = time.monotonic()
    return answer


async def send_and_leave(port: int, request: bytes) -> None:
    """Send a request and close the connection before the answer: a lost reply."""
    try:
        _, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(request)
        await writer.drain()
        # The whole form has left the phone; the answer never arrives.
        writer.close()
        await writer.wait_closed()
    except OSError:
        return


def get(path: str) -> bytes:
    """Return a request for a page."""
    return _head("GET", path) + b"\r\n"


def post(path: str, fields: list[tuple[str, str]]) -> bytes:
    """Return a request that sends a form."""
    body = urlencode(fields).encode()
    lines = f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(body)}\r\n\r\n"
    return _head("POST", path) + lines.encode() + body


def _head(method: str, path: str) -> bytes:
    return (
        f"{method} {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n"
        "Accept: text/html\r\nAccept-Encoding: gzip\r\nUser-Agent: a phone in the hall\r\n"
    ).encode()


async def _exchange(port: int, request: bytes) -> bytes:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        writer.write(request)
        await writer.drain()
        return await reader.read()
    finally:
        writer.close()


def _read(data: bytes) -> Answer:
    head, _, body = data.partition(b"\r\n\r\n")
    lines = head.decode("latin-1").split("\r\n")
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines[1:])}
    if int(headers.get("content-length", len(body))) != len(body):
        raise ValueError("half an answer")
    page = zlib.decompress(body, _GZIP) if headers.get("content-encoding") == "gzip" else body
    return Answer(int(lines[0].split()[1]), headers.get("location", ""), page.decode())
