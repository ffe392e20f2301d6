"""The words that stand in every report whatever its figures: heading of the state, addressees, signature, annexes.

They are set by Decree 30/2020 (Annex I) and the same in every format. The files are written in the child process, which
knows no reader and no request, so both languages stand here side by side.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from analysis.rounding import Language

# Room that the clerk fills in by hand: non-breaking spaces survive every format.
BLANK = "\u00a0" * 6


@dataclass(frozen=True, slots=True)
class Wording:
    """The fixed words of one language. Words with braces are filled in by `str.format`."""

    state: str
    motto: str
    number: str
    place_and_date: str
    addressees: str
    period: str
    recipients: str
    annex: str
    annex_of: str
    table: str
    drawing: str
    definitions: str
    term: str
    meaning: str
    draft: str
    demo: str
    nothing: str
    no_rows: str
    edit: str
    summary_sheet: str
    definitions_sheet: str
    contents: str
    before: str
    after: str
    still_hard: str
    next: str


VIETNAMESE = Wording(
    state="CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
    motto="Độc lập - Tự do - Hạnh phúc",
    number="Số: {blank}/{symbol}",
    place_and_date="{place}, ngày {blank} tháng {blank} năm {year}",
    addressees="Kính gửi:",
    period="Kỳ báo cáo: {period}",
    recipients="Nơi nhận:",
    annex="Phụ lục",
    annex_of="(Kèm theo {kind} số {blank}/{symbol} ngày {blank} tháng {blank} năm {year} của {issuer})",
    table="Bảng {number}. {caption}",
    drawing="Hình {number}. {caption}",
    definitions="Giải thích từ ngữ",
    term="Từ ngữ",
    meaning="Nghĩa trong báo cáo này",
    draft="BẢN DỰ THẢO",
    demo="DỮ LIỆU MINH HỌA",
    nothing="Trong kỳ không có nội dung ở mục này.",
    no_rows="Chưa có số liệu.",
    edit="Sửa đoạn này",
    summary_sheet="Báo cáo",
    definitions_sheet="Định nghĩa",
    contents="Các bảng trong tệp",
    before="Trước",
    after="Sau",
    still_hard="Điều còn nhiều người chưa rõ",
    next="Việc sắp làm",
)

ENGLISH = Wording(
    state="SOCIALIST REPUBLIC OF VIET NAM",
    motto="Independence - Freedom - Happiness",
    number="No.: {blank}/{symbol}",
    place_and_date="{place}, day {blank} month {blank} year {year}",
    addressees="To:",
    period="Period: {period}",
    recipients="Recipients:",
    annex="Annex",
    annex_of="(Attached to {kind} No. {blank}/{symbol} of day {blank} month {blank} year {year} by {issuer})",
    table="Table {number}. {caption}",
    drawing="Figure {number}. {caption}",
    definitions="What the words mean",
    term="Term",
    meaning="What it means in this report",
    draft="DRAFT",
    demo="DEMONSTRATION DATA",
    nothing="Nothing to report under this heading in the period.",
    no_rows="No figures yet.",
    edit="Edit this text",
    summary_sheet="Report",
    definitions_sheet="Definitions",
    contents="Tables in this file",
    before="Before",
    after="After",
    still_hard="What many are still unsure about",
    next="What comes next",
)

WORDING: Mapping[Language, Wording] = {"vi": VIETNAMESE, "en": ENGLISH}
