"""Two servers on one database, as two machines behind one name; a phone and a signed-in browser that use either."""

from __future__ import annotations

import re
import socket
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from http.client import HTTPConnection
from http.cookies import SimpleCookie
from pathlib import Path
from urllib.parse import urlencode

from bench.burst.hall import Hall, make_hall

PATIENCE = 60


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back."""

    status: int
    location: str
    page: str


@dataclass
class Visitor:
    """Somebody with a browser: keeps cookies whichever server they come from, as one behind a common name does."""

    cookies: dict[str, str] = field(default_factory=dict)

    def ask(self, server: Hall, method: str, path: str, fields: dict[str, str] | None = None) -> Answer:
        """Send one request to one of the servers."""
        connection = HTTPConnection("127.0.0.1", server.port, timeout=PATIENCE)
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        body = None if fields is None else urlencode(fields)
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        connection.request(method, path, body, headers)
        answer = connection.getresponse()
        page = answer.read().decode("utf-8", errors="replace")
        for line in answer.headers.get_all("Set-Cookie") or ():
            self.cookies |= {name: morsel.value for name, morsel in SimpleCookie(line).items()}
        connection.close()
        return Answer(answer.status, answer.getheader("Location") or "", page)

    def get(self, server: Hall, path: str) -> Answer:
        """Open a page."""
        return self.ask(server, "GET", path)

    def post(self, server: Hall, path: str, fields: dict[str, str]) -> Answer:
        """Send a form."""
        return self.ask(server, "POST", path, fields)

    def sign_in(self, server: Hall, login: str, password: str) -> None:
        """Sign in at one server."""
        fields = {"login": login, "password": password, "csrf_token": csrf(self.get(server, "/sign-in").page)}
        assert self.post(server, "/sign-in", fields).status == 302


def csrf(page: str) -> str:
    """Return the token that a signed-in page's form carries."""
    found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)
    assert found is not None
    return found.group(1)


@contextmanager
def two_servers(folder: Path, database: str | None) -> Iterator[tuple[Hall, Hall]]:
    """Start two servers with one secret and one database; `database` as for `make_hall`.

    On PostgreSQL each has a data folder of its own, as two machines have.
    """
    with make_hall(folder, database, 40) as one:
        own = folder if database is None else folder / "other"
        own.mkdir(exist_ok=True)
        other = replace(one, port=free_port(), folder=own)
        try:
            with ThreadPoolExecutor(2) as pool:
                list(pool.map(Hall.start, (one, other)))
            yield one, other
        finally:
            one.stop()
            other.stop()


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
