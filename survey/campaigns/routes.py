"""Addresses of campaigns, the days of waves, plans, and the review of an instrument by a unit.

The review stands here and not with the instruments, because whether an item may still be withdrawn depends on the
unit's waves. The pages of one campaign and one wave show counts of answers and stand in `overview`.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response
from wtforms.fields.choices import SelectChoice

from analysis.mastery import MasteryRule
from survey.campaigns.forms import CampaignForm, DatesForm, PlanForm
from survey.campaigns.models import Plan
from survey.campaigns.operations import (
    PlanInvalid,
    WaveConflict,
    edit_campaign,
    edit_plan,
    edit_wave_dates,
    withdraw_item_before_opening,
)
from survey.campaigns.queries import (
    campaign_by_id,
    campaigns_in,
    organisations_in,
    place_to_act,
    plan_by_id,
    plan_definition,
    version_is_in_use,
    wave_by_id,
)
from survey.campaigns.words import REASONS
from survey.core.clock import utc_now
from survey.core.errors import NotFound
from survey.core.permissions import Permission
from survey.core.vocabulary import WaveState
from survey.instruments.checks import guess_figures
from survey.instruments.operations import TooFewItemsLeft, check_item, check_items, forget_review
from survey.instruments.queries import definition_of, review_rows, review_state, version_by_id
from survey.web.auth import access, person_id, require_at, requires, scope
from survey.web.db_session import db

blueprint = Blueprint("campaigns", __name__)

# What a unit can say about one item.
DECISIONS: dict[str, Callable[..., object]] = {
    "check": check_item,
    "withdraw": withdraw_item_before_opening,
    "forget": forget_review,
}

TARGETS = ("4/5", "17/20", "9/10", "19/20", "1")
CUTS = ("7/10", "4/5", "9/10", "1")


@blueprint.get("/campaigns")
@requires(Permission.READ_CAMPAIGN)
def index() -> str:
    """List the campaigns a person may see."""
    campaigns = campaigns_in(db.session, scope(Permission.READ_CAMPAIGN))
    return render_template(
        "campaigns/index.html", campaigns=campaigns, may_create=access().may(Permission.EDIT_CAMPAIGN)
    )


@blueprint.get("/campaigns/<int:campaign_id>/edit")
@requires(Permission.EDIT_CAMPAIGN)
def edit(campaign_id: int) -> str:
    """Show title and topics of a campaign for changing."""
    campaign = campaign_by_id(db.session, campaign_id, scope(Permission.READ_CAMPAIGN))
    require_at(Permission.EDIT_CAMPAIGN, campaign.organisation_id)
    return render_template("campaigns/edit.html", campaign=campaign, form=CampaignForm(obj=campaign))


@blueprint.post("/campaigns/<int:campaign_id>/edit")
@requires(Permission.EDIT_CAMPAIGN)
def save(campaign_id: int) -> Response | tuple[str, int]:
    """Keep title and topics of a campaign."""
    campaign = campaign_by_id(db.session, campaign_id, scope(Permission.READ_CAMPAIGN))
    require_at(Permission.EDIT_CAMPAIGN, campaign.organisation_id)
    form = CampaignForm()
    if not form.validate():
        return render_template("campaigns/edit.html", campaign=campaign, form=form), 422
    edit_campaign(
        db.session,
        campaign=campaign,
        title=form.title.data,
        topics=form.topics.data,
        user_id=person_id(),
        now=utc_now(),
    )
    db.session.commit()
    flash(_("Đã lưu."))
    return redirect(url_for("overview.campaign", campaign_id=campaign_id))


@blueprint.get("/waves/<int:wave_id>/dates")
@requires(Permission.EDIT_CAMPAIGN)
def dates(wave_id: int) -> str | Response:
    """Show the days of a wave for changing."""
    wave = wave_by_id(db.session, wave_id, scope(Permission.READ_CAMPAIGN))
    require_at(Permission.EDIT_CAMPAIGN, wave.campaign.organisation_id)
    if wave.state not in (WaveState.DRAFT, WaveState.OPEN):
        flash(REASONS["not_draft"], "error")
        return redirect(url_for("overview.wave", wave_id=wave_id))
    form = DatesForm(data={"starts": wave.opens, "ends": wave.closes})
    return render_template("campaigns/dates.html", wave=wave, form=form)


@blueprint.post("/waves/<int:wave_id>/dates")
@requires(Permission.EDIT_CAMPAIGN)
def save_dates(wave_id: int) -> Response | tuple[str, int]:
    """Keep the days of a wave."""
    wave = wave_by_id(db.session, wave_id, scope(Permission.READ_CAMPAIGN))
    require_at(Permission.EDIT_CAMPAIGN, wave.campaign.organisation_id)
    form = DatesForm()
    if not form.validate():
        return render_template("campaigns/dates.html", wave=wave, form=form), 422
    try:
        edit_wave_dates(
            db.session,
            wave_id=wave_id,
            opens=form.starts.data,
            closes=form.ends.data,
            user_id=person_id(),
            now=utc_now(),
        )
    except (WaveConflict, PlanInvalid) as error:
        form.ends.errors = [REASONS[error.reason]]
        return render_template("campaigns/dates.html", wave=wave, form=form), error.status
    db.session.commit()
    flash(_("Đã lưu ngày của đợt này."))
    return redirect(url_for("overview.wave", wave_id=wave_id))


@blueprint.get("/plans/<int:plan_id>")
@requires(Permission.READ_CAMPAIGN)
def plan(plan_id: int) -> str:
    """Show in words how an audience is judged."""
    found = plan_by_id(db.session, plan_id, scope(Permission.READ_CAMPAIGN))
    data = {"target": str(found.target), "cut": found.cut, "topic_cut": found.topic_cut, "explains": found.explains}
    return _plan_page(found, _plan_form(found, data))


@blueprint.post("/plans/<int:plan_id>")
@requires(Permission.EDIT_CAMPAIGN)
def save_plan(plan_id: int) -> Response | tuple[str, int]:
    """Keep how an audience is judged, as long as no wave of it has opened."""
    found = plan_by_id(db.session, plan_id, scope(Permission.READ_CAMPAIGN))
    require_at(Permission.EDIT_CAMPAIGN, found.campaign.organisation_id)
    form = _plan_form(found, None)
    if not form.validate():
        return _plan_page(found, form), 422
    try:
        edit_plan(
            db.session,
            plan=found,
            target=Fraction(form.target.data),
            cut=Fraction(form.cut.data),
            topic_cut=Fraction(form.topic_cut.data),
            explains=form.explains.data,
            user_id=person_id(),
            now=utc_now(),
        )
    except (WaveConflict, PlanInvalid) as error:
        db.session.rollback()
        form.cut.errors = [REASONS[error.reason]]
        return _plan_page(found, form), error.status
    db.session.commit()
    flash(_("Đã lưu cách đánh giá."))
    return redirect(url_for("campaigns.plan", plan_id=plan_id))


def _plan_form(found: Plan, data: dict[str, str] | None) -> PlanForm:
    form = PlanForm(data=data)
    total = len(plan_definition(db.session, found).scored_items("A"))
    form.target.choices = [SelectChoice(text, _("%(share)s%% trở lên", share=_percent(text))) for text in TARGETS]
    form.cut.choices = [SelectChoice(text, _cut_words(text, total)) for text in CUTS]
    form.topic_cut.choices = [
        SelectChoice("0", _("không đòi riêng câu nào")),
        SelectChoice("1/2", _("đúng ít nhất một nửa số câu")),
        SelectChoice("1", _("đúng tất cả các câu")),
    ]
    # A rule that came from the instrument itself may not be among the usual ones; it stays on offer.
    for field, text in ((form.target, str(found.target)), (form.cut, found.cut), (form.topic_cut, found.topic_cut)):
        if text not in {choice.value for choice in field.choices}:
            field.choices.append(SelectChoice(text, f"{_percent(text)}%"))
    return form


def _cut_words(text: str, total: int) -> str:
    needed = MasteryRule(cut=Fraction(text)).needed(total)
    return str(_("đúng ít nhất %(needed)s trong %(total)s câu", needed=needed, total=total))


def _percent(text: str) -> str:
    share = float(Fraction(text) * 100)
    return f"{share:.0f}" if share == int(share) else f"{share:.1f}".replace(".", ",")


def _plan_page(found: Plan, form: PlanForm) -> str:
    definition = plan_definition(db.session, found)
    may_edit = found.locked_at is None and access().may(Permission.EDIT_CAMPAIGN, found.campaign.organisation_id)
    return render_template(
        "campaigns/plan.html",
        plan=found,
        definition=definition,
        target_percent=_percent(str(found.target)),
        guess_percent=max(float(guess_figures(definition, form_name).blind) * 100 for form_name in definition.forms),
        may_edit=may_edit,
        form=form,
    )


@blueprint.get("/instruments/<int:version_id>")
@requires(Permission.REVIEW_INSTRUMENT)
def review(version_id: int) -> str:
    """Show an instrument with keys and sources to the people who check it for their unit."""
    version = version_by_id(db.session, version_id)
    places = organisations_in(db.session, scope(Permission.REVIEW_INSTRUMENT))
    place = place_to_act(places, request.args.get("organisation", type=int))
    return render_template(
        "instruments/review.html",
        version=version,
        definition=definition_of(db.session, version_id),
        rows=review_rows(db.session, version_id=version_id, organisation_id=place.id),
        state=review_state(db.session, version_id=version_id, organisation_id=place.id),
        in_use=version_is_in_use(db.session, version_id=version_id, organisation_id=place.id),
        place=place,
        places=places,
    )


@blueprint.post("/instruments/<int:version_id>/review")
@requires(Permission.REVIEW_INSTRUMENT)
def decide(version_id: int) -> Response:
    """Keep what a unit says about one item, and return to the same place of the page."""
    organisation_id = request.form.get("organisation", 0, type=int)
    require_at(Permission.REVIEW_INSTRUMENT, organisation_id)
    decide_on, item_id = DECISIONS.get(request.form.get("decision", "")), request.form.get("item", "")
    if decide_on is None:
        raise NotFound
    try:
        decide_on(
            db.session,
            version_id=version_id,
            organisation_id=organisation_id,
            item_id=item_id,
            user_id=person_id(),
            now=utc_now(),
        )
    except WaveConflict as error:
        flash(REASONS[error.reason], "error")
    except TooFewItemsLeft:
        flash(_("Không rút được câu này: bộ câu hỏi sẽ còn quá ít câu để đánh giá đúng."), "error")
    db.session.commit()
    address = url_for("campaigns.review", version_id=version_id, organisation=organisation_id)
    return redirect(f"{address}#{item_id}")


@blueprint.post("/instruments/<int:version_id>/review/rest")
@requires(Permission.REVIEW_INSTRUMENT)
def check_rest(version_id: int) -> Response:
    """Keep that a unit has checked every item that it has not withdrawn."""
    organisation_id = request.form.get("organisation", 0, type=int)
    require_at(Permission.REVIEW_INSTRUMENT, organisation_id)
    check_items(db.session, version_id=version_id, organisation_id=organisation_id, user_id=person_id(), now=utc_now())
    db.session.commit()
    flash(_("Đã ghi nhận: mọi câu còn lại đã đối chiếu."))
    return redirect(url_for("campaigns.review", version_id=version_id, organisation=organisation_id))
