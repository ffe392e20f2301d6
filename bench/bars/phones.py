"""The requests of respondents, ready to be sent: forms fetched, and forms filled in with fresh tokens."""

from __future__ import annotations

import http.client
import json
import random
import re
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode

from survey.core.clock import utc_now
from survey.core.tokens import Signer
from survey.responses.fields import ASKED_FIELD, FORM_FIELD, TOKEN_FIELD

_FIELD = re.compile(r'<input[^>]*name="(q\d+)"[^>]*value="(\d+)"')


@dataclass(frozen=True, slots=True)
class Entry:
    """An open way in of the demo: its code, the application's secret, and what one of its forms offers."""

    code: str
    secret: str
    form: str
    offered: Mapping[str, tuple[str, ...]]

    @classmethod
    def of(cls, folder: Path, port: int) -> Entry:
        """Return the way in that the demo left open in a data folder, by looking at its page."""
        code = json.loads((folder / "demo.json").read_text(encoding="utf-8"))["code"]
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
        connection.request("GET", f"/S/{code}")
        page = connection.getresponse().read().decode()
        connection.close()
        form = re.search(rf'name="{FORM_FIELD}" value="([AB])"', page)
        offered: dict[str, list[str]] = defaultdict(list)
        for name, value in _FIELD.findall(page):
            offered[name].append(value)
        if form is None or not offered:
            raise RuntimeError(f"/S/{code} does not look like a form")
        secret = (folder / "secret.key").read_text(encoding="utf-8").strip()
        return cls(code, secret, form.group(1), {name: tuple(values) for name, values in offered.items()})


def get(path: str) -> Callable[[], bytes]:
    """Return a source of one and the same GET, as a browser that takes gzip sends it."""
    request = f"GET {path} HTTP/1.1\r\nHost: bench\r\nAccept-Encoding: gzip\r\nAccept: text/html\r\n\r\n".encode()
    return lambda: request


def post_forms(entry: Entry, path: str | None = None) -> Callable[[], bytes]:
    """Return a source of filled-in forms, each with a token of its own, so that each is stored."""
    signer = Signer(entry.secret)
    chance = random.Random(71)
    target = path or f"/S/{entry.code}"
    now = utc_now()
    return lambda: post(target, answers(entry, signer.new_token(entry.code, now, form=entry.form), chance))


def answers(entry: Entry, token: str, chance: random.Random) -> dict[str, str]:
    """Return what a browser sends for a form in which every question has one answer."""
    chosen = {name: chance.choice(values) for name, values in entry.offered.items()}
    return {**chosen, ASKED_FIELD: "1", FORM_FIELD: entry.form, TOKEN_FIELD: token}


def post(path: str, form: Mapping[str, str]) -> bytes:
    """Return a POST of a form."""
    body = urlencode(form).encode()
    head = f"POST {path} HTTP/1.1\r\nHost: bench\r\nAccept: text/html\r\n"
    head += f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(body)}\r\n\r\n"
    return head.encode() + body
