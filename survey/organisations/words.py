"""The readers' words for what is wrong with an organisation, a group or a sheet, and for what a sheet would do."""

from __future__ import annotations

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from survey.core.errors import Problem
from survey.organisations.columns import HEADINGS, Column
from survey.organisations.entries import SheetFault
from survey.organisations.planning import Change, ImportPlan
from survey.web.formats import format_number
from survey.web.words import AUDIENCES, STAFF_KINDS

REASONS = {
    "code_odd": _l("Mã gồm 2 đến 24 chữ in hoa không dấu, chữ số và gạch nối, ví dụ: THCS-BANMAI."),
    "code_taken": _l("Mã này đã có đơn vị khác dùng. Hãy chọn mã khác."),
    "kind_below": _l("Đơn vị loại này không đặt được ở đây. Trường và hội không có đơn vị cấp dưới."),
    "kind_above": _l("Đơn vị đang có cấp dưới không đi với loại này, nên chưa đổi loại được."),
    "name_missing": _l("Xin điền tên."),
    "name_taken": _l("Đơn vị đã có lớp hoặc tổ trùng tên này."),
    "grade_range": _l("Khối lớp là một số từ 1 đến 12."),
    "two_kinds": _l("Một lớp có khối, một tổ có loại cán bộ; hãy bỏ trống một trong hai."),
    "audience_odd": _l("Nhóm này không có đối tượng đó."),
    "number_range": _l("Số người phải từ 0 đến 1.000.000."),
}

# Why a file is no sheet at all.
UNREADABLE = {
    "empty": _l("Tệp không có dòng nào. Hãy tải mẫu về, điền rồi gửi lại."),
    "too_large": _l("Tệp quá lớn. Hãy chỉ giữ các cột của mẫu, hoặc chia thành nhiều tệp."),
    "too_many_rows": _l("Tệp có hơn 5.000 dòng. Hãy chia thành nhiều tệp."),
    "not_a_sheet": _l("Không đọc được tệp này. Hãy lưu lại ở dạng Excel (.xlsx) hoặc CSV rồi gửi lại."),
    "encoding": _l("Tệp CSV không ở bảng mã UTF-8. Trong Excel, hãy chọn Lưu thành “CSV UTF-8”."),
}

# For each fault of a cell: what is wrong, and what to do.
FAULTS = {
    "no_heading": (
        _l("không thấy dòng tiêu đề"),
        _l("Giữ nguyên dòng tiêu đề của mẫu ở đầu bảng."),
    ),
    "text_too_long": (_l("dài quá 120 chữ"), _l("Hãy rút ngắn.")),
    "code_odd": (_l("mã không đúng dạng"), REASONS["code_odd"]),
    "not_a_number": (_l("không phải số người"), _l("Điền một số nguyên, ví dụ: 35.")),
    "number_range": (_l("số người không hợp lý"), REASONS["number_range"]),
    "grade_range": (_l("khối lớp không đúng"), REASONS["grade_range"]),
    "not_a_date": (_l("không phải ngày"), _l("Viết ngày như 05/09/2026.")),
    "kind_unknown": (_l("loại đơn vị không rõ"), _l("Viết: xã, phường, trường hoặc hội.")),
    "staff_kind_unknown": (_l("loại cán bộ không rõ"), _l("Viết: quản lý, giáo viên hoặc nhân viên.")),
    "code_missing": (_l("thiếu mã đơn vị"), _l("Điền mã, hoặc nhập từ trang của đơn vị đó.")),
    "code_elsewhere": (_l("mã này thuộc nơi bạn không phụ trách"), _l("Sửa mã, hoặc nhờ người phụ trách nơi đó nhập.")),
    "kind_differs": (_l("loại khác với loại đã lưu"), _l("Bỏ trống ô này, hoặc sửa lại mã.")),
    "parent_differs": (
        _l("đơn vị này đang thuộc cấp trên khác"),
        _l("Bỏ trống ô này, hoặc sửa lại mã."),
    ),
    "name_differs": (_l("tên khác với dòng trên của cùng mã"), _l("Viết một tên, hoặc sửa lại mã.")),
    "new_place_incomplete": (
        _l("mã chưa có trong hệ thống"),
        _l("Kiểm tra lại mã; nếu là đơn vị mới, điền cả tên và loại đơn vị."),
    ),
    "parent_unknown": (_l("không có đơn vị cấp trên với mã này"), _l("Sửa mã, hoặc đặt dòng của cấp trên lên trước.")),
    "kind_below": (_l("không đặt được ở cấp này"), REASONS["kind_below"]),
    "row_twice": (_l("dòng này đã có ở trên"), _l("Xóa một trong hai dòng.")),
    "two_kinds": (_l("vừa có khối vừa có loại cán bộ"), REASONS["two_kinds"]),
    "group_missing": (_l("thiếu tên lớp hoặc tổ"), _l("Điền tên, ví dụ: 6A hoặc Tổ Toán.")),
    "pupils_by_class": (
        _l("số học sinh phải ghi theo lớp"),
        _l("Mỗi lớp một dòng, có tên lớp và khối; phiếu của từng khối khác nhau."),
    ),
    "number_for_other_group": (
        _l("số này không đi với nhóm này"),
        _l("Lớp có khối thì điền học sinh, phụ huynh; tổ thì điền loại cán bộ và số cán bộ."),
    ),
}

