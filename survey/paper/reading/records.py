"""What reading one page brings: plain values that cross from the child process to the rest. Loads no vision library."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any


class RowState(StrEnum):
    """Whether a row's answer is sure, surely empty, or for a person to decide."""

    CERTAIN = "certain"
    BLANK = "blank"
    REVIEW = "review"


class Reason(StrEnum):
    """Why a person must look at a row."""

    WEAK = "weak"
    TWO_MARKS = "two_marks"
    ERASURE = "erasure"
    NOT_LOCATED = "not_located"
    GLARE = "glare"
    CONTRADICTION = "contradiction"
    OTHER_FORM = "other_form"


class Refusal(StrEnum):
    """Why a page cannot be read at all; titles for people stand in survey/paper/words.py."""

    NOT_A_PICTURE = "not_a_picture"
    TOO_LARGE = "too_large"
    DAMAGED = "damaged"
    TOO_MANY_PAGES = "too_many_pages"
    CORNERS_MISSING = "corners_missing"
    NOT_FLAT = "not_flat"
    NOT_OUR_SHEET = "not_our_sheet"
    BLURRED = "blurred"
    UNKNOWN_SERIAL = "unknown_serial"
    OTHER_WAVE = "other_wave"
    OTHER_PLACE = "other_place"


@dataclass(frozen=True, slots=True)
class RowReading:
    """One row: the codes of the marked circles, how sure that is, and what was measured.

    inks: darkness of each circle's inside in the order of the layout, 0 paper to 1 printed black.
    dx, dy: where the row was found, in millimetres off its place; the crop for a person follows it.
    """

    place: int
    codes: tuple[int, ...]
    state: RowState
    reason: Reason | None = None
    inks: tuple[float, ...] = ()
    dx: float = 0.0
    dy: float = 0.0

    def to_dict(self) -> dict[str, Any]:
        """Return the row as plain values for JSON."""
        return asdict(self)

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> RowReading:
        """Rebuild a row from what `to_dict` returned."""
        reason = data["reason"]
        return cls(
            data["place"],
            tuple(data["codes"]),
            RowState(data["state"]),
            None if reason is None else Reason(reason),
            tuple(data["inks"]),
            data["dx"],
            data["dy"],
        )


@dataclass(frozen=True, slots=True)
class SheetReading:
    """One straightened page: its serial if it could be read, and its rows once the layout is known.

    image_hash: SHA-256 of the page's picture as it came in.
    residual: how far the corners of the marks are off a flat page, in millimetres.
    """

    serial: str | None
    rows: tuple[RowReading, ...]
    image_hash: str
    residual: float
    marks: int

    @property
    def to_review(self) -> int:
        """How many rows wait for a person."""
        return sum(row.state == RowState.REVIEW for row in self.rows)


class PageRefused(Exception):
    """The page cannot be read; `reason` says why."""

    def __init__(self, reason: Refusal) -> None:
        super().__init__(str(reason))
        self.reason = reason
