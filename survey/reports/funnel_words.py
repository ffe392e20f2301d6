"""What stands in the picture of a funnel, already in words; `funnel_charts` only draws it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class FunnelWords:
    """The words of the picture."""

    answers: str
    share: str
    centre: str
    warning: str
    alarm: str
    percents: tuple[str, ...]
