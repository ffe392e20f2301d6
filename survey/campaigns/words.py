"""The readers' words for why something about a campaign, a plan or a wave cannot be done."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

REASONS = {
    "not_draft": _l("Đợt này đã mở hoặc đã khóa, nên không thay đổi được như vậy. Hãy tải lại trang."),
    "closing_date_passed": _l("Ngày kết thúc đã qua. Hãy chọn ngày kết thúc muộn hơn rồi mở lại."),
    "baseline_open": _l(
        "Đợt trước truyền thông còn đang mở. Hãy khóa đợt đó trước, để hai lần trả lời không lẫn nhau."
    ),
    "follow_up_began": _l("Đợt sau truyền thông đã mở, nên không mở lại đợt trước được nữa."),
    "plan_locked": _l("Cách đánh giá đã chốt khi đợt đầu tiên mở, nên không sửa được nữa."),
    "item_in_use": _l("Đã có đợt dùng bộ câu hỏi này được mở, nên không rút câu được nữa."),
    "dates_in_order": _l("Ngày kết thúc phải từ ngày bắt đầu trở đi."),
    "no_audience": _l("Hãy chọn ít nhất một nhóm người trả lời."),
    "unknown_topic": _l("Hãy chọn ít nhất một đột phá."),
    "rule_too_easy": _l("Với mức này, người chỉ đoán mò cũng dễ qua. Hãy đặt mức cao hơn."),
    "not_open": _l("Đợt này không đang mở. Hãy tải lại trang để xem trạng thái mới nhất."),
    "not_closing": _l("Đợt này không đang khóa. Hãy tải lại trang để xem trạng thái mới nhất."),
    "already_closed": _l("Đợt này đã khóa rồi."),
}
