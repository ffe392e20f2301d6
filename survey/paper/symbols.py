"""The symbols that machines read, as SVG: corner marks and the QR of a sheet. Printing needs no vision library.

The marks are ids 0-3 of ArUco's dictionary 4x4_50 (OpenCV, Apache License 2.0): six by six cells, border included.
"""

from __future__ import annotations

from collections.abc import Sequence

from survey.core.qr import QUIET_ZONE, matrix

_MARKS = (
    ("######", "#.#..#", "##.#.#", "###..#", "###.##", "######"),
    ("######", "######", "#....#", "#.##.#", "#.#.##", "######"),
    ("######", "###..#", "###..#", "###.##", "#..#.#", "######"),
    ("######", "#.##.#", "#.##.#", "##.###", "##..##", "######"),
)


def mark_svg(mark: int) -> str:
    """Return one corner mark, without margin."""
    return _svg([[cell == "#" for cell in row] for row in _MARKS[mark]], 0)


def qr_svg(text: str) -> str:
    """Return a QR at level Q with its quiet zone: a quarter of it may be dirty or creased."""
    return _svg(matrix(text, "Q"), QUIET_ZONE)


def _svg(cells: Sequence[Sequence[bool]], quiet: int) -> str:
    size = len(cells) + 2 * quiet
    path = "".join(
        f"M{x + quiet} {y + quiet}h1v1h-1z" for y, row in enumerate(cells) for x, is_dark in enumerate(row) if is_dark
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size} {size}" shape-rendering="crispEdges">'
        f'<path fill="#fff" d="M0 0h{size}v{size}H0z"/><path fill="#000" d="{path}"/></svg>'
    )
