"""The form library's own messages in the reader's language; it brings none in Vietnamese."""

from __future__ import annotations

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

_MESSAGES = {
    "This field is required.": _l("Xin điền ô này."),
    "Not a valid choice.": _l("Hãy chọn một trong các ý có sẵn."),
    "Not a valid choice": _l("Hãy chọn một trong các ý có sẵn."),
    "Invalid Choice: could not coerce.": _l("Hãy chọn một trong các ý có sẵn."),
    "Invalid choice(s): one or more data inputs could not be coerced.": _l("Hãy chọn trong các ý có sẵn."),
    "Not a valid date value.": _l("Hãy chọn ngày, ví dụ: 05/09/2026."),
    "Not a valid integer value.": _l("Điền một số nguyên, ví dụ: 35."),
    "Invalid input.": _l("Thông tin chưa đúng."),
}


class FormMessages:
    """Stands in for a translation catalogue: known messages in our words, numbers filled in by the library."""

    def gettext(self, string: str) -> str:
        """Return a message of the library in the reader's language."""
        if string.startswith("Number must be between"):
            return str(_("Điền một số từ %(min)s đến %(max)s.", min="%(min)s", max="%(max)s"))
        if string.startswith("'%(value)s' is not a valid choice"):
            return str(_("Hãy chọn trong các ý có sẵn."))
        known = _MESSAGES.get(string)
        return string if known is None else str(known)

    def ngettext(self, singular: str, plural: str, n: int) -> str:
        """Return a message with a number; Vietnamese has one form."""
        if singular.startswith("Field cannot be longer than"):
            return str(_("Dài quá: nhiều nhất %(max)d ký tự.", max=n))
        if singular.startswith("Field must be at least"):
            return str(_("Ngắn quá: ít nhất %(min)d ký tự.", min=n))
        if "is not a valid choice" in singular or "are not valid choices" in plural:
            return str(_("Hãy chọn trong các ý có sẵn."))
        return singular if n == 1 else plural
