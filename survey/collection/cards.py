"""What stands on single-use cards, as plain values that can be handed to the process that sets them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from random import SystemRandom

from survey.collection.models import Collector, Serial
from survey.collection.poster_content import audience_words, group_words
from survey.collection.qr import payload
from survey.core.codes import group_code

# Nine symbols are read out and typed in threes.
BLOCK = 3


@dataclass(frozen=True, slots=True)
class Card:
    """One card: the serial in blocks, and what its QR says."""

    serial: str
    payload: str


@dataclass(frozen=True, slots=True)
class CardDeck:
    """A batch of cards of one place: what stands on each of them, and the cards in no order at all."""

    organisation: str
    campaign: str
    whom: str
    questions: int
    closes: str
    address: str
    is_demo: bool
    cards: tuple[Card, ...]


def card_deck(collector: Collector, serials: Sequence[Serial], *, public_url: str, questions: int) -> CardDeck:
    """Return a batch ready to be printed. Cards that were used already are left out."""
    wave = collector.wave
    # Drawn anew for every printing: an order could be noted, and then whoever sits third could be found.
    codes = [serial.code for serial in serials if not serial.is_spent]
    SystemRandom().shuffle(codes)
    return CardDeck(
        organisation=collector.organisation.name,
        campaign=wave.campaign.title,
        whom=" · ".join(part for part in (audience_words(collector), group_words(collector)) if part),
        questions=questions,
        closes=f"{wave.closes:%d/%m/%Y}",
        address=f"{public_url.partition('://')[2]}/S",
        is_demo=collector.organisation.is_demo or wave.campaign.organisation.is_demo,
        cards=tuple(Card(group_code(code, BLOCK), payload(public_url, code)) for code in codes),
    )
