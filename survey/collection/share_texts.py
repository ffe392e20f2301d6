"""Texts to pass a way in on: a message for chat groups, sentences for the loudspeaker, codes as they are spelt aloud.

Vietnamese whatever language the signed-in person reads: they go to Vietnamese families. Everything can be changed on
the page before it is copied; nothing of it is stored.
"""

from __future__ import annotations

from survey.collection.poster_content import PosterContent
from survey.core.vocabulary import Audience

LETTERS = {
    "A": "a", "B": "bê", "C": "xê", "D": "đê", "E": "e", "F": "ép phờ", "G": "giê", "H": "hát", "J": "gi",
    "K": "ca", "M": "em mờ", "N": "en nờ", "P": "pê", "Q": "quy", "R": "e rờ", "S": "ét sì", "T": "tê", "V": "vê",
    "W": "vê kép", "X": "ích xì", "Y": "i dài", "Z": "dét",
    "0": "không", "1": "một", "2": "hai", "3": "ba", "4": "bốn", "5": "năm", "6": "sáu", "7": "bảy", "8": "tám",
    "9": "chín",
}  # fmt: skip
_SIGNS = {".": " chấm ", "/": " gạch chéo ", ":": " hai chấm ", "-": " gạch ngang "}

# Who is spoken to: in the middle of a sentence, and in the greeting of a letter or a message.
ADDRESSED = {
    Audience.STAFF: ("thầy cô", "quý thầy cô"),
    Audience.PUPILS_SECONDARY: ("các em", "các em học sinh"),
    Audience.PUPILS_PRIMARY: ("các em", "các em học sinh"),
    Audience.PARENTS: ("anh chị", "quý phụ huynh"),
    Audience.COMMUNITY: ("bà con", "bà con"),
}


def spell_code(code: str) -> str:
    """Return a code as it is read out, letter by letter in the Vietnamese way.

    >>> spell_code("7K2Q X9K")
    'bảy, ca, hai, quy; ích xì, chín, ca'
    """
    return "; ".join(", ".join(LETTERS[symbol] for symbol in block) for block in code.split())


def spell_address(address: str) -> str:
    """Return an address as it is read out; words stay words, signs get their names.

    >>> spell_address("hr.example.vn/S")
    'hr chấm example chấm vn gạch chéo ét sì'
    """
    host, _, path = address.rpartition("/")
    spoken = "".join(_SIGNS.get(letter, letter) for letter in host)
    return f"{spoken} gạch chéo {LETTERS.get(path.upper(), path)}"


def greeting(content: PosterContent, audience: Audience) -> str:
    """Return who is greeted, with the class if the way in belongs to one."""
    called = ADDRESSED[audience][1]
    return f"{called} {_small(content.group)}" if content.group else called


def chat_message(content: PosterContent, audience: Audience, url: str) -> str:
    """Return a message that can be sent to a chat group as it is."""
    you = ADDRESSED[audience][0]
    return "\n".join(
        (
            f"Kính gửi {greeting(content, audience)},"
            if audience not in (Audience.PUPILS_PRIMARY, Audience.PUPILS_SECONDARY)
            else f"Chào {greeting(content, audience)},",
            f"{content.organisation} mời {you} trả lời {content.about[0].lower()}{content.about[1:]}",
            f"Mở phiếu: {url}",
            f"Nếu không mở được, hãy vào {content.address} rồi gõ mã {content.code}",
            f"Nhận phiếu đến hết ngày {content.closes}. Mất khoảng 3 phút.",
            "Phiếu ẩn danh, tự nguyện: không hỏi tên, không hỏi số điện thoại, không cần đăng nhập, "
            "không bao giờ hỏi mật khẩu hay mã OTP.",
        )
    )


def loudspeaker_text(content: PosterContent, audience: Audience) -> str:
    """Return short sentences to be read out, with the code spelt twice."""
    you = ADDRESSED[audience][0]
    code = spell_code(content.code)
    return "\n".join(
        (
            f"{content.organisation} xin thông báo.",
            f"Nhà trường mời {you} trả lời {content.about[0].lower()}{content.about[1:]}",
            f"Mất khoảng ba phút. Không ghi tên. Trả lời hay không là tùy {you}.",
            "Cách làm: mở máy ảnh hoặc Zalo trên điện thoại, quét mã vuông trên áp phích.",
            f"Không quét được thì mở trang: {spell_address(content.address)}.",
            f"Rồi gõ mã: {code}.",
            f"Xin nhắc lại mã: {code}.",
            f"Nhận phiếu đến hết ngày {content.closes}.",
            "Xin cảm ơn.",
        )
    )


def _small(group: str) -> str:
    return f"lớp{group[3:]}" if group.startswith("Lớp ") else group
