"""How large a QR code has to be printed, and from how far it is then scanned.

Two rules, and the stricter one counts. The printer's rule: a symbol is scanned from ten times its own width. The
camera's rule: a cheap phone looks at 1,280 pixels across 65 degrees and needs three of them for a module, so that a
symbol with more modules has to be larger. Good phones see half as far again.
"""

from __future__ import annotations

import math

from survey.collection.qr import QUIET_ZONE

WIDTHS_AWAY = 10
CAMERA_PIXELS = 1280
CAMERA_DEGREES = 65
PIXELS_A_MODULE = 3

_MODULES_ACROSS = CAMERA_PIXELS / PIXELS_A_MODULE
_VIEW_A_METRE = 2 * math.tan(math.radians(CAMERA_DEGREES / 2))


def scan_distance(width_cm: float, modules: int) -> float:
    """Return from how many metres a cheap phone still reads a symbol of that width (without its quiet zone).

    >>> round(scan_distance(25, 25), 2), round(scan_distance(25, 41), 2)
    (2.5, 2.04)
    """
    by_camera = width_cm / 100 / modules * _MODULES_ACROSS / _VIEW_A_METRE
    return min(WIDTHS_AWAY * width_cm / 100, by_camera)


def width_for(distance_m: float, modules: int) -> float:
    """Return how many centimetres wide a symbol must be to be read from that far.

    >>> round(width_for(5, 25)), round(width_for(5, 41))
    (50, 61)
    """
    by_camera = distance_m * _VIEW_A_METRE / _MODULES_ACROSS * modules * 100
    return max(100 * distance_m / WIDTHS_AWAY, by_camera)


def promised_distance(width_cm: float, modules: int) -> float:
    """Return the distance that may be printed: the half metre below, and never less than half a metre.

    >>> promised_distance(15.9, 25)
    1.5
    """
    return max(0.5, math.floor(2 * scan_distance(width_cm, modules)) / 2)


def widest(page_cm: float, modules: int) -> float:
    """Return the widest symbol whose quiet zone still fits on a page, rounded down to a millimetre.

    >>> widest(21, 25), widest(29.7, 29)
    (15.9, 23.2)
    """
    return math.floor(10 * page_cm * modules / (modules + 2 * QUIET_ZONE)) / 10


def card_width(modules: int) -> float:
    """Return the width in millimetres of a card's symbol: 25, or more where a module would be below 0.8.

    >>> card_width(29), round(card_width(33), 1)
    (25.0, 26.4)
    """
    return max(25.0, 0.8 * modules)
