"""The readers' words for the log's import sheet: what stands in a column, what is wrong with a cell."""

from __future__ import annotations

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from survey.activities.importing import RowFault
from survey.activities.sheet_columns import HEADINGS, Column
from survey.activities.words import FAULTS
from survey.core.errors import Problem

NOTES = {
    Column.HELD_ON: _l("Ngày làm, như 05/10/2026. Cột này phải có."),
    Column.NOTE: _l("Viết ngắn đã làm gì. Không ghi tên học sinh, phụ huynh."),
    Column.FORM: _l(
        "Hội nghị, sinh hoạt chuyên đề, sinh hoạt lớp, họp hội đồng, họp phụ huynh, loa, trang web, fanpage, Zalo, "
        "tờ rơi, áp phích, video, tranh thông tin, tập huấn, cuộc thi hoặc khác. Cột này phải có."
    ),
    Column.TOPICS: _l(
        "Chuyển đổi số, xã hội hóa, phân luồng, đội ngũ, cơ sở vật chất, AI; hoặc “tất cả”. "
        "Cách nhau bằng dấu chấm phẩy."
    ),
    Column.AUDIENCES: _l("Cán bộ, giáo viên, nhân viên; học sinh; phụ huynh; cộng đồng. Cách nhau bằng dấu chấm phẩy."),
    Column.REACH: _l("Bao nhiêu lượt người nghe, xem. Bỏ trống nếu không đếm."),
    Column.COUNTING: _l("Ký tên, sĩ số, lượt xem, ước chừng hoặc không đếm. Cần có khi đã điền số lượt."),
    Column.NEWLY_BRIEFED: _l("Bao nhiêu cán bộ, giáo viên, nhân viên lần đầu được quán triệt."),
    Column.LINK: _l("Địa chỉ bài viết, ảnh; bắt đầu bằng https://."),
}

_CELL_FAULTS = {
    "no_heading": _l("không thấy dòng tiêu đề. Giữ nguyên dòng tiêu đề của mẫu ở đầu bảng."),
    "cell_missing": _l("ô này còn trống. Hãy điền."),
    "not_a_date": _l("không phải ngày. Viết ngày như 05/10/2026."),
    "not_a_number": _l("không phải số. Điền một số nguyên, ví dụ: 35."),
}
_REMEDIES = {
    "form_unknown": NOTES[Column.FORM],
    "topic_unknown": NOTES[Column.TOPICS],
    "audience_unknown": NOTES[Column.AUDIENCES],
    "counting_unknown": NOTES[Column.COUNTING],
}


def row_fault_in_words(fault: RowFault) -> Problem:
    """Return a fault of a sheet for the reader: row and column, what is wrong, what to do."""
    place = str(_("Hàng %(row)s", row=fault.row))
    if fault.column is not None:
        place = str(_("%(place)s, cột “%(column)s”", place=place, column=HEADINGS[fault.column]))
    if fault.code in _REMEDIES and fault.value:
        choices = str(_REMEDIES[fault.code])
        words = _("không hiểu “%(value)s”. Viết một trong các chữ: %(choices)s", value=fault.value, choices=choices)
        return Problem(place, str(words))
    text = str(_CELL_FAULTS.get(fault.code) or FAULTS[fault.code])
    return Problem(place, f"“{fault.value}” {text}" if fault.value else text)
