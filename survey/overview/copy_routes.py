"""Addresses for copying a campaign into the next year."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from survey.campaigns.copying import copied_plans, next_title, next_year
from survey.campaigns.forms import CopyForm
from survey.campaigns.models import Campaign
from survey.campaigns.operations import PlanInvalid
from survey.campaigns.queries import campaign_by_id
from survey.campaigns.words import REASONS
from survey.core.clock import utc_now
from survey.core.permissions import Permission
from survey.overview.operations import start_copy
from survey.web.auth import person_id, require_at, requires, scope
from survey.web.db_session import db

blueprint = Blueprint("copies", __name__)


@blueprint.get("/campaigns/<int:campaign_id>/copy")
@requires(Permission.EDIT_CAMPAIGN)
def show(campaign_id: int) -> str:
    """Show what a copy of a campaign will be, a year later."""
    found = _campaign(campaign_id)
    return _page(found, CopyForm(data={"title": next_title(found.title), "starts": next_year(found.starts)}))


@blueprint.post("/campaigns/<int:campaign_id>/copy")
@requires(Permission.EDIT_CAMPAIGN)
def make(campaign_id: int) -> Response | tuple[str, int]:
    """Make the copy."""
    found, form = _campaign(campaign_id), CopyForm()
    if not form.validate():
        return _page(found, form), 422
    try:
        made = start_copy(
            db.session,
            campaign=found,
            title=form.title.data,
            starts=form.starts.data,
            user_id=person_id(),
            now=utc_now(),
        )
    except PlanInvalid as error:
        form.title.errors = [REASONS[error.reason]]
        return _page(found, form), error.status
    db.session.commit()
    flash(_("Đã chép chiến dịch. Các đợt còn là bản nháp; hãy xem lại ngày của từng đợt."))
    return redirect(url_for("overview.campaign", campaign_id=made.id))


def _campaign(campaign_id: int) -> Campaign:
    found = campaign_by_id(db.session, campaign_id, scope(Permission.EDIT_CAMPAIGN))
    require_at(Permission.EDIT_CAMPAIGN, found.organisation_id)
    return found


def _page(found: Campaign, form: CopyForm) -> str:
    plans = copied_plans(db.session, found)
    days = (found.ends - found.starts).days + 1
    return render_template("campaigns/copy.html", campaign=found, form=form, plans=plans, days=days)
