"""Addresses of the pages that put features together: dashboard, a campaign, a wave, opening and closing."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import cast

from flask import Blueprint, current_app, flash, jsonify, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response

from analysis.rounding import Language
from survey.campaigns.forms import NewCampaignForm, audience_choices
from survey.campaigns.models import Campaign, Wave
from survey.campaigns.operations import PlanInvalid, WaveConflict
from survey.campaigns.queries import (
    audiences_present,
    campaign_by_id,
    organisations_in,
    place_to_act,
    plan_of,
    wave_by_id,
)
from survey.campaigns.words import REASONS
from survey.collection.operations import make_poster_collectors
from survey.core.clock import local_date, utc_now
from survey.core.errors import NotFound
from survey.core.permissions import Permission
from survey.core.vocabulary import WaveKind, WaveState
from survey.organisations.models import Organisation
from survey.overview.counts import place_views, wave_line
from survey.overview.operations import open_waves, start_campaign
from survey.overview.queries import (
    audience_views,
    first_steps,
    latest_reported,
    open_lines,
    opening_views,
    position_of,
    running_campaigns,
)
from survey.overview.suggestions import published_audiences, suggested_campaign
from survey.reports.calls import build
from survey.reports.headlines import headline as headline_of
from survey.reports.queries import report_input
from survey.responses.closing import ClosingConflict, close_wave, start_closing, undo_closing
from survey.web.addresses import public_url
from survey.web.auth import access, person_id, public, require_at, requires, scope
from survey.web.db_session import db
from survey.web.locale import language

blueprint = Blueprint("overview", __name__)


@blueprint.get("/")
@public
def index() -> str:
    """Show what is open and what to do next; to people who are not signed in, the field for a code."""
    if not current_user.is_authenticated:
        return render_template("overview/welcome.html")
    today = local_date(utc_now())
    visible = scope(Permission.READ_CAMPAIGN)
    running = running_campaigns(db.session, visible, today)
    # What the person can act on comes first.
    running.sort(key=lambda pair: not access().may(Permission.EDIT_CAMPAIGN, pair[0].organisation_id))
    return render_template(
        "overview/index.html",
        first=first_steps(db.session, visible),
        lines=open_lines(db.session, visible, today),
        campaigns=running,
        reported=latest_reported(db.session, scope(Permission.READ_REPORT)),
        may_read=access().may(Permission.READ_CAMPAIGN),
        may_report=access().may(Permission.READ_REPORT),
        may_edit=access().may(Permission.EDIT_CAMPAIGN),
        may_edit_at=lambda organisation_id: access().may(Permission.EDIT_CAMPAIGN, organisation_id),
    )


@blueprint.app_template_global("report_address")
def report_address(campaign: Campaign) -> str:
    """Return where the report of a campaign is read."""
    return url_for("reports.campaign", campaign_id=campaign.id)


@blueprint.get("/campaigns/<int:campaign_id>/headline")
@requires(Permission.READ_REPORT)
def headline(campaign_id: int) -> Response:
    """Send the headline of a report, for pages that do not wait until it is computed."""
    today, visible = local_date(utc_now()), scope(Permission.READ_REPORT)
    source = report_input(db.session, campaign_id=campaign_id, scope=visible, today=today)
    db.session.rollback()
    return jsonify(sentences=headline_of(build(source), cast(Language, language())))


@blueprint.get("/campaigns/new")
@requires(Permission.EDIT_CAMPAIGN)
def new_campaign() -> str:
    """Show the form of a new campaign, filled in as far as can be guessed."""
    places = organisations_in(db.session, scope(Permission.EDIT_CAMPAIGN))
    place = place_to_act(places, request.args.get("organisation", type=int))
    today = local_date(utc_now())
    form = NewCampaignForm(data=suggested_campaign(db.session, organisation_id=place.id, today=today))
    return _new_campaign_page(form, places, place)


@blueprint.post("/campaigns/new")
@requires(Permission.EDIT_CAMPAIGN)
def make_campaign() -> Response | tuple[str, int]:
    """Make a campaign with its waves and poster codes."""
    places = organisations_in(db.session, scope(Permission.EDIT_CAMPAIGN))
    place = place_to_act(places, request.form.get("organisation", type=int))
    form = NewCampaignForm()
    form.audiences.choices = audience_choices(published_audiences(db.session))
    if not form.validate():
        return _new_campaign_page(form, places, place), 422
    try:
        campaign = start_campaign(
            db.session,
            organisation_id=place.id,
            title=form.title.data,
            topics=form.topics.data,
            starts=form.starts.data,
            ends=form.ends.data,
            audiences=form.audiences.data,
            user_id=person_id(),
            now=utc_now(),
        )
    except PlanInvalid as error:
        form.title.errors = [REASONS[error.reason]]
        return _new_campaign_page(form, places, place), error.status
    db.session.commit()
    flash(_("Đã tạo chiến dịch. Các đợt và mã cho từng lớp, từng nhóm đã sẵn sàng."))
    return redirect(url_for("overview.campaign", campaign_id=campaign.id))


def _new_campaign_page(form: NewCampaignForm, places: Sequence[Organisation], place: Organisation) -> str:
    form.audiences.choices = audience_choices(published_audiences(db.session))
    present = audiences_present(db.session, place.id)
    return render_template(
        "campaigns/new.html", form=form, places=places, place=place, present=present, choices=form.audiences.choices
    )


@blueprint.get("/campaigns/<int:campaign_id>")
@requires(Permission.READ_CAMPAIGN)
def campaign(campaign_id: int) -> str:
    """Show a campaign: its six steps, what is next, and its waves with their counts."""
    visible = scope(Permission.READ_CAMPAIGN)
    found = campaign_by_id(db.session, campaign_id, visible)
    today = local_date(utc_now())
    return render_template(
        "campaigns/campaign.html",
        campaign=found,
        views=audience_views(db.session, found, visible, today),
        position=position_of(db.session, found, today),
        may_edit=access().may(Permission.EDIT_CAMPAIGN, found.organisation_id),
        may_report=access().may(Permission.READ_REPORT),
        today=today,
    )


@blueprint.get("/waves/<int:wave_id>")
@requires(Permission.READ_CAMPAIGN)
def wave(wave_id: int) -> str:
    """Show a wave: the ways in of each group with their posters, and how many have answered."""
    visible = scope(Permission.READ_CAMPAIGN)
    found = wave_by_id(db.session, wave_id, visible)
    today = local_date(utc_now())
    return render_template(
        "campaigns/wave.html",
        wave=found,
        line=wave_line(db.session, found, visible, today),
        places=place_views(db.session, found, visible, today, request.args.get("organisation", type=int)),
        plan=plan_of(db.session, found.campaign_id, found.audience),
        may_edit=access().may(Permission.EDIT_CAMPAIGN, found.campaign.organisation_id),
        may_report=access().may(Permission.READ_REPORT),
        may_review=access().may(Permission.REVIEW_INSTRUMENT),
        site=public_url(current_app.extensions["survey.config"]),
        today=today,
    )


@blueprint.post("/waves/<int:wave_id>/collectors")
@requires(Permission.EDIT_CAMPAIGN)
def add_collectors(wave_id: int) -> Response:
    """Give groups that came later their codes, or on request each organisation one for everybody."""
    found = wave_by_id(db.session, wave_id, scope(Permission.EDIT_CAMPAIGN))
    require_at(Permission.EDIT_CAMPAIGN, found.campaign.organisation_id)
    new = make_poster_collectors(
        db.session,
        wave_id=wave_id,
        now=utc_now(),
        user_id=person_id(),
        whole_audience=request.form.get("whole") == "1",
    )
    db.session.commit()
    flash(_("Đã thêm %(number)s mã.", number=len(new)))
    return redirect(url_for("overview.wave", wave_id=wave_id))


@blueprint.get("/campaigns/<int:campaign_id>/open/<kind>")
@requires(Permission.EDIT_CAMPAIGN)
def confirm_opening(campaign_id: int, kind: str) -> str:
    """Show what opening these waves means, and what should be looked at first."""
    found = campaign_by_id(db.session, campaign_id, scope(Permission.EDIT_CAMPAIGN))
    return _opening_page(found, kind)


@blueprint.post("/campaigns/<int:campaign_id>/open/<kind>")
@requires(Permission.EDIT_CAMPAIGN)
def open_now(campaign_id: int, kind: str) -> Response | tuple[str, int]:
    """Open the chosen waves of one kind."""
    found = campaign_by_id(db.session, campaign_id, scope(Permission.EDIT_CAMPAIGN))
    require_at(Permission.EDIT_CAMPAIGN, found.organisation_id)
    wanted = set(request.form.getlist("waves", type=int))
    chosen = [wave.id for wave in found.waves if wave.id in wanted and wave.kind == kind]
    if not chosen:
        return _opening_page(found, kind, fault=REASONS["no_audience"]), 422
    try:
        open_waves(db.session, wave_ids=chosen, user_id=person_id(), now=utc_now())
    except WaveConflict as error:
        db.session.rollback()
        found = campaign_by_id(db.session, campaign_id, scope(Permission.EDIT_CAMPAIGN))
        return _opening_page(found, kind, fault=REASONS[error.reason]), error.status
    db.session.commit()
    flash(_("Đã mở. Mọi người trả lời được ngay từ bây giờ."))
    return redirect(url_for("overview.campaign", campaign_id=campaign_id))


def _opening_page(found: Campaign, kind: str, fault: object = "") -> str:
    require_at(Permission.EDIT_CAMPAIGN, found.organisation_id)
    if kind not in set(WaveKind):
        raise NotFound
    today = local_date(utc_now())
    waves = opening_views(db.session, found, kind, scope(Permission.READ_CAMPAIGN), today)
    return render_template(
        "campaigns/open.html",
        campaign=found,
        kind=kind,
        waves=waves,
        wanted=request.values.getlist("waves", type=int),
        fault=fault,
        today=today,
    )


@blueprint.post("/waves/<int:wave_id>/start-closing")
@requires(Permission.EDIT_CAMPAIGN)
def begin_closing(wave_id: int) -> Response:
    """Hand out no new forms; those begun in time still come in."""
    return _change(wave_id, start_closing, _("Không nhận người mới nữa. Phiếu đang làm dở còn gửi được trong 45 phút."))


@blueprint.post("/waves/<int:wave_id>/undo-closing")
@requires(Permission.EDIT_CAMPAIGN)
def reopen(wave_id: int) -> Response:
    """Take a begun closing back."""
    return _change(wave_id, undo_closing, _("Đã mở lại đợt này."))


@blueprint.get("/waves/<int:wave_id>/close")
@requires(Permission.EDIT_CAMPAIGN)
def confirm_closing(wave_id: int) -> str | Response:
    """Show what closing for good means."""
    found = wave_by_id(db.session, wave_id, scope(Permission.EDIT_CAMPAIGN))
    require_at(Permission.EDIT_CAMPAIGN, found.campaign.organisation_id)
    if found.state == WaveState.CLOSED:
        flash(REASONS["already_closed"], "error")
        return redirect(url_for("overview.wave", wave_id=wave_id))
    today = local_date(utc_now())
    visible = scope(Permission.READ_CAMPAIGN)
    return render_template(
        "campaigns/close.html",
        wave=found,
        line=wave_line(db.session, found, visible, today),
        places=[place for place in place_views(db.session, found, visible, today) if place.without_headcount],
    )


@blueprint.post("/waves/<int:wave_id>/close")
@requires(Permission.EDIT_CAMPAIGN)
def close(wave_id: int) -> Response:
    """End a wave for good and freeze its counts."""
    return _change(wave_id, close_wave, _("Đã khóa đợt này. Số liệu không thay đổi nữa."))


def _change(wave_id: int, change: Callable[..., Wave], done: str) -> Response:
    found = wave_by_id(db.session, wave_id, scope(Permission.EDIT_CAMPAIGN))
    require_at(Permission.EDIT_CAMPAIGN, found.campaign.organisation_id)
    try:
        change(db.session, wave_id=wave_id, user_id=person_id(), now=utc_now())
    except ClosingConflict as error:
        db.session.rollback()
        flash(REASONS[error.reason], "error")
    else:
        db.session.commit()
        flash(done)
    return redirect(url_for("overview.wave", wave_id=wave_id))
