"""Written reports to lay out: a rich one with long names, hidden figures and long tables, and an almost empty one."""

from __future__ import annotations

from survey.reports.documents import (
    Annex,
    Cell,
    Column,
    Definition,
    Drawing,
    Letterhead,
    Paragraph,
    ParentsFigure,
    ParentsPage,
    Points,
    ReportDocument,
    Section,
    Table,
)
from survey.reports.pictures import Mark, Picture, PictureRow

LONG_SCHOOL = "Trường Phổ thông dân tộc bán trú Tiểu học và Trung học cơ sở Nguyễn Thị Minh Khai số 2"
# Would be markup, a formula or a command in one of the formats.
ODD_TEXT = '#include "/etc/passwd" $x^2$ @nhãn <nhan> *đậm* _nghiêng_ \\ // /* */ {{ 7*7 }} {% raw %} <b>&amp;</b> =1+1'

LETTERHEAD = Letterhead(
    superior="Ủy ban nhân dân xã Hoa Sim",
    issuer="Trường Trung học cơ sở Hoa Sim",
    symbol="BC-THCSHS",
    place="Xã Hoa Sim",
    addressees=("Ủy ban nhân dân xã Hoa Sim", "Phòng Văn hóa - Xã hội xã Hoa Sim"),
    authority=("KT. Hiệu trưởng",),
    signer_title="Phó hiệu trưởng",
    signer="Nguyễn Thị Sen",
    recipients=("Như trên", "Chi bộ, công đoàn trường", "Lưu: VT"),
    year="2026",
)

PICTURE = Picture(
    rows=(
        PictureRow(
            "Giáo viên",
            Mark(0.58, 0.5, 0.66, "58%"),
            Mark(0.97, 0.92, 1.0, "97%"),
            "Đạt",
            "met",
            ("35 trên 36 phiếu (của 38)", "tăng 39 điểm"),
        ),
        PictureRow("Nhân viên", None, None, "Chưa hiện số liệu", "plain", (), "Dưới 5 người trả lời: không hiện"),
        PictureRow(
            "Học sinh",
            Mark(0.44, 0.4, 0.48, "44,3%"),
            Mark(0.89, 0.861, 0.92, "89,1%"),
            "Chưa đủ căn cứ kết luận",
            "not_yet_shown",
            ("1.412 trên 1.585 phiếu (của 1.720)", "tăng 44,8 điểm"),
        ),
        PictureRow(
            "Phụ huynh",
            Mark(0.31, 0.27, 0.35, "31,2%"),
            Mark(0.62, 0.57, 0.67, "62,0%"),
            "Chưa đạt",
            "not_met",
            ("263 trên 424 phiếu (của 510)", "tăng 30,8 điểm"),
        ),
    ),
    target=0.9,
    target_label="chỉ tiêu 90%",
    before_label="trước",
    after_label="sau",
    interval_label="khoảng tin cậy 95%",
    percents=("0%", "25%", "50%", "75%", "100%"),
)

DRAWING = Drawing(
    "picture-1",
    "Tỷ lệ hiểu rõ theo nhóm, trước và sau truyền thông",
    "Giáo viên: trước 58%, sau 97%, đạt. Nhân viên: không hiện. Học sinh: sau 89,1%, chưa đủ căn cứ kết luận.",
    PICTURE,
)

GROUPS = Table(
    "groups",
    "Tỷ lệ hiểu rõ của từng nhóm",
    (
        Column("Nhóm", weight=1.6),
        Column("Hiểu rõ", "percent"),
        Column("Trả lời", "count"),
        Column("Sĩ số", "count"),
        Column("Thay đổi (điểm)", "points"),
        Column("Kết luận", weight=1.6),
    ),
    (
        (
            Cell("Giáo viên"),
            Cell("97%", 0.97),
            Cell("36", 36),
            Cell("38", 38),
            Cell("tăng 39", 0.39),
            Cell("Đạt", tone="met"),
        ),
        (Cell("Nhân viên"), Cell("ẩn"), Cell("ẩn"), Cell("4", 4), Cell("ẩn"), Cell("Chưa hiện số liệu")),
        (
            Cell("Học sinh"),
            Cell("89,1%", 0.8909),
            Cell("1.585", 1585),
            Cell("1.720", 1720),
            Cell("tăng 44,8", 0.448),
            Cell("Chưa đủ căn cứ kết luận", tone="not_yet_shown"),
        ),
        (
            Cell("Phụ huynh"),
            Cell("62,0%", 0.6203),
            Cell("424", 424),
            Cell("510", 510),
            Cell("tăng 30,8", 0.308),
            Cell("Chưa đạt", tone="not_met"),
        ),
    ),
    ("Nhóm dưới 5 người trả lời không hiện, để không ai bị nhận ra.", "Khoảng tin cậy 95% ở Phụ lục I."),
)

FORMULAS = Table(
    "formulas",
    "Lời ghi của đơn vị",
    (Column("Mục"), Column("Lời ghi", weight=2)),
    tuple((Cell(f"{sign}1+2"), Cell(f'{sign}HYPERLINK("http://x","y")')) for sign in "=+-@"),
)


