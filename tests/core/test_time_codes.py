"""Time codes: for one meeting, one slot and the one before; typed like every other code."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey.core.codes import ALPHABET
from survey.core.time_codes import SCANNED_LENGTH, SLOT, TYPED_LENGTH, slot_ends, slot_of
from survey.core.tokens import Signer

SIGNER = Signer("a secret for tests, long enough to be taken")
INSTANTS = st.integers(0, 15 * 365 * 86_400 * 1_000).map(
    lambda ms: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(milliseconds=ms)
)
LENGTHS = st.sampled_from([TYPED_LENGTH, SCANNED_LENGTH])


@given(now=INSTANTS)
def test_an_instant_lies_in_its_slot(now: datetime) -> None:
    assert timedelta(0) < slot_ends(now) - now <= SLOT
    assert slot_of(slot_ends(now)) == slot_of(now) + 1
    assert slot_of(slot_ends(now) - timedelta(microseconds=1)) == slot_of(now)


@given(now=INSTANTS, late=st.integers(0, 4), length=LENGTHS)
def test_a_code_opens_in_its_slot_and_the_next_one_and_never_later(now: datetime, late: int, length: int) -> None:
    code = SIGNER.time_code("7K2QX9K", slot_of(now), length)
    # By chance a later slot can have the same four symbols; that is the guess the budget is about.
    later = [SIGNER.time_code("7K2QX9K", slot_of(now) + late - back, length) for back in (0, 1)]
    assert SIGNER.reads_time_code("7K2QX9K", code, now + late * SLOT) == (late < 2 or code in later)


@given(now=INSTANTS, length=LENGTHS)
def test_a_code_is_forgiving_to_how_it_is_typed_and_belongs_to_one_meeting(now: datetime, length: int) -> None:
    code = SIGNER.time_code("7K2QX9K", slot_of(now), length)
    assert len(code) == length
    assert set(code) <= set(ALPHABET)
    typed = f" {code[:2].lower()}-{code[2:]} ".replace("0", "o").replace("1", "l")
    assert SIGNER.reads_time_code("7K2QX9K", typed, now)
    assert SIGNER.time_code("ZZZZZZ0", slot_of(now), SCANNED_LENGTH) != SIGNER.time_code(
        "7K2QX9K", slot_of(now), SCANNED_LENGTH
    )
    assert not Signer("another secret, as long as the first one was").reads_time_code(
        "7K2QX9K", SIGNER.time_code("7K2QX9K", slot_of(now), SCANNED_LENGTH), now
    )


@pytest.mark.parametrize("text", ["", "ABC", "ABCDE", "????", "ABCD" * 20, "𝟜𝟜𝟜𝟜", "\0\0\0\0"])
def test_what_cannot_be_a_code_opens_nothing(text: str) -> None:
    assert not SIGNER.reads_time_code("7K2QX9K", text, datetime(2026, 11, 21, tzinfo=UTC))


def test_the_code_of_the_slot_to_come_does_not_open_yet() -> None:
    now = datetime(2026, 11, 21, tzinfo=UTC)
    assert not SIGNER.reads_time_code("7K2QX9K", SIGNER.time_code("7K2QX9K", slot_of(now) + 1, SCANNED_LENGTH), now)
