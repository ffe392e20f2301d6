"""Codes that people type: forgiving to misreading, strict to mistyping."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey.core.codes import (
    ALPHABET,
    CARD_LENGTH,
    COLLECTOR_LENGTH,
    check_symbol,
    group_code,
    new_code,
    read_code,
    symbols_from_bytes,
)

bodies = st.text(alphabet=ALPHABET, min_size=COLLECTOR_LENGTH, max_size=COLLECTOR_LENGTH)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("7K2QX9K", "7K2QX9K"),
        ("7k2qx9k", "7K2QX9K"),
        ("7K2 QX9 K", "7K2QX9K"),
        (" 7K2-QX9-K ", "7K2QX9K"),
        ("7K2QX9", None),  # the check symbol is missing
        ("7K2QX9J", None),  # the check symbol is wrong
        ("7K2QX9KK", None),  # one symbol too many
        ("7K2QX9U", None),  # U is not in the alphabet
        ("", None),
        ("điện thoại", None),
    ],
)
def test_what_a_person_typed_is_read_as_meant(typed: str, meant: str | None) -> None:
    assert read_code(typed, COLLECTOR_LENGTH) == meant


@given(bodies)
def test_letters_that_look_like_digits_are_read_as_digits(body: str) -> None:
    code = body + check_symbol(body)
    looks_like = code.replace("1", "l").replace("0", "o")
    assert read_code(looks_like, COLLECTOR_LENGTH) == code
    assert read_code(code.replace("1", "I"), COLLECTOR_LENGTH) == code


@given(bodies, st.integers(0, COLLECTOR_LENGTH - 1), st.sampled_from(ALPHABET))
def test_one_wrong_symbol_always_shows(body: str, place: int, symbol: str) -> None:
    code = body + check_symbol(body)
    wrong = code[:place] + symbol + code[place + 1 :]
    assert read_code(wrong, COLLECTOR_LENGTH) == (code if wrong == code else None)


@given(bodies, st.integers(0, COLLECTOR_LENGTH - 2))
def test_swapped_neighbours_show_unless_they_differ_by_half_the_alphabet(body: str, place: int) -> None:
    swapped = body[:place] + body[place + 1] + body[place] + body[place + 2 :]
    distance = abs(ALPHABET.index(body[place]) - ALPHABET.index(body[place + 1]))
    assert (check_symbol(swapped) == check_symbol(body)) == (distance in {0, 16})


def test_new_codes_have_their_length_and_are_valid() -> None:
    for length in (COLLECTOR_LENGTH, CARD_LENGTH):
        codes = {new_code(length) for _ in range(200)}
        assert len(codes) == 200
        assert all(read_code(code, length) == code for code in codes)


def test_codes_are_shown_in_blocks() -> None:
    assert group_code("ABCDEFGHJKMN") == "ABCD EFGH JKMN"


def test_symbols_are_the_leading_bits_of_the_bytes() -> None:
    assert symbols_from_bytes(bytes([0xFF] * 8), 12) == "Z" * 12
    assert symbols_from_bytes(bytes([0x08, 0, 0, 0, 0, 0, 0, 0]), 12) == "1" + "0" * 11
