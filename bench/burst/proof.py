"""Proves from the database that what was acknowledged is stored: once, whole, and nothing besides."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from bench.burst.hall import SECRET, Hall, connect
from survey.core.tokens import Signer
from survey.responses.models import Response
from survey.responses.queries import entrance_by_code


@dataclass(frozen=True, slots=True)
class Proof:
    """What the database says. lost: acknowledged, not stored; twice: stored more than once; unasked: stored without
    anybody holding its receipt; altered: stored with other answers than were sent.
    """

    acknowledged: int
    stored: int
    lost: int
    twice: int
    unasked: int
    altered: int

    @property
    def holds(self) -> bool:
        """Whether everything acknowledged is stored exactly once, and nothing else."""
        return self.acknowledged == self.stored and not (self.lost or self.twice or self.unasked or self.altered)


def prove(hall: Hall, receipts: Mapping[str, Mapping[str, str]]) -> Proof:
    """Compare the receipts that parents hold, and what they chose, with every row of the database."""
    signer = Signer(SECRET)
    expected = {signer.receipt_hash(receipt): chosen for receipt, chosen in receipts.items()}
    engine = connect(hall.database)
    with Session(engine) as session:
        entrance = entrance_by_code(session, hall.code)
        if entrance is None:
            raise RuntimeError("the way in has gone")
        rows = session.execute(select(Response.token_hash, Response.form, Response.answers)).all()
    engine.dispose()
    times = Counter(bytes(row.token_hash) for row in rows)
    altered = 0
    for token_hash, form, packed in rows:
        chosen = expected.get(bytes(token_hash))
        if chosen is not None:
            sheet = entrance.sheet(form)
            answers = tuple(frozenset({int(chosen[f"q{place}"])}) for place in range(1, len(sheet.items) + 1))
            altered += bytes(packed) != sheet.pack(answers)
    return Proof(
        acknowledged=len(expected),
        stored=len(rows),
        lost=sum(token_hash not in times for token_hash in expected),
        twice=sum(number > 1 for number in times.values()),
        unasked=sum(token_hash not in expected for token_hash in times),
        altered=altered,
    )
