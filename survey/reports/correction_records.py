"""What a report says of keys that were found wrong after people had answered."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from survey.instruments.corrections import Places


@dataclass(frozen=True, slots=True)
class Correction:
    """One correction of an audience's key. changes_key: other options are right now, and answers were scored again."""

    audience: str
    places: tuple[Places, ...]
    day: date
    changes_key: bool
