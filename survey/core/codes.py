"""Codes that people type: Crockford base 32 with one check symbol, forgiving to misread letters.

The check symbol is the value of the body mod 32 after weighting each place with an odd number, so a single wrong
symbol always shows and so do nearly all swaps of neighbours.
Source of the alphabet: D. Crockford, Base 32 (I and L read as 1, O as 0; U left out).
"""

from __future__ import annotations

import secrets

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
COLLECTOR_LENGTH = 6
CARD_LENGTH = 8
RECEIPT_LENGTH = 12

_VALUES = {symbol: value for value, symbol in enumerate(ALPHABET)} | {"I": 1, "L": 1, "O": 0}


def new_code(length: int) -> str:
    """Return a random code of `length` symbols and its check symbol."""
    body = "".join(secrets.choice(ALPHABET) for _ in range(length))
    return body + check_symbol(body)


def check_symbol(body: str) -> str:
    """Return the check symbol of a body in the alphabet.

    >>> check_symbol("7K2QX9")
    'K'
    """
    total = sum(_VALUES[symbol] * (2 * place + 1) for place, symbol in enumerate(body))
    return ALPHABET[total % 32]


def read_code(text: str, length: int) -> str | None:
    """Return what a person meant by `text` as body and check symbol, or None if it cannot be a code.

    Spaces, hyphens and letter case do not matter; I, L and O are read as 1, 1 and 0.

    >>> read_code("7k2-qx9 k", 6)
    '7K2QX9K'
    """
    symbols = read_symbols(text)
    if symbols is None or len(symbols) != length + 1 or check_symbol(symbols[:-1]) != symbols[-1]:
        return None
    return symbols


def read_symbols(text: str) -> str | None:
    """Return `text` in the alphabet without spaces and hyphens, or None if a character does not belong."""
    letters = [letter for letter in text.upper() if letter not in " -\u00a0\u2013"]
    if any(letter not in _VALUES for letter in letters):
        return None
    return "".join(ALPHABET[_VALUES[letter]] for letter in letters)


def group_code(code: str, size: int = 4) -> str:
    """Return the code in blocks of `size`, as it is shown and printed.

    >>> group_code("7K2QX9K")
    '7K2Q X9K'
    """
    return " ".join(code[start : start + size] for start in range(0, len(code), size))


def symbols_from_bytes(data: bytes, length: int) -> str:
    """Return the first `length` symbols (5 bits each) of `data`."""
    number = int.from_bytes(data, "big") >> (8 * len(data) - 5 * length)
    return "".join(ALPHABET[number >> (5 * place) & 31] for place in reversed(range(length)))
