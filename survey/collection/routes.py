"""Addresses of QR codes and posters. The lists of ways in stand on the pages of waves, in `overview`."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Blueprint, current_app, request
from werkzeug.wrappers import Response

from survey.campaigns.queries import campaign_by_id, wave_by_id, wave_definition
from survey.collection.models import Collector
from survey.collection.poster_content import PosterContent, poster_content
from survey.collection.qr import payload, svg
from survey.collection.queries import collector_by_id, collectors_of
from survey.core.codes import group_code
from survey.core.errors import NotFound
from survey.core.permissions import Permission
from survey.core.vocabulary import WaveKind
from survey.jobs.calls import run_in_child
from survey.web.addresses import public_url
from survey.web.auth import requires, scope
from survey.web.db_session import db

blueprint = Blueprint("collection", __name__)
blueprint.add_app_template_filter(group_code, "code_blocks")

# A province's posters in one file take typst about a minute; more waiting helps nobody.
TIMEOUT_SECONDS = 120


@blueprint.get("/collectors/<int:collector_id>/qr.svg")
@requires(Permission.READ_CAMPAIGN)
def qr_code(collector_id: int) -> Response:
    """Send the QR of one way in."""
    collector = collector_by_id(db.session, collector_id, scope(Permission.READ_CAMPAIGN))
    site = public_url(current_app.extensions["survey.config"])
    return Response(svg(payload(site, collector.code), label=collector.code), mimetype="image/svg+xml")


@blueprint.get("/collectors/<int:collector_id>/poster.pdf")
@requires(Permission.READ_CAMPAIGN)
def poster(collector_id: int) -> Response:
    """Send the poster of one way in."""
    collector = collector_by_id(db.session, collector_id, scope(Permission.READ_CAMPAIGN))
    return _pdf([collector], f"ap-phich-{collector.code}.pdf")


@blueprint.get("/waves/<int:wave_id>/posters.pdf")
@requires(Permission.READ_CAMPAIGN)
def wave_posters(wave_id: int) -> Response:
    """Send all posters of a wave, or those of one organisation."""
    visible = scope(Permission.READ_CAMPAIGN)
    wave_by_id(db.session, wave_id, visible)
    organisation_id = request.args.get("organisation", type=int)
    return _pdf(collectors_of(db.session, wave_id, visible, organisation_id), f"ap-phich-dot-{wave_id}.pdf")


@blueprint.get("/campaigns/<int:campaign_id>/posters/<kind>.pdf")
@requires(Permission.READ_CAMPAIGN)
def campaign_posters(campaign_id: int, kind: str) -> Response:
    """Send the posters of every audience, for all waves of one kind."""
    if kind not in set(WaveKind):
        raise NotFound
    visible = scope(Permission.READ_CAMPAIGN)
    campaign = campaign_by_id(db.session, campaign_id, visible)
    collectors = [
        collector
        for wave in campaign.waves
        if wave.kind == kind
        for collector in collectors_of(db.session, wave.id, visible)
    ]
    return _pdf(collectors, f"ap-phich-{campaign_id}-{kind}.pdf")


def _pdf(collectors: Sequence[Collector], name: str) -> Response:
    if not collectors:
        raise NotFound
    contents = _contents(collectors)
    # Nothing is kept open while the child sets the pages.
    db.session.rollback()
    pdf = run_in_child("survey.collection.posters:render_posters", contents, timeout=TIMEOUT_SECONDS)
    response = Response(pdf, mimetype="application/pdf")
    response.headers["Content-Disposition"] = f'inline; filename="{name}"'
    return response


def _contents(collectors: Sequence[Collector]) -> list[PosterContent]:
    site = public_url(current_app.extensions["survey.config"])
    questions = {
        collector.wave_id: len(wave_definition(db.session, collector.wave).scored_items("A"))
        for collector in collectors
    }
    return [
        poster_content(collector, public_url=site, questions=questions[collector.wave_id]) for collector in collectors
    ]
