"""The respondent's addresses behind a receipt: it was counted, take it back, and what is right and why."""

from __future__ import annotations

from flask import Blueprint, redirect
from werkzeug.wrappers import Response

from survey.core.clock import utc_now
from survey.core.codes import RECEIPT_LENGTH, read_symbols
from survey.core.errors import Gone, NotFound
from survey.responses import failures
from survey.responses.entering import language_suffix, signer
from survey.responses.receipt_pages import (
    answer_state,
    show_confirmation,
    show_counted,
    show_explanations,
    show_no_receipt,
    show_withdrawn,
)
from survey.responses.receipts import Receipt, explained_sheet, is_withdrawn, receipt_by_hash
from survey.responses.sending import wants_json
from survey.responses.withdrawals import SharedDevice, withdraw_response
from survey.web.auth import public
from survey.web.db_session import db
from survey.web.forms import csrf

blueprint = Blueprint("receipts", __name__)
failures.register(blueprint)
# Whoever holds the receipt may do all that is done here; nobody has a session.
csrf.exempt(blueprint)


@blueprint.get("/R/<path:text>")
@blueprint.get("/r/<path:text>")
@public
def show_receipt(text: str) -> Response:
    """Say that a form was received; knows where, not what or who."""
    code, receipt = _find(text)
    if receipt is not None:
        return answer_state(code, "counted", 200) if wants_json() else show_counted(code, receipt)
    return _missing(code)


@blueprint.get("/R/<text>/withdraw")
@blueprint.get("/r/<text>/withdraw")
@public
def confirm_withdrawal(text: str) -> Response:
    """Ask before an answer is taken back, and say what is lost."""
    code, receipt = _find(text)
    return _missing(code) if receipt is None else show_confirmation(code, receipt)


@blueprint.post("/R/<text>/withdraw")
@blueprint.post("/r/<text>/withdraw")
@public
def withdraw(text: str) -> Response:
    """Take an answer back."""
    code, receipt = _find(text)
    try:
        withdraw_response(db.session, token_hash=signer().receipt_hash(code), now=utc_now())
        db.session.commit()
    except NotFound:
        return answer_state("", "unknown", 404) if wants_json() else show_no_receipt()
    except (SharedDevice, Gone) as refused:
        problem = "shared_device" if isinstance(refused, SharedDevice) else "closed"
        if wants_json() or receipt is None:
            return answer_state(code, "counted", refused.status, problem)
        return show_confirmation(code, receipt)
    if wants_json():
        return answer_state(code, "withdrawn", 200)
    return redirect(f"/R/{code}{language_suffix()}", 303)


@blueprint.get("/R/<text>/answers")
@blueprint.get("/r/<text>/answers")
@public
def show_answers(text: str) -> Response:
    """Show each question with the right answer, why, and the source, once nobody is asked any more."""
    code, receipt = _find(text)
    if receipt is None:
        return _missing(code)
    return show_explanations(code, receipt, lambda: explained_sheet(db.session, receipt))


def _find(text: str) -> tuple[str, Receipt | None]:
    """Return the receipt as it is meant ("" if it cannot be one) and what is known of it."""
    symbols = read_symbols(text[:40])
    if symbols is None or len(symbols) != RECEIPT_LENGTH:
        return "", None
    return symbols, receipt_by_hash(db.session, signer().receipt_hash(symbols), utc_now())


def _missing(code: str) -> Response:
    if code and is_withdrawn(db.session, signer().receipt_hash(code)):
        return answer_state(code, "withdrawn", 200) if wants_json() else show_withdrawn()
    return answer_state("", "unknown", 404) if wants_json() else show_no_receipt()