NOTES = {
    Column.CODE: _l("Mã riêng của đơn vị. Bỏ trống nếu mọi dòng đều thuộc đơn vị đang nhập."),
    Column.NAME: _l("Cần khi thêm đơn vị mới. Viết tên khác với tên đã lưu thì đơn vị được đổi tên."),
    Column.KIND: _l("xã, phường, trường hoặc hội. Chỉ cần khi thêm đơn vị mới."),
    Column.PARENT: _l("Mã của xã, phường quản lý trường, khi thêm đơn vị mới. Bỏ trống: đơn vị đang nhập."),
    Column.GROUP: _l("Tên lớp (6A), tổ chuyên môn, hoặc tổ dân phố. Bỏ trống: số của cả đơn vị."),
    Column.GRADE: _l("1 đến 12, cho lớp học. Tên lớp đã bắt đầu bằng khối (6A) thì có thể bỏ trống."),
    Column.STAFF_KIND: _l("quản lý, giáo viên hoặc nhân viên, cho tổ cán bộ."),
    Column.PUPILS: _l("Số học sinh của lớp."),
    Column.PARENTS: _l("Số phụ huynh được mời: mỗi học sinh một người."),
    Column.STAFF: _l("Số cán bộ, giáo viên hoặc nhân viên của tổ."),
    Column.COMMUNITY: _l("Số người dân được mời của tổ dân phố."),
    Column.AS_OF: _l("Ngày của số liệu, như 05/09/2026. Bỏ trống: hôm nay."),
}

CHANGES = {
    "add_organisation": _l("Thêm đơn vị"),
    "edit_organisation": _l("Đổi tên đơn vị thành"),
    "add_group": _l("Thêm lớp, tổ"),
    "edit_group": _l("Sửa lớp, tổ"),
    "set_headcount": _l("Ghi số người"),
}


def fault_in_words(fault: SheetFault) -> Problem:
    """Return a fault of a sheet for the reader: row and column, what is wrong, what to do."""
    message, remedy = FAULTS[fault.code]
    place = _("Hàng %(row)s", row=fault.row)
    if fault.column is not None:
        place = _("%(place)s, cột “%(column)s”", place=place, column=HEADINGS[fault.column])
    shown = f"{message}: “{fault.value}”." if fault.value else f"{message}."
    return Problem(place=str(place), message=shown, remedy=str(remedy))


COUNTED = {
    "add_organisation": _l("đơn vị mới"),
    "edit_organisation": _l("đơn vị đổi tên"),
    "add_group": _l("lớp, tổ mới"),
    "edit_group": _l("lớp, tổ được sửa"),
    "set_headcount": _l("số người được ghi"),
}


def plan_in_words(plan: ImportPlan) -> str:
    """Return how many changes of each kind there are, and how many rows change nothing."""
    parts = [f"{format_number(plan.counts[what])} {title}" for what, title in COUNTED.items() if plan.counts[what]]
    if plan.unchanged:
        parts.append(_("%(number)s dòng không đổi", number=format_number(plan.unchanged)))
    return "; ".join(map(str, parts)) + "."


def change_in_words(change: Change) -> str:
    """Return one thing that a sheet would do, in a line."""
    where = f"{change.organisation}, {change.group}" if change.group else change.organisation
    line = f"{CHANGES[change.what]}: {where}"
    if change.what in {"add_group", "edit_group"}:
        line += f" ({_group_kind(change)})"
    if change.number is not None:
        line += f", {AUDIENCES[change.audience]}: {format_number(change.number)}"
        if change.before not in (None, change.number):
            line += " " + _("(trước: %(number)s)", number=format_number(change.before))
    return line


def _group_kind(change: Change) -> str:
    if change.grade is not None:
        return str(_("khối %(grade)s", grade=change.grade))
    return str(STAFF_KINDS[change.staff_kind]).lower() if change.staff_kind else str(_("tổ dân phố"))
