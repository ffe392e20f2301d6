"""Passwords: hashed with Argon2, long rather than strange, never one that everybody tries first."""

from __future__ import annotations

import secrets
import unicodedata
from dataclasses import dataclass
from functools import cache
from threading import BoundedSemaphore

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

MINIMUM_LENGTH = 10

# Letters and digits that cannot be mixed up when a password is read out.
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"

# What is tried first, here and in the lists that go round. Compared without case, blanks and hyphens.
_COMMON = frozenset(
    {
        "1234567890",
        "0123456789",
        "0987654321",
        "9876543210",
        "1111111111",
        "0000000000",
        "qwertyuiop",
        "qwerty123456",
        "password12",
        "password123",
        "matkhau123",
        "matkhau1234",
        "matkhau12345",
        "iloveyou123",
        "vietnam123",
        "vietnam2026",
        "truonghoc123",
        "giaovien123",
        "hieutruong",
        "hieutruong1",
        "admin12345",
        "admin123456",
        "administrator",
        "abcd123456",
        "abc1234567",
        "1q2w3e4r5t",
        "123123123123",
        "nghiquyet71",
        "nghiquyet7171",
    }
)

_hasher = PasswordHasher()


# Each hash takes 64 MiB: a rush of sign-ins must wait its turn rather than fill a small server's memory.
_room = BoundedSemaphore(4)


@dataclass(frozen=True, slots=True)
class Check:
    """What came of comparing a password with a stored hash; `new_hash` replaces one made with older settings."""

    password_hash: str | None
    fits: bool
    new_hash: str | None = None


def _as_bytes(password: str) -> bytes:
    # Keyboards differ in whether a Vietnamese letter is one character or a letter and its marks.
    return unicodedata.normalize("NFC", password).encode()


@cache
def _nobody() -> str:
    """Return a hash to compare with when the login is unknown, so that the answer takes as long as for a known one.

    Made at the first sign-in: making it takes longer than all of a web process's start otherwise needs.
    """
    return _hasher.hash("nobody has this password")


def hash_password(password: str) -> str:
    """Return the Argon2id hash of a password, with its own salt."""
    with _room:
        return _hasher.hash(_as_bytes(password))


def verify_password(password_hash: str | None, password: str) -> bool:
    """Return whether the password fits; without a hash, or with an empty one, it takes as long and never fits."""
    try:
        with _room:
            return _hasher.verify(password_hash or _nobody(), _as_bytes(password)) and bool(password_hash)
    except (VerificationError, InvalidHashError):
        return False


def check_password(password_hash: str | None, password: str) -> Check:
    """Compare a password with a stored hash, or with none; slow on purpose, so call it outside a transaction."""
    fits = verify_password(password_hash, password)
    renew = fits and password_hash is not None and needs_new_hash(password_hash)
    return Check(password_hash, fits, hash_password(password) if renew else None)


def needs_new_hash(password_hash: str) -> bool:
    """Return whether a hash was made with weaker settings than today's."""
    return _hasher.check_needs_rehash(password_hash)


def weakness(password: str, login: str) -> str | None:
    """Return why a password is refused (too_short, contains_login, common, one_letter), or None for a good one."""
    plain = _plain(password)
    if len(password) < MINIMUM_LENGTH:
        return "too_short"
    if len(set(plain)) < 4:
        return "one_letter"
    if plain in _COMMON:
        return "common"
    if login and _plain(login) in plain:
        return "contains_login"
    return None


def _plain(text: str) -> str:
    return text.casefold().replace(" ", "").replace("-", "")


def new_password() -> str:
    """Return a random password that can be read out and typed: three blocks of four, 59 bits."""
    return "-".join("".join(secrets.choice(_LETTERS) for _ in range(4)) for _ in range(3))
