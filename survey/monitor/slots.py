"""The rotating code of a meeting as its screen shows it. The next code is sent along before the present one ends."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from math import ceil
from typing import Any

from survey.collection.qr import payload, svg
from survey.core.codes import group_code
from survey.core.time_codes import SCANNED_LENGTH, SLOT, slot_ends, slot_of
from survey.core.tokens import Signer

# So early a screen learns the next code: a lost answer or two do not matter then.
AHEAD_SECONDS = 25


@dataclass(frozen=True, slots=True)
class Slot:
    """One code: what is typed, the picture to scan, and for how many seconds it stays on the screen."""

    code: str
    typed: str
    qr: str
    seconds: int

    def to_dict(self) -> dict[str, Any]:
        """Return plain values for JSON."""
        return {"code": self.code, "typed": self.typed, "qr": self.qr, "seconds": self.seconds}


def present_slot(signer: Signer, site: str, code: str, now: datetime) -> Slot:
    """Return what the screen shows now."""
    return _slot(signer, site, code, slot_of(now), ceil((slot_ends(now) - now).total_seconds()))


def next_slot(signer: Signer, site: str, code: str, now: datetime) -> Slot | None:
    """Return what the screen shows after that, once it is near; None before."""
    if (slot_ends(now) - now).total_seconds() > AHEAD_SECONDS:
        return None
    return _slot(signer, site, code, slot_of(now) + 1, int(SLOT.total_seconds()))


def _slot(signer: Signer, site: str, code: str, slot: int, seconds: int) -> Slot:
    typed = signer.time_code(code, slot)
    scanned = signer.time_code(code, slot, SCANNED_LENGTH)
    return Slot(typed, f"{group_code(code)}-{typed}", qr_picture(payload(site, f"{code}/{scanned}")), seconds)


@lru_cache(maxsize=512)
def qr_picture(text: str) -> str:
    """Return the QR of a text; drawing one takes some milliseconds, so the latest are kept."""
    return svg(text, label="QR")
