"""The readers' words for the fixed vocabulary, in one place so that every page says the same."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

AUDIENCES = {
    "staff": _l("Cán bộ, giáo viên, nhân viên"),
    "pupils_secondary": _l("Học sinh THCS (lớp 6-9)"),
    "pupils_primary": _l("Học sinh tiểu học (lớp 3-5)"),
    "parents": _l("Phụ huynh"),
    "community": _l("Cộng đồng"),
}

REPORTING_GROUPS = {
    "teachers": _l("Giáo viên"),
    "employees": _l("Nhân viên"),
    "pupils": _l("Học sinh"),
    "parents": _l("Phụ huynh"),
    "community": _l("Cộng đồng"),
}

TOPICS = {
    "chuyen_doi_so": _l("Chuyển đổi số"),
    "xa_hoi_hoa": _l("Xã hội hóa"),
    "phan_luong": _l("Phân luồng học sinh"),
    "doi_ngu": _l("Đội ngũ nhà giáo"),
    "co_so_vat_chat": _l("Cơ sở vật chất"),
}

LEVELS = {
    "ca_nhan": _l("Vai trò của cá nhân"),
    "don_vi": _l("Vai trò của đơn vị"),
}

ORGANISATION_KINDS = {
    "province": _l("Tỉnh, thành phố"),
    "ward": _l("Xã, phường"),
    "school": _l("Trường"),
    "association": _l("Hội, đoàn thể"),
}

STAFF_KINDS = {
    "manager": _l("Cán bộ quản lý"),
    "teacher": _l("Giáo viên"),
    "employee": _l("Nhân viên"),
}

ROLES = {
    "operator": _l("Vận hành máy chủ"),
    "officer": _l("Cán bộ xã, phường"),
    "administrator": _l("Quản trị của trường"),
    "teacher": _l("Giáo viên phụ trách lớp"),
    "viewer": _l("Người xem báo cáo"),
}

WAVE_KINDS = {
    "baseline": _l("Trước truyền thông"),
    "follow_up": _l("Sau truyền thông"),
}

WAVE_STATES = {
    "draft": _l("Chưa mở"),
    "open": _l("Đang mở"),
    "closing": _l("Đang khóa"),
    "closed": _l("Đã khóa"),
}

MODES = {
    "poster": _l("Áp phích"),
    "meeting": _l("Cuộc họp"),
    "class_session": _l("Buổi làm tại lớp"),
    "cards": _l("Thẻ"),
    "paper": _l("Phiếu giấy"),
    "kiosk": _l("Máy dùng chung"),
}
