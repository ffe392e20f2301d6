"""Reads files of scans without keeping anything: what `flask paper read` shows. Loads the vision libraries."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from survey.paper.queries import known_sheet, only_layout
from survey.paper.reading.images import Page, read_pages
from survey.paper.reading.records import PageRefused, Refusal
from survey.paper.reading.sheets import read_rows, straighten


def read_files(session: Session, files: Sequence[Path], wave_id: int | None) -> Iterator[dict[str, Any]]:
    """Yield one plain object a page: serial, answers by place with their state, or why it was refused.

    wave_id: refuses sheets of other waves, and reads those of this one whose QR is unreadable.
    """
    for path in files:
        data = path.read_bytes()
        try:
            for page in read_pages(data):
                yield {"file": path.name, "page": page.number, **_read(session, page, wave_id)}
        except PageRefused as error:
            yield {"file": path.name, "page": 0, "state": "refused", "reason": str(error.reason)}


def _read(session: Session, page: Page, wave_id: int | None) -> dict[str, Any]:
    try:
        if page.picture is None:
            raise PageRefused(page.refusal or Refusal.DAMAGED)
        straight = straighten(page.picture)
        sheet = None if straight.serial is None else known_sheet(session, straight.serial)
        if straight.serial is not None and sheet is None:
            raise PageRefused(Refusal.UNKNOWN_SERIAL)
        if sheet is not None and wave_id not in (None, sheet.wave_id):
            raise PageRefused(Refusal.OTHER_WAVE)
        layout = sheet.layout if sheet else only_layout(session, wave_id) if wave_id else None
        if layout is None:
            raise PageRefused(Refusal.BLURRED)
        rows = read_rows(straight, layout)
    except PageRefused as error:
        return {"state": "refused", "reason": str(error.reason), "hash": page.image_hash}
    return {
        "state": "read",
        "serial": straight.serial,
        "form": sheet.form if sheet else None,
        "hash": page.image_hash,
        "residual": round(straight.registration.residual, 2),
        "rows": [
            {
                "place": row.place,
                "answer": "+".join(map(str, row.codes)),
                "state": str(row.state),
                "reason": None if row.reason is None else str(row.reason),
            }
            for row in rows
        ],
    }
