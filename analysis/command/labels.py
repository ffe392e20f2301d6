"""The command's own words in Vietnamese and English: headings, names of the usual audiences and waves, items."""

from __future__ import annotations

from collections.abc import Mapping

from analysis.items import ItemFlag
from analysis.reliability import ReliabilityReason
from analysis.rounding import Language

Words = Mapping[Language, str]

NAMES: Mapping[str, Words] = {
    "before": {"vi": "đợt trước", "en": "before"},
    "after": {"vi": "đợt sau", "en": "after"},
    "staff": {"vi": "Cán bộ, giáo viên, nhân viên", "en": "Staff"},
    "teachers": {"vi": "Giáo viên", "en": "Teachers"},
    "employees": {"vi": "Nhân viên", "en": "Employees"},
    "pupils": {"vi": "Học sinh", "en": "Pupils"},
    "pupils_secondary": {"vi": "Học sinh trung học cơ sở", "en": "Lower-secondary pupils"},
    "pupils_primary": {"vi": "Học sinh tiểu học", "en": "Primary pupils"},
    "parents": {"vi": "Phụ huynh", "en": "Parents"},
    "community": {"vi": "Cộng đồng", "en": "Community"},
    "chuyen_doi_so": {"vi": "Chuyển đổi số", "en": "Digital transformation"},
    "xa_hoi_hoa": {"vi": "Xã hội hóa", "en": "Contributions from society"},
    "phan_luong": {"vi": "Phân luồng học sinh", "en": "Pathways for pupils"},
    "doi_ngu": {"vi": "Đội ngũ nhà giáo", "en": "Teaching staff"},
    "co_so_vat_chat": {"vi": "Cơ sở vật chất", "en": "Facilities"},
    # The product's exported counts carry the levels beside the topics.
    "ca_nhan": {"vi": "Vai trò của cá nhân", "en": "Own role"},
    "don_vi": {"vi": "Vai trò của đơn vị", "en": "The unit's role"},
}

WORDS: Mapping[str, Words] = {
    "title": {"vi": "Mức độ hiểu rõ", "en": "Clear understanding"},
    "settings": {
        "vi": "Chỉ tiêu {target}, độ tin cậy {confidence}, kế hoạch {plan}.",
        "en": "Target {target}, confidence {confidence}, plan {plan}.",
    },
    "without_blanks": {
        "vi": "Để tham khảo, không dùng để kết luận: nếu bỏ qua câu để trống thay vì tính là sai, tỷ lệ hiểu rõ là "
        "{share} (khoảng tin cậy {interval}).",
        "en": "For comparison only, nothing is concluded from it: if blank items were dropped instead of scored "
        "wrong, the share who understand would be {share} (interval {interval}).",
    },
    "results": {"vi": "Kết quả từng đợt", "en": "Results by wave"},
    "changes": {"vi": "Thay đổi giữa các đợt", "en": "Changes between waves"},
    "items": {"vi": "Câu hỏi", "en": "Items"},
    "scales": {"vi": "Độ tin cậy của đề", "en": "Reliability of the forms"},
    "drift": {"vi": "Câu dễ lên hoặc khó đi giữa hai đợt", "en": "Items that became easier or harder"},
    "topic": {"vi": "Nội dung", "en": "Topic"},
    "headline": {"vi": "Chung", "en": "Headline"},
    "share": {"vi": "Hiểu rõ", "en": "Understand"},
    "counts": {"vi": "Số người", "en": "Counts"},
    "interval": {"vi": "Khoảng tin cậy", "en": "Interval"},
    "rate": {"vi": "Trả lời", "en": "Response"},
    "verdict": {"vi": "Kết luận", "en": "Verdict"},
    "audience": {"vi": "Đối tượng", "en": "Audience"},
    "wave": {"vi": "Đợt", "en": "Wave"},
    "from_to": {"vi": "{earlier} → {later}", "en": "{earlier} → {later}"},
    "difference": {"vi": "Chênh (điểm %)", "en": "Difference (points)"},
    "method": {"vi": "Cách tính", "en": "Method"},
    "p": {"vi": "p", "en": "p"},
    "p_holm": {"vi": "p (Holm)", "en": "p (Holm)"},
    "shown": {"vi": "Cho thấy", "en": "Shows"},
    "item": {"vi": "Câu", "en": "Item"},
    "difficulty": {"vi": "Tỷ lệ đúng", "en": "Right"},
    "discrimination": {"vi": "Độ phân biệt", "en": "Discrimination"},
    "dont_know": {"vi": "Chưa rõ", "en": "Don't know"},
    "blank": {"vi": "Bỏ trống", "en": "Blank"},
    "options": {"vi": "Phương án (đáp án có dấu *)", "en": "Options (key marked *)"},
    "flags": {"vi": "Lưu ý", "en": "Notes"},
    "form": {"vi": "Đề", "en": "Form"},
    "people": {"vi": "Số phiếu", "en": "Answers"},
    "alpha": {"vi": "Alpha (KR-20)", "en": "Alpha (KR-20)"},
    "category": {"vi": "Mức", "en": "Class"},
    "delta": {"vi": "Độ lệch (delta)", "en": "Delta"},
    "written": {"vi": "Đã ghi {file}.", "en": "Wrote {file}."},
    "unused": {"vi": "Không dùng đến: {names}.", "en": "Not used: {names}."},
    "nothing_written": {
        "vi": "Có lỗi trong dữ liệu nên không tính kết quả nào.",
        "en": "The data have faults, so nothing was computed.",
    },
}

FLAGS: Mapping[ItemFlag, Words] = {
    ItemFlag.TOO_HARD: {"vi": "quá khó", "en": "too hard"},
    ItemFlag.TOO_EASY: {"vi": "quá dễ", "en": "too easy"},
    ItemFlag.LOW_DISCRIMINATION: {"vi": "phân biệt kém", "en": "separates poorly"},
    ItemFlag.NEGATIVE_DISCRIMINATION: {"vi": "phân biệt ngược", "en": "separates the wrong way"},
    ItemFlag.POSSIBLE_WRONG_KEY: {"vi": "có thể sai đáp án", "en": "the key may be wrong"},
    ItemFlag.NON_FUNCTIONAL: {"vi": "ít người chọn", "en": "hardly chosen"},
}

SCALE_REASONS: Mapping[ReliabilityReason, Words] = {
    ReliabilityReason.TOO_FEW_PERSONS: {"vi": "chưa đủ 30 phiếu", "en": "fewer than 30 answers"},
    ReliabilityReason.TOO_FEW_ITEMS: {"vi": "chưa đủ hai câu có khác biệt", "en": "fewer than two items vary"},
    ReliabilityReason.CONSTANT_TOTAL: {"vi": "mọi người có cùng tổng điểm", "en": "all have the same total"},
}


def name(code: str, lang: Language) -> str:
    """Return the usual name of an audience, wave or topic; any other code stands for itself.

    >>> name("parents", "vi"), name("wave 3", "vi")
    ('Phụ huynh', 'wave 3')
    """
    return NAMES[code][lang] if code in NAMES else code


def word(code: str, lang: Language, **parts: str) -> str:
    """Return one of the command's own words or sentences.

    >>> word("written", "en", file="report.html")
    'Wrote report.html.'
    """
    return WORDS[code][lang].format(**parts)
