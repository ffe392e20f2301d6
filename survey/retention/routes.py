"""The page that says until when single answers of a campaign are kept, and where they are deleted for good."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response

from survey.campaigns.models import Campaign
from survey.campaigns.queries import campaign_by_id
from survey.core.clock import local_date, utc_now
from survey.core.permissions import Permission
from survey.retention.forms import LastDayForm, PurgeForm
from survey.retention.operations import DayNotAllowed, purge_campaign, set_last_day
from survey.retention.periods import latest_day
from survey.retention.queries import kept_answers
from survey.web.auth import person_id, require_at, requires, scope
from survey.web.db_session import db
from survey.web.formats import format_date, format_number

blueprint = Blueprint("retention", __name__)


@blueprint.get("/campaigns/<int:campaign_id>/retention")
@requires(Permission.PURGE_DATA)
def show(campaign_id: int) -> str:
    """Show until when single answers are kept."""
    return _page(_campaign(campaign_id), LastDayForm(), PurgeForm())


@blueprint.post("/campaigns/<int:campaign_id>/retention")
@requires(Permission.PURGE_DATA)
def change(campaign_id: int) -> Response | tuple[str, int]:
    """Set another last day."""
    campaign = _campaign(campaign_id)
    form = LastDayForm()
    if not form.validate_on_submit():
        return _page(campaign, form, PurgeForm(formdata=None)), 422
    try:
        set_last_day(db.session, campaign_id=campaign.id, until=form.until.data, user_id=person_id(), now=utc_now())
    except DayNotAllowed:
        form.until.errors = [
            _(
                "Chọn một ngày từ hôm nay và sau khi chiến dịch kết thúc, muộn nhất %(latest)s.",
                latest=format_date(latest_day(campaign.ends)),
            )
        ]
        return _page(campaign, form, PurgeForm(formdata=None)), 422
    db.session.commit()
    flash(_("Đã đổi ngày. Sau ngày này từng phiếu được xóa, số liệu tổng hợp vẫn giữ."))
    return redirect(url_for("retention.show", campaign_id=campaign_id))


@blueprint.post("/campaigns/<int:campaign_id>/retention/purge")
@requires(Permission.PURGE_DATA)
def purge(campaign_id: int) -> Response | tuple[str, int]:
    """Delete the single answers now."""
    campaign = _campaign(campaign_id)
    form = PurgeForm()
    if not form.validate_on_submit():
        return _page(campaign, LastDayForm(formdata=None), form), 422
    number = purge_campaign(db.session, campaign_id=campaign.id, user_id=person_id(), now=utc_now())
    db.session.commit()
    said = ngettext(
        "Đã xóa vĩnh viễn %(number)s phiếu. Báo cáo vẫn đọc được từ số liệu tổng hợp.",
        "Đã xóa vĩnh viễn %(number)s phiếu. Báo cáo vẫn đọc được từ số liệu tổng hợp.",
        number,
        number=format_number(number),
    )
    flash(said)
    return redirect(url_for("retention.show", campaign_id=campaign_id))


def _campaign(campaign_id: int) -> Campaign:
    campaign = campaign_by_id(db.session, campaign_id, scope(Permission.PURGE_DATA))
    require_at(Permission.PURGE_DATA, campaign.organisation_id)
    return campaign


def _page(campaign: Campaign, day_form: LastDayForm, purge_form: PurgeForm) -> str:
    today = local_date(utc_now())
    kept = kept_answers(db.session, campaign, today=today)
    if day_form.until.data is None and not day_form.errors:
        day_form.until.data = kept.retention.until
    return render_template(
        "retention/show.html",
        campaign=campaign,
        kept=kept,
        latest=latest_day(campaign.ends),
        day_form=day_form,
        purge_form=purge_form,
        has_open=any(wave.state in {"open", "closing"} for wave in campaign.waves),
    )
