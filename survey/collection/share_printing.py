"""Draws pictures to share and sets letters. Runs in the child process of `jobs` only: it loads typst."""

from __future__ import annotations

from dataclasses import asdict

from survey.collection.letters import Letter
from survey.collection.poster_content import PosterContent
from survey.collection.qr import svg
from survey.collection.typesetting import set_pdf, set_picture


def render_picture(content: PosterContent, kind: str) -> bytes:
    """Return a PNG: square (1080 x 1080), story (1080 x 1920), or preview (1200 x 630) without a QR."""
    return set_picture("share.typ", {**asdict(content), "kind": kind, "qr": svg(content.payload)})


def render_letter(letter: Letter, content: PosterContent, has_code: bool) -> bytes:
    """Return a letter as PDF of one page; has_code: with the QR of the way in."""
    data = {**asdict(letter), "content": asdict(content), "qr": svg(content.payload) if has_code else ""}
    return set_pdf("letter.typ", data)
