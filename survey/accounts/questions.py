"""What is asked before an account changes in a way that somebody will notice: what follows, in words."""

from __future__ import annotations

from dataclasses import dataclass

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from survey.accounts.queries import Member, left_without_care
from survey.core.errors import NotFound
from survey.web.words import ROLES


@dataclass(frozen=True, slots=True)
class Question:
    """One question: the title, what follows, and the button.

    endpoint: where the answer goes, with role_id where it is about one role. left: organisations that nobody could
    look after then.
    """

    title: str
    points: tuple[str, ...]
    button: str
    endpoint: str
    left: tuple[str, ...] = ()
    role_id: int | None = None


def question_about(session: Session, *, kind: str, member: Member, role_id: int | None, is_self: bool) -> Question:
    """Return the question of one kind: take (a role), reset, lock or erase. Raises NotFound for an unknown role."""
    if kind == "take":
        return _take(session, member, role_id, is_self)
    left = tuple(place.name for place in left_without_care(session, member.user))
    if kind == "reset":
        return _reset(member)
    return _lock(member, left) if kind == "lock" else _erase(member, left)


def _take(session: Session, member: Member, role_id: int | None, is_self: bool) -> Question:
    role = next((one for one in member.roles if one.id == role_id), None)
    if role is None:
        raise NotFound
    named = f"{ROLES[role.role]}: {role.group.name}" if role.group else str(ROLES[role.role])
    if is_self:
        points = [_("Bạn sẽ không còn làm được những việc của vai trò này ở đây. Bạn không tự giao lại cho mình được.")]
    else:
        points = [_("%(name)s không còn làm được những việc của vai trò này ở đây.", name=member.user.name)]
    points.append(_("Những gì đã làm trước đây vẫn còn nguyên. Sau này giao lại vai trò được."))
    return Question(
        title=_("Bỏ vai trò “%(role)s” của %(name)s?", role=named, name=member.user.name),
        points=tuple(points),
        button=_("Bỏ vai trò"),
        endpoint="people.take",
        left=tuple(place.name for place in left_without_care(session, member.user, without=role_id)),
        role_id=role_id,
    )


def _reset(member: Member) -> Question:
    name = member.user.name
    if not member.has_password:
        return Question(
            title=_("Tạo địa chỉ mời mới cho %(name)s?", name=name),
            points=(
                _("Địa chỉ đã đưa trước đây, nếu có, hết dùng được."),
                _("Trang sau hiện địa chỉ mới, chỉ một lần. Hãy chuyển cho %(name)s.", name=name),
            ),
            button=_("Tạo địa chỉ mới"),
            endpoint="people.reset",
        )
    return Question(
        title=_("Đặt lại mật khẩu của %(name)s?", name=name),
        points=(
            _("Mật khẩu cũ hết dùng được ngay, và %(name)s bị đăng xuất ở mọi máy.", name=name),
            _("Trang sau hiện một địa chỉ dùng một lần. Hãy chuyển cho %(name)s để tự chọn mật khẩu mới.", name=name),
            _("Bạn không biết và không cần biết mật khẩu đó."),
        ),
        button=_("Đặt lại mật khẩu"),
        endpoint="people.reset",
    )


def _lock(member: Member, left: tuple[str, ...]) -> Question:
    name = member.user.name
    return Question(
        title=_("Khóa tài khoản của %(name)s?", name=name),
        points=(
            _("%(name)s bị đăng xuất ngay ở mọi máy và không đăng nhập được nữa.", name=name),
            _("Vai trò và những gì đã làm vẫn còn. Bạn mở khóa lại được bất cứ lúc nào."),
        ),
        button=_("Khóa tài khoản"),
        endpoint="people.switch",
        left=left,
    )


def _erase(member: Member, left: tuple[str, ...]) -> Question:
    name = member.user.name
    return Question(
        title=_("Xóa tài khoản của %(name)s?", name=name),
        points=(
            _("Họ tên, tên đăng nhập, mật khẩu và mọi vai trò bị xóa hẳn, không lấy lại được."),
            _("Chiến dịch, phiếu và báo cáo đã làm vẫn còn. Nhật ký chỉ còn ghi số của tài khoản, không ghi tên."),
            _("Nếu người này chỉ nghỉ một thời gian, hãy khóa tài khoản thay vì xóa."),
        ),
        button=_("Xóa hẳn tài khoản"),
        endpoint="people.erase",
        left=left,
    )
