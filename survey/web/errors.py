"""Turns errors into pages: one sentence, what to do next, the same look as every other page."""

from __future__ import annotations

import logging

from flask import Flask, render_template, request
from flask_babel import gettext as _
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as NoConnectionFree
from werkzeug.exceptions import HTTPException

from survey.core.errors import AppError

logger = logging.getLogger(__name__)


def init_app(app: Flask) -> None:
    """Register the handlers."""
    app.register_error_handler(AppError, _app_error)
    app.register_error_handler(CSRFError, _csrf_error)
    app.register_error_handler(HTTPException, _http_error)
    for kind in (OperationalError, NoConnectionFree):
        app.register_error_handler(kind, _database_error)
    app.register_error_handler(Exception, _unexpected)


def _words(status: int) -> tuple[str, str]:
    """Return the title and the remedy for a status."""
    texts = {
        403: (_("Bạn chưa được mở trang này"), _("Hãy hỏi người quản trị của trường hoặc xã, phường.")),
        404: (_("Không tìm thấy trang"), _("Hãy kiểm tra lại địa chỉ, hoặc quay về trang đầu.")),
        405: (_("Trang này không dùng được như vậy"), _("Hãy quay lại trang trước và thử lại.")),
        409: (_("Chưa làm được việc này"), _("Hãy tải lại trang để xem trạng thái mới nhất.")),
        410: (_("Phần này đã kết thúc"), _("Hãy hỏi người đã gửi mã cho bạn.")),
        413: (_("Tệp quá lớn"), _("Hãy chọn tệp nhỏ hơn.")),
        422: (_("Thông tin chưa đúng"), _("Hãy sửa theo chỉ dẫn rồi gửi lại.")),
        503: (_("Máy chủ đang bận"), _("Hãy đợi một phút rồi thử lại; những gì đã lưu vẫn còn.")),
    }
    return texts.get(
        status, (_("Có lỗi ở máy chủ"), _("Hãy thử lại sau ít phút; nếu vẫn lỗi, hãy báo người quản trị."))
    )


def _page(status: int, message: str = "", problems: object = ()) -> tuple[str, int]:
    title, remedy = _words(status)
    page = render_template("errors/error.html", title=title, remedy=remedy, message=message, problems=problems)
    return page, status


def _app_error(error: AppError) -> tuple[str, int]:
    return _page(error.status, error.message, getattr(error, "problems", ()))


def _csrf_error(error: CSRFError) -> tuple[str, int]:
    return _page(400, _("Trang đã mở quá lâu. Hãy quay lại, tải lại trang và gửi lần nữa."))


def _http_error(error: HTTPException) -> tuple[str, int] | HTTPException:
    if error.code is None or error.code < 400:
        return error
    return _page(error.code)


def _database_error(error: Exception) -> tuple[str, int]:
    logger.error("database: %s", error.__class__.__name__, exc_info=error)
    return _page(503)


def _unexpected(error: Exception) -> tuple[str, int]:
    # The endpoint, not the address: a respondent's address holds a code.
    logger.exception("unexpected error in %s", request.endpoint)
    return _page(500)
