"""The list of units under a ward or province: narrowed by name, a page at a time, those that need attention first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from survey.overview.units import Reason, ReasonCode, Unit, by_urgency, in_order
from survey.overview.years import PAGE


@dataclass(frozen=True, slots=True)
class UnitList:
    """One page of units, and which: page of pages, found of all; name and is_open are what was asked for."""

    units: tuple[Unit, ...]
    found: int
    all: int
    page: int
    pages: int
    name: str
    is_open: bool


def asked_list(units: Sequence[Unit], asked: Mapping[str, str]) -> UnitList:
    """Return the page that an address asks for: ?name=, ?open=1 (only units that need attention), ?page=."""
    name, is_open = asked.get("name", "").strip(), asked.get("open") == "1"
    found = [
        unit for unit in units if name.casefold() in unit.organisation.name.casefold() and (unit.reasons or not is_open)
    ]
    pages = max(1, -(-len(found) // PAGE))
    text = asked.get("page", "1")
    page = min(max(int(text) if text.isdecimal() and len(text) < 6 else 1, 1), pages)
    shown = tuple(found[(page - 1) * PAGE : page * PAGE])
    return UnitList(shown, len(found), len(units), page, pages, name, is_open)


def with_verdicts(units: Sequence[Unit], not_met: Mapping[int, tuple[str, ...]]) -> tuple[Unit, ...]:
    """Return units with the groups that have not met the target among their reasons, in their new order."""
    return by_urgency(
        replace(
            unit,
            reasons=in_order([*unit.reasons, Reason(ReasonCode.NOT_MET, groups=not_met[unit.organisation.id])]),
        )
        if unit.organisation.id in not_met
        else unit
        for unit in units
    )
