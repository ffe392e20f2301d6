"""What the two kinds of boards need alike: the state as JSON, times, pictures, and the memory of counts."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

from flask import current_app, flash, jsonify, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from survey.campaigns.queries import wave_definition
from survey.collection.models import Collector
from survey.collection.queries import window_by_id
from survey.collection.windows import WindowConflict
from survey.core.clock import utc_now
from survey.core.errors import NotFound
from survey.core.permissions import Permission
from survey.monitor.boards import Board, Phase, grace_of
from survey.monitor.caches import ReceivedCache
from survey.monitor.queries import count_received
from survey.monitor.slots import next_slot, present_slot
from survey.monitor.words import REASONS, window_name
from survey.web.addresses import public_url
from survey.web.auth import person_id, scope
from survey.web.db_session import db

# Without scripts a page that refreshes itself more often would flicker.
REFRESH_SECONDS = 6


def window_of(collector_id: int, mode: str) -> Collector:
    """Return a session or meeting that the person may run."""
    collector = window_by_id(db.session, collector_id, scope(Permission.RUN_SESSION))
    if collector.mode != mode:
        raise NotFound
    return collector


def board_of(collector: Collector, *, is_fresh: bool = False) -> Board:
    """Return the board of a window; its count is at most two seconds old."""
    cache = cast(ReceivedCache, current_app.extensions.setdefault("survey.monitor", ReceivedCache()))

    def count() -> int:
        return count_received(db.session, collector)

    return Board(collector, count() if is_fresh else cache.received(collector.id, count), utc_now())


def site() -> str:
    """Return the address that phones reach."""
    return public_url(current_app.extensions["survey.config"])


def page_values(board: Board, blueprint: str, **number: Any) -> dict[str, Any]:
    """Return what the page of a board shows beside the board; blueprint and number say which address it has."""
    collector = board.collector
    return {
        "board": board,
        "name": window_name(collector),
        "site": site(),
        "questions": len(wave_definition(db.session, collector.wave).scored_items("A")),
        "grace_minutes": int(grace_of(collector).total_seconds() // 60),
        "refresh": REFRESH_SECONDS,
        "state_address": url_for(f"{blueprint}.state", **number),
        "extend_address": url_for(f"{blueprint}.extend", **number),
        "close_address": url_for(f"{blueprint}.close", **number),
    }


def send_state(board: Board) -> Response:
    """Send what changes on a board: counts and times, nothing of any answer."""
    state: dict[str, Any] = {
        "phase": str(board.phase),
        "received": board.received,
        "present": board.present,
        "seconds_left": board.seconds_left,
    }
    if board.collector.mode == "meeting" and board.phase == Phase.RUNNING:
        state["slot"] = slot_state(board)
    return jsonify(state)


def slot_state(board: Board) -> dict[str, Any]:
    """Return the present code of a meeting, with the next one when it is near."""
    signer = current_app.extensions["survey.signer"]
    following = next_slot(signer, site(), board.collector.code, board.now)
    return {
        **present_slot(signer, site(), board.collector.code, board.now).to_dict(),
        "next": None if following is None else following.to_dict(),
    }


def change(collector: Collector, operation: Callable[..., Collector], done: str) -> None:
    """Extend or end a window, and say what happened."""
    try:
        operation(db.session, collector=collector, person=person_id(), now=utc_now())
    except WindowConflict as error:
        db.session.rollback()
        flash(REASONS[error.reason], "error")
        return
    db.session.commit()
    flash(done)


def extended() -> str:
    """Say that there are five minutes more."""
    return str(_("Đã thêm 5 phút."))
