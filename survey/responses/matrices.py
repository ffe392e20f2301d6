"""Reads the answers of a wave for item analysis: as plain numbers, equal ones counted together, without order.

The one place besides `counting` that unpacks stored answers. No row stands for a moment or a device, and nobody sees
the rows: `reports` hides small cells before anything is computed from them.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from analysis.mastery import Answer
from survey.campaigns.queries import wave_by_id, wave_definition
from survey.core.permissions import Scope
from survey.core.vocabulary import reporting_group
from survey.instruments.definitions import Item
from survey.instruments.packing import packed_size, unpack
from survey.organisations.models import Group
from survey.responses.counts import BLANK
from survey.responses.models import Response

# One number a scored item, in the form's order: the chosen options as a sum of powers of two (option 1 is 1, 2 is 2,
# 3 is 4 ...), 0 for "Tôi chưa rõ", BLANK for not answered. This is what `analysis.items.ResponseMatrix` takes.
Codes = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class AnswerRows:
    """The answers to the scored items of one form, from one reporting group of one organisation.

    group: None for staff who did not say of which kind they are.
    rows: each combination of answers that occurs, with how many gave it.
    """

    organisation_id: int
    group: str | None
    form: str
    rows: tuple[tuple[Codes, int], ...]

    @property
    def number(self) -> int:
        """How many responses these are."""
        return sum(number for _codes, number in self.rows)


def answers_of(
    session: Session, *, wave_id: int, organisation_ids: Collection[int], scope: Scope
) -> tuple[AnswerRows, ...]:
    """Return the answers of a wave in those of the organisations that the scope covers as a whole.

    Raises NotFound where the scope knows nothing of the wave.
    """
    wave = wave_by_id(session, wave_id, scope)
    definition = wave_definition(session, wave)
    scored = {form: definition.scored_items(form) for form in definition.forms}
    sizes = {form: packed_size(items) for form, items in scored.items()}
    query = (
        select(Response.organisation_id, Group.staff_kind, Response.form, Response.answers)
        .outerjoin(Group, Response.group_id == Group.id)
        .where(Response.wave_id == wave_id, Response.organisation_id.in_(scope.whole & frozenset(organisation_ids)))
    )
    packed: dict[tuple[int, str | None, str], Counter[bytes]] = defaultdict(Counter)
    for organisation_id, kind, form, answers in session.execute(query):
        group = reporting_group(wave.audience, kind)
        # Scored items come first in a form; what follows them is nobody's knowledge.
        packed[organisation_id, None if group is None else str(group), form][answers[: sizes[form]]] += 1
    found = [
        AnswerRows(*key, tuple(sorted((_codes(row, scored[key[2]]), number) for row, number in rows.items())))
        for key, rows in packed.items()
    ]
    return tuple(sorted(found, key=lambda one: (one.organisation_id, one.group or "", one.form)))


def _codes(packed: bytes, items: tuple[Item, ...]) -> Codes:
    return tuple(_code(answer) for answer in unpack(packed, items))


def _code(answer: Answer) -> int:
    if not answer:
        return BLANK
    return sum(1 << (option - 1) for option in answer if option)
