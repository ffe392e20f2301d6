"""Item analysis, reliability and drift for every wave and audience of a table of responses."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from analysis.command.responses import Integers, Responses
from analysis.drift import Drift, bands_of, drift
from analysis.items import ItemAnalysis, ResponseMatrix, analyse_items
from analysis.reliability import Reliability, alpha


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


def item_figures(responses: Responses, waves: Sequence[str]) -> ItemFigures:
    """Analyse the items of every audience in the waves given, in time. Empty without kept answers."""
    if responses.scoring is None or not responses.answers:
        return ItemFigures((), (), ())
    groups = np.concatenate([chunk[0] for chunk in responses.answers])
    blocks = [np.concatenate(parts) for parts in zip(*(chunk[1] for chunk in responses.answers), strict=True)]
    items: list[ItemFigure] = []
    scales: list[ScaleFigure] = []
    drifts: list[DriftFigure] = []
    for audience in sorted({cell.audience for cell in responses.groups}):
        matrices = {wave: _matrix(responses, groups, blocks, wave, audience) for wave in waves}
        heard = {wave: matrix for wave, matrix in matrices.items() if len(matrix.codes)}
        for wave, matrix in heard.items():
            items += _items(responses, matrix, wave, audience)
            scales += _scales(responses, matrix, wave, audience)
        for (earlier, before), (later, after) in pairwise(heard.items()):
            drifts += _drifts(before, after, audience, earlier, later)
    return ItemFigures(tuple(items), tuple(scales), tuple(drifts))


def _matrix(
    responses: Responses, groups: Integers, blocks: Sequence[Integers], wave: str, audience: str
) -> ResponseMatrix:
    if responses.scoring is None:
        raise ValueError("responses without a key have no items")
    wanted = np.array([(cell.wave, cell.audience) == (wave, audience) for cell in responses.groups])
    rows = np.flatnonzero(wanted[groups])
    forms = np.array([cell.form or "" for cell in responses.groups])[groups[rows]]
    return responses.scoring.matrix(forms, [numbers[rows] for numbers in blocks])


def _items(responses: Responses, matrix: ResponseMatrix, wave: str, audience: str) -> list[ItemFigure]:
    if responses.scoring is None:
        return []
    keyed = {item.id: item for item in responses.scoring.key.items}
    return [
        ItemFigure(wave, audience, keyed[one.item].form, keyed[one.item].topic, one) for one in analyse_items(matrix)
    ]


def _scales(responses: Responses, matrix: ResponseMatrix, wave: str, audience: str) -> list[ScaleFigure]:
    """Return alpha of each form: the people who saw all of its items."""
    if responses.scoring is None:
        return []
    key = responses.scoring.key
    names = [item.id for item in matrix.items]
    scales = []
    for form in key.forms or (None,):
        columns = [names.index(item.id) for item in key.on_form(form)]
        people = matrix.shown[:, columns].all(axis=1)
        table = matrix.scores[people][:, columns]
        scales.append(ScaleFigure(wave, audience, form, alpha(table, [names[column] for column in columns])))
    return scales


def _drifts(
    before: ResponseMatrix, after: ResponseMatrix, audience: str, earlier: str, later: str
) -> list[DriftFigure]:
    return [
        DriftFigure(audience, earlier, later, item.id, drift(bands_of(before, after, item.id))) for item in before.items
    ]
