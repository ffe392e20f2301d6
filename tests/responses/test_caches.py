"""What a web process remembers: for how long, how much, and that a remembered form is the form."""

from __future__ import annotations

import gzip
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey.core.tokens import TOKEN_LENGTH
from survey.responses.caches import (
    AWAY_SECONDS,
    ENTRANCE_SECONDS,
    MAX_ENTRANCES,
    MAX_FORMS,
    TOKEN_PLACE,
    RespondentCache,
    SplicedPage,
)
from survey.responses.entrances import Entrance


class Clock:
    """Shows the seconds that a test has set."""

    seconds = 100.0

    def __call__(self) -> float:
        return self.seconds


def test_a_way_in_is_looked_up_again_after_two_seconds_also_if_there_was_none() -> None:
    clock, asked = Clock(), []

    def load(code: str) -> Entrance | None:
        asked.append(code)
        return None

    cache = RespondentCache(clock)
    for seconds, lookups in ((0, 1), (0.5, 1), (ENTRANCE_SECONDS - 0.01, 1), (ENTRANCE_SECONDS, 2), (3.5, 2)):
        clock.seconds = 100 + seconds
        cache.entrance("7K2QX9K", load)
        assert len(asked) == lookups, seconds


def test_while_the_database_is_away_a_way_in_stays_as_it_was_last_seen() -> None:
    clock = Clock()
    cache = RespondentCache(clock)
    seen = cast("Entrance", object())

    def away(code: str) -> Entrance | None:
        raise ConnectionError(code)

    with pytest.raises(ConnectionError):
        cache.entrance("7K2QX9K", away, away=(ConnectionError,))
    assert cache.entrance("7K2QX9K", lambda _code: seen) is seen
    for seconds in (ENTRANCE_SECONDS, AWAY_SECONDS / 2, AWAY_SECONDS):
        clock.seconds = 100 + seconds
        assert cache.entrance("7K2QX9K", away, away=(ConnectionError,)) is seen
    # A fault of another kind is one of ours and is not hidden; nor is a day-old state believed.
    clock.seconds = 100 + AWAY_SECONDS + ENTRANCE_SECONDS
    for kinds in ((), (ConnectionError,)):
        with pytest.raises(ConnectionError):
            cache.entrance("7K2QX9K", away, away=kinds)
    # Who was asked for once stays unknown: nothing is made up.
    assert cache.entrance("2222222", lambda _code: None) is None


@pytest.mark.parametrize("is_away", [False, True])
def test_a_hall_that_asks_at_one_moment_asks_the_database_once(is_away: bool) -> None:
    cache, seen, asked = RespondentCache(), cast("Entrance", object()), []
    looking, may_answer = threading.Event(), threading.Event()

    def load(code: str) -> Entrance | None:
        asked.append(code)
        looking.set()
        assert may_answer.wait(30)
        if is_away:
            raise ConnectionError(code)
        return seen

    def ask() -> object:
        try:
            return cache.entrance("7K2QX9K", load, away=(ConnectionError,))
        except ConnectionError as error:
            return type(error)

    with ThreadPoolExecutor(9) as pool:
        first = pool.submit(ask)
        assert looking.wait(30)
        others = [pool.submit(ask) for _phone in range(8)]
        # Another way in does not wait for this one.
        assert cache.entrance("2222222", lambda _code: None) is None
        may_answer.set()
        found = {one.result(30) for one in (first, *others)}
    assert found == {ConnectionError if is_away else seen}
    assert len(asked) == 1 or is_away
    # What failed for them is asked anew by whoever comes next.
    assert cache.entrance("7K2QX9K", lambda _code: seen) is seen


def test_memory_is_bounded_and_keeps_what_was_used_last() -> None:
    cache, drawn = RespondentCache(), []

    def draw(key: int) -> None:
        cache.form(key, lambda: drawn.append(key) or TOKEN_PLACE)  # type: ignore[func-returns-value]

    for key in range(MAX_FORMS):
        draw(key)
    draw(0)
    draw(MAX_FORMS)
    draw(0)
    assert len(drawn) == MAX_FORMS + 1
    draw(1)
    assert drawn[-1] == 1

    asked: list[str] = []
    for number in [*range(MAX_ENTRANCES + 1), 0]:
        cache.entrance(str(number), lambda code: asked.append(code))
    assert asked[-1] == "0"
    assert len(asked) == MAX_ENTRANCES + 2


@given(st.text(), st.text(), st.text(alphabet="abcXYZ019-_", min_size=TOKEN_LENGTH, max_size=TOKEN_LENGTH))
def test_a_remembered_form_says_the_same_plain_and_compressed(head: str, tail: str, token: str) -> None:
    page = SplicedPage(f"{head}{TOKEN_PLACE}{tail}")
    for _ in range(2):
        assert page.plain(token).decode() == head + token + tail
        assert gzip.decompress(page.compressed(token)) == page.plain(token)


def test_a_form_without_room_for_its_token_is_not_remembered() -> None:
    with pytest.raises(ValueError, match="unpack"):
        SplicedPage("no room")
