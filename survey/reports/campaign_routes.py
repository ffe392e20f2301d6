"""Addresses of a campaign's files: the written report, and the page for parents."""

from __future__ import annotations

from flask import Blueprint, request
from werkzeug.wrappers import Response

from survey.core.clock import local_date, utc_now
from survey.core.errors import NotFound
from survey.core.permissions import Permission
from survey.reports.campaign_document import CampaignView, campaign_document, campaign_parents_page, campaign_view
from survey.reports.downloads import download
from survey.reports.files import PARENTS_RENDERERS, PERIOD_RENDERERS
from survey.reports.period_pages import as_language
from survey.web.auth import requires, scope
from survey.web.db_session import db
from survey.web.locale import language

blueprint = Blueprint("campaign_files", __name__, url_prefix="/campaigns/<int:campaign_id>/report")


@blueprint.get("/files/<form>")
@requires(Permission.READ_REPORT)
def file(campaign_id: int, form: str) -> Response:
    """Send the report of a campaign as a file; `form` is docx, pdf, xlsx or html."""
    if form not in PERIOD_RENDERERS:
        raise NotFound
    view = _view(campaign_id)
    content = PERIOD_RENDERERS[form](campaign_document(view, as_language(language())))
    return download(content, form, f"bao-cao-{view.report.organisation.code}-chien-dich-{campaign_id}.{form}")


@blueprint.get("/parents.<form>")
@requires(Permission.READ_REPORT)
def parents(campaign_id: int, form: str) -> Response:
    """Send the one-page result for parents; `form` is pdf or png."""
    if form not in PARENTS_RENDERERS:
        raise NotFound
    view = _view(campaign_id)
    content = PARENTS_RENDERERS[form](campaign_parents_page(view, as_language(language())))
    return download(content, form, f"ket-qua-{view.report.organisation.code}-chien-dich-{campaign_id}.{form}")


def _view(campaign_id: int) -> CampaignView:
    return campaign_view(
        db.session,
        campaign_id=campaign_id,
        scope=scope(Permission.READ_REPORT),
        today=local_date(utc_now()),
        organisation_id=request.args.get("organisation", type=int),
    )
