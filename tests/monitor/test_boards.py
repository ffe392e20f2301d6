"""Where a session stands at a moment, what a slot shows, and how seconds are written."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey.campaigns.models import Wave
from survey.collection.models import Collector
from survey.core.codes import group_code
from survey.core.time_codes import SCANNED_LENGTH, SLOT, slot_of
from survey.core.tokens import Signer
from survey.monitor.boards import Board, Phase, phase_of
from survey.monitor.caches import ReceivedCache
from survey.monitor.slots import AHEAD_SECONDS, next_slot, present_slot
from survey.monitor.words import minutes_text

NOON = datetime(2026, 11, 21, 5, 0, tzinfo=UTC)
SIGNER = Signer("a secret for tests, long enough to be taken")
CODE = "7K2QX9K"


def window(mode: str = "class_session", *, state: str = "open", closing_at: datetime | None = None) -> Collector:
    """A window that ends at noon UTC, in a wave that ends that day."""
    wave = Wave(opens=date(2026, 11, 1), closes=date(2026, 11, 21), state=state, closing_at=closing_at)
    return Collector(mode=mode, opens=NOON - timedelta(hours=1), closes=NOON, present=32, wave=wave)


@pytest.mark.parametrize(
    ("minutes", "mode", "expected"),
    [
        (-1, "class_session", Phase.RUNNING),
        (0, "class_session", Phase.RUNNING),
        (1, "class_session", Phase.GRACE),
        (15, "class_session", Phase.GRACE),
        (16, "class_session", Phase.OVER),
        (16, "meeting", Phase.GRACE),
        (45, "meeting", Phase.GRACE),
        (46, "meeting", Phase.OVER),
    ],
)
def test_a_session_runs_then_takes_what_was_begun_and_then_is_over(minutes: int, mode: str, expected: Phase) -> None:
    assert phase_of(window(mode), NOON + timedelta(minutes=minutes)) == expected


def test_a_closed_wave_ends_its_sessions_at_once() -> None:
    assert phase_of(window(state="closed"), NOON - timedelta(minutes=10)) == Phase.OVER


def test_a_wave_that_begins_to_close_leaves_a_session_its_grace() -> None:
    closing = window(state="closing", closing_at=NOON - timedelta(minutes=20))
    assert phase_of(closing, NOON - timedelta(minutes=21)) == Phase.RUNNING
    assert phase_of(closing, NOON - timedelta(minutes=6)) == Phase.GRACE
    assert phase_of(closing, NOON - timedelta(minutes=4)) == Phase.OVER


@given(st.integers(min_value=-7200, max_value=7200), st.sampled_from(["class_session", "meeting"]))
def test_the_seconds_left_lead_exactly_to_the_next_phase(seconds: int, mode: str) -> None:
    board = Board(window(mode), 5, NOON + timedelta(seconds=seconds))
    assert board.seconds_left >= 0
    if board.phase == Phase.OVER:
        assert board.seconds_left == 0
    else:
        later = board.now + timedelta(seconds=board.seconds_left + 1)
        assert phase_of(board.collector, later) != board.phase
        assert phase_of(board.collector, later - timedelta(seconds=2)) in (board.phase, Phase.RUNNING)


@given(st.timedeltas(timedelta(0), timedelta(days=3650)).map(lambda passed: NOON + passed))
def test_a_meeting_shows_a_code_that_opens_it_until_the_next_one_is_there(now: datetime) -> None:
    shown = present_slot(SIGNER, "https://hr.test", CODE, now)
    assert shown.typed == f"{group_code(CODE)}-{shown.code}"
    assert 1 <= shown.seconds <= SLOT.total_seconds()
    # A phone that scanned at the last moment has a whole slot more.
    assert SIGNER.reads_time_code(CODE, shown.code, now + timedelta(seconds=shown.seconds + 80))
    assert SIGNER.reads_time_code(CODE, SIGNER.time_code(CODE, slot_of(now), SCANNED_LENGTH), now)
    following = next_slot(SIGNER, "https://hr.test", CODE, now)
    assert (following is None) == (shown.seconds > AHEAD_SECONDS)
    if following is not None:
        assert following.code == SIGNER.time_code(CODE, slot_of(now) + 1)
        assert following.qr != shown.qr


@pytest.mark.parametrize(
    ("seconds", "text"), [(-3, "0:00"), (0, "0:00"), (9, "0:09"), (754, "12:34"), (3600, "1:00:00"), (3723, "1:02:03")]
)
def test_seconds_are_written_as_a_clock_counts_them(seconds: int, text: str) -> None:
    assert minutes_text(seconds) == text


def test_forty_boards_cost_one_count_until_two_seconds_have_passed() -> None:
    cache, counted = ReceivedCache(), []

    def count() -> int:
        counted.append(1)
        return 18

    assert [cache.received(7, count) for _board in range(40)] == [18] * 40
    assert len(counted) == 1
    cache.forget()
    assert cache.received(7, count) == 18
    assert len(counted) == 2
