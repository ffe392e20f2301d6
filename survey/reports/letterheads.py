"""What stands around the text of a periodic report: taken from the tree, changed by the unit where it likes."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from flask_babel import lazy_gettext as _l

from survey.core.vocabulary import OrganisationKind
from survey.reports.documents import Letterhead
from survey.reports.period_records import PeriodReport
from survey.reports.words import _

# The fields that a unit may change, with their titles; of those with several lines, one line each.
FIELDS = {
    "superior": _l("Cơ quan cấp trên (góc trái, dòng trên)"),
    "issuer": _l("Cơ quan ban hành (góc trái, dòng dưới)"),
    "symbol": _l("Ký hiệu sau số văn bản"),
    "place": _l("Địa danh trước ngày tháng"),
    "addressees": _l("Kính gửi (mỗi nơi một dòng)"),
    "authority": _l("Thẩm quyền ký (mỗi dòng một cụm, như TM. ỦY BAN NHÂN DÂN)"),
    "signer_title": _l("Chức vụ người ký"),
    "signer": _l("Họ tên người ký (có thể để trống)"),
    "recipients": _l("Nơi nhận (mỗi nơi một dòng; dòng cuối là Lưu: VT)"),
}
SEVERAL_LINES = frozenset({"addressees", "authority", "recipients"})

_PLACE_KINDS = re.compile(r"^(xã|phường|thị trấn|đặc khu|tỉnh|thành phố|tp\.?)\s+", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What the tree says of an issuer: its own kind and name, and the authority above it."""

    kind: str
    name: str
    parent_kind: str
    parent: str


def surroundings(report: PeriodReport) -> Surroundings:
    """Return what the tree says of the issuer of a report."""
    return Surroundings(report.organisation.kind, report.organisation.name, report.superior_kind, report.superior)


def usual_letterhead(known: Surroundings, *, year: int) -> Letterhead:
    """Return the letterhead that an issuer usually has (Decree 30/2020; the unit may change each line)."""
    if known.kind in {OrganisationKind.WARD, OrganisationKind.PROVINCE}:
        return _authority(known, year)
    parent = _committee(known.parent) if known.parent else ""
    is_school = known.kind == OrganisationKind.SCHOOL
    return Letterhead(
        superior=parent if is_school else known.parent,
        issuer=known.name,
        symbol=f"BC-{initials(known.name)}",
        place=bare_place(known.parent),
        addressees=(parent,) if parent else (),
        authority=(),
        signer_title=_("HIỆU TRƯỞNG") if is_school else _("CHỦ TỊCH"),
        signer="",
        recipients=_recipients(parent),
        year=str(year),
    )


def _authority(known: Surroundings, year: int) -> Letterhead:
    above = _committee(known.parent) if known.parent else ""
    return Letterhead(
        superior=above,
        issuer=issuer_name(known.kind, known.name),
        symbol="BC-UBND",
        place=bare_place(known.name),
        addressees=(above,) if above else (),
        authority=(_("TM. ỦY BAN NHÂN DÂN"), _("KT. CHỦ TỊCH")),
        signer_title=_("PHÓ CHỦ TỊCH"),
        signer="",
        recipients=_recipients(above),
        year=str(year),
    )


def _recipients(addressee: str) -> tuple[str, ...]:
    return (_("Như trên"), _("Lưu: VT")) if addressee else (_("Lưu: VT"),)


def issuer_name(kind: str, name: str) -> str:
    """Return in whose name an organisation reports: a ward's is its People's Committee."""
    return _committee(name) if kind in {OrganisationKind.WARD, OrganisationKind.PROVINCE} else name


def bare_place(name: str) -> str:
    """Return the name of a commune as it stands before the date: without its kind, unless the name is a number."""
    bare = _PLACE_KINDS.sub("", name)
    return name if bare.isdigit() else bare


def _committee(name: str) -> str:
    return _("Ủy ban nhân dân %(name)s", name=name[:1].lower() + name[1:] if _PLACE_KINDS.match(name) else name)


def initials(name: str) -> str:
    """Return the capitals of a name for the symbol of its papers: Trường THCS Suối Reo gives THCSSR."""
    bare = re.sub(r"^trường\s+", "", name.strip(), flags=re.IGNORECASE)
    found = []
    for word in re.findall(r"\w+", bare):
        if word.casefold() in {"và", "and"}:
            continue
        found.append(word if word.isupper() and len(word) > 1 else word[0].upper())
    text = unicodedata.normalize("NFC", "".join(found))
    return text[:12]


def letterhead_of(known: Surroundings, changed: Mapping[str, str], *, year: int) -> Letterhead:
    """Return the letterhead with what the unit changed; `changed` holds lines as text."""
    usual = usual_letterhead(known, year=year)
    values: dict[str, Any] = {name: _value(name, text) for name, text in changed.items() if name in FIELDS}
    return replace(usual, **values)


def _value(name: str, text: str) -> str | tuple[str, ...]:
    if name not in SEVERAL_LINES:
        return text
    return tuple(line.strip() for line in text.splitlines() if line.strip())


def letterhead_fields(head: Letterhead) -> dict[str, str]:
    """Return the fields as texts for a form, lists with a line each."""
    values = {name: getattr(head, name) for name in FIELDS}
    return {name: value if isinstance(value, str) else "\n".join(value) for name, value in values.items()}
