"""How the demo's people answer: an item-response model with a fixed seed. Nothing here was ever said by a person.

A respondent's ability is theta ~ Normal(mean of the group and wave + a class effect, 1). The chance to know item j is
the two-parameter logistic 1 / (1 + exp(-a_j (theta - b_j))) (Birnbaum 1968), a_j in 0.9-1.7, b_j around 0. Whoever does
not know says "Tôi chưa rõ" with chance 0.45, and otherwise picks among the options, a wrong one with a pull of its
own that is the same for everybody (so that the report has something to say about what is misunderstood); the key is
picked by luck in one case of as many as there are options. One answer in a hundred is left blank.
"""

from __future__ import annotations

import math
import random
from collections.abc import Sequence
from dataclasses import dataclass

from analysis.mastery import Answer
from survey.instruments.definitions import InstrumentDefinition, Item

SEED = 71
DONT_KNOW_CHANCE = 0.45
BLANK_CHANCE = 0.01
CLASS_SPREAD = 0.25


@dataclass(frozen=True, slots=True)
class ItemModel:
    """The parameters of one item: discrimination, difficulty, and the pull of each option on those who guess."""

    discrimination: float
    difficulty: float
    pulls: tuple[float, ...]


class Respondents:
    """Draws answers for one instrument; two objects with the same seed draw the same answers."""

    def __init__(self, definition: InstrumentDefinition, seed: int = SEED) -> None:
        self.random = random.Random(f"{seed}:{definition.key}")
        self.definition = definition
        self.items = {item.id: self._item_model(item) for item in definition.items}

    def _item_model(self, item: Item) -> ItemModel:
        draw = random.Random(f"{SEED}:{item.id}")
        pulls = tuple(1.0 if option.correct else draw.uniform(0.3, 2.5) for option in item.options)
        return ItemModel(draw.uniform(0.9, 1.7), draw.gauss(0, 0.5), pulls)

    def class_effect(self) -> float:
        """Return how much better or worse one class is prepared than the average."""
        return self.random.gauss(0, CLASS_SPREAD)

    def next_form(self) -> str:
        """Return A or B with equal chance, as a random token would."""
        return self.random.choice("AB")

    def answer(self, form: str, mean: float) -> tuple[Answer, ...]:
        """Return one person's answers in the order of a form, for a group with that mean ability."""
        theta = self.random.gauss(mean, 1)
        return tuple(self._choose(item, theta) for item in self.definition.items_of(form))

    def _choose(self, item: Item, theta: float) -> Answer:
        if not item.scored:
            return self._choose_unscored(item, theta)
        if self.random.random() < BLANK_CHANCE:
            return None
        model = self.items[item.id]
        if self.random.random() < _logistic(model.discrimination * (theta - model.difficulty)):
            return item.key
        if self.random.random() < DONT_KNOW_CHANCE:
            return frozenset({0})
        return frozenset({1 + _pick(self.random, model.pulls)})

    def _choose_unscored(self, item: Item, theta: float) -> Answer:
        """Whoever knows more has heard of it in more ways; the exclusive last option is for those who have not."""
        heard = _logistic(theta + 0.8)
        open_codes = [code for code in range(1, len(item.options) + 1) if code not in item.exclusive_codes]
        if item.kind == "single":
            weights = [heard] * (len(item.options) - 2) + [1 - heard, 0.1]
            return frozenset({1 + _pick(self.random, weights)})
        chosen = frozenset(code for code in open_codes if self.random.random() < heard / (1 + 0.4 * code))
        return chosen or item.exclusive_codes or None


def _logistic(x: float) -> float:
    return 1 / (1 + math.exp(-x))


def _pick(draw: random.Random, weights: Sequence[float]) -> int:
    return draw.choices(range(len(weights)), weights=weights)[0]
