"""Draws QR codes: dense modules are hard to scan from the last row, so we keep the symbol small.

Level M survives a crease or a drawing pin; Q is for cards, which get bent and dirty. No imaging library.
"""

from __future__ import annotations

import sys

from survey.core.look import INK

# The library loads Pillow, where there is one, for pictures of its own kind. We draw SVG; a web process that never
# opens a picture saves 4 MB when the library does not find it.
_had_pillow = "PIL" in sys.modules
if not _had_pillow:
    sys.modules["PIL"] = None  # type: ignore[assignment]
try:
    # Behind the lines above on purpose.
    import qrcode
    from qrcode.constants import ERROR_CORRECT_M, ERROR_CORRECT_Q
    from qrcode.util import QRData
finally:
    if not _had_pillow:
        del sys.modules["PIL"]

# Modules of white that the standard asks for on every side; scanners fail without it.
QUIET_ZONE = 4

Matrix = tuple[tuple[bool, ...], ...]

_LEVELS = {"M": ERROR_CORRECT_M, "Q": ERROR_CORRECT_Q}


def matrix(text: str, level: str = "M", mask: int | None = None) -> Matrix:
    """Return the dark modules of the smallest symbol at level M or Q, row by row, without the quiet zone.

    mask: one of the standard's eight patterns, for large batches; the search for the best one takes three quarters of
    the time.
    """
    symbol = qrcode.QRCode(error_correction=_LEVELS[level], border=0, mask_pattern=mask)
    # One segment in the densest mode that holds every character: alphanumeric for our addresses.
    symbol.add_data(QRData(text.encode()))
    symbol.make(fit=True)
    return tuple(tuple(bool(module) for module in row) for row in symbol.get_matrix())


def svg(text: str, *, label: str = "") -> str:
    """Return the QR as one SVG document with its quiet zone; `label` is what a screen reader says."""
    return draw(matrix(text), label=label)


def draw(modules: Matrix, *, label: str = "") -> str:
    """Return a symbol as one SVG document with its quiet zone."""
    size = len(modules) + 2 * QUIET_ZONE
    name = f'role="img" aria-label="{_escape(label)}"' if label else 'aria-hidden="true"'
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size} {size}" shape-rendering="crispEdges" {name}>'
        f'<path fill="#fff" d="M0 0h{size}v{size}H0z"/><path fill="{INK}" d="{_path(modules)}"/></svg>'
    )


def _path(modules: Matrix) -> str:
    """Return the dark modules as one path: a rectangle for each run in a row."""
    return "".join(
        f"M{start + QUIET_ZONE} {y + QUIET_ZONE}h{end - start}v1h{start - end}z"
        for y, row in enumerate(modules)
        for start, end in _runs(row)
    )


def _runs(row: tuple[bool, ...]) -> list[tuple[int, int]]:
    edges = [x for x in range(len(row) + 1) if (x > 0 and row[x - 1]) != (x < len(row) and row[x])]
    return list(zip(edges[::2], edges[1::2], strict=True))


def terminal_qr(url: str, *, colour: bool = True) -> str:
    """Return the QR of an address for a terminal, two modules in one character, to be scanned from the screen.

    colour: set black on white explicitly, so that it scans on dark and on light terminals; without it, the symbol is
    drawn for a dark one.
    """
    rows = [(False,) * QUIET_ZONE + row + (False,) * QUIET_ZONE for row in matrix(url)]
    blank = (False,) * len(rows[0])
    rows = [blank] * QUIET_ZONE + rows + [blank] * QUIET_ZONE
    if len(rows) % 2:
        rows.append(blank)
    glyphs = {(False, False): " ", (True, False): "▀", (False, True): "▄", (True, True): "█"}
    if not colour:
        glyphs = {(not upper, not lower): glyph for (upper, lower), glyph in glyphs.items()}
    lines = [
        "".join(glyphs[pair] for pair in zip(upper, lower, strict=True))
        for upper, lower in zip(rows[::2], rows[1::2], strict=True)
    ]
    return "\n".join(f"\x1b[30;107m{line}\x1b[0m" if colour else line for line in lines)


def _escape(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace('"', "&quot;")
