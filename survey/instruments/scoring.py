"""Scoring of one response by the published definition; the rule itself lives in analysis.mastery."""

from __future__ import annotations

from collections.abc import Sequence

from analysis.mastery import Answer, Mastery, evaluate
from survey.instruments.definitions import InstrumentDefinition


def score_response(definition: InstrumentDefinition, form: str, answers: Sequence[Answer]) -> Mastery:
    """Judge the answers of one response, given in the order of `definition.items_of(form)`."""
    items = definition.scoring_items(form)
    return evaluate(
        items,
        answers[: len(items)],
        definition.mastery,
        topics=definition.topic_codes,
        levels=definition.level_codes,
    )
