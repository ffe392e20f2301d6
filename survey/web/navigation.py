"""The few doors in the head of every signed-in page; each shown only to who may open it."""

from __future__ import annotations

from flask import Flask, request
from flask_babel import gettext as _

from survey.core.permissions import Permission
from survey.web.auth import access

# What lies behind the door of the communication log, besides the log itself.
LOG_PARTS = {"/briefing", "/effects", "/models", "/difficulties", "/checks", "/duties"}
# Pages that lie behind another door than the beginning of their address says.
DOORS_OF_BLUEPRINTS = {"reports": "/reports", "years": "/"}


def navigation() -> list[tuple[str, str, bool]]:
    """Return address, title and whether one stands in it, of each door for the person of this request."""
    doors = [
        ("/", _("Tổng quan"), None),
        ("/campaigns", _("Chiến dịch"), Permission.READ_CAMPAIGN),
        ("/activities", _("Truyền thông"), Permission.READ_ACTIVITY),
        ("/reports", _("Báo cáo"), Permission.READ_RELEASE),
        ("/instruments", _("Bộ câu hỏi"), Permission.REVIEW_INSTRUMENT),
        ("/organisations", _("Đơn vị"), Permission.READ_ORGANISATION),
        ("/account", _("Tài khoản"), None),
    ]
    here = _door()
    return [
        (address, title, address == here)
        for address, title, permission in doors
        if permission is None or access().may(permission)
    ]


def _door() -> str:
    """Return the door behind which the present page lies."""
    if request.blueprint in DOORS_OF_BLUEPRINTS:
        return DOORS_OF_BLUEPRINTS[request.blueprint]
    first = "/" + request.path.strip("/").split("/", 1)[0]
    if first in LOG_PARTS:
        return "/activities"
    elsewhere = {
        "/waves": "/campaigns",
        "/paper": "/campaigns",
        "/sessions": "/",
        "/groups": "/organisations",
        "/people": "/account",
        "/audit": "/account",
    }
    return elsewhere.get(first, first)


def init_app(app: Flask) -> None:
    """Give the layout its doors."""
    app.jinja_env.globals["navigation"] = navigation
