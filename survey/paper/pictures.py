"""Pictures for the people who check scans: one row at double size, a whole page, many rows on one sheet.

Runs in the child process of `jobs`: Pillow is never loaded by a web worker. Call it as
`run_in_child("survey.paper.pictures:cut_row", str(path), box)` with `row_box`'s box and `page_path`'s path.
"""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO

from PIL import Image

from survey.paper.crops import Box

# As in registration.SCALE; that module loads what this one must not need.
_PIXELS_PER_MILLIMETRE = 6
_ZOOM = 2
_COLUMNS = 2


def cut_row(path: str, box: Box) -> bytes:
    """Return one row of a straightened page as JPEG, at double size."""
    with Image.open(path) as page:
        return _jpeg(_cut(page, box, _ZOOM))


def contact_sheet(rows: Sequence[tuple[str, Box]]) -> bytes:
    """Return many rows below each other in two columns, in the given order, as one JPEG."""
    pieces = []
    for path, box in rows:
        with Image.open(path) as page:
            pieces.append(_cut(page, box, 1))
    width = max((piece.width for piece in pieces), default=1) + 12
    height = max((piece.height for piece in pieces), default=1) + 8
    lines = -(-len(pieces) // _COLUMNS)
    sheet = Image.new("RGB", (width * _COLUMNS, max(1, height * lines)), "white")
    for place, piece in enumerate(pieces):
        sheet.paste(piece, ((place % _COLUMNS) * width, (place // _COLUMNS) * height))
    return _jpeg(sheet)


def _cut(page: Image.Image, box: Box, zoom: int) -> Image.Image:
    left, top, width, height = (round(each * _PIXELS_PER_MILLIMETRE) for each in box)
    piece = page.crop((left, top, left + width, top + height)).convert("RGB")
    return piece.resize((piece.width * zoom, piece.height * zoom), Image.Resampling.BICUBIC)


def _jpeg(image: Image.Image) -> bytes:
    data = BytesIO()
    image.save(data, "JPEG", quality=85)
    return data.getvalue()
