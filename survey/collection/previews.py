"""The small pictures under links, made once by the child process and kept on disk for all web processes."""

from __future__ import annotations

import hashlib
import os
import secrets
from contextlib import suppress
from dataclasses import astuple
from pathlib import Path
from typing import cast

from flask import current_app

from survey.collection.poster_content import PosterContent
from survey.config import Config
from survey.jobs.calls import run_in_child

# Goes up when templates/print/share.typ changes what it draws.
DRAWING = 1
# A ward has a few hundred codes; what is beyond that goes, oldest first.
MAX_FILES = 2000


def preview_picture(content: PosterContent) -> bytes:
    """Return the picture of a link as PNG, from disk if it was made before."""
    config = cast(Config, current_app.extensions["survey.config"])
    path = config.data_dir / "previews" / f"{_key(content)}.png"
    with suppress(OSError):
        return path.read_bytes()
    made = cast(bytes, run_in_child("survey.collection.share_printing:render_picture", content, "preview"))
    # A full disk must not keep a picture from being shown.
    with suppress(OSError):
        _keep(path, made)
    return made


def _key(content: PosterContent) -> str:
    return hashlib.sha256(f"{DRAWING} {astuple(content)!r}".encode()).hexdigest()[:32]


def _keep(path: Path, made: bytes) -> None:
    path.parent.mkdir(mode=0o700, exist_ok=True)
    # Written aside and moved, so that another process never reads half a picture.
    aside = path.with_suffix(f".{secrets.token_hex(4)}")
    aside.write_bytes(made)
    os.replace(aside, path)
    files = sorted(path.parent.glob("*.png"), key=lambda file: file.stat().st_mtime)
    for file in files[: max(0, len(files) - MAX_FILES)]:
        file.unlink(missing_ok=True)
