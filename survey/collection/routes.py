"""Addresses of QR codes and posters. The lists of ways in stand on the pages of waves, in `overview`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from flask import Blueprint, redirect, render_template, request
from werkzeug.wrappers import Response

from survey.campaigns.queries import campaign_by_id, wave_by_id
from survey.collection.models import Collector
from survey.collection.poster_content import audience_words, group_words
from survey.collection.printing import (
    POSTERS_A_FILE,
    Part,
    asked_paper,
    asked_part,
    parts_of,
    poster_contents,
    send_made,
    site,
)
from survey.collection.qr import payload, svg
from survey.collection.queries import collector_by_id, collectors_of
from survey.core.codes import group_code
from survey.core.errors import NotFound
from survey.core.permissions import Permission
from survey.core.vocabulary import Mode, WaveKind
from survey.web.auth import requires, scope
from survey.web.db_session import db

blueprint = Blueprint("collection", __name__)
blueprint.add_app_template_filter(group_code, "code_blocks")


@blueprint.get("/collectors/<int:collector_id>/qr.svg")
@requires(Permission.READ_CAMPAIGN)
def qr_code(collector_id: int) -> Response:
    """Send the QR of one way in."""
    collector = collector_by_id(db.session, collector_id, scope(Permission.READ_CAMPAIGN))
    return Response(svg(payload(site(), collector.code), label=collector.code), mimetype="image/svg+xml")


@blueprint.get("/collectors/<int:collector_id>/poster.pdf")
@requires(Permission.READ_CAMPAIGN)
def poster(collector_id: int) -> Response:
    """Send the poster of one way in."""
    collector = collector_by_id(db.session, collector_id, scope(Permission.READ_CAMPAIGN))
    return _send([collector], f"ap-phich-{collector.code}.pdf")


@blueprint.get("/waves/<int:wave_id>/posters.pdf")
@requires(Permission.READ_CAMPAIGN)
def wave_posters(wave_id: int) -> Response:
    """Send all posters of a wave, or those of one organisation."""
    collectors = _of_wave(wave_id)
    part = asked_part(len(collectors), POSTERS_A_FILE)
    if part is None:
        return _to_files(f"/waves/{wave_id}/posters")
    return _send(_cut(collectors, part), f"ap-phich-dot-{wave_id}-{part.number}.pdf")


@blueprint.get("/waves/<int:wave_id>/posters")
@requires(Permission.READ_CAMPAIGN)
def wave_poster_files(wave_id: int) -> str:
    """List the files into which a wave's posters are split."""
    return _files_page(_of_wave(wave_id), f"/waves/{wave_id}")


@blueprint.get("/campaigns/<int:campaign_id>/posters/<kind>.pdf")
@requires(Permission.READ_CAMPAIGN)
def campaign_posters(campaign_id: int, kind: str) -> Response:
    """Send the posters of every audience, for all waves of one kind."""
    collectors = _of_campaign(campaign_id, kind)
    part = asked_part(len(collectors), POSTERS_A_FILE)
    if part is None:
        return _to_files(f"/campaigns/{campaign_id}/posters/{kind}")
    return _send(_cut(collectors, part), f"ap-phich-{campaign_id}-{kind}-{part.number}.pdf")


@blueprint.get("/campaigns/<int:campaign_id>/posters/<kind>")
@requires(Permission.READ_CAMPAIGN)
def campaign_poster_files(campaign_id: int, kind: str) -> str:
    """List the files into which a campaign's posters are split."""
    return _files_page(_of_campaign(campaign_id, kind), f"/campaigns/{campaign_id}")


def _of_wave(wave_id: int) -> list[Collector]:
    visible = scope(Permission.READ_CAMPAIGN)
    wave_by_id(db.session, wave_id, visible)
    organisation_id = request.args.get("organisation", type=int)
    return _posters(collectors_of(db.session, wave_id, visible, organisation_id))


def _of_campaign(campaign_id: int, kind: str) -> list[Collector]:
    if kind not in set(WaveKind):
        raise NotFound
    visible = scope(Permission.READ_CAMPAIGN)
    waves = [wave for wave in campaign_by_id(db.session, campaign_id, visible).waves if wave.kind == kind]
    return _posters([collector for wave in waves for collector in collectors_of(db.session, wave.id, visible)])


def _posters(collectors: Sequence[Collector]) -> list[Collector]:
    # A meeting's code is worth nothing on a wall, and a card's or a sheet's own stands on it.
    return [collector for collector in collectors if collector.mode == Mode.POSTER]


def _cut(collectors: Sequence[Collector], part: Part) -> Sequence[Collector]:
    return collectors[part.first - 1 : part.last]


def _send(collectors: Sequence[Collector], name: str) -> Response:
    function = "survey.collection.posters:render_posters"
    return send_made(function, poster_contents(collectors), asked_paper(), mimetype="application/pdf", name=name)


def _to_files(address: str) -> Response:
    query = request.query_string.decode()
    return redirect(f"{address}?{query}" if query else address)


def _files_page(collectors: Sequence[Collector], back: str) -> str:
    if not collectors:
        raise NotFound
    parts = [
        replace(part, names=(_name(collectors[part.first - 1]), _name(collectors[part.last - 1])))
        for part in parts_of(len(collectors), POSTERS_A_FILE)
    ]
    address = f"{request.path}.pdf"
    organisation = request.args.get("organisation", type=int)
    return render_template(
        "collection/poster_files.html",
        parts=parts,
        number=len(collectors),
        back=back,
        address=f"{address}?organisation={organisation}&" if organisation else f"{address}?",
    )


def _name(collector: Collector) -> str:
    demo = " (DEMO)" if collector.organisation.is_demo else ""
    return f"{collector.organisation.name}{demo}, {group_words(collector) or audience_words(collector)}"