def schools_table(rows: int = 30, name: str = "schools") -> Table:
    """Return a table of schools with very long names, longer than a page."""
    columns = (Column("Trường", weight=2.6), Column("Hiểu rõ", "percent"), Column("n", "count"), Column("Ngày", "date"))
    lines = tuple(
        (Cell(f"{place}. {LONG_SCHOOL}"), Cell("91,5%", 0.915), Cell("1.200", 1200), Cell("20/11/2026"))
        for place in range(1, rows + 1)
    )
    return Table(name, "Từng trường, xếp theo tên", columns, lines, ("Không xếp hạng.",))


def rich_document(rows: int = 30) -> ReportDocument:
    """Return a whole report with everything that a report can hold."""
    return ReportDocument(
        language="vi",
        letterhead=LETTERHEAD,
        kind="BÁO CÁO",
        subject="Kết quả truyền thông, quán triệt Nghị quyết số 71-NQ/TW quý IV năm 2026",
        period="từ 15/9/2026 đến 14/12/2026",
        sections=(
            Section(
                "Nội dung, hình thức truyền thông đã triển khai",
                (Paragraph("Trong kỳ, nhà trường đã làm những việc sau.\nĐoạn thứ hai của cùng một lời ghi.", "done"),),
                (
                    Section("Hội nghị", (Points(("Hội nghị toàn trường ngày 10/10/2026", "Họp phụ huynh các lớp")),)),
                    Section("Lời ghi có ký hiệu lạ", (Paragraph(ODD_TEXT, "odd"), FORMULAS)),
                ),
            ),
            Section(
                "Sự chuyển biến về nhận thức, hành động",
                (Paragraph("Giáo viên đã đạt chỉ tiêu 90%. Phụ huynh tăng 30,8 điểm phần trăm."), GROUPS, DRAWING),
            ),
            Section("Mô hình hiệu quả"),
            Section("Đề xuất, kiến nghị", (Paragraph("", "proposals"), Points(()))),
        ),
        annexes=(
            Annex(
                "Số liệu từng trường", (schools_table(rows),), (Section("Cách đọc", (Paragraph("Đọc theo hàng."),)),)
            ),
            Annex("Cách tính", (Paragraph("Khoảng tin cậy tính theo phương pháp Wilson."),)),
        ),
        definitions=(
            Definition("Hiểu rõ", "Trả lời đúng ít nhất 8 trên 10 câu."),
            Definition("Điểm phần trăm", "Hiệu của hai tỷ lệ."),
        ),
        is_demo=True,
        is_draft=True,
        release="Bản phát hành số 2: sửa sĩ số lớp 6A.",
    )


def bare_document() -> ReportDocument:
    """Return the smallest report: no superior, no addressee, no table, no annex."""
    head = Letterhead("", LONG_SCHOOL, "BC-PTDTBT", "Xã Hoa Sim", (), (), "Hiệu trưởng", "", ())
    return ReportDocument(
        "vi", head, "BÁO CÁO", "Kết quả năm 2026", "năm 2026", (), (), (), is_demo=False, is_draft=False
    )


def parents_page() -> ParentsPage:
    """Return a page for parents with every verdict and a hidden group."""
    return ParentsPage(
        language="vi",
        organisation=LONG_SCHOOL,
        title="Chúng ta đã hiểu Nghị quyết 71 đến đâu?",
        period="Quý IV năm 2026",
        lead="Cảm ơn 424 phụ huynh đã trả lời. Dưới đây là kết quả chung, không có tên ai.",
        figures=(
            ParentsFigure(
                "Phụ huynh", "Cứ 10 phụ huynh thì khoảng 6 người hiểu rõ.", 0.31, 0.62, "not_met", "Chưa đạt"
            ),
            ParentsFigure("Giáo viên", "Cứ 10 giáo viên thì gần 10 người hiểu rõ.", 0.58, 0.97, "met", "Đạt"),
            ParentsFigure(
                "Học sinh", "Cứ 10 học sinh thì khoảng 9 em hiểu rõ.", None, 0.891, "not_yet_shown", "Chưa đủ căn cứ"
            ),
            ParentsFigure("Nhân viên", "Nhóm này ít người nên không hiện số.", None, None, "", ""),
        ),
        hard_points=(
            "Sách giáo khoa dùng chung thống nhất toàn quốc, phấn đấu miễn phí vào năm 2030.",
            "Học phí trường công: ai được miễn, từ khi nào.",
        ),
        next_steps=("Buổi nói chuyện với phụ huynh ngày 12/01/2027.", "Tờ rơi ngắn gửi qua nhóm Zalo của lớp."),
        small_print=(
            "424 trên 510 phụ huynh trả lời (83%). Khoảng tin cậy 95%: 57% đến 67%. Chỉ tiêu: 90% hiểu rõ. "
            "Không ghi tên, không ghi số máy."
        ),
        is_demo=True,
    )
