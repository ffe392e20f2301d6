"""The columns of the import sheet: how each is headed, recognised and read."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from survey.organisations.operations import CODE, LARGEST_HEADCOUNT
from survey.organisations.rows import Cell

# Day 0 of the numbers by which spreadsheets store dates.
SHEET_EPOCH = date(1899, 12, 30)

# A sheet may have a title or two above its headings.
HEADING_WITHIN = 10


class Column(StrEnum):
    """The columns, in the order of the template."""

    CODE = "code"
    NAME = "name"
    KIND = "kind"
    PARENT = "parent"
    GROUP = "group"
    GRADE = "grade"
    STAFF_KIND = "staff_kind"
    PUPILS = "pupils"
    PARENTS = "parents"
    STAFF = "staff"
    COMMUNITY = "community"
    AS_OF = "as_of"


# The heading in the template; other headings that mean the same, already without accents and blanks.
HEADINGS = {
    Column.CODE: "Mã đơn vị",
    Column.NAME: "Tên đơn vị",
    Column.KIND: "Loại đơn vị",
    Column.PARENT: "Mã đơn vị cấp trên",
    Column.GROUP: "Tên lớp, tổ",
    Column.GRADE: "Khối lớp",
    Column.STAFF_KIND: "Loại cán bộ",
    Column.PUPILS: "Học sinh",
    Column.PARENTS: "Phụ huynh",
    Column.STAFF: "Cán bộ, giáo viên, nhân viên",
    Column.COMMUNITY: "Cộng đồng",
    Column.AS_OF: "Tính đến ngày",
}
ALSO = {
    "ma": Column.CODE,
    "matruong": Column.CODE,
    "ten": Column.NAME,
    "tentruong": Column.NAME,
    "truong": Column.NAME,
    "loai": Column.KIND,
    "captren": Column.PARENT,
    "macaptren": Column.PARENT,
    "lop": Column.GROUP,
    "tenlop": Column.GROUP,
    "lopto": Column.GROUP,
    "tenlophoacto": Column.GROUP,
    "to": Column.GROUP,
    "khoi": Column.GRADE,
    "siso": Column.PUPILS,
    "sohocsinh": Column.PUPILS,
    "sophuhuynh": Column.PARENTS,
    "canbo": Column.STAFF,
    "giaovien": Column.STAFF,
    "ngay": Column.AS_OF,
    "tinhden": Column.AS_OF,
}

KINDS = {
    "tinh": "province",
    "thanhpho": "province",
    "tinhthanhpho": "province",
    "xa": "ward",
    "phuong": "ward",
    "xaphuong": "ward",
    "dackhu": "ward",
    "truong": "school",
    "truonghoc": "school",
    "hoi": "association",
    "doanthe": "association",
    "hoidoanthe": "association",
}
STAFF_KINDS = {
    "quanly": "manager",
    "canboquanly": "manager",
    "cbql": "manager",
    "bangiamhieu": "manager",
    "giaovien": "teacher",
    "gv": "teacher",
    "nhanvien": "employee",
    "nv": "employee",
}

Value = str | int | date


@dataclass(frozen=True, slots=True)
class Fault(Exception):
    """A cell that cannot be read; `code` is a word for the page to put in words."""

    code: str


def plain(text: object) -> str:
    """Return letters and digits only, small and without accents, for comparing what people type.

    >>> plain("Tên lớp, tổ")
    'tenlopto'
    """
    letters = unicodedata.normalize("NFKD", str(text).replace("Đ", "D").replace("đ", "d")).casefold()
    return "".join(letter for letter in letters if letter.isascii() and letter.isalnum())


def find_columns(cells: tuple[Cell, ...]) -> dict[Column, int]:
    """Return where each known column stands in a heading row; the first of two equal ones counts."""
    known = {plain(heading): column for column, heading in HEADINGS.items()} | ALSO
    found: dict[Column, int] = {}
    for place, cell in enumerate(cells):
        column = known.get(plain(cell)) if cell is not None else None
        if column is not None:
            found.setdefault(column, place)
    return found


def _text(cell: Cell) -> str:
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    # One form for each Vietnamese letter: some programs write "ổ" as o and two marks, which would be another name.
    text = unicodedata.normalize("NFC", str(cell)).encode("utf-8", "ignore").decode()
    # No database keeps a zero character in a text.
    text = re.sub(r"[\s\x00-\x1f\x7f]+", " ", text).strip()
    if len(text) > 120:
        raise Fault("text_too_long")
    return text


def _code(cell: Cell) -> str:
    code = _text(cell).upper()
    if not CODE.fullmatch(code):
        raise Fault("code_odd")
    return code


def _number(cell: Cell) -> int:
    """Read a number of people; 1.234 and 1 234 are one thousand and so on, 30.0 is thirty."""
    if isinstance(cell, float):
        if not cell.is_integer():
            raise Fault("not_a_number")
        cell = int(cell)
    text = str(cell).strip()
    if re.fullmatch(r"\d{1,3}([., ]\d{3})+", text):
        text = re.sub(r"[., ]", "", text)
    if not re.fullmatch(r"-?[0-9]{1,9}", text):
        raise Fault("not_a_number")
    if not 0 <= int(text) <= LARGEST_HEADCOUNT:
        raise Fault("number_range")
    return int(text)


def _grade(cell: Cell) -> int:
    match = re.fullmatch(r"(?:khoi|lop)?0?([0-9]{1,2})", plain(_text(cell)))
    if match is None or not 1 <= int(match.group(1)) <= 12:
        raise Fault("grade_range")
    return int(match.group(1))


def _date(cell: Cell) -> date:
    if isinstance(cell, date):
        return cell
    if isinstance(cell, int | float) and 30_000 < cell < 80_000:
        return SHEET_EPOCH + timedelta(days=int(cell))
    text = str(cell).strip()
    day_first = re.fullmatch(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})", text)
    year_first = re.fullmatch(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[ T].*)?", text)
    parts = day_first.groups()[::-1] if day_first else year_first.groups() if year_first else None
    if parts is None:
        raise Fault("not_a_date")
    try:
        found = date(*map(int, parts))
    except ValueError as error:
        raise Fault("not_a_date") from error
    if not 2000 <= found.year <= 2100:
        raise Fault("not_a_date")
    return found


def _choice(choices: dict[str, str], fault: str) -> Callable[[Cell], str]:
    def read(cell: Cell) -> str:
        chosen = choices.get(plain(cell))
        if chosen is None:
            raise Fault(fault)
        return chosen

    return read


READERS: dict[Column, Callable[[Cell], Value]] = {
    Column.CODE: _code,
    Column.NAME: _text,
    Column.KIND: _choice(KINDS, "kind_unknown"),
    Column.PARENT: _code,
    Column.GROUP: _text,
    Column.GRADE: _grade,
    Column.STAFF_KIND: _choice(STAFF_KINDS, "staff_kind_unknown"),
    Column.PUPILS: _number,
    Column.PARENTS: _number,
    Column.STAFF: _number,
    Column.COMMUNITY: _number,
    Column.AS_OF: _date,
}
