"""Draws the pages behind a receipt. They never say how somebody answered: a phone goes from hand to hand."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from flask import Response, jsonify, request

from survey.core.codes import group_code
from survey.core.vocabulary import Mode
from survey.instruments.definitions import text_in
from survey.responses.entering import language_suffix
from survey.responses.pages import Heading, draw_message, send_page
from survey.responses.receipts import Explaining, Receipt
from survey.responses.sheets import Sheet
from survey.responses.wording import SHARING_DEVICES
from survey.web.locale import language


@dataclass(frozen=True, slots=True)
class Explained:
    """One question with what is right, why, and where that is written."""

    place: int
    stem: str
    right: tuple[str, ...]
    reason: str
    source: str


def answer_state(code: str, state: str, status: int, problem: str = "") -> Response:
    """Return what a program learns of a receipt."""
    content = {"receipt": code or None, "state": state} | ({"problem": problem} if problem else {})
    response = jsonify(content)
    response.status_code = status
    response.vary.add("Accept")
    response.headers["Cache-Control"] = "no-store"
    return response


def show_counted(code: str, receipt: Receipt) -> Response:
    """Say that a form was received and counted, and what its holder can do with the receipt."""
    offers_next = receipt.is_shared_device or receipt.audience in SHARING_DEVICES
    # On a device for all, the receipt of the one before is nobody else's business.
    shown = "" if receipt.mode == Mode.KIOSK else group_code(code)
    return _message(
        "received",
        receipt,
        receipt=shown,
        next_code=receipt.code if offers_next and receipt.has_own_code else "",
        is_shared=receipt.is_shared_device,
        mode=receipt.mode,
        base=f"/R/{code}",
    )


def show_confirmation(code: str, receipt: Receipt) -> Response:
    """Ask whether an answer is to be taken back, or say why it cannot be."""
    if receipt.may_withdraw:
        return _message("withdraw", receipt, base=f"/R/{code}")
    return _message("no_withdrawal", receipt, 403 if receipt.is_shared_device else 410, base=f"/R/{code}")


def show_withdrawn() -> Response:
    """Say that the answer of this receipt was taken back."""
    return send_page(draw_message(language(), "withdrawn"), vary=("Accept",))


def show_no_receipt() -> Response:
    """Say that nothing is known of this receipt."""
    return send_page(draw_message(language(), "no_receipt"), 404, vary=("Accept",))


def show_explanations(code: str, receipt: Receipt, load: Callable[[], Sheet]) -> Response:
    """Show what is right and why, or say when that can be read."""
    if receipt.explaining != Explaining.OPEN:
        return _message("no_explanations", receipt, 403, base=f"/R/{code}")
    sheet = load()
    asked = request.args.get("lang", "")
    wanted = asked if asked in sheet.definition.languages else language()
    return _message("explanations", receipt, base=f"/R/{code}", items=explain(sheet, wanted))


def explain(sheet: Sheet, wanted: str) -> list[Explained]:
    """Return the scored questions of a form with their right answers, in a language or else in Vietnamese."""
    return [
        Explained(
            place=question.place,
            stem=text_in(question.item.stem, wanted),
            right=tuple(text_in(question.item.options[code - 1].text, wanted) for code in sorted(question.item.key)),
            reason=text_in(question.item.explanation, wanted) if question.item.explanation else "",
            source=question.item.source_title,
        )
        for question in sheet.questions
        if question.item.scored
    ]


def _message(kind: str, facts: Receipt, status: int = 200, **details: object) -> Response:
    heading = Heading(facts.organisation_name, facts.campaign_title, facts.audience, is_demo=facts.is_demo)
    page = draw_message(language(), kind, heading, suffix=language_suffix(), facts=facts, **details)
    return send_page(page, status, vary=("Accept",))
