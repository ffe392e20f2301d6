"""Frozen counts that a process remembers: the same record while it is remembered, and the longest unread goes first."""

from __future__ import annotations

from collections import OrderedDict
from datetime import datetime

import pytest
from sqlalchemy.orm import Session

from survey.campaigns.models import Wave
from survey.responses import summaries
from survey.responses.closing import close_wave
from survey.responses.counts import WaveCounts
from survey.responses.summaries import frozen_counts
from tests.factories import Cast
from tests.responses.fieldwork import collector, make_wave, store


@pytest.fixture(autouse=True)
def _nothing_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each test begins like a new process."""
    monkeypatch.setattr(summaries, "_known", OrderedDict())


@pytest.fixture
def closed(session: Session, cast: Cast, now: datetime) -> list[Wave]:
    """Three closed waves with one, two and three answers."""
    waves = [make_wave(session, cast.school, now=now) for _wave in range(3)]
    for number, wave in enumerate(waves, start=1):
        code = collector(session, wave, cast.own_class.id).code
        for _answer in range(number):
            store(session, code, now=now)
        close_wave(session, wave_id=wave.id, user_id=None, now=now)
        session.commit()
    return waves


def read(session: Session, wave: Wave, cast: Cast) -> WaveCounts:
    (counts,) = frozen_counts(session, wave.id, [cast.school.id])
    return counts


def is_remembered(session: Session, wave: Wave, cast: Cast, before: WaveCounts) -> bool:
    """Read a wave again: what is remembered is the very same record, what is rebuilt an equal one."""
    again = read(session, wave, cast)
    assert again == before
    return again is before


def _room_for_two(monkeypatch: pytest.MonkeyPatch, records: list[WaveCounts]) -> None:
    sizes = sorted(map(summaries._size, records))
    assert sizes[0] > 0
    monkeypatch.setattr(summaries, "MOST_COUNTS", sizes[1] + sizes[2])
    monkeypatch.setattr(summaries, "_known", OrderedDict())


def test_each_wave_has_its_own_counts_and_they_stay(session: Session, cast: Cast, closed: list[Wave]) -> None:
    first = [read(session, wave, cast) for wave in closed]
    assert [counts.number for counts in first] == [1, 2, 3]
    assert all(is_remembered(session, wave, cast, counts) for wave, counts in zip(closed, first, strict=True))


def test_with_room_for_two_the_one_not_read_for_longest_is_forgotten(
    session: Session, cast: Cast, closed: list[Wave], monkeypatch: pytest.MonkeyPatch
) -> None:
    _room_for_two(monkeypatch, [read(session, wave, cast) for wave in closed])
    one, two = (read(session, wave, cast) for wave in closed[:2])
    # Read again: now the second is the one not read for longest.
    assert is_remembered(session, closed[0], cast, one)
    three = read(session, closed[2], cast)
    assert is_remembered(session, closed[0], cast, one)
    assert is_remembered(session, closed[2], cast, three)
    assert not is_remembered(session, closed[1], cast, two)
    # That took the first one's place: it had not been read since.
    assert not is_remembered(session, closed[0], cast, one)


def test_what_is_larger_than_all_room_is_read_but_not_kept(
    session: Session, cast: Cast, closed: list[Wave], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(summaries, "MOST_COUNTS", 0)
    counts = read(session, closed[2], cast)
    assert counts.number == 3
    assert not is_remembered(session, closed[2], cast, counts)
