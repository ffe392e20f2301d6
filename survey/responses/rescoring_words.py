"""Readers' words for corrected keys: which question, what else differs, why answers cannot be scored again."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from survey.core.clock import local_date
from survey.instruments.corrections import NotACorrection, Part
from survey.instruments.models import InstrumentVersion
from survey.responses.correction_words import _, correction_text, question_name, question_names
from survey.responses.models import Rescoring
from survey.responses.rescoring_queries import Offer, RescoringRefused, has_other_key, stored_places
from survey.web.formats import format_date

# What else differs between two versions, about the whole and (with the question in front) about one question.
_WHOLE = {
    Part.INSTRUMENT: _l("đó là một bộ câu hỏi khác"),
    Part.AUDIENCE: _l("bộ đó dành cho nhóm người khác"),
    Part.TITLE: _l("tên bộ câu hỏi khác"),
    Part.INTRO: _l("lời mở đầu khác"),
    Part.LANGUAGES: _l("các thứ tiếng khác"),
    Part.TOPICS: _l("các đột phá khác"),
    Part.LEVELS: _l("các vai trò khác"),
    Part.RULE: _l("quy tắc thế nào là hiểu rõ khác"),
    Part.ITEMS: _l("có câu thêm vào hoặc bớt đi"),
    Part.ORDER: _l("thứ tự các câu khác"),
}
_QUESTION = {
    Part.STEM: _l("lời hỏi của %(question)s khác"),
    Part.OPTIONS: _l("các câu trả lời để chọn ở %(question)s khác"),
    Part.KIND: _l("kiểu của %(question)s khác (chọn một hay chọn nhiều, tính điểm hay không)"),
    Part.PLACE: _l("đột phá, vai trò, đề hoặc cách xếp của %(question)s khác"),
}
REASONS = {
    "not_begun": _l(
        "Chưa mở đợt nào nên chưa có phiếu nào để chấm lại. Chiến dịch lập mới sẽ tự dùng bản mới nhất của bộ câu hỏi."
    ),
    "same_version": _l("Các phiếu đã được chấm theo đúng bản này."),
    "running": _l("Đang chấm lại theo một yêu cầu trước đó. Hãy chờ xong rồi xem lại trang này."),
    "answers_gone": _l(
        "Không chấm lại được: từng phiếu của một đợt đã khóa không còn, vì đã xóa theo thời hạn giữ phiếu. Chỉ còn"
        " số đếm theo đáp án cũ, mà từ số đếm thì không tính lại được ai hiểu rõ. Các con số giữ nguyên như khi khóa;"
        " khi dùng, hãy nói rõ đáp án nào đã sai."
    ),
    "changed_since": _l("Bộ câu hỏi của đợt này vừa được đổi theo một yêu cầu khác. Hãy tải lại trang rồi xem lại."),
}


def offer_text(offer: Offer) -> str:
    """Say in a sentence what a newer version corrects."""
    keyed = [one.places for one in offer.corrected if one.changes_key]
    day = format_date(local_date(offer.version.published_at))
    if keyed:
        return _(
            "Đáp án của %(questions)s đã được sửa trong bản mới (ngày %(day)s).",
            questions=question_names(keyed),
            day=day,
        )
    questions = question_names(one.places for one in offer.corrected)
    return _("Lời giải thích của %(questions)s đã được sửa trong bản mới (ngày %(day)s).", questions=questions, day=day)


def done_text(rescoring: Rescoring) -> str:
    """Say in a sentence what was corrected and when."""
    day = local_date(rescoring.done_at or rescoring.asked_at)
    return correction_text(stored_places(rescoring.corrected), day, changes_key=has_other_key(rescoring.corrected))


def refusal_text(refusal: NotACorrection | RescoringRefused, version: InstrumentVersion) -> str:
    """Say why answers are not scored again by a version; one sentence or more, with what to do instead."""
    if isinstance(refusal, RescoringRefused):
        return str(REASONS[refusal.reason])
    found = refusal.difference
    if found is None:
        return _(
            "Bản %(number)s không sửa câu nào mà đợt này đã hỏi, nên không có gì để chấm lại.", number=version.number
        )
    if found.places is None:
        what = str(_WHOLE[found.part])
    else:
        what = str(_QUESTION[found.part]) % {"question": question_name(found.places)}
    return _(
        "Không chấm lại theo bản %(number)s được: %(what)s. Chỉ chấm lại khi bản mới giữ nguyên mọi câu và mọi"
        " phương án, chỉ khác đáp án, lời giải thích và căn cứ. Muốn dùng bản này, hãy lập chiến dịch mới.",
        number=version.number,
        what=what,
    )
