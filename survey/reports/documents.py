"""A report as it is written down: titles, sections, sentences, tables and pictures, in one language and ready to print.

The presenter puts a report's figures into these records once; the renderers (web page, DOCX, PDF, XLSX) only lay them
out. So every format says the same, word for word. Nothing here loads Flask, the database or a renderer's library.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from survey.reports.pictures import Picture

Kind = Literal["text", "count", "percent", "points", "number", "date"]
# Colour is never the only carrier: the words say it too.
Tone = Literal["", "met", "not_met", "not_yet_shown"]


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell: the words that are printed, and the number behind them for a spreadsheet.

    number: a share as 0 to 1 for "percent", a difference of shares as -1 to 1 for "points"; None for words, and for a
    figure that is hidden or was not measured (the words say which).
    """

    text: str
    number: float | int | None = None
    tone: Tone = ""


@dataclass(frozen=True, slots=True)
class Column:
    """One column; weight: its share of the table's width, relative to the others."""

    title: str
    kind: Kind = "text"
    weight: float = 1.0


@dataclass(frozen=True, slots=True)
class Table:
    """A table with a caption above it; the first column names the rows. name: ASCII, one of a kind in the document."""

    name: str
    caption: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Drawing:
    """A picture of the figures; alternative: what it shows, in full sentences, for who cannot see it."""

    name: str
    caption: str
    alternative: str
    picture: Picture


@dataclass(frozen=True, slots=True)
class Paragraph:
    """One paragraph. key: the name under which a person edits this text, empty if it follows from the figures."""

    text: str
    key: str = ""


@dataclass(frozen=True, slots=True)
class Points:
    """A list, each point starting with a dash."""

    points: tuple[str, ...]


Block = Paragraph | Points | Table | Drawing


@dataclass(frozen=True, slots=True)
class Section:
    """A titled part. Top sections are numbered I, II ...; the parts in them 1, 2 ... (the renderers number)."""

    title: str
    blocks: tuple[Block, ...] = ()
    parts: tuple[Section, ...] = ()


@dataclass(frozen=True, slots=True)
class Annex:
    """An annex on its own page: "Phụ lục I" and so on."""

    title: str
    blocks: tuple[Block, ...] = ()
    parts: tuple[Section, ...] = ()


@dataclass(frozen=True, slots=True)
class Letterhead:
    """What stands around the text of an official report (Decree 30/2020, Annex I).

    superior: the body above the issuer, empty at the top. symbol: such as BC-THCSHS; the number itself and the day are
    left to the unit's clerk. place: the commune or ward before the date. addressees: "Kính gửi". authority: lines above
    the signer's title such as "TM. ỦY BAN NHÂN DÂN", "KT. CHỦ TỊCH"; may be empty. signer: empty leaves room.
    recipients: lines of "Nơi nhận", without dash and semicolon; the last one is "Lưu: VT". year: in the line of the
    date; empty leaves it to the clerk as well.
    """

    superior: str
    issuer: str
    symbol: str
    place: str
    addressees: tuple[str, ...]
    authority: tuple[str, ...]
    signer_title: str
    signer: str
    recipients: tuple[str, ...]
    year: str = ""


@dataclass(frozen=True, slots=True)
class Definition:
    """One line of the definitions: a term and what it means in this report."""

    term: str
    meaning: str


@dataclass(frozen=True, slots=True)
class ReportDocument:
    """A whole report, ready to be laid out.

    kind: the name of the type of document, such as BÁO CÁO. subject: what it is about ("trích yếu").
    period: from when to when, in words. release: which release it is and what changed since; empty for a draft.
    opening: text before the first section.
    """

    language: Literal["vi", "en"]
    letterhead: Letterhead
    kind: str
    subject: str
    period: str
    sections: tuple[Section, ...]
    annexes: tuple[Annex, ...]
    definitions: tuple[Definition, ...]
    is_demo: bool
    is_draft: bool
    release: str = ""
    opening: tuple[Block, ...] = ()


@dataclass(frozen=True, slots=True)
class ParentsFigure:
    """One group on the page for parents: of every ten people so many clearly understand, before and after."""

    group: str
    sentence: str
    share_before: float | None
    share_after: float | None
    tone: Tone
    verdict: str


@dataclass(frozen=True, slots=True)
class ParentsPage:
    """The one-page result for parents, in plain words."""

    language: Literal["vi", "en"]
    organisation: str
    title: str
    period: str
    lead: str
    figures: tuple[ParentsFigure, ...]
    hard_points: tuple[str, ...]
    next_steps: tuple[str, ...]
    small_print: str
    is_demo: bool
