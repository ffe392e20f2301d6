"""Addresses of printed cards: the file of a batch, or the list of files of a large one."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, url_for
from werkzeug.wrappers import Response

from survey.collection.cards import card_deck
from survey.collection.printing import CARDS_A_FILE, asked_part, parts_of, questions_of, send_made, site
from survey.collection.queries import BatchCount, batches_of, serials_of_batch
from survey.core.errors import NotFound
from survey.core.permissions import Permission
from survey.web.auth import requires, scope
from survey.web.db_session import db

blueprint = Blueprint("cards", __name__)


@blueprint.get("/waves/<int:wave_id>/cards/<int:batch_id>.pdf")
@requires(Permission.RUN_SESSION)
def batch_cards(wave_id: int, batch_id: int) -> Response:
    """Send the unused cards of a batch, ready to be printed and cut."""
    batch = _batch(wave_id, batch_id)
    part = asked_part(batch.number, CARDS_A_FILE)
    if part is None or batch.left == 0:
        return redirect(url_for("cards.batch_files", wave_id=wave_id, batch_id=batch_id))
    # By code, which is random: a part always holds the same cards, whichever are used by then.
    serials = serials_of_batch(db.session, batch_id, scope(Permission.RUN_SESSION))[part.first - 1 : part.last]
    deck = card_deck(batch.collector, serials, public_url=site(), questions=questions_of(batch.collector))
    if not deck.cards:
        return redirect(url_for("cards.batch_files", wave_id=wave_id, batch_id=batch_id))
    function = "survey.collection.cards_printing:render_cards"
    return send_made(function, deck, mimetype="application/pdf", name=f"the-{batch_id}-{part.number}.pdf")


@blueprint.get("/waves/<int:wave_id>/cards/<int:batch_id>")
@requires(Permission.RUN_SESSION)
def batch_files(wave_id: int, batch_id: int) -> str:
    """Show what a batch holds and the files to print it from."""
    batch = _batch(wave_id, batch_id)
    parts = parts_of(batch.number, CARDS_A_FILE)
    return render_template("collection/card_files.html", batch=batch, parts=parts, wave_id=wave_id)


def _batch(wave_id: int, batch_id: int) -> BatchCount:
    found = batches_of(db.session, wave_id, scope(Permission.RUN_SESSION), batch_id=batch_id)
    if not found:
        raise NotFound
    return found[0]
