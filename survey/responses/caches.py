"""What a web process remembers between respondents: ways in for two seconds, and forms as bytes ready to be sent."""

from __future__ import annotations

import secrets
import threading
import time
import zlib
from collections import OrderedDict
from collections.abc import Callable, Hashable

from survey.responses.entrances import Entrance

ENTRANCE_SECONDS = 2.0
MAX_ENTRANCES = 2048
# A form takes about 300 KB here, nearly all of it the state of its compressor.
MAX_FORMS = 64

# Stands for the token while a form is drawn. Random, so that no title or question can contain it.
TOKEN_PLACE = secrets.token_urlsafe(32)

_GZIP = 16 + zlib.MAX_WBITS


class SplicedPage:
    """A drawn form of which only the token changes; the part before the token is compressed once for all."""

    def __init__(self, page: str) -> None:
        head, tail = page.split(TOKEN_PLACE)
        self._head, self._tail = head.encode(), tail.encode()
        self._compressor = zlib.compressobj(9, zlib.DEFLATED, _GZIP)
        self._compressed = self._compressor.compress(self._head)

    def plain(self, token: str) -> bytes:
        """Return the page with this token."""
        return self._head + token.encode() + self._tail

    def compressed(self, token: str) -> bytes:
        """Return the page with this token as gzip."""
        compressor = self._compressor.copy()
        return self._compressed + compressor.compress(token.encode() + self._tail) + compressor.flush()


class RespondentCache:
    """The memory of one application object; safe to use from many threads. clock: seconds that only go forward."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._entrances: OrderedDict[str, tuple[float, Entrance | None]] = OrderedDict()
        self._forms: OrderedDict[Hashable, SplicedPage] = OrderedDict()

    def entrance(self, code: str, load: Callable[[str], Entrance | None]) -> Entrance | None:
        """Return the way in with this code, at most ENTRANCE_SECONDS old; unknown codes are remembered too."""
        now = self._clock()
        with self._lock:
            until, entrance = self._entrances.get(code, (0.0, None))
        if now < until:
            return entrance
        entrance = load(code)
        with self._lock:
            self._entrances[code] = (now + ENTRANCE_SECONDS, entrance)
            self._entrances.move_to_end(code)
            if len(self._entrances) > MAX_ENTRANCES:
                self._entrances.popitem(last=False)
        return entrance

    def form(self, key: Hashable, draw: Callable[[], str]) -> SplicedPage:
        """Return the form with this key, drawn with TOKEN_PLACE for its token if it is not known yet."""
        with self._lock:
            page = self._forms.get(key)
            if page is not None:
                self._forms.move_to_end(key)
                return page
        page = SplicedPage(draw())
        with self._lock:
            self._forms[key] = page
            if len(self._forms) > MAX_FORMS:
                self._forms.popitem(last=False)
        return page

    def forget(self) -> None:
        """Forget everything, for tests and for whoever has just changed a wave by hand."""
        with self._lock:
            self._entrances.clear()
            self._forms.clear()
