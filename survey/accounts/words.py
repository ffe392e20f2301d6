"""What the pages say when something about an account is not allowed."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

REASONS = {
    "login_odd": _l("Tên đăng nhập gồm 3 đến 64 chữ thường không dấu, chữ số, dấu chấm, gạch nối; ví dụ: lan.nguyen"),
    "login_taken": _l("Tên đăng nhập này đã có người dùng. Hãy chọn tên khác."),
    "name_missing": _l("Xin điền họ và tên."),
    "group_missing": _l("Hãy chọn ít nhất một lớp cho giáo viên phụ trách lớp; vai trò khác thì không chọn lớp."),
    "role_held": _l("Người này đã có vai trò đó rồi."),
    "last_role": _l(
        "Đây là vai trò duy nhất của người này. Nếu người này không còn làm việc nữa, hãy khóa hoặc xóa tài khoản."
    ),
    "wrong_password": _l("Mật khẩu hiện tại chưa đúng."),
    "too_short": _l("Mật khẩu cần ít nhất 10 ký tự. Ba, bốn từ ghép lại vừa dài vừa dễ nhớ."),
    "contains_login": _l("Mật khẩu không được chứa tên đăng nhập."),
    "common": _l("Mật khẩu này quá nhiều người dùng. Hãy chọn mật khẩu khác."),
    "one_letter": _l("Mật khẩu cần ít nhất 4 ký tự khác nhau."),
}
