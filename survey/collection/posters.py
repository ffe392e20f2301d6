"""Sets posters, A4 or A3. Runs in the child process of `jobs` only: web workers never load typst."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict

from survey.collection.poster_content import PosterContent
from survey.collection.qr import QUIET_ZONE, matrix, svg
from survey.collection.sizes import promised_distance, widest
from survey.collection.typesetting import set_pdf

# Width of the page, and the widest symbol, in centimetres.
PAPERS = {"a4": (21.0, 16.0), "a3": (29.7, 25.0)}


def render_posters(posters: Sequence[PosterContent], paper: str = "a4") -> bytes:
    """Return one PDF with a page for each poster."""
    return set_pdf("poster.typ", {"paper": paper, "posters": [_page(poster, paper) for poster in posters]})


def _page(poster: PosterContent, paper: str) -> dict[str, object]:
    page_width, most = PAPERS[paper]
    modules = len(matrix(poster.payload))
    width = min(most, widest(page_width, modules))
    return {
        **asdict(poster),
        "qr": svg(poster.payload),
        # The quiet zone comes on top of the symbol's own width.
        "width": width,
        "whole": width * (modules + 2 * QUIET_ZONE) / modules,
        "distance": f"{promised_distance(width, modules):.1f}".replace(".", ",").removesuffix(",0"),
    }
