"""Reads the serial from the QR of a straightened sheet."""

from __future__ import annotations

import re

import cv2
import numpy as np
import zxingcpp

from survey.core.codes import CARD_LENGTH, read_code
from survey.paper.layouts import QR_BOX
from survey.paper.reading.images import Picture
from survey.paper.reading.registration import Registration

_ADDRESS = re.compile(r"^HTTPS?://[^/]+/S/([0-9A-Z]+)$", re.IGNORECASE)
_MARGIN = 3.0


def read_serial(picture: Picture, registration: Registration) -> str | None:
    """Return the serial that the sheet's QR holds, its check symbol right; None if there is none to read."""
    left, top, side = QR_BOX
    box = (left - _MARGIN, top - _MARGIN, side + 2 * _MARGIN, side + 2 * _MARGIN)
    for scale in (8.0, 14.0):
        cut = registration.cut(picture, box, scale)
        for image in (cut, _sharpened(cut)):
            serial = _decoded(image)
            if serial is not None:
                return serial
    return None


def _decoded(image: Picture) -> str | None:
    for found in zxingcpp.read_barcodes(image, formats=zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode)):
        match = _ADDRESS.match(found.text)
        serial = match and read_code(match[1], CARD_LENGTH)
        if serial:
            return serial
    return None


def _sharpened(image: Picture) -> Picture:
    grey = cv2.cvtColor(image, cv2.COLOR_RGB2GRAY)
    soft = cv2.GaussianBlur(grey, (0, 0), 3)
    sharp = cv2.addWeighted(grey, 2.5, soft, -1.5, 0)
    return np.asarray(cv2.createCLAHE(clipLimit=2.0, tileGridSize=(4, 4)).apply(sharp), dtype=np.uint8)
