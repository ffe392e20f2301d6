"""The readers' words of the communication log."""

from __future__ import annotations

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from survey.activities.rules import EntryFault
from survey.activities.vocabulary import AI
from survey.core.periods import Period
from survey.web.formats import format_date, format_number
from survey.web.words import TOPICS

FORMS = {
    "conference": _l("Hội nghị"),
    "themed_session": _l("Sinh hoạt chuyên đề"),
    "class_hour": _l("Tiết sinh hoạt lớp, chào cờ"),
    "staff_meeting": _l("Họp hội đồng, họp tổ"),
    "parents_meeting": _l("Họp phụ huynh"),
    "loudspeaker": _l("Loa truyền thanh"),
    "website": _l("Bài trên trang web"),
    "fanpage": _l("Bài trên fanpage"),
    "zalo": _l("Tin nhắn Zalo"),
    "leaflet": _l("Tờ rơi"),
    "poster": _l("Áp phích, băng rôn"),
    "video": _l("Video"),
    "infographic": _l("Tranh thông tin"),
    "training": _l("Tập huấn người làm truyền thông"),
    "contest": _l("Cuộc thi"),
    "other": _l("Hình thức khác"),
}

COUNTINGS = {
    "sign_in": _l("Theo danh sách ký tên"),
    "headcount": _l("Theo sĩ số lớp, số người dự"),
    "views": _l("Theo lượt xem"),
    "estimate": _l("Ước chừng"),
    "not_counted": _l("Không đếm"),
}

ACTIVITY_TOPICS = {**TOPICS, AI: _l("Trí tuệ nhân tạo (AI)")}

CONCERN_KINDS = {"difficulty": _l("Khó khăn, vướng mắc"), "proposal": _l("Đề xuất, kiến nghị")}
CONCERN_STATUSES = {"open": _l("Chưa trả lời"), "answered": _l("Đã trả lời"), "done": _l("Đã giải quyết")}

CHECK_STATES = {
    "overdue": _l("Quá hạn"),
    "open": _l("Chờ khắc phục"),
    "reported": _l("Trường báo đã khắc phục, chờ xác nhận"),
    "done": _l("Đã xong"),
}

VERDICTS = {
    "met": _l("Đạt"),
    "not_met": _l("Chưa đạt"),
    "not_yet_shown": _l("Chưa đủ căn cứ kết luận"),
}

DUTY_STATES = {"done": _l("Đã đủ"), "going": _l("Đang làm"), "open": _l("Chưa có"), "late": _l("Còn thiếu")}

DUTIES = {
    "plan": _l("Ban hành kế hoạch truyền thông của năm"),
    "briefing": _l("Quán triệt nghị quyết tới mọi cán bộ, giáo viên, nhân viên"),
    "themed": _l("Tổ chức 2 đến 3 buổi sinh hoạt chuyên đề (ít nhất 2)"),
    "ai": _l("Tổ chức ít nhất một chuyên đề về trí tuệ nhân tạo (AI)"),
    "posts": _l("Đăng tin đều: mỗi kênh, mỗi tháng ít nhất một tin"),
    "training": _l("Tập huấn người làm truyền thông của đơn vị"),
    "models": _l("Biểu dương ít nhất một mô hình, gương tốt"),
    "checks": _l("Khắc phục xong những điểm được kiểm tra nhắc"),
}

SOURCES = {
    "school_plan": _l("Kế hoạch truyền thông của trường"),
    "ward_plan": _l("Kế hoạch thực hiện của xã, phường"),
    "both_plans": _l("Kế hoạch của trường và của xã, phường"),
}

# What is wrong with a field, and what to do.
FAULTS = {
    "in_future": _l("Ngày này chưa tới. Chỉ ghi việc đã làm; hãy sửa lại ngày."),
    "before_resolution": _l("Nghị quyết 71 ban hành ngày 22/08/2025; hãy chọn ngày từ hôm đó trở đi."),
    "form_unknown": _l("Hãy chọn một hình thức trong danh sách."),
    "topic_unknown": _l("Hãy chọn nội dung trong danh sách."),
    "audience_unknown": _l("Hãy chọn đối tượng trong danh sách."),
    "other_needs_note": _l("Với “Hình thức khác”, hãy viết vài chữ cho biết đã làm gì."),
    "text_too_long": _l("Viết dài quá. Hãy rút ngắn còn nhiều nhất 500 chữ cái."),
    "link_odd": _l("Liên kết phải bắt đầu bằng https:// hoặc http://, ví dụ: https://truong.edu.vn/tin."),
    "counting_unknown": _l("Hãy chọn một cách đếm trong danh sách."),
    "reach_missing": _l("Bạn đã chọn cách đếm; hãy điền số lượt, hoặc chọn “Không đếm”."),
    "counting_missing": _l("Hãy cho biết số lượt này đếm bằng cách nào."),
    "number_range": _l("Số này không hợp lý. Hãy điền một số nguyên từ 0 trở lên."),
    "briefed_not_staff": _l("Chỉ cán bộ, giáo viên, nhân viên mới tính là được quán triệt. Hãy chọn đối tượng đó."),
    "briefed_beyond_reach": _l("Số người mới được quán triệt không thể nhiều hơn số người dự. Hãy xem lại hai số."),
    "campaign_elsewhere": _l("Chiến dịch này không phải của đơn vị hoặc của cấp trên. Hãy chọn lại."),
    "day_missing": _l("Hãy điền ngày."),
    "value_missing": _l("Đã có ngày thì cũng cần điền ô này; hoặc bỏ trống cả hai."),
    "dates_in_order": _l("Ngày đo sau phải từ ngày đo trước trở đi."),
    "commended_by_missing": _l("Hãy cho biết nơi nào biểu dương, ví dụ: UBND phường."),
    "answer_missing": _l("Hãy ghi câu trả lời đã nhận, hoặc chọn “Chưa trả lời”."),
    "deadline_before_visit": _l("Hạn khắc phục phải từ ngày kiểm tra trở đi."),
    "roster_range": _l("Tổng số cán bộ là một số từ 1 đến 100.000."),
    "known_not_beyond_roster": _l("Số người chưa được quán triệt không thể nhiều hơn tổng số cán bộ."),
}

EMPTY_LOG = _l("Chưa ghi việc nào trong thời gian này.")


def fault_text(fault: EntryFault) -> str:
    """Return a fault as a sentence."""
    return str(FAULTS[fault.code])


def duty_term(code: str, year: Period) -> str:
    """Return who does a duty of a year, and by when."""
    day = format_date(year.ends)
    terms = {
        "plan": _("Đơn vị ban hành, chậm nhất ngày %(day)s.", day=day),
        "briefing": _("Đơn vị tổ chức; ai cũng được nghe ít nhất một lần, chậm nhất ngày %(day)s.", day=day),
        "posts": _("Đơn vị đăng; tháng nào cũng có tin, đến hết ngày %(day)s.", day=day),
        "checks": _("Đơn vị khắc phục, theo hạn ghi ở từng điểm."),
    }
    return str(terms.get(code) or _("Đơn vị làm, chậm nhất ngày %(day)s.", day=day))


def year_title(year: Period) -> str:
    """Return a year in words: Năm 2026, Năm học 2026-2027."""
    if "-" in year.text:
        return str(_("Năm học %(year)s", year=year.text))
    return str(_("Năm %(year)s", year=year.text))


def measure(value: float) -> str:
    """Return a measured value with as many decimals as it has, three at most: 12,5 and 40."""
    decimals = len(f"{value:.3f}".rstrip("0").rpartition(".")[2])
    return format_number(value, decimals)
