"""Addresses of what is passed on: pictures for chat groups, a message, words for the loudspeaker, letters."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, url_for
from werkzeug.wrappers import Response

from survey.campaigns.queries import wave_by_id
from survey.collection.letters import Letter, letters_of
from survey.collection.models import Collector
from survey.collection.poster_content import PosterContent
from survey.collection.previews import preview_picture
from survey.collection.printing import poster_contents, send_made, site
from survey.collection.queries import collector_by_code, collector_by_id, collectors_of
from survey.collection.share_texts import chat_message, loudspeaker_text
from survey.core.errors import NotFound
from survey.core.permissions import Permission
from survey.core.vocabulary import Audience, Mode, WaveState
from survey.web.auth import public, requires, scope
from survey.web.db_session import db

blueprint = Blueprint("share", __name__)
# The respondent's page names its own public address in the preview of a link.
blueprint.add_app_template_global(site, "phone_site")

PICTURES = ("square", "story")
# An hour: a corrected title shows soon, and a hall that passes a link on asks once.
PREVIEW_SECONDS = 3600


@blueprint.get("/waves/<int:wave_id>/share")
@requires(Permission.READ_CAMPAIGN)
def choose(wave_id: int) -> str | Response:
    """Let the person choose which code is passed on; goes on by itself where there is only one."""
    visible = scope(Permission.READ_CAMPAIGN)
    wave = wave_by_id(db.session, wave_id, visible)
    collectors = [one for one in collectors_of(db.session, wave_id, visible) if one.mode == Mode.POSTER]
    if len(collectors) == 1:
        return redirect(url_for("share.page", collector_id=collectors[0].id))
    return render_template("collection/share_choice.html", wave=wave, collectors=collectors)


@blueprint.get("/collectors/<int:collector_id>/share")
@requires(Permission.READ_CAMPAIGN)
def page(collector_id: int) -> str:
    """Show everything with which one code is passed on."""
    collector = _shared(collector_id)
    content, audience = _content(collector), Audience(collector.wave.audience)
    return render_template(
        "collection/share.html",
        collector=collector,
        wave=collector.wave,
        content=content,
        url=_address(collector),
        message=chat_message(content, audience, _address(collector)),
        loudspeaker=loudspeaker_text(content, audience),
        letters=letters_of(content, audience),
        is_over=collector.wave.state in (WaveState.CLOSING, WaveState.CLOSED),
        is_draft=collector.wave.state == WaveState.DRAFT,
    )


@blueprint.get("/collectors/<int:collector_id>/share/<kind>.png")
@requires(Permission.READ_CAMPAIGN)
def picture(collector_id: int, kind: str) -> Response:
    """Send a picture for a chat group or a page."""
    if kind not in PICTURES:
        raise NotFound
    collector = _shared(collector_id)
    function, name = "survey.collection.share_printing:render_picture", f"phieu-hoi-{collector.code}-{kind}.png"
    return send_made(function, _content(collector), kind, mimetype="image/png", name=name)


@blueprint.get("/collectors/<int:collector_id>/letters/<key>.pdf")
@requires(Permission.READ_CAMPAIGN)
def letter(collector_id: int, key: str) -> Response:
    """Send a letter ready to be printed."""
    collector = _shared(collector_id)
    content = _content(collector)
    found = _letter(content, Audience(collector.wave.audience), key)
    function, name = "survey.collection.share_printing:render_letter", f"thu-{collector.code}-{key}.pdf"
    # Pupils answer themselves: their parents get no code.
    return send_made(function, found, content, key != "parents", mimetype="application/pdf", name=name)


@blueprint.get("/preview/<code>.png")
@public
def preview(code: str) -> Response:
    """Send the picture that a chat shows under a link; says no more than the page behind the link."""
    collector = collector_by_code(db.session, code)
    if collector is None:
        raise NotFound
    content = _content(collector)
    db.session.rollback()
    response = Response(preview_picture(content), mimetype="image/png")
    response.headers["Cache-Control"] = f"public, max-age={PREVIEW_SECONDS}"
    return response


def _shared(collector_id: int) -> Collector:
    collector = collector_by_id(db.session, collector_id, scope(Permission.READ_CAMPAIGN))
    # The other ways in are for those who are there: a link to them would open nothing, or too much.
    if collector.mode != Mode.POSTER:
        raise NotFound
    return collector


def _content(collector: Collector) -> PosterContent:
    return poster_contents([collector])[0]


def _address(collector: Collector) -> str:
    return f"{site()}/S/{collector.code}"


def _letter(content: PosterContent, audience: Audience, key: str) -> Letter:
    found = next((one for one in letters_of(content, audience) if one.key == key), None)
    if found is None:
        raise NotFound
    return found
