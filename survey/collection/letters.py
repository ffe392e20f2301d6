"""The letter that goes out before a questionnaire: who asks, why, what is kept, that it is voluntary, whom to ask.

Vietnamese whatever language the signed-in person reads, like the posters. Pupils get one of their own, in words of
their own, besides the one to their parents.
"""

from __future__ import annotations

from dataclasses import dataclass

from survey.collection.poster_content import PosterContent
from survey.collection.share_texts import ADDRESSED, greeting
from survey.core.vocabulary import Audience

PUPILS = (Audience.PUPILS_SECONDARY, Audience.PUPILS_PRIMARY)


@dataclass(frozen=True, slots=True)
class Letter:
    """One letter. key: its name in addresses; paragraphs: heading and text."""

    key: str
    title: str
    salutation: str
    paragraphs: tuple[tuple[str, str], ...]
    closing: str

    @property
    def text(self) -> str:
        """The letter as plain text, for copying."""
        body = "\n\n".join(f"{heading}\n{words}" for heading, words in self.paragraphs)
        return f"{self.title}\n\n{self.salutation}\n\n{body}\n\n{self.closing}"


def letters_of(content: PosterContent, audience: Audience) -> tuple[Letter, ...]:
    """Return the letters of a way in: one to those who are asked, and of pupils also one to their parents."""
    if audience in PUPILS:
        return (_to_parents_of_pupils(content), _to_pupils(content))
    return (_to_those_asked(content, audience),)


def _to_those_asked(content: PosterContent, audience: Audience) -> Letter:
    you, called = ADDRESSED[audience]
    reminder = " Người nhà dùng chung một máy vẫn trả lời riêng được." if audience == Audience.PARENTS else ""
    return Letter(
        key="main",
        title=f"Thư gửi {called}",
        salutation=f"Kính gửi {greeting(content, audience)},",
        paragraphs=(
            ("Ai hỏi?", f"{content.organisation} hỏi, trong đợt “{content.campaign}”."),
            (
                "Hỏi để làm gì?",
                "Để biết mọi người đã hiểu Nghị quyết 71 của Bộ Chính trị về giáo dục đến đâu, điều gì cần giải thích "
                "rõ hơn. Đây không phải bài thi, không xếp hạng ai.",
            ),
            _what_is_kept(),
            (
                "Có bắt buộc không?",
                f"Không. Trả lời hay không là tùy {you}; không trả lời cũng không ảnh hưởng gì.{reminder}",
            ),
            _how(content),
            _whom_to_ask(),
        ),
        closing=f"Xin cảm ơn {you}.\n{content.organisation}",
    )


def _to_parents_of_pupils(content: PosterContent) -> Letter:
    whom = f"học sinh {content.group[0].lower()}{content.group[1:]}" if content.group else "học sinh"
    return Letter(
        key="parents",
        title="Thư gửi phụ huynh",
        salutation=f"Kính gửi quý phụ huynh của {whom},",
        paragraphs=(
            ("Ai hỏi?", f"{content.organisation} hỏi các em, trong đợt “{content.campaign}”."),
            (
                "Hỏi để làm gì?",
                "Để biết các em đã hiểu những điều mới trong việc học theo Nghị quyết 71 đến đâu. Đây không phải bài "
                "kiểm tra, không chấm điểm, không vào học bạ.",
            ),
            _what_is_kept("con anh chị", "Thầy cô cũng không xem được em nào trả lời gì."),
            (
                "Có bắt buộc không?",
                "Không. Các em được hỏi ý trước, được bỏ qua câu khó hoặc dừng bất cứ lúc nào. Nếu không muốn con tham "
                "gia, xin báo giáo viên chủ nhiệm; em đó không bị ảnh hưởng gì.",
            ),
            _whom_to_ask(),
        ),
        closing=f"Xin cảm ơn anh chị.\n{content.organisation}",
    )


def _to_pupils(content: PosterContent) -> Letter:
    return Letter(
        key="pupils",
        title="Thư gửi các em học sinh",
        salutation=f"Chào các em{' ' + content.group[0].lower() + content.group[1:] if content.group else ''},",
        paragraphs=(
            ("Ai hỏi các em?", f"{content.organisation} mời các em trả lời một phiếu hỏi ngắn."),
            (
                "Để làm gì?",
                "Để thầy cô biết điều gì các em đã rõ, điều gì cần nói lại cho dễ hiểu. Đây không phải bài kiểm tra. "
                "Không ai chấm điểm.",
            ),
            (
                "Có ai biết em trả lời gì không?",
                "Không. Phiếu không hỏi tên em. Thầy cô và bố mẹ không xem được câu trả lời của riêng em.",
            ),
            (
                "Em có phải làm không?",
                "Em muốn thì làm. Câu nào chưa biết, em chọn “Tôi chưa rõ”. Em dừng lúc nào cũng được, không sao cả.",
            ),
            _how(content),
            ("Em muốn hỏi thêm?", "Em hỏi thầy cô chủ nhiệm hoặc bố mẹ."),
        ),
        closing=f"Cảm ơn các em!\n{content.organisation}",
    )


def _what_is_kept(whose: str = "ai", more: str = "Không ai biết phiếu nào là của ai.") -> tuple[str, str]:
    return (
        "Giữ lại những gì?",
        "Chỉ giữ các câu trả lời, ngày gửi, và lớp hoặc nhóm. Không hỏi và không lưu tên, số điện thoại, địa chỉ hay "
        f"thông tin về máy của {whose}. {more} Kết quả chỉ được nêu chung cho cả nhóm; nhóm quá ít người thì thôi.",
    )


def _how(content: PosterContent) -> tuple[str, str]:
    return (
        "Làm thế nào?",
        f"Quét mã vuông, hoặc mở {content.address} rồi gõ mã {content.code}. Mất khoảng 3 phút. Nhận phiếu đến hết "
        f"ngày {content.closes}. Không cần cài đặt hay đăng nhập; phiếu không bao giờ hỏi mật khẩu hay mã OTP.",
    )


def _whom_to_ask() -> tuple[str, str]:
    return ("Muốn hỏi thêm?", "Xin liên hệ giáo viên chủ nhiệm hoặc văn phòng nhà trường.")
