"""Turns uploaded files into pictures of pages, with limits, so that no file can fill the memory.

Pictures are checked by their header before anything is decoded; pages of a PDF are drawn at 200 dots per inch.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from typing import Any, TypeAlias

import numpy as np
import pypdfium2 as pdfium
from numpy.typing import NDArray
from PIL import Image, ImageOps, UnidentifiedImageError
from pypdfium2 import raw

from survey.paper.reading.records import PageRefused, Refusal

Picture: TypeAlias = NDArray[np.uint8]

MAX_PIXELS = 25_000_000
# A phone's 50-megapixel JPEG can be decoded at half its width without ever being whole in memory.
MAX_JPEG_PIXELS = 4 * MAX_PIXELS
MAX_PAGES = 400
MAX_SIDE = 20_000
FORMATS = ("JPEG", "PNG", "WEBP", "TIFF")

_DPI = 200
# A scan of A3 at 200 dpi has 8 megapixels; a page in the PDF that claims more is drawn smaller.
_MAX_PAGE_PIXELS = 8_000_000
_MAX_EMBEDDED_PIXELS = 60_000_000

# The header is checked by us, with a smaller limit than Pillow's own.
Image.MAX_IMAGE_PIXELS = MAX_JPEG_PIXELS


@dataclass(frozen=True, slots=True)
class Page:
    """One page of an upload: its picture in RGB, or why there is none; `number` counts from 1 in its file."""

    number: int
    picture: Picture | None
    image_hash: str
    refusal: Refusal | None = None


def is_pdf(data: bytes) -> bool:
    """Whether the bytes are a PDF, by their beginning."""
    return b"%PDF-" in data[:1024]


def count_pages(data: bytes) -> int:
    """Return how many pages an upload has; a picture is one. Raises PageRefused for what cannot be opened."""
    if not is_pdf(data):
        return 1
    document = _open_pdf(data)
    try:
        number = len(document)
    finally:
        document.close()
    if number > MAX_PAGES:
        raise PageRefused(Refusal.TOO_MANY_PAGES)
    return number


def read_pages(data: bytes, *, first: int = 1) -> Iterator[Page]:
    """Yield the pages of a PDF or a picture one by one, from page `first` on; a bad one does not stop the rest."""
    if not is_pdf(data):
        if first <= 1:
            yield _page(1, data, lambda: decode_picture(data))
        return
    document = _open_pdf(data)
    try:
        for index in range(first - 1, min(len(document), MAX_PAGES)):
            name = hashlib.sha256(data).digest() + index.to_bytes(4, "big")
            yield _page(index + 1, name, lambda index=index: _draw(document, index))
    finally:
        document.close()


def _page(number: int, content: bytes, load: Any) -> Page:
    digest = hashlib.sha256(content).hexdigest()
    try:
        return Page(number, load(), digest)
    except PageRefused as error:
        return Page(number, None, digest, error.reason)
    except (OSError, ValueError, SyntaxError, MemoryError, pdfium.PdfiumError):
        return Page(number, None, digest, Refusal.DAMAGED)


def decode_picture(data: bytes) -> Picture:
    """Return a photo as RGB, upright by its EXIF. Raises PageRefused; the limits hold before decoding."""
    try:
        image: Image.Image = Image.open(BytesIO(data), formats=FORMATS)
    except Image.DecompressionBombError as error:
        raise PageRefused(Refusal.TOO_LARGE) from error
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError) as error:
        raise PageRefused(Refusal.NOT_A_PICTURE) from error
    pixels = image.width * image.height
    if max(image.size) > MAX_SIDE or pixels > (MAX_JPEG_PIXELS if image.format == "JPEG" else MAX_PIXELS):
        raise PageRefused(Refusal.TOO_LARGE)
    if pixels > MAX_PIXELS:
        image.draft("RGB", (image.width // 2, image.height // 2))
        if image.width * image.height > MAX_PIXELS:
            raise PageRefused(Refusal.TOO_LARGE)
    return np.asarray(ImageOps.exif_transpose(image).convert("RGB"))


def _open_pdf(data: bytes) -> pdfium.PdfDocument:
    try:
        return pdfium.PdfDocument(data)
    except pdfium.PdfiumError as error:
        raise PageRefused(Refusal.DAMAGED) from error


def _draw(document: pdfium.PdfDocument, index: int) -> Picture:
    page = document[index]
    try:
        width, height = page.get_size()
        if min(width, height) < 72 or max(width, height) > 10 * min(width, height):
            raise PageRefused(Refusal.NOT_OUR_SHEET)
        _refuse_bombs(page)
        scale = min(_DPI / 72, (_MAX_PAGE_PIXELS / (width * height)) ** 0.5)
        drawn = page.render(scale=scale, rev_byteorder=True, prefer_bgrx=False).to_numpy()
    finally:
        page.close()
    if drawn.ndim == 2:
        drawn = np.repeat(drawn[:, :, None], 3, axis=2)
    return np.ascontiguousarray(drawn[:, :, :3], dtype=np.uint8)


def _refuse_bombs(page: pdfium.PdfPage) -> None:
    for found in page.get_objects(filter=[raw.FPDF_PAGEOBJ_IMAGE], max_depth=3):
        width, height = found.get_px_size()
        if width * height > _MAX_EMBEDDED_PIXELS:
            raise PageRefused(Refusal.TOO_LARGE)
