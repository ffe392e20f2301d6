"""The words of `analysis.wording`: nothing but texts, by stable code and language.

A phrase is plain Vietnamese first; the English one says the same. Numbers are put in by `analysis.wording`.
"""

from __future__ import annotations

from collections.abc import Mapping

from analysis.records import Reason, Shown, Strength, Verdict
from analysis.rounding import Language

VERDICTS: Mapping[Verdict, Mapping[Language, str]] = {
    Verdict.MET: {"vi": "Đạt", "en": "Target met"},
    Verdict.NOT_MET: {"vi": "Chưa đạt", "en": "Target not met"},
    Verdict.NOT_YET_SHOWN: {"vi": "Chưa đủ căn cứ kết luận", "en": "Not enough evidence to conclude"},
}

STRENGTHS: Mapping[Strength, Mapping[Language, str]] = {
    Strength.CERTAIN: {
        "vi": "Chắc chắn: những người chưa trả lời không thể làm thay đổi kết luận.",
        "en": "Certain: those who did not answer cannot change this conclusion.",
    },
    Strength.ROBUST: {
        "vi": "Vững: kết luận vẫn đúng nếu tỷ lệ ở những người chưa trả lời chênh tới 10 điểm phần trăm.",
        "en": "Robust: it holds even if those who did not answer differ by 10 percentage points.",
    },
    Strength.DEPENDS: {
        "vi": "Còn phụ thuộc vào những người chưa trả lời.",
        "en": "It depends on those who did not answer.",
    },
}

SHOWN: Mapping[Shown, Mapping[Language, str]] = {
    Shown.INCREASE: {"vi": "Có tăng", "en": "Increase shown"},
    Shown.DECREASE: {"vi": "Có giảm", "en": "Decrease shown"},
    Shown.NOT_SHOWN: {"vi": "Chưa cho thấy thay đổi", "en": "No change shown"},
}

CAUSE: Mapping[Language, str] = {
    "vi": "Không có trường đối chứng nên con số này chưa chứng minh được rằng thay đổi là do đợt truyền thông.",
    "en": "Without comparison schools this does not prove that the campaign caused the change.",
}

