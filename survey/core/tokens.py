"""The stateless response token: what a form page carries instead of a session or a cookie.

A token is 16 random bytes, the minute in which the form was begun, and a MAC over both and the purpose (the
collector's code). It never expires by itself: whether a form may still be sent is the wave's business. From the random
bytes follow the form (A or B), the receipt, and the hash under which the response is stored; none of them leads back.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime

from survey.core.codes import RECEIPT_LENGTH, read_symbols, symbols_from_bytes
from survey.core.time_codes import SCANNED_LENGTH, TYPED_LENGTH, slot_of

_NONCE = 16
_MINUTES = 4
_MAC = 12
TOKEN_LENGTH = 43


@dataclass(frozen=True, slots=True)
class Token:
    """A token that this server made: `begun` is the minute in which the page was handed out."""

    nonce: bytes
    begun: datetime

    @property
    def form(self) -> str:
        """The parallel form that this token gets: A or B with equal chance."""
        return "AB"[self.nonce[0] & 1]


class Signer:
    """Makes and reads tokens and receipts with the application's secret."""

    def __init__(self, secret_key: str) -> None:
        self._token_key = self._derive(secret_key, b"response token")
        self._receipt_key = self._derive(secret_key, b"receipt")
        self._storage_key = self._derive(secret_key, b"stored receipt")
        self._time_key = self._derive(secret_key, b"time code")

    @staticmethod
    def _derive(secret_key: str, purpose: bytes) -> bytes:
        return hmac.digest(secret_key.encode(), purpose, "sha256")

    def new_token(self, purpose: str, now: datetime, form: str | None = None) -> str:
        """Return a fresh token for a collector; `form` fixes the form where only one exists."""
        nonce = bytearray(secrets.token_bytes(_NONCE))
        if form is not None:
            nonce[0] = (nonce[0] & 0xFE) | "AB".index(form)
        body = bytes(nonce) + int(now.timestamp() // 60).to_bytes(_MINUTES, "big")
        return base64.urlsafe_b64encode(body + self._mac(purpose, body)).rstrip(b"=").decode()

    def read_token(self, purpose: str, text: str) -> Token | None:
        """Return the token if this server made it for that collector, else None."""
        if len(text) != TOKEN_LENGTH or not text.isascii():
            return None
        try:
            data = base64.urlsafe_b64decode(text + "=")
        except (binascii.Error, ValueError):
            return None
        body, mac = data[: _NONCE + _MINUTES], data[_NONCE + _MINUTES :]
        if not hmac.compare_digest(mac, self._mac(purpose, body)):
            return None
        begun = datetime.fromtimestamp(60 * int.from_bytes(body[_NONCE:], "big"), UTC)
        return Token(nonce=body[:_NONCE], begun=begun)

    def receipt(self, token: Token) -> str:
        """Return the receipt of a token: 12 symbols, 60 bits."""
        return symbols_from_bytes(hmac.digest(self._receipt_key, token.nonce, "sha256"), RECEIPT_LENGTH)

    def receipt_hash(self, receipt: str) -> bytes:
        """Return the 16 bytes under which the response with this receipt is stored.

        Keyed, so that whoever holds only the database cannot try out receipts.
        """
        return hashlib.blake2b(receipt.encode(), key=self._storage_key, digest_size=16).digest()

    def time_code(self, purpose: str, slot: int, length: int = TYPED_LENGTH) -> str:
        """Return the symbols that open a meeting during one slot; the QR carries SCANNED_LENGTH of them."""
        return symbols_from_bytes(hmac.digest(self._time_key, f"{purpose}\0{slot}".encode(), "sha256"), length)

    def reads_time_code(self, purpose: str, text: str, now: datetime, slots: int = 2) -> bool:
        """Whether `text`, typed or scanned, opens a meeting now: by the present slot or the one before.

        slots: how many slots count, the present one included.
        """
        symbols = read_symbols(text[:40])
        if symbols is None or len(symbols) not in (TYPED_LENGTH, SCANNED_LENGTH):
            return False
        present = slot_of(now)
        return any(
            hmac.compare_digest(symbols, self.time_code(purpose, slot, len(symbols)))
            for slot in range(present, present - slots, -1)
        )

    def _mac(self, purpose: str, body: bytes) -> bytes:
        return hmac.digest(self._token_key, purpose.encode() + b"\0" + body, "sha256")[:_MAC]
