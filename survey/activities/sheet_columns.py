"""The columns of the log's import sheet: how each is headed, recognised and read."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from survey.activities.rules import LARGEST_REACH, LONGEST_LINK
from survey.activities.vocabulary import AI
from survey.core.vocabulary import TOPICS
from survey.organisations.columns import READERS as ORGANISATION_READERS
from survey.organisations.columns import Column as OrganisationColumn
from survey.organisations.columns import Fault, plain
from survey.organisations.rows import Cell

Value = str | int | date | tuple[str, ...]


class Column(StrEnum):
    """The columns, in the order of the template; each is named as the field it fills."""

    HELD_ON = "held_on"
    NOTE = "note"
    FORM = "form"
    TOPICS = "topics"
    AUDIENCES = "audiences"
    REACH = "reach"
    COUNTING = "counting"
    NEWLY_BRIEFED = "newly_briefed"
    LINK = "link"


HEADINGS = {
    Column.HELD_ON: "Ngày",
    Column.NOTE: "Nội dung công việc",
    Column.FORM: "Hình thức",
    Column.TOPICS: "Nhóm nội dung",
    Column.AUDIENCES: "Đối tượng",
    Column.REACH: "Số lượt",
    Column.COUNTING: "Cách đếm",
    Column.NEWLY_BRIEFED: "Số người lần đầu được quán triệt",
    Column.LINK: "Liên kết",
}
ALSO = {
    "ngaythang": Column.HELD_ON,
    "thoigian": Column.HELD_ON,
    "ngaythuchien": Column.HELD_ON,
    "noidung": Column.NOTE,
    "congviec": Column.NOTE,
    "ghichu": Column.NOTE,
    "loai": Column.FORM,
    "chude": Column.TOPICS,
    "dotpha": Column.TOPICS,
    "nguoinghe": Column.AUDIENCES,
    "soluottiepcan": Column.REACH,
    "luot": Column.REACH,
    "songuoi": Column.REACH,
    "songuoidu": Column.REACH,
    "quantriet": Column.NEWLY_BRIEFED,
    "moiquantriet": Column.NEWLY_BRIEFED,
    "link": Column.LINK,
    "duonglink": Column.LINK,
}
KNOWN_HEADINGS = frozenset({plain(heading) for heading in HEADINGS.values()} | ALSO.keys())

# What people write, without accents and blanks.
FORMS = {
    "hoinghi": "conference",
    "sinhhoatchuyende": "themed_session",
    "chuyende": "themed_session",
    "tietsinhhoatlopchaoco": "class_hour",
    "sinhhoatlop": "class_hour",
    "sinhhoatduoico": "class_hour",
    "chaoco": "class_hour",
    "hophoidonghopto": "staff_meeting",
    "hophoidong": "staff_meeting",
    "hopto": "staff_meeting",
    "hoptochuyenmon": "staff_meeting",
    "hopphuhuynh": "parents_meeting",
    "hopchamehocsinh": "parents_meeting",
    "loatruyenthanh": "loudspeaker",
    "loa": "loudspeaker",
    "phatthanh": "loudspeaker",
    "truyenthanh": "loudspeaker",
    "baitrentrangweb": "website",
    "trangweb": "website",
    "website": "website",
    "web": "website",
    "baitrenfanpage": "fanpage",
    "fanpage": "fanpage",
    "facebook": "fanpage",
    "tinnhanzalo": "zalo",
    "zalo": "zalo",
    "toroi": "leaflet",
    "apphichbangron": "poster",
    "apphich": "poster",
    "bangron": "poster",
    "panohoacbangron": "poster",
    "pano": "poster",
    "video": "video",
    "clip": "video",
    "tranhthongtin": "infographic",
    "infographic": "infographic",
    "taphuannguoilamtruyenthong": "training",
    "taphuan": "training",
    "cuocthi": "contest",
    "hoithi": "contest",
    "hinhthuckhac": "other",
    "khac": "other",
}
COUNTINGS = {
    "theodanhsachkyten": "sign_in",
    "kyten": "sign_in",
    "danhsachkyten": "sign_in",
    "theosisolopsonguoidu": "headcount",
    "theosiso": "headcount",
    "siso": "headcount",
    "songuoidu": "headcount",
    "theoluotxem": "views",
    "luotxem": "views",
    "uocchung": "estimate",
    "uoctinh": "estimate",
    "uocluong": "estimate",
    "khongdem": "not_counted",
}
_TOPIC_WORDS: dict[str, tuple[str, ...]] = {
    "chuyendoiso": ("chuyen_doi_so",),
    "xahoihoa": ("xa_hoi_hoa",),
    "phanluonghocsinh": ("phan_luong",),
    "phanluong": ("phan_luong",),
    "doingunhagiao": ("doi_ngu",),
    "doingu": ("doi_ngu",),
    "cosovatchat": ("co_so_vat_chat",),
    "trituenhantaoai": (AI,),
    "trituenhantao": (AI,),
    "ai": (AI,),
    "tatca": TOPICS,
    "canam": TOPICS,
    "canamdotpha": TOPICS,
}
_AUDIENCE_WORDS: dict[str, tuple[str, ...]] = {
    "canbogiaoviennhanvien": ("staff",),
    "canbo": ("staff",),
    "giaovien": ("staff",),
    "nhanvien": ("staff",),
    "cbgvnv": ("staff",),
    "hocsinhthcslop69": ("pupils_secondary",),
    "hocsinhthcs": ("pupils_secondary",),
    "hocsinhtieuhoclop35": ("pupils_primary",),
    "hocsinhtieuhoc": ("pupils_primary",),
    "hocsinh": ("pupils_secondary", "pupils_primary"),
    "phuhuynh": ("parents",),
    "chame": ("parents",),
    "chamehocsinh": ("parents",),
    "congdong": ("community",),
    "nguoidan": ("community",),
    "nhandan": ("community",),
}


@dataclass(frozen=True, slots=True)
class _Several:
    """Reads several words of a cell: parted by semicolons or lines, and by commas where the whole is no word."""

    words: Mapping[str, tuple[str, ...]]
    fault: str

    def __call__(self, cell: Cell) -> tuple[str, ...]:
        """Return the codes in the order of the cell, each once."""
        found: list[str] = []
        for part in re.split(r"[;\n+]", str(cell)):
            whole = self.words.get(plain(part))
            pieces = [whole] if whole else [self._one(piece) for piece in part.split(",") if piece.strip()]
            found += [code for piece in pieces for code in piece if code not in found]
        return tuple(dict.fromkeys(found))

    def _one(self, piece: str) -> tuple[str, ...]:
        codes = self.words.get(plain(piece))
        if codes is None:
            raise Fault(self.fault)
        return codes


@dataclass(frozen=True, slots=True)
class _One:
    """Reads one word of a cell."""

    words: Mapping[str, str]
    fault: str

    def __call__(self, cell: Cell) -> str:
        """Return the code."""
        code = self.words.get(plain(cell))
        if code is None:
            raise Fault(self.fault)
        return code


def _text(cell: Cell) -> str:
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    # One form for each Vietnamese letter, and no character that a database refuses.
    text = unicodedata.normalize("NFC", str(cell)).encode("utf-8", "ignore").decode()
    return re.sub(r"[\s\x00-\x1f\x7f]+", " ", text).strip()


def _link(cell: Cell) -> str:
    text = _text(cell)
    if len(text) > LONGEST_LINK:
        raise Fault("link_odd")
    return text


def _reach(cell: Cell) -> int:
    number = str(cell).strip()
    if re.fullmatch(r"\d{1,3}([., ]\d{3})+", number):
        number = re.sub(r"[., ]", "", number)
    if re.fullmatch(r"[0-9]{7,9}(\.0)?", number) and float(number) <= LARGEST_REACH:
        return int(float(number))
    return int(str(ORGANISATION_READERS[OrganisationColumn.PUPILS](cell)))


def _date(cell: Cell) -> date:
    found = ORGANISATION_READERS[OrganisationColumn.AS_OF](cell)
    if not isinstance(found, date):
        raise Fault("not_a_date")
    return found


READERS: dict[Column, Callable[[Cell], Value]] = {
    Column.HELD_ON: _date,
    Column.NOTE: _text,
    Column.FORM: _One(FORMS, "form_unknown"),
    Column.TOPICS: _Several(_TOPIC_WORDS, "topic_unknown"),
    Column.AUDIENCES: _Several(_AUDIENCE_WORDS, "audience_unknown"),
    Column.REACH: _reach,
    Column.COUNTING: _One(COUNTINGS, "counting_unknown"),
    Column.NEWLY_BRIEFED: ORGANISATION_READERS[OrganisationColumn.STAFF],
    Column.LINK: _link,
}


def find_log_columns(cells: tuple[Cell, ...]) -> dict[Column, int]:
    """Return where each known column stands in a heading row; the first of two equal ones counts."""
    known = {plain(heading): column for column, heading in HEADINGS.items()} | ALSO
    found: dict[Column, int] = {}
    for place, cell in enumerate(cells):
        column = known.get(plain(cell)) if cell is not None else None
        if column is not None:
            found.setdefault(column, place)
    return found
