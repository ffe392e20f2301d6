"""`python -m tests.responses.dying_job URL ID`: a job that has written half of its work and hangs until killed."""

from __future__ import annotations

import sys
import time

from sqlalchemy import create_engine
from sqlalchemy.orm import Session

from survey.core.clock import utc_now
from survey.core.database import prepare_engine
from survey.instruments.definitions import InstrumentDefinition
from survey.responses.batches import Batch, Changes
from survey.responses.mass_scoring import changed_results
from survey.responses.rescoring import apply_rescoring

_seen: list[Batch] = []


def score_and_hang(definition: InstrumentDefinition, batch: Batch) -> Changes:
    """Score one batch; before the second one say so and wait for the end."""
    _seen.append(batch)
    if len(_seen) == 2:
        print("half", flush=True)
        time.sleep(60)
    return changed_results(definition, batch)


def main(url: str, rescoring_id: int) -> None:
    """Begin to carry a correction out."""
    engine = create_engine(url)
    prepare_engine(engine)
    with Session(engine) as session:
        apply_rescoring(session, rescoring_id=rescoring_id, score=score_and_hang, now=utc_now())


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
