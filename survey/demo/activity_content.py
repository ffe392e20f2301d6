"""What the demo's ward and schools did, by days before today. Every event, number and sentence is invented."""

from __future__ import annotations

from dataclasses import dataclass

TOPICS = ("chuyen_doi_so", "xa_hoi_hoa", "phan_luong", "doi_ngu", "co_so_vat_chat")


@dataclass(frozen=True, slots=True)
class DemoActivity:
    """One activity; reach without a number was not counted."""

    place: str
    days_ago: int
    form: str
    note: str
    audiences: tuple[str, ...]
    topics: tuple[str, ...] = TOPICS
    is_about_ai: bool = False
    reach: int | None = None
    counting: str = "not_counted"
    newly_briefed: int = 0


BANMAI, DOICHE, SUOIREO, WARD = "DEMO-BANMAI", "DEMO-DOICHE", "DEMO-SUOIREO", "DEMO-HOASIM"
STAFF, PARENTS, PUPILS = ("staff",), ("parents",), ("pupils_secondary", "pupils_primary")

ACTIVITIES = (
    DemoActivity(WARD, 66, "conference", "Hội nghị triển khai tới các trường", STAFF, TOPICS, False, 52, "sign_in", 14),
    DemoActivity(
        WARD, 30, "loudspeaker", "Bản tin tối: gia đình cùng con chọn hướng học", ("community",), ("phan_luong",)
    ),
    DemoActivity(WARD, 9, "loudspeaker", "Bản tin tối: một bộ sách giáo khoa", ("community",), ("co_so_vat_chat",)),
    DemoActivity(
        BANMAI, 51, "staff_meeting", "Họp hội đồng: năm nhóm đột phá", STAFF, TOPICS, False, 38, "sign_in", 36
    ),
    DemoActivity(
        BANMAI,
        47,
        "training",
        "Tập huấn tổ truyền thông viết tin ngắn, làm tranh thông tin",
        STAFF,
        ("chuyen_doi_so",),
        False,
        6,
        "sign_in",
    ),
    DemoActivity(
        BANMAI,
        44,
        "themed_session",
        "Chuyên đề: dùng trí tuệ nhân tạo an toàn trong học tập",
        ("staff", *PUPILS),
        ("chuyen_doi_so",),
        True,
        121,
        "headcount",
        7,
    ),
    DemoActivity(
        BANMAI, 40, "class_hour", "Khối 8, 9: chọn hướng học sau THCS", PUPILS, ("phan_luong",), False, 57, "headcount"
    ),
    DemoActivity(
        BANMAI,
        36,
        "parents_meeting",
        "Họp phụ huynh đầu kỳ: vai trò của gia đình",
        PARENTS,
        TOPICS,
        False,
        168,
        "sign_in",
    ),
    DemoActivity(
        BANMAI, 33, "zalo", "Tranh: ủng hộ nhà trường là tự nguyện", PARENTS, ("xa_hoi_hoa",), False, 190, "views"
    ),
    DemoActivity(BANMAI, 26, "website", "Bài: chuẩn nhà giáo và tự học", STAFF, ("doi_ngu",), False, 240, "views"),
    DemoActivity(BANMAI, 20, "infographic", "Năm nhóm đột phá trên một trang", PARENTS, TOPICS, False, 310, "views"),
    DemoActivity(BANMAI, 16, "contest", "Cuộc thi tìm hiểu, khối 6 đến 9", PUPILS, TOPICS, False, 112, "headcount"),
    DemoActivity(
        BANMAI, 6, "zalo", "Tin: giữ gìn trường lớp đạt chuẩn", PARENTS, ("co_so_vat_chat",), False, 175, "views"
    ),
    DemoActivity(DOICHE, 45, "staff_meeting", "Họp hội đồng: nghe tóm tắt", STAFF, TOPICS, False, 20, "sign_in", 20),
    DemoActivity(DOICHE, 18, "parents_meeting", "Họp phụ huynh", PARENTS, ("xa_hoi_hoa",), False, 60, "estimate"),
    DemoActivity(SUOIREO, 39, "conference", "Hội nghị quán triệt toàn trường", STAFF, TOPICS, False, 29, "sign_in", 29),
    DemoActivity(
        SUOIREO,
        22,
        "themed_session",
        "Chuyên đề về trí tuệ nhân tạo",
        PUPILS,
        ("chuyen_doi_so",),
        True,
        105,
        "headcount",
    ),
)


@dataclass(frozen=True, slots=True)
class DemoEffect:
    """An indicator before and after."""

    indicator: str
    unit: str
    before: float
    after: float
    source: str
    topic: str


EFFECTS = (
    DemoEffect("Giáo viên dùng học liệu số mỗi tuần", "người", 11, 25, "Thống kê của tổ chuyên môn", "chuyen_doi_so"),
    DemoEffect("Phụ huynh khối 9 dự buổi tư vấn hướng học", "%", 31, 58.5, "Danh sách ký tên", "phan_luong"),
)

MODEL = (
    "Góc 71 mười phút",
    "Mỗi sáng thứ Hai, một lớp trình bày mười phút về một nhóm đột phá bằng tranh tự làm; "
    "tranh được gửi vào nhóm phụ huynh.",
    "UBND phường Hoa Sim",
)

# Kind, text, addressee, status, answer.
CONCERNS = (
    (
        "difficulty",
        "Đường truyền ở phòng máy yếu, hai lớp không làm phiếu cùng lúc được.",
        "Phòng Văn hóa - Xã hội phường",
        "answered",
        "Phường đã đăng ký nâng đường truyền trong quý I.",
    ),
    (
        "proposal",
        "Xin tài liệu tranh, video ngắn dùng chung cho các trường.",
        "Phòng Văn hóa - Xã hội phường",
        "open",
        "",
    ),
)

# Place, finding, days ago, deadline in days from today, how it was remedied.
CHECKS = (
    (DOICHE, "Chưa có tin hằng tháng trên nhóm phụ huynh.", 24, -4, ""),
    (BANMAI, "Bảng tin cổng trường còn nội dung năm trước.", 24, 6, "Đã thay bảng tin mới ở cả hai cổng."),
)
