"""What the picture of a report shows, already in words: the presenter fills it in, `charts` only draws it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Mark:
    """A share with the ends of its interval (all 0 to 1), and its label."""

    share: float
    low: float | None
    high: float | None
    label: str


@dataclass(frozen=True, slots=True)
class PictureRow:
    """One reporting group. tone: met, not_met, not_yet_shown, or plain; blank says why there are no dots."""

    name: str
    before: Mark | None
    after: Mark | None
    verdict: str
    tone: str
    notes: tuple[str, ...]
    blank: str = ""


@dataclass(frozen=True, slots=True)
class Picture:
    """The whole picture with the words of its legend."""

    rows: tuple[PictureRow, ...]
    target: float
    target_label: str
    before_label: str
    after_label: str
    interval_label: str
    percents: tuple[str, ...]
