"""Scoring of one response by the published definition; the rule itself lives in analysis.mastery."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from analysis.mastery import Answer, Mastery, evaluate
from survey.instruments.definitions import InstrumentDefinition

# Judges the answers of one response, given in the order of `definition.items_of(form)`.
Scorer = Callable[[Sequence[Answer]], Mastery]


def score_response(definition: InstrumentDefinition, form: str, answers: Sequence[Answer]) -> Mastery:
    """Judge the answers of one response, given in the order of `definition.items_of(form)`."""
    return scorer_of(definition, form)(answers)


def scorer_of(definition: InstrumentDefinition, form: str) -> Scorer:
    """Return what judges the responses to one form; for who judges many of them."""
    items, topics, levels = definition.scoring_items(form), definition.topic_codes, definition.level_codes

    def score(answers: Sequence[Answer]) -> Mastery:
        return evaluate(items, answers[: len(items)], definition.mastery, topics=topics, levels=levels)

    return score
