"""Item analysis, reliability and drift for every wave and audience of a table of responses."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from analysis.command.responses import Kept, Responses, joined
from analysis.command.scoring import Scoring
from analysis.drift import Drift, bands_of, drift
from analysis.items import AnswerCounts, ItemAnalysis, analyse_item
from analysis.reliability import Reliability, kr20


@dataclass(frozen=True, slots=True)
class ItemFigure:
    """One item in one wave and audience."""

    wave: str
    audience: str
    form: str | None
    topic: str
    analysis: ItemAnalysis


@dataclass(frozen=True, slots=True)
class ScaleFigure:
    """The reliability of one form in one wave and audience."""

    wave: str
    audience: str
    form: str | None
    reliability: Reliability


@dataclass(frozen=True, slots=True)
class DriftFigure:
    """The drift of one item between two waves of an audience."""

    audience: str
    earlier: str
    later: str
    item: str
    drift: Drift


@dataclass(frozen=True, slots=True)
class ItemFigures:
    """Everything about items; empty where the answers to single items are not known."""

    items: tuple[ItemFigure, ...]
    scales: tuple[ScaleFigure, ...]
    drifts: tuple[DriftFigure, ...]


@dataclass(frozen=True, slots=True)
class _Wave:
    """The counts of one wave and audience: answers by item, and by form who had each item right and all totals."""

    answers: dict[str, AnswerCounts]
    right: dict[str | None, dict[str, int]]
    totals: dict[str | None, list[int]]


def item_figures(responses: Responses, waves: Sequence[str]) -> ItemFigures:
    """Analyse the items of every audience in the waves given, in time. Empty without kept answers."""
    if responses.scoring is None or not responses.answers:
        return ItemFigures((), (), ())
    keyed = {item.id: item for item in responses.scoring.key.items}
    rows = joined(responses.answers)
    items: list[ItemFigure] = []
    scales: list[ScaleFigure] = []
    drifts: list[DriftFigure] = []
    for audience in sorted({cell.audience for cell in responses.groups}):
        counted = {wave: _count(responses, responses.scoring, rows, wave, audience) for wave in waves}
        heard = {wave: found for wave, found in counted.items() if found.totals}
        for wave, found in heard.items():
            items += [
                ItemFigure(wave, audience, keyed[name].form, keyed[name].topic, analyse_item(found.answers[name]))
                for name in keyed
                if name in found.answers
            ]
            scales += [
                ScaleFigure(wave, audience, form, kr20(found.right[form], totals))
                for form, totals in found.totals.items()
            ]
        for (earlier, before), (later, after) in pairwise(heard.items()):
            drifts += [
                DriftFigure(audience, earlier, later, name, drift(bands_of(before.answers[name], after.answers[name])))
                for name in keyed
                if name in before.answers and name in after.answers
            ]
    return ItemFigures(tuple(items), tuple(scales), tuple(drifts))


def _count(responses: Responses, scoring: Scoring, rows: Kept, wave: str, audience: str) -> _Wave:
    """Count answers and totals of one wave and audience, form by form."""
    found = _Wave({}, {}, {})
    for form in scoring.forms:
        wanted = np.array(
            [
                (cell.wave, cell.audience) == (wave, audience) and (form is None or cell.form == form)
                for cell in responses.groups
            ]
        )
        mine = np.flatnonzero(wanted[rows.groups])
        if not len(mine):
            continue
        totals = rows.totals[mine]
        found.totals[form] = np.bincount(totals).tolist()
        found.right[form] = {}
        for item, counts in scoring.count(form, totals, [numbers[mine] for numbers in rows.outcomes]):
            found.right[form][item.id] = int(counts.table[counts.codes == item.key].sum())
            found.answers[item.id] = _added(found.answers.get(item.id), counts)
    return found


def _added(one: AnswerCounts | None, other: AnswerCounts) -> AnswerCounts:
    """Add up the counts of an item that stands on several forms."""
    if one is None:
        return other
    codes, places = np.unique(np.concatenate([one.codes, other.codes]), return_inverse=True)
    table = np.zeros((len(codes), one.table.shape[1]), dtype=np.int64)
    np.add.at(table, places, np.concatenate([one.table, other.table]))
    return AnswerCounts(other.item, codes, table)
