"""What printed files say to a scanner: pages drawn by poppler, read by a real decoder."""

from __future__ import annotations

import io
import subprocess
from dataclasses import dataclass

import zxingcpp
from PIL import Image


@dataclass(frozen=True)
class Found:
    """One symbol: what it says, its level and version, how wide it is in millimetres."""

    text: str
    level: str
    version: int
    wide_mm: float


def scan_page(pdf: bytes, dpi: int, page: int = 1) -> list[Found]:
    """Draw a page at a resolution and return every symbol on it."""
    command = ["pdftoppm", "-r", str(dpi), "-f", str(page), "-l", str(page), "-png", "-"]
    drawn = subprocess.run(command, input=pdf, check=True, capture_output=True).stdout
    return scan_picture(Image.open(io.BytesIO(drawn)), dpi)


def scan_picture(picture: Image.Image, dpi: float = 144) -> list[Found]:
    """Return every symbol of a picture."""
    return [_found(symbol, dpi) for symbol in zxingcpp.read_barcodes(picture, formats=zxingcpp.BarcodeFormat.QRCode)]


def fonts_of(pdf: bytes) -> set[str]:
    """Return the families of a PDF's fonts, each of which must be embedded."""
    said = subprocess.run(["pdffonts", "-"], input=pdf, check=True, capture_output=True, text=False).stdout.decode()
    lines = said.splitlines()[2:]
    assert lines
    assert all(line.split()[-5] == "yes" for line in lines)
    return {line.split()[0].partition("+")[2].partition("-")[0] for line in lines}


def text_of(pdf: bytes, *options: str) -> str:
    """Return the words of a PDF with single spaces."""
    command = ["pdftotext", *options, "-", "-"]
    return " ".join(subprocess.run(command, input=pdf, check=True, capture_output=True).stdout.decode().split())


def pages_of(pdf: bytes) -> int:
    """Return the number of pages."""
    said = subprocess.run(["pdfinfo", "-"], input=pdf, check=True, capture_output=True).stdout.decode()
    return int(said.split("Pages:")[1].split()[0])


def _found(symbol: zxingcpp.Barcode, dpi: float) -> Found:
    corners = symbol.position
    wide = ((corners.top_right.x - corners.top_left.x) ** 2 + (corners.top_right.y - corners.top_left.y) ** 2) ** 0.5
    return Found(symbol.text, symbol.ec_level, int(symbol.extra["Version"]), wide / dpi * 25.4)
