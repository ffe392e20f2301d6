"""The rotating part of a meeting's code: which slot of time an instant falls into, and when it ends.

The symbols themselves are derived in `survey.core.tokens.Signer.time_code`. Only the server's clock counts: phones have
wrong ones.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

# Long enough to scan with a slow camera, short enough that a forwarded picture is soon worthless; the slot before is
# taken too, so a code works for 90 to 180 seconds.
SLOT = timedelta(seconds=90)

# What people type: four symbols, readable from the last row.
TYPED_LENGTH = 4
# What the QR carries: 50 bits that nobody can guess, so that guessers never stand in the way of those who scan.
SCANNED_LENGTH = 10


def slot_of(now: datetime) -> int:
    """Return the number of the slot that an instant falls into.

    >>> slot_of(datetime(1970, 1, 1, 0, 3, tzinfo=UTC))
    2
    """
    return int(now.timestamp()) // int(SLOT.total_seconds())


def slot_ends(now: datetime) -> datetime:
    """Return the instant at which the next slot begins."""
    return datetime.fromtimestamp((slot_of(now) + 1) * SLOT.total_seconds(), UTC)
