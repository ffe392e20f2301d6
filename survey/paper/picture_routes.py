"""Addresses of pictures: one row of a sheet, its serial, pages that were refused. Never a whole sheet."""

from __future__ import annotations

from pathlib import Path

from flask import Blueprint, current_app
from werkzeug.wrappers import Response

from survey.config import Config
from survey.core.errors import NotFound
from survey.core.permissions import Permission
from survey.jobs.calls import run_in_child
from survey.paper.crops import Box
from survey.paper.folders import page_path
from survey.paper.models import PaperPage
from survey.paper.pages import row_picture, serial_box
from survey.paper.queries import page_by_id
from survey.web.auth import requires, scope
from survey.web.db_session import db

blueprint = Blueprint("paper_pictures", __name__)

_SECONDS = 30


@blueprint.get("/paper/pages/<int:page_id>/rows/<int:place>.jpg")
@requires(Permission.ENTER_PAPER)
def row(page_id: int, place: int) -> Response:
    """Send one row of a sheet at double size."""
    page, box = row_picture(db.session, page_id, place, scope(Permission.ENTER_PAPER))
    return _cut(page, box)


@blueprint.get("/paper/pages/<int:page_id>/serial.jpg")
@requires(Permission.ENTER_PAPER)
def serial(page_id: int) -> Response:
    """Send the part of a sheet with its QR and the serial under it."""
    page = page_by_id(db.session, page_id, scope(Permission.ENTER_PAPER))
    if page.reading is None:
        raise NotFound
    return _cut(page, serial_box())


@blueprint.get("/paper/pages/<int:page_id>.jpg")
@requires(Permission.ENTER_PAPER)
def refused(page_id: int) -> Response:
    """Send the small picture of a page that was refused."""
    page = page_by_id(db.session, page_id, scope(Permission.ENTER_PAPER))
    path = _path(page)
    if page.state != "refused" or not path.exists():
        raise NotFound
    return Response(path.read_bytes(), mimetype="image/jpeg")


def _cut(page: PaperPage, box: Box) -> Response:
    path = _path(page)
    if not path.exists():
        raise NotFound
    db.session.rollback()
    picture = run_in_child("survey.paper.pictures:cut_row", str(path), box, timeout=_SECONDS)
    return Response(picture, mimetype="image/jpeg")


def _path(page: PaperPage) -> Path:
    config: Config = current_app.extensions["survey.config"]
    return page_path(config.data_dir, page.batch_id, page.file, page.number)