REASONS: Mapping[Reason, Mapping[Language, str]] = {
    Reason.NO_DATA: {"vi": "Chưa có ai trả lời.", "en": "Nobody has answered yet."},
    Reason.POPULATION_UNKNOWN: {
        "vi": "Chưa khai báo tổng số người, nên chưa tính được số người và tỷ lệ trả lời.",
        "en": "The headcount is not known, so neither persons nor a response rate can be given.",
    },
    Reason.DRAWN_UNKNOWN: {
        "vi": "Chưa khai báo số người được mời, nên chưa tính được tỷ lệ trả lời.",
        "en": "How many were invited is not known, so there is no response rate.",
    },
    Reason.ROSTER_TOO_SMALL: {
        "vi": "Số phiếu trả lời nhiều hơn số người trong danh sách. Hãy kiểm tra lại sĩ số.",
        "en": "There are more answers than people on the list. Please check the headcount.",
    },
    Reason.LOW_RESPONSE: {
        "vi": "Tỷ lệ trả lời còn thấp hơn mức tối thiểu của kế hoạch.",
        "en": "The response rate is below the plan's minimum.",
    },
    Reason.TOO_FEW_CLASSES: {
        "vi": "Số lớp được chọn còn quá ít để kết luận.",
        "en": "Too few classes were drawn to conclude anything.",
    },
    Reason.EMPTY_STRATUM: {
        "vi": "Có lớp hoặc trường chưa có ai trả lời.",
        "en": "In some class or school nobody has answered.",
    },
    Reason.STRATUM_UNKNOWN: {
        "vi": "Nhiều phiếu không ghi lớp (trên 5%), nên kết quả không được tính theo lớp.",
        "en": "Many answers (over 5%) do not say which class, so the result is not built up from classes.",
    },
    Reason.STRATUM_PARTLY_UNKNOWN: {
        "vi": "Một số ít phiếu không ghi lớp; các phiếu này không được dùng khi tính theo lớp.",
        "en": "A few answers do not say which class; they are left out of the weighting by class.",
    },
    Reason.STRATA_COLLAPSED: {
        "vi": "Các lớp có ít phiếu được gộp với nhau khi tính.",
        "en": "Classes with few answers were joined for the calculation.",
    },
    Reason.LONELY_CLASS: {
        "vi": "Có khối chỉ chọn một lớp, nên sai số của khối đó chỉ là ước chừng.",
        "en": "In some grade only one class was drawn, so its error is only approximate.",
    },
    Reason.SILENT_CLASS: {
        "vi": "Có lớp được chọn nhưng chưa có ai trả lời.",
        "en": "In some drawn class nobody has answered.",
    },
    Reason.SINGLE_ANSWER: {
        "vi": "Có trường chỉ có một phiếu trả lời; sai số của trường đó lấy theo tỷ lệ chung.",
        "en": "Some school has a single answer; its error is taken from the overall share.",
    },
    Reason.SILENT_SCHOOL: {
        "vi": "Có trường chưa có phiếu trả lời nào.",
        "en": "Some school has no answers at all.",
    },
    Reason.RAKING_FAILED: {
        "vi": "Không cân chỉnh được theo mọi cơ cấu cùng lúc; kết quả chỉ cân chỉnh theo lớp.",
        "en": "The result could not be adjusted to all margins at once; it is adjusted by class only.",
    },
    Reason.SMALL_POPULATION: {
        "vi": "Nhóm có dưới 10 người: muốn đạt 90% thì mọi người đều phải hiểu rõ.",
        "en": "The group has fewer than 10 people: 90% then means everyone.",
    },
    Reason.CLASSES_LEFT_OUT: {
        "vi": "Những lớp chỉ trả lời ở một đợt không được dùng khi so sánh hai đợt.",
        "en": "Classes that answered in one wave only are left out of the comparison.",
    },
    Reason.TOO_FEW_PAIRS: {
        "vi": "Quá ít phiếu ghép được giữa hai đợt, nên so sánh không dựa vào phiếu ghép.",
        "en": "Too few answers of the two waves could be matched, so matching is not used.",
    },
    Reason.MATCHED_DISAGREE: {
        "vi": "Những người làm cả hai đợt và toàn bộ người trả lời cho kết quả trái chiều, nên chưa kết luận.",
        "en": "Those who answered twice and all who answered point different ways, so nothing is concluded.",
    },
    Reason.FORMS_NOT_LINKED: {
        "vi": "Hai đợt dùng hai đề khác nhau, nên không tách được thay đổi thật với độ khó của đề.",
        "en": "The two waves used different forms, so a change cannot be told from an easier form.",
    },
    Reason.COMMON_ITEMS: {
        "vi": "Hai đợt dùng hai đề khác nhau nên chỉ so sánh được ở các câu chung: đây là tỷ lệ trả lời đúng "
        "trung bình, không phải tỷ lệ người hiểu rõ, và không nói gì về chỉ tiêu.",
        "en": "The waves used different forms, so only the questions in common are compared: this is the mean share "
        "right, not the share of people who understand, and it says nothing about the target.",
    },
    Reason.FORMS_REWEIGHTED: {
        "vi": "Tỷ lệ hai đề khác nhau giữa hai đợt; kết quả là trung bình của hai đề.",
        "en": "The mix of the two forms differs between the waves; the result is the average of the forms.",
    },
    Reason.FORMS_DIFFER: {
        "vi": "Một đề dễ hơn đề kia ở cả hai đợt.",
        "en": "One form came out easier than the other in both waves.",
    },
    Reason.TOO_FEW_FAILING: {
        "vi": "Đợt trước có chưa đến 5 người chưa hiểu rõ, nên không tính phần khoảng cách đã thu hẹp.",
        "en": "Fewer than 5 did not understand before, so the share of the gap closed is not shown.",
    },
    Reason.NO_GAP: {
        "vi": "Đợt trước mọi người đã hiểu rõ, nên không còn khoảng cách để thu hẹp.",
        "en": "Everybody understood before, so there was no gap left to close.",
    },
}

