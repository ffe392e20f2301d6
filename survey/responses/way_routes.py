"""Addresses of the ways in to a wave, for those who run it: what there is, make cards, open a shared device."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from survey.campaigns.models import Wave
from survey.campaigns.queries import wave_by_id
from survey.collection.serials import create_cards
from survey.collection.windows import WindowConflict, open_kiosk
from survey.core.clock import utc_now
from survey.core.errors import NotFound
from survey.core.permissions import Permission
from survey.organisations.models import Organisation
from survey.responses.way_forms import REASONS, CardsForm, KioskForm
from survey.responses.ways import Place, organisations_asked, places_of, ways_of
from survey.web.addresses import public_url
from survey.web.auth import access, person_id, requires, scope
from survey.web.db_session import db

blueprint = Blueprint("ways", __name__)


@blueprint.get("/waves/<int:wave_id>/ways")
@requires(Permission.READ_CAMPAIGN)
def ways(wave_id: int) -> str:
    """Show the ways in to a wave, what each is good for, and how many answers came by it."""
    wave = wave_by_id(db.session, wave_id, scope(Permission.READ_CAMPAIGN))
    return _page(wave, request.args.get("organisation", type=int))


@blueprint.post("/waves/<int:wave_id>/cards")
@requires(Permission.RUN_SESSION)
def make_cards(wave_id: int) -> Response | tuple[str, int]:
    """Make a batch of single-use cards."""
    wave = wave_by_id(db.session, wave_id, scope(Permission.RUN_SESSION))
    organisation_id = request.args.get("organisation", type=int)
    form, places = CardsForm(), _places(wave, organisation_id)
    form.place.choices = _choices(places)
    if not form.validate():
        return _page(wave, organisation_id, cards=form), 422
    place = _chosen(places, form.place.data)
    try:
        batch = create_cards(
            db.session,
            wave=wave,
            organisation_id=place.organisation.id,
            group_id=place.group.id if place.group else None,
            number=form.number.data,
            person=person_id(),
            now=utc_now(),
        )
    except WindowConflict as error:
        db.session.rollback()
        form.place.errors = [REASONS[error.reason]]
        return _page(wave, organisation_id, cards=form), error.status
    db.session.commit()
    flash(_("Đã làm %(number)s thẻ. In ra, cắt rời, xáo lên rồi để mỗi người tự rút một thẻ.", number=batch.number))
    return _back(wave_id, organisation_id, "cards")


@blueprint.post("/waves/<int:wave_id>/kiosks")
@requires(Permission.RUN_SESSION)
def make_kiosk(wave_id: int) -> Response | tuple[str, int]:
    """Open one device for many people."""
    wave = wave_by_id(db.session, wave_id, scope(Permission.RUN_SESSION))
    organisation_id = request.args.get("organisation", type=int)
    form, places = KioskForm(), _places(wave, organisation_id)
    form.device_place.choices = _choices(places)
    if not form.validate():
        return _page(wave, organisation_id, kiosk=form), 422
    place = _chosen(places, form.device_place.data)
    try:
        open_kiosk(
            db.session,
            wave=wave,
            organisation_id=place.organisation.id,
            group_id=place.group.id if place.group else None,
            person=person_id(),
            now=utc_now(),
        )
    except WindowConflict as error:
        db.session.rollback()
        form.device_place.errors = [REASONS[error.reason]]
        return _page(wave, organisation_id, kiosk=form), error.status
    db.session.commit()
    return _back(wave_id, organisation_id, "kiosk")


def _page(
    wave: Wave, organisation_id: int | None, cards: CardsForm | None = None, kiosk: KioskForm | None = None
) -> str:
    organisations = _organisations(wave)
    places = _places(wave, organisation_id)
    cards, kiosk = cards or CardsForm(formdata=None), kiosk or KioskForm(formdata=None)
    cards.place.choices = kiosk.device_place.choices = _choices(places)
    return render_template(
        "responses/ways.html",
        wave=wave,
        ways=ways_of(db.session, wave, scope(Permission.READ_CAMPAIGN)),
        cards=cards,
        kiosk=kiosk,
        places=places,
        organisations=organisations,
        may_run=bool(places),
        may_meet=access().may(Permission.RUN_SESSION),
        now=utc_now(),
        site=public_url(current_app.extensions["survey.config"]),
    )


def _organisations(wave: Wave) -> Sequence[Organisation]:
    return organisations_asked(db.session, wave, scope(Permission.RUN_SESSION))


def _places(wave: Wave, organisation_id: int | None) -> tuple[Place, ...]:
    """Return the places of the organisation asked for, else of the first one."""
    asked = [place.id for place in _organisations(wave) if organisation_id in (None, place.id)]
    return places_of(db.session, wave, scope(Permission.RUN_SESSION), asked[0]) if asked else ()


def _choices(places: Sequence[Place]) -> list[tuple[str, str]]:
    return [
        (place.key, place.group.name if place.group else str(_("Mọi người ở %(name)s", name=place.organisation.name)))
        for place in places
    ]


def _chosen(places: Sequence[Place], key: str) -> Place:
    found = [place for place in places if place.key == key]
    if not found:
        raise NotFound
    return found[0]


def _back(wave_id: int, organisation_id: int | None, anchor: str) -> Response:
    return redirect(url_for("ways.ways", wave_id=wave_id, organisation=organisation_id, _anchor=anchor))
