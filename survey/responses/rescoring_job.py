"""The job that scores answers again, in the runner's process; only here and in commands is NumPy loaded for it."""

from __future__ import annotations

from survey.jobs.runner import JobContext
from survey.responses.mass_scoring import changed_results
from survey.responses.rescoring import apply_rescoring


def rescore(context: JobContext) -> str:
    """Carry out one correction; begun again after a restart, it starts anew, because nothing was kept of the try."""
    with context.sessions() as session:
        number = apply_rescoring(
            session, rescoring_id=int(context.payload["rescoring"]), score=changed_results, now=context.clock()
        )
        session.commit()
    return str(number)
