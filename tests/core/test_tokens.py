"""The response token: made and read by this server only, for one collector only, never expiring by itself."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey.core.codes import ALPHABET
from survey.core.tokens import TOKEN_LENGTH, Signer

SIGNER = Signer("a secret that is long enough for a test")
NOW = datetime(2026, 11, 21, 3, 0, 42, tzinfo=UTC)


def test_a_token_tells_form_and_minute_and_nothing_expires_it() -> None:
    text = SIGNER.new_token("7K2QX9K", NOW)
    token = SIGNER.read_token("7K2QX9K", text)
    assert len(text) == TOKEN_LENGTH
    assert token is not None
    assert token.form in {"A", "B"}
    assert token.begun == NOW.replace(second=0)


def test_a_token_of_years_ago_is_still_read() -> None:
    text = SIGNER.new_token("7K2QX9K", NOW - timedelta(days=1000))
    assert SIGNER.read_token("7K2QX9K", text) is not None


@pytest.mark.parametrize("form", ["A", "B"])
def test_the_form_can_be_fixed(form: str) -> None:
    tokens = [SIGNER.read_token("C", SIGNER.new_token("C", NOW, form)) for _ in range(50)]
    assert {token.form for token in tokens if token} == {form}


def test_both_forms_come_up_about_equally() -> None:
    tokens = [SIGNER.read_token("C", SIGNER.new_token("C", NOW)) for _ in range(2000)]
    share = sum(token.form == "A" for token in tokens if token) / 2000
    # Seven standard deviations: fails by chance once in a hundred thousand million runs.
    assert abs(share - 0.5) < 7 * 0.0112


def test_a_token_is_good_for_its_own_collector_only() -> None:
    assert SIGNER.read_token("OTHER", SIGNER.new_token("C", NOW)) is None


def test_another_secret_makes_other_tokens() -> None:
    other = Signer("another secret that is long enough too")
    assert other.read_token("C", SIGNER.new_token("C", NOW)) is None


@given(st.text(max_size=60))
def test_no_text_of_somebody_else_is_taken_for_a_token(text: str) -> None:
    assert SIGNER.read_token("C", text) is None


@given(st.integers(0, TOKEN_LENGTH - 2), st.sampled_from("ABCxyz019-_"))
def test_one_changed_letter_makes_a_token_worthless(place: int, letter: str) -> None:
    text = SIGNER.new_token("C", NOW)
    changed = text[:place] + letter + text[place + 1 :]
    assert (SIGNER.read_token("C", changed) is None) == (changed != text)


def test_the_receipt_is_the_same_each_time_and_its_hash_does_not_show_it() -> None:
    token = SIGNER.read_token("C", SIGNER.new_token("C", NOW))
    assert token is not None
    receipt = SIGNER.receipt(token)
    assert receipt == SIGNER.receipt(token)
    assert len(receipt) == 12
    assert set(receipt) <= set(ALPHABET)
    assert len(SIGNER.receipt_hash(receipt)) == 16
    assert Signer("another secret that is long enough too").receipt_hash(receipt) != SIGNER.receipt_hash(receipt)
