"""Sets single-use cards, ten on a page of A4. Runs in the child process of `jobs` only: it loads typst."""

from __future__ import annotations

from dataclasses import asdict

from survey.collection.cards import Card, CardDeck
from survey.collection.qr import QUIET_ZONE, draw, matrix
from survey.collection.sizes import card_width
from survey.collection.typesetting import set_pdf

# Diagonals of three: leaves no large plain areas whatever the serial is. Searching would take 400 cards four seconds.
MASK = 3


def render_cards(deck: CardDeck) -> bytes:
    """Return one PDF with the cards of a batch."""
    return set_pdf("cards.typ", {**asdict(deck), "cards": [_card(card) for card in deck.cards]})


def _card(card: Card) -> dict[str, object]:
    modules = matrix(card.payload, "Q", MASK)
    whole = card_width(len(modules)) * (len(modules) + 2 * QUIET_ZONE) / len(modules)
    return {"serial": card.serial, "payload": card.payload, "qr": draw(modules), "whole": whole}
