"""What every format needs of a report before laying it out: numbers of its parts, captions, lines of its letterhead.

Light: the web page uses it too.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass, replace
from functools import cache
from typing import Any, TypeVar, cast

from survey.reports.documents import (
    Annex,
    Block,
    Drawing,
    Letterhead,
    Paragraph,
    Points,
    ReportDocument,
    Section,
    Table,
)
from survey.reports.renderers.wording import BLANK, WORDING, Wording

_T = TypeVar("_T")

# Words that begin the name of a place, and how many words that may have.
_PLACES = frozenset({"XÃ", "PHƯỜNG", "TỈNH", "COMMUNE", "WARD"})
_LONGEST_PLACE = 5

_ROMANS = ((10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I"))
# What XML 1.0 cannot carry: control characters, halves of surrogate pairs, the two non-characters.
_UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff]")


def roman(number: int) -> str:
    """Return a number from 1 to 39 as Roman numerals."""
    text = ""
    for value, letters in _ROMANS:
        count, number = divmod(number, value)
        text += letters * count
    return text


def printable(record: _T) -> _T:
    """Return the record with every text freed of characters that no file format can carry."""
    if isinstance(record, str):
        return cast(_T, _UNPRINTABLE.sub("", record))
    if isinstance(record, tuple):
        return cast(_T, tuple(printable(part) for part in record))
    if is_dataclass(record) and not isinstance(record, type):
        known: Any = record
        changed = {
            name: clean for name in _names(type(record)) if (clean := printable(old := getattr(known, name))) != old
        }
        return cast(_T, replace(known, **changed)) if changed else record
    return record


@cache
def _names(kind: type[Any]) -> tuple[str, ...]:
    return tuple(field.name for field in fields(kind))


def prepared(document: ReportDocument) -> ReportDocument:
    """Return the document as files have it: printable, and without texts that nobody has written."""
    document = printable(document)
    return replace(
        document,
        opening=tuple(block for block in document.opening if not _is_blank(block)),
        sections=tuple(_without_blanks(part) for part in document.sections),
        annexes=tuple(_without_blanks(part) for part in document.annexes),
    )


_Part = TypeVar("_Part", Section, Annex)


def _without_blanks(part: _Part) -> _Part:
    return replace(
        part,
        blocks=tuple(block for block in part.blocks if not _is_blank(block)),
        parts=tuple(_without_blanks(inner) for inner in part.parts),
    )


def _is_blank(block: Block) -> bool:
    if isinstance(block, Paragraph):
        return not lines_of(block.text)
    return isinstance(block, Points) and not any(point.strip() for point in block.points)


def lines_of(text: str) -> tuple[str, ...]:
    """Return the paragraphs of a text that a person may have written over several lines."""
    return tuple(line.strip() for line in text.splitlines() if line.strip())


def marks(document: ReportDocument) -> tuple[str, ...]:
    """Return what every page says of the document's standing: a draft, demonstration data."""
    words = WORDING[document.language]
    known = ((words.draft, document.is_draft), (words.demo, document.is_demo))
    return tuple(text for text, is_set in known if is_set)


def file_title(document: ReportDocument) -> str:
    """Return the title in a file's properties; it says what the page header says, which is not read aloud."""
    standing = "".join(f"[{mark}] " for mark in marks(document))
    return f"{standing}{document.kind}: {document.subject}"


def all_annexes(document: ReportDocument) -> tuple[Annex, ...]:
    """Return the annexes; the last are the definitions, without blocks: each format has its own form for them."""
    if not document.definitions:
        return document.annexes
    return (*document.annexes, Annex(WORDING[document.language].definitions))


def annex_titles(document: ReportDocument) -> tuple[str, ...]:
    """Return "Phụ lục I" and so on; a single annex has no number (Decree 30/2020)."""
    word, count = WORDING[document.language].annex, len(all_annexes(document))
    return (word,) if count == 1 else tuple(f"{word} {roman(number)}" for number in range(1, count + 1))


def walk(parts: Sequence[Section | Annex]) -> Iterator[Block]:
    """Give all blocks in reading order."""
    for part in parts:
        yield from part.blocks
        yield from walk(part.parts)


def captions(document: ReportDocument) -> Mapping[str, str]:
    """Return the numbered caption of every table and drawing, by its name."""
    words = WORDING[document.language]
    found, tables, drawings = {}, 0, 0
    for block in walk([*document.sections, *document.annexes]):
        if isinstance(block, Table):
            tables += 1
            found[block.name] = words.table.format(number=tables, caption=block.caption)
        elif isinstance(block, Drawing):
            drawings += 1
            found[block.name] = words.drawing.format(number=drawings, caption=block.caption)
    return found


@dataclass(frozen=True, slots=True)
class LetterheadLines:
    """The lines of a letterhead as they are printed."""

    superior: str
    issuer: str
    number: str
    place_and_date: str
    annex_of: str
    addressees: tuple[str, ...]
    authority: tuple[str, ...]
    signer: str
    recipients: tuple[str, ...]


def letterhead_lines(document: ReportDocument) -> LetterheadLines:
    """Return the lines with capitals, dashes and semicolons where the decree wants them, and blanks for the clerk."""
    head, words = document.letterhead, WORDING[document.language]
    blanks = {"blank": BLANK, "symbol": head.symbol, "year": head.year or BLANK}
    return LetterheadLines(
        superior=bind_end(head.superior.upper()),
        issuer=bind_end(head.issuer.upper()),
        number=words.number.format(**blanks),
        place_and_date=words.place_and_date.format(place=head.place, **blanks),
        annex_of=words.annex_of.format(kind=document.kind.capitalize(), issuer=head.issuer, **blanks),
        addressees=_addressees(head, words),
        authority=tuple(line.upper() for line in (*head.authority, head.signer_title) if line),
        signer=head.signer,
        recipients=_listed(head.recipients),
    )


def bind_end(name: str) -> str:
    """Return a name whose last words stay on one line: the commune as a whole, else the last two words."""
    words = name.split()
    first = next((place for place in range(1, len(words)) if words[place] in _PLACES), max(len(words) - 2, 0))
    if len(words) - first > _LONGEST_PLACE:
        first = len(words) - 2
    return " ".join([*words[:first], "\u00a0".join(words[first:])])


def _addressees(head: Letterhead, words: Wording) -> tuple[str, ...]:
    if len(head.addressees) == 1:
        return (f"{words.addressees} {head.addressees[0]}",)
    return (words.addressees, *_listed(head.addressees)) if head.addressees else ()


def _listed(lines: Sequence[str]) -> tuple[str, ...]:
    bare = [line.strip().removeprefix("-").strip().rstrip(";.").strip() for line in lines]
    bare = [line for line in bare if line]
    return tuple(f"- {line}{';' if place < len(bare) else '.'}" for place, line in enumerate(bare, start=1))


def template_parts(
    document: ReportDocument,
    drawings: Mapping[str, str],
    *,
    narrow: Mapping[str, str] | None = None,
    edits: Mapping[str, str] | None = None,
) -> dict[str, object]:
    """Return what the macros of reports/_document.html take, as `paper`.

    drawings: the address of each drawing's picture, by its name; narrow: the same for phones, where there is one.
    edits: where a person edits a text, by its key.
    """
    return {
        "document": document,
        "words": WORDING[document.language],
        "letterhead": letterhead_lines(document),
        "captions": captions(document),
        "annexes": tuple(zip(annex_titles(document), all_annexes(document), strict=True)),
        "drawings": drawings,
        "narrow": narrow or {},
        "edits": edits or {},
        "lines_of": lines_of,
        "roman": roman,
    }
