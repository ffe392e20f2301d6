"""Readers' words for the states and reasons of paper, in one place so that every page says the same."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

PAGE_STATES = {
    "read": _l("Đọc được, sẽ tính"),
    "review": _l("Có câu cần người xem"),
    "needs_serial": _l("Chưa đọc được mã, cần gõ mã in dưới mã QR"),
    "refused": _l("Không nhận"),
    "repeated": _l("Quét lặp, nội dung như nhau, bỏ qua"),
    "conflict": _l("Quét lặp nhưng nội dung khác nhau, cần chọn một"),
    "already": _l("Đã nhận trước đó, không tính nữa"),
    "left_out": _l("Người kiểm tra bỏ ra"),
    "stored": _l("Đã tính"),
    "blank": _l("Phiếu trống, không tính"),
}

ROW_REASONS = {
    "weak": _l("Dấu mờ"),
    "two_marks": _l("Có hai dấu"),
    "erasure": _l("Có vết tẩy xóa"),
    "not_located": _l("Không tìm thấy hàng này trên ảnh"),
    "glare": _l("Ảnh bị lóa hoặc che một ô"),
    "contradiction": _l("Các ô đã chọn trái nhau"),
    "other_form": _l("Người trả lời đánh dấu đề khác với đề in trên phiếu"),
}

REFUSALS = {
    "not_a_picture": _l("Không phải ảnh JPEG, PNG, WEBP, TIFF hay tệp PDF. Ảnh HEIC: hãy lưu thành JPEG rồi gửi lại."),
    "too_large": _l("Ảnh quá lớn. Hãy quét ở 200 dpi hoặc chụp lại bằng máy ảnh thường của điện thoại."),
    "damaged": _l("Tệp hỏng hoặc có mật khẩu. Hãy quét lại."),
    "too_many_pages": _l("Tệp có quá nhiều trang. Hãy chia thành các tệp không quá 400 trang."),
    "corners_missing": _l("Chụp lại: phải thấy đủ 4 dấu đen ở góc phiếu."),
    "not_flat": _l("Phiếu bị gấp hoặc cong. Hãy để phẳng rồi chụp lại."),
    "not_our_sheet": _l("Đây không phải phiếu trả lời của hệ thống này."),
    "blurred": _l("Ảnh mờ hoặc quá nhỏ, không đọc được mã. Hãy chụp gần hơn, giữ chắc tay."),
    "unknown_serial": _l("Mã phiếu không có trong hệ thống này."),
    "other_wave": _l("Phiếu của đợt hỏi khác. Hãy nộp ở đợt đó."),
    "other_place": _l("Phiếu của trường hoặc lớp khác. Hãy nộp ở trường hoặc lớp đó."),
}

UPLOAD_PROBLEMS = {
    "no_files": _l("Chưa chọn tệp nào."),
    "too_many": _l("Nhiều nhất 60 tệp mỗi lần. Hãy chia làm nhiều lần."),
    "too_large": _l("Mỗi tệp nhiều nhất 40 MB, mỗi lần nhiều nhất 120 MB. Hãy quét ở 200 dpi hoặc chia nhỏ."),
    "not_open": _l("Đợt hỏi này chưa mở hoặc đã khóa, nên không nhận phiếu giấy."),
}

BATCH_STATES = {
    "reading": _l("Máy đang đọc"),
    "review": _l("Chờ kiểm tra và tính"),
    "failed": _l("Đọc chưa xong, cần đọc lại"),
    "accepted": _l("Đã tính vào kết quả"),
    "discarded": _l("Đã bỏ, không tính"),
}

NOT_TOGETHER = _l("Câu này không nhận các ô đó cùng lúc. Mời chọn lại.")

WAVE_CLOSED = _l("Đợt hỏi này đã khóa nên không tính thêm phiếu được nữa.")

ENTRY_OUTCOMES = {
    "stored": _l("Đã tính một phiếu. Mời gõ phiếu tiếp theo."),
    "already": _l("Phiếu đó vừa được nhận bằng cách khác nên không tính lần nữa."),
    "blank": _l("Phiếu đó không có câu trả lời nào nên không được tính."),
}

TYPING_FAULTS = {
    "missing": _l("chưa gõ. Trên phiếu để trống thì gõ dấu -"),
    "not_digits": _l("chỉ gõ số của ô được tô, hoặc dấu - nếu để trống."),
    "not_offered": _l("không có ô đó, hoặc các ô đó không đi cùng nhau. Mời xem lại phiếu."),
}

SERIAL_PROBLEMS = {
    "mistyped": _l("Mã gõ chưa đúng. Hãy xem lại 9 ký tự in dưới mã QR."),
    "unknown_serial": _l("Không có phiếu nào mang mã này."),
    "other_wave": _l("Mã này là của đợt hỏi khác."),
    "other_place": _l("Mã này là của trường hoặc lớp khác."),
    "other_layout": _l("Mã này là của phiếu có các câu khác."),
    "already": _l("Phiếu này đã được nhận trước đó (bằng điện thoại hoặc bản quét) nên không tính lần nữa."),
}

READER_MISSING = _l(
    "Máy chủ này chưa đọc được bản quét và ảnh chụp. Nhờ người phụ trách máy chủ cài phần đọc phiếu giấy, "
    "hoặc gõ phiếu vào máy."
)
