"""QR codes of our own addresses.

An address in capitals fits the alphanumeric mode (5.5 bits a letter instead of 8); hosts and our paths do not mind
capitals. How a symbol is drawn stands in survey/core/qr.py.
"""

from __future__ import annotations

from survey.core.qr import QUIET_ZONE, Matrix, draw, matrix, svg, terminal_qr

__all__ = ["QUIET_ZONE", "Matrix", "draw", "matrix", "payload", "svg", "terminal_qr"]


def payload(public_url: str, code: str) -> str:
    """Return what the QR of a collector says.

    >>> payload("https://hr.example.vn", "7K2QX9K")
    'HTTPS://HR.EXAMPLE.VN/S/7K2QX9K'
    """
    return f"{public_url.upper()}/S/{code}"
