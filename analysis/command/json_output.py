"""The JSON of `docs/analysis-output.schema.json`: full precision, stable names, null where nothing can be said."""

from __future__ import annotations

import json
from dataclasses import asdict, fields
from typing import Any

from analysis.command.figures import Figures
from analysis.command.item_figures import DriftFigure, ItemFigure, ItemFigures, ScaleFigure
from analysis.planning import Plan
from analysis.records import Change, Estimate, PairedCounts
from analysis.results import Difference, Result

Document = dict[str, Any]


def write(document: Document) -> str:
    """Return a document as JSON. The same document always gives the same bytes; NaN is refused.

    >>> write({"value": None})
    '{\\n  "value": null\\n}'
    """
    return json.dumps(document, ensure_ascii=False, indent=2, allow_nan=False)


def figures_document(found: Figures) -> Document:
    """Return the results, changes and items of a table."""
    return {
        "results": [_result(one) for one in found.results.results],
        "changes": [_difference(one) for one in found.results.differences],
        "sensitivity": [_without_blanks(one) for one in found.without_blanks],
        **items_document(found.items),
        "plan_version": found.design.plan_version,
    }


def items_document(found: ItemFigures) -> Document:
    """Return the item analysis alone."""
    return {
        "items": [_item(one) for one in found.items],
        "reliability": [_scale(one) for one in found.scales],
        "drift": [_drift(one) for one in found.drifts],
    }


def plan_document(plan: Plan, extra: Document) -> Document:
    """Return a plan with the further sizes that were asked for."""
    return {**asdict(plan), **extra}


def _result(one: Result) -> Document:
    return {"wave": one.wave, "audience": one.audience, "topic": one.topic, **_estimate(one.estimate)}


def _without_blanks(one: Result) -> Document:
    """Return the figures without a verdict: nothing is concluded from a sensitivity."""
    names = ("value", "low", "high", "understood", "answered")
    figures = {name: getattr(one.estimate, name) for name in names}
    return {"wave": one.wave, "audience": one.audience, "assumption": "blanks_dropped", **figures}


def _estimate(estimate: Estimate) -> Document:
    return {field.name: _plain(getattr(estimate, field.name)) for field in fields(estimate)}


def _difference(one: Difference) -> Document:
    change: Change = one.change
    return {
        "audience": one.audience,
        "topic": one.topic,
        "from": one.earlier,
        "to": one.later,
        **{field.name: _plain(getattr(change, field.name)) for field in fields(change) if field.name != "paired"},
        "paired": _paired(change.paired),
    }


def _paired(paired: PairedCounts | None) -> Document | None:
    return None if paired is None else {field.name: getattr(paired, field.name) for field in fields(paired)}


def _item(one: ItemFigure) -> Document:
    place = {"wave": one.wave, "audience": one.audience, "form": one.form, "topic": one.topic or None}
    return place | asdict(one.analysis)


def _scale(one: ScaleFigure) -> Document:
    return {"wave": one.wave, "audience": one.audience, "form": one.form, **asdict(one.reliability)}


def _drift(one: DriftFigure) -> Document:
    return {"audience": one.audience, "from": one.earlier, "to": one.later, "item": one.item, **asdict(one.drift)}


def _plain(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value
