"""Addresses where a wrong key is put right: what a corrected version changes, yes to it, and how far the work is."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from survey.campaigns.models import Wave
from survey.campaigns.queries import plan_of, wave_by_id
from survey.core.clock import utc_now
from survey.core.permissions import Permission
from survey.core.vocabulary import WaveState
from survey.instruments.corrections import NotACorrection
from survey.instruments.queries import version_by_id
from survey.responses.correction_words import question_name
from survey.responses.rescoring import ask_rescoring
from survey.responses.rescoring_queries import (
    Offer,
    RescoringRefused,
    last_attempt,
    offer_for,
    rescorings_of,
)
from survey.responses.rescoring_words import done_text, offer_text, refusal_text
from survey.web.auth import person_id, require_at, requires, scope
from survey.web.db_session import db

blueprint = Blueprint("rescoring", __name__)


@blueprint.get("/waves/<int:wave_id>/rescoring")
@requires(Permission.EDIT_CAMPAIGN)
def show(wave_id: int) -> str:
    """Show what a corrected version changes and ask whether the answers are to be scored again; or how far that is."""
    return _page(_wave(wave_id))


@blueprint.post("/waves/<int:wave_id>/rescoring")
@requires(Permission.EDIT_CAMPAIGN)
def start(wave_id: int) -> Response | tuple[str, int]:
    """Queue the scoring by the version that was shown."""
    wave = _wave(wave_id)
    version = version_by_id(db.session, request.form.get("version", 0, type=int))
    try:
        ask_rescoring(db.session, wave_id=wave.id, version_id=version.id, user_id=person_id(), now=utc_now())
    except (NotACorrection, RescoringRefused) as error:
        db.session.rollback()
        flash(refusal_text(error, version), "error")
        return _page(_wave(wave_id)), error.status
    db.session.commit()
    return redirect(url_for("rescoring.show", wave_id=wave_id))


@blueprint.app_template_global("key_notices")
def key_notices(wave: Wave, may_edit: bool) -> list[tuple[str, str]]:
    """Return what the page of a wave says about its key, each with a link's words if something is to be done."""
    if wave.state == WaveState.DRAFT:
        return []
    plan = plan_of(db.session, wave.campaign_id, wave.audience)
    found = [(done_text(one), "") for one in rescorings_of(db.session, plan.id)]
    offer = offer_for(db.session, wave) if may_edit else None
    if offer is not None and offer.corrected:
        is_possible = offer.refusal is None
        found.append(
            (offer_text(offer), _("Chấm lại các phiếu đã thu?") if is_possible else _("Vì sao không chấm lại được?"))
        )
    return found


def _wave(wave_id: int) -> Wave:
    wave = wave_by_id(db.session, wave_id, scope(Permission.READ_CAMPAIGN))
    # A key holds for everybody who was asked: whoever runs the campaign decides.
    require_at(Permission.EDIT_CAMPAIGN, wave.campaign.organisation_id)
    return wave


def _page(wave: Wave) -> str:
    plan = plan_of(db.session, wave.campaign_id, wave.audience)
    offer = offer_for(db.session, wave)
    return render_template(
        "responses/rescoring.html",
        wave=wave,
        plan=plan,
        offer=offer,
        offer_text=offer_text(offer) if offer and offer.corrected else "",
        refusal=_refusal(offer),
        attempt=last_attempt(db.session, plan.id),
        done=[(one, done_text(one)) for one in rescorings_of(db.session, plan.id)],
        question_name=question_name,
    )


def _refusal(offer: Offer | None) -> str:
    return refusal_text(offer.refusal, offer.version) if offer is not None and offer.refusal is not None else ""
