"""What every page that imports a sheet does with files: read the one sent in, and give the template to fill in."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from datetime import date

from flask import Response
from flask_babel import gettext as _

from survey.core.database import will_write
from survey.core.errors import NotFound
from survey.jobs.calls import run_in_child
from survey.organisations.forms import SheetForm
from survey.organisations.rows import Cell, Row, SheetUnreadable
from survey.organisations.words import UNREADABLE
from survey.web.db_session import db

# How many faults, or lines of what would change, a page lists.
SHOWN = 200

_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def read_upload(form: SheetForm, headings: frozenset[str] = frozenset()) -> tuple[Row, ...] | None:
    """Return the rows of the file sent in, or None with the refusal beside its field. Loaded rows must be read again.

    headings: those of another kind of sheet than the list of groups, as `columns.plain` gives them.
    """
    if not form.validate():
        return None
    # Reading takes a while and writes nothing: respondents' answers must not wait for it.
    db.session.rollback()
    will_write.set(False)
    try:
        rows: tuple[Row, ...] = run_in_child("survey.organisations.sheets:read_sheet", form.file.data.read(), headings)
    except SheetUnreadable as error:
        form.file.errors = [UNREADABLE[error.reason]]
        return None
    return rows


def template_file(
    kind: str, *, name: str, columns: Sequence[tuple[str, str]], examples: Sequence[Sequence[Cell]]
) -> Response:
    """Return the template as an Excel file with explanations or as a CSV file. Raises NotFound for other kinds.

    columns: heading and explanation of each.
    """
    headings = [heading for heading, _note in columns]
    if kind == "csv":
        return _download(_csv([headings, *examples]), "text/csv; charset=utf-8", f"{name}.csv")
    if kind != "xlsx":
        raise NotFound
    notes = [(_("Cột"), _("Giải thích")), *((heading, str(note)) for heading, note in columns)]
    packed = run_in_child("survey.organisations.sheets:make_template", headings, examples, notes)
    return _download(packed, _XLSX, f"{name}.xlsx")


def _csv(rows: Sequence[Sequence[Cell]]) -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text).writerows([[_shown(cell) for cell in row] for row in rows])
    # With a byte order mark Excel knows that it is UTF-8.
    return text.getvalue().encode("utf-8-sig")


def _shown(cell: Cell) -> str:
    return f"{cell:%d/%m/%Y}" if isinstance(cell, date) else "" if cell is None else str(cell)


def _download(data: bytes, mimetype: str, name: str) -> Response:
    return Response(data, mimetype=mimetype, headers={"Content-Disposition": f'attachment; filename="{name}"'})
