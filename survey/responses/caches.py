"""What a web process remembers between respondents: ways in for two seconds, and forms as bytes ready to be sent."""

from __future__ import annotations

import secrets
import struct
import threading
import time
import zlib
from collections import OrderedDict
from collections.abc import Callable, Hashable
from concurrent.futures import Future
from typing import NamedTuple

from survey.core.tokens import TOKEN_LENGTH
from survey.responses.entrances import Entrance

_Load = Callable[[str], Entrance | None]

ENTRANCE_SECONDS = 2.0
# For so long a way in is believed to be as it was while nobody can be asked: a restart of the database, not a day.
AWAY_SECONDS = 900.0
MAX_ENTRANCES = 2048
# A form takes some 30 KB here, plain and compressed; class sessions have eight orders of each.
MAX_FORMS = 256

# Stands for the token while a form is drawn. Random, so that no title or question can contain it.
TOKEN_PLACE = secrets.token_urlsafe(32)

# Deflate without a frame, its window, and the frame of gzip around it (RFC 1951, RFC 1952).
_RAW = -zlib.MAX_WBITS
_WINDOW = 32768
_GZIP_HEADER = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x02\xff"
# A block of plain bytes that is not the last: its type, its length and the complement of that.
_PLAIN_BLOCK = b"\x00" + struct.pack("<HH", TOKEN_LENGTH, TOKEN_LENGTH ^ 0xFFFF)


class SplicedPage:
    """A drawn form of which only the token changes; everything around the token is compressed once for all.

    A deflate stream may be cut between blocks: the part before the token ends on a byte, the token follows as a block
    of plain bytes, and the part after it was compressed as if it stood behind the first one and a token's length of
    bytes that it never points to. Per request only the checksum is new.
    """

    def __init__(self, page: str) -> None:
        head, tail = page.split(TOKEN_PLACE)
        self._head, self._tail = head.encode(), tail.encode()
        before = zlib.compressobj(9, zlib.DEFLATED, _RAW, 9)
        self._packed_head = _GZIP_HEADER + before.compress(self._head) + before.flush(zlib.Z_SYNC_FLUSH) + _PLAIN_BLOCK
        # No byte of a text is 255, so nothing in the part after the token points to where the token will stand.
        seen = self._head + b"\xff" * TOKEN_LENGTH
        after = zlib.compressobj(9, zlib.DEFLATED, _RAW, 9, zlib.Z_DEFAULT_STRATEGY, seen[-_WINDOW:])
        self._packed_tail = after.compress(self._tail) + after.flush()
        self._checksum = zlib.crc32(self._head)
        self._size = struct.pack("<I", len(self._head) + TOKEN_LENGTH + len(self._tail))

    def plain(self, token: str) -> bytes:
        """Return the page with this token."""
        return self._head + token.encode() + self._tail

    def compressed(self, token: str) -> bytes:
        """Return the page with this token as gzip."""
        spliced = token.encode()
        if len(spliced) != TOKEN_LENGTH:
            raise ValueError("a token has a fixed length")
        checksum = zlib.crc32(self._tail, zlib.crc32(spliced, self._checksum))
        return b"".join(
            (self._packed_head, spliced, self._packed_tail, struct.pack("<I", checksum), self._size),
        )


class _Seen(NamedTuple):
    """A way in as the database knew it at some second, and until when it is believed."""

    until: float
    at: float
    entrance: Entrance | None


_NEVER_SEEN = _Seen(0.0, 0.0, None)


class RespondentCache:
    """The memory of one application object; safe to use from many threads. clock: seconds that only go forward."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._entrances: OrderedDict[str, _Seen] = OrderedDict()
        self._looking: dict[str, Future[Entrance | None]] = {}
        self._forms: OrderedDict[Hashable, SplicedPage] = OrderedDict()

    def entrance(self, code: str, load: _Load, *, away: tuple[type[Exception], ...] = ()) -> Entrance | None:
        """Return the way in with this code, at most ENTRANCE_SECONDS old; unknown codes are remembered too.

        away: what `load` raises while the database is away. Then the way in stays as it was last seen, so that a form
        can still be opened, and one that was sent be given back; whether it is taken is looked up when it is stored.
        Whoever asks while another thread is looking waits for what that one finds.
        """
        with self._lock:
            known = self._entrances.get(code, _NEVER_SEEN)
            if self._clock() < known.until:
                return known.entrance
            looking = self._looking.get(code)
            is_first = looking is None
            if looking is None:
                looking = self._looking[code] = Future()
        if is_first:
            self._look(code, known, load, away, looking)
        return looking.result()

    def _look(
        self, code: str, known: _Seen, load: _Load, away: tuple[type[Exception], ...], looking: Future[Entrance | None]
    ) -> None:
        """Ask the database, and let those who came in the meantime know: a hall forgets its way in at one moment."""
        now = self._clock()
        try:
            try:
                seen = _Seen(now + ENTRANCE_SECONDS, now, load(code))
            except away:
                if known.entrance is None or now > known.at + AWAY_SECONDS:
                    raise
                seen = known._replace(until=now + ENTRANCE_SECONDS)
            self._remember(code, seen)
            looking.set_result(seen.entrance)
        except BaseException as error:
            looking.set_exception(error)
        finally:
            with self._lock:
                del self._looking[code]

    def _remember(self, code: str, seen: _Seen) -> None:
        with self._lock:
            self._entrances[code] = seen
            self._entrances.move_to_end(code)
            if len(self._entrances) > MAX_ENTRANCES:
                self._entrances.popitem(last=False)

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