PHRASES: Mapping[str, Mapping[Language, str]] = {
    "nobody": {"vi": "Chưa có ai trả lời.", "en": "Nobody has answered yet."},
    "nobody_of": {
        "vi": "Chưa có ai trong {population} người trả lời.",
        "en": "None of the {population} people has answered yet.",
    },
    "counts_of": {
        "vi": "{understood}/{answered} người trả lời (trong {population} người) hiểu rõ.",
        "en": "{understood} of {answered} who answered (of {population}) clearly understand.",
    },
    "counts": {
        "vi": "{understood}/{answered} người trả lời hiểu rõ.",
        "en": "{understood} of {answered} who answered clearly understand.",
    },
    "weighted": {
        "vi": "Tính theo sĩ số từng lớp: {share}.",
        "en": "Weighted by the size of each class: {share}.",
    },
    "so": {"vi": "Suy ra {low}–{high} người.", "en": "So {low} to {high} of the {population}."},
    "so_all": {"vi": "Suy ra {low} người.", "en": "So {low} of the {population}."},
    "so_share": {
        "vi": "Tỷ lệ thật nằm trong khoảng {interval} (độ tin cậy {confidence}).",
        "en": "The true share lies between {interval} (confidence {confidence}).",
    },
    "met": {
        "vi": "{verdict}: ít nhất {low}/{population} người, chỉ tiêu {target}.",
        "en": "{verdict}: at least {low} of {population}, target {target}.",
    },
    "not_met": {
        "vi": "{verdict}: nhiều nhất {high}/{population} người, chỉ tiêu {target}.",
        "en": "{verdict}: at most {high} of {population}, target {target}.",
    },
    "not_yet_shown": {
        "vi": "{verdict}: từ {low} đến {high} trong {population} người, chỉ tiêu {target}.",
        "en": "{verdict}: {low} to {high} of {population}, target {target}.",
    },
    "verdict_share": {"vi": "{verdict}: chỉ tiêu {target}.", "en": "{verdict}: target {target}."},
    "more": {"vi": "{verdict}: cần thêm {more} phiếu.", "en": "{verdict}: {more} more answers are needed."},
    "more_one": {"vi": "{verdict}: cần thêm 1 phiếu.", "en": "{verdict}: 1 more answer is needed."},
    "never": {
        "vi": "{verdict}: dù mọi người trả lời, với tỷ lệ hiện nay cũng không kết luận được.",
        "en": "{verdict}: at the present share more answers cannot settle it.",
    },
    "tipping": {
        "vi": "Chỉ tiêu đạt nếu ít nhất {share} trong số {silent} người chưa trả lời hiểu rõ.",
        "en": "The target holds if at least {share} of the {silent} who did not answer understand.",
    },
    "tipping_certain": {
        "vi": "Chỉ tiêu đạt, dù {silent} người chưa trả lời hiểu rõ hay không.",
        "en": "The target holds whether or not the {silent} who did not answer understand.",
    },
    "tipping_impossible": {
        "vi": "Dù cả {silent} người chưa trả lời đều hiểu rõ thì vẫn chưa đạt chỉ tiêu.",
        "en": "Even if all {silent} who did not answer understand, the target is missed.",
    },
    "increase": {
        "vi": "Tăng {points} điểm phần trăm, từ {before} lên {after} (khoảng tin cậy {confidence}: {low} đến {high}).",
        "en": "Up {points} percentage points, from {before} to {after} ({confidence} interval {low} to {high}).",
    },
    "decrease": {
        "vi": "Giảm {points} điểm phần trăm, từ {before} xuống {after} "
        "(khoảng tin cậy {confidence}: {low} đến {high}).",
        "en": "Down {points} percentage points, from {before} to {after} ({confidence} interval {low} to {high}).",
    },
    "not_shown": {
        "vi": "Chưa cho thấy thay đổi: từ {before} đến {after}, chênh {points} điểm phần trăm "
        "(khoảng tin cậy {confidence}: {low} đến {high}).",
        "en": "No change shown: from {before} to {after}, {points} percentage points "
        "({confidence} interval {low} to {high}).",
    },
    "several_tests": {
        "vi": "Xét riêng thì khoảng này nằm hẳn về một phía của số 0; nhưng khi xét nhiều nhóm cùng một lúc thì cần "
        "căn cứ chắc hơn, nên chưa kết luận.",
        "en": "Taken alone, this interval lies on one side of 0; but several groups are looked at together, which asks "
        "for stronger evidence, so nothing is concluded yet.",
    },
    "borderline": {
        "vi": "Kết quả sát ranh giới: khoảng này vừa nằm về một phía của số 0 nhưng phép kiểm định chưa đạt mức chắc "
        "chắn đã định, nên chưa kết luận.",
        "en": "A borderline result: the interval just lies on one side of 0, but the test does not reach the level "
        "that was set, so nothing is concluded yet.",
    },
    "increase_items": {
        "vi": "Ở {items} câu chung của hai đợt, tỷ lệ trả lời đúng trung bình tăng {points} điểm phần trăm, "
        "từ {before} lên {after} (khoảng tin cậy {confidence}: {low} đến {high}).",
        "en": "On the {items} questions both waves share, the mean share right is up {points} percentage points, "
        "from {before} to {after} ({confidence} interval {low} to {high}).",
    },
    "decrease_items": {
        "vi": "Ở {items} câu chung của hai đợt, tỷ lệ trả lời đúng trung bình giảm {points} điểm phần trăm, "
        "từ {before} xuống {after} (khoảng tin cậy {confidence}: {low} đến {high}).",
        "en": "On the {items} questions both waves share, the mean share right is down {points} percentage points, "
        "from {before} to {after} ({confidence} interval {low} to {high}).",
    },
    "not_shown_items": {
        "vi": "Ở {items} câu chung của hai đợt, chưa cho thấy thay đổi: tỷ lệ trả lời đúng trung bình từ {before} "
        "đến {after}, chênh {points} điểm phần trăm (khoảng tin cậy {confidence}: {low} đến {high}).",
        "en": "On the {items} questions both waves share, no change shown: the mean share right went from {before} "
        "to {after}, {points} percentage points ({confidence} interval {low} to {high}).",
    },
    "no_change_figure": {"vi": "Không tính được thay đổi.", "en": "The change cannot be computed."},
    "pairs": {
        "vi": "Trong {total} người làm cả hai đợt: {gained} người mới hiểu rõ, {lost} người không còn hiểu rõ.",
        "en": "Of {total} who answered both times: {gained} newly understand, {lost} no longer do.",
    },
    "briefed_met": {
        "vi": "{verdict}: cả {roster} người đã được quán triệt.",
        "en": "{verdict}: all {roster} have been briefed.",
    },
    "briefed_not_met": {
        "vi": "{verdict}: {confirmed}/{roster} người đã được quán triệt, {known} người chắc chắn chưa.",
        "en": "{verdict}: {confirmed} of {roster} have been briefed, {known} are known not to be.",
    },
    "briefed_open": {
        "vi": "{verdict}: {confirmed}/{roster} người đã được quán triệt, còn {open} người chưa xác nhận.",
        "en": "{verdict}: {confirmed} of {roster} have been briefed, {open} are not yet confirmed.",
    },
    "at_most": {"vi": "không quá {bound}", "en": "at most {bound}"},
    "at_least": {"vi": "từ {bound} trở lên", "en": "at least {bound}"},
}
