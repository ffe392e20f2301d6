"""Counts sheets: each is stored as any answer is, its serial spent in the same transaction, and then forgotten here."""

from __future__ import annotations

import secrets
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy.orm import Session

from analysis.mastery import Answer
from survey.audit.operations import record
from survey.campaigns.queries import wave_definition
from survey.core.errors import Conflict, Gone, NotFound
from survey.core.permissions import Scope
from survey.core.tokens import Signer
from survey.instruments.definitions import InstrumentDefinition
from survey.paper.answers import answers_of, form_of
from survey.paper.models import PaperBatch, PaperPage
from survey.paper.operations import finish_batch, require_reviewable
from survey.paper.queries import WAITING, known_sheet, paper_batch_by_id, rows_of
from survey.paper.settling import settle_batch
from survey.responses.operations import CardSpent, NothingChosen, NotOpenYet, Submission, store_response
from survey.responses.queries import entrance_by_code


class SheetOutcome(StrEnum):
    """What became of one sheet."""

    STORED = "stored"
    ALREADY = "already"
    BLANK = "blank"


class NotReady(Conflict):
    """Pages of the batch still wait for a person."""


class WaveClosed(Conflict):
    """The wave takes no answers any more (or not yet)."""


@dataclass(frozen=True, slots=True)
class Accepted:
    """How many sheets of a batch were counted, had come in before, or said nothing."""

    stored: int
    already: int
    blank: int


def accept_batch(
    session: Session,
    *,
    batch_id: int,
    scope: Scope,
    signer: Signer,
    person: int | None,
    now: datetime,
    leave_rest_out: bool = False,
) -> Accepted:
    """Count the sheets of a batch, all in the caller's transaction, and forget what each of them said.

    leave_rest_out: pages that still wait for a person are not counted, instead of raising NotReady.
    Raises NotFound, Conflict (not in review), NotReady, WaveClosed.
    """
    batch = paper_batch_by_id(session, batch_id, scope, lock=True)
    require_reviewable(batch)
    settle_batch(session, batch)
    waiting = [page for page in batch.pages if page.state in WAITING]
    if waiting and not leave_rest_out:
        raise NotReady
    for page in waiting:
        page.state = "left_out"
    outcomes = _store_pages(session, batch, signer, now)
    batch.report = {"pages": dict(Counter(page.state for page in batch.pages))}
    finish_batch(session, batch, state="accepted", person=person, now=now)
    accepted = Accepted(
        *(outcomes[outcome] for outcome in (SheetOutcome.STORED, SheetOutcome.ALREADY, SheetOutcome.BLANK))
    )
    record(
        session,
        action="accept_paper_batch",
        subject="paper_batch",
        subject_id=batch.id,
        now=now,
        user_id=person,
        organisation_id=batch.organisation_id,
        stored=accepted.stored,
        already=accepted.already,
        blank=accepted.blank,
    )
    return accepted


def _store_pages(session: Session, batch: PaperBatch, signer: Signer, now: datetime) -> Counter[SheetOutcome]:
    definition = wave_definition(session, batch.wave)
    outcomes: Counter[SheetOutcome] = Counter()
    # In no order: rows that a database keeps in the order of writing would show the order of the stack.
    pages = [page for page in batch.pages if page.state == "read"]
    secrets.SystemRandom().shuffle(pages)
    for page in pages:
        outcome = _store_page(session, page, definition, signer, now)
        outcomes[outcome] += 1
        page.state = str(outcome)
    return outcomes


def _store_page(
    session: Session, page: PaperPage, definition: InstrumentDefinition, signer: Signer, now: datetime
) -> SheetOutcome:
    serial = page.reading.serial if page.reading else None
    sheet = known_sheet(session, serial or "")
    if serial is None or sheet is None:
        raise NotFound
    rows = rows_of(page)
    form = form_of(rows, sheet.form)
    return store_sheet(
        session, serial=serial, form=form, answers=answers_of(rows, definition, form), signer=signer, now=now
    )


def store_sheet(
    session: Session, *, serial: str, form: str | None, answers: Sequence[Answer], signer: Signer, now: datetime
) -> SheetOutcome:
    """Count one sheet: read from a scan, or typed in from the keyboard.

    form: what was answered, if not the form that is printed on the sheet. The token is drawn afresh and its receipt
    thrown away, so nothing leads from the serial to the answer. Raises NotFound, WaveClosed, Invalid.
    """
    entrance = entrance_by_code(session, serial, lock=True)
    if entrance is None:
        raise NotFound
    # When the sheet was filled in is not known and not kept; handed in before the end counts as begun before it.
    begun = min(now, entrance.last_instant)
    text = signer.new_token(serial, begun, form or entrance.printed_form)
    token = signer.read_token(serial, text)
    if token is None:
        raise NotFound
    submission = Submission(
        code=serial, token=token, token_hash=signer.receipt_hash(signer.receipt(token)), answers=tuple(answers)
    )
    try:
        store_response(session, submission, now=now)
    except CardSpent:
        return SheetOutcome.ALREADY
    except NothingChosen:
        return SheetOutcome.BLANK
    except (Gone, NotOpenYet) as error:
        raise WaveClosed from error
    return SheetOutcome.STORED
