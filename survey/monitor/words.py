"""The readers' words of this feature: names of classes and meetings, and why a session cannot be started or moved."""

from __future__ import annotations

from flask_babel import gettext
from flask_babel import lazy_gettext as _l

from survey.collection.models import Collector
from survey.core.vocabulary import Mode

REASONS = {
    "not_open": _l("Đợt hỏi này không còn mở. Xin hỏi quản trị của trường."),
    "bad_minutes": _l("Số phút từ 1 đến 720."),
    "bad_present": _l("Số người có mặt từ 1 đến 100.000."),
    "bad_time_limit": _l("Thời gian cho mỗi người từ 1 đến 720 phút."),
    "no_group": _l("Không còn lớp này. Xin chọn lại."),
    "wrong_group": _l("Đợt hỏi này không hỏi lớp đã chọn. Xin chọn lại."),
    "over": _l("Buổi này đã xong nên không thêm giờ được nữa. Xin bắt đầu một buổi mới."),
}


def group_name(name: str, grade: int | None) -> str:
    """Return how a class or another group is called on a screen."""
    return str(gettext("Lớp %(name)s", name=name)) if grade is not None else name


def window_name(collector: Collector) -> str:
    """Return how a class session or a meeting is called on a screen."""
    group = collector.group
    if collector.mode == Mode.CLASS_SESSION and group is not None:
        return group_name(group.name, group.grade)
    if group is not None:
        return str(gettext("Cuộc họp: %(name)s", name=group_name(group.name, group.grade)))
    return str(gettext("Cuộc họp"))


def minutes_text(seconds: int) -> str:
    """Return seconds as a clock counts them down.

    >>> minutes_text(65), minutes_text(3600)
    ('1:05', '1:00:00')
    """
    hours, rest = divmod(max(0, seconds), 3600)
    text = f"{rest // 60}:{rest % 60:02}"
    return f"{hours}:{text:0>5}" if hours else text
