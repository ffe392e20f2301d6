"""Addresses of this feature: the list of reports, the report of a campaign, and its picture.

The figures and the picture are made in the child process of `jobs`; this worker only puts them into words.
"""

from __future__ import annotations

from typing import cast

from flask import Blueprint, render_template, request
from werkzeug.wrappers import Response

from analysis.rounding import Language
from survey.core.clock import local_date, utc_now
from survey.core.errors import NotFound
from survey.core.permissions import Permission
from survey.reports.calls import build, draw, prepare
from survey.reports.downloads import campaign_addresses
from survey.reports.page import report_page
from survey.reports.period_chooser import chooser
from survey.reports.picture_words import picture_of
from survey.reports.queries import readable_reports, report_input
from survey.reports.records import ReportInput
from survey.reports.release_queries import releases_in
from survey.web.auth import access, requires, scope
from survey.web.db_session import db
from survey.web.locale import language

blueprint = Blueprint("reports", __name__)

VARIANTS = ("wide", "narrow")

# Of itself a picture loads nothing; its own lines carry their colours.
PICTURE_POLICY = "default-src 'none'; style-src 'unsafe-inline'"


@blueprint.get("/reports")
@requires(Permission.READ_RELEASE)
def index() -> str:
    """List what was issued; for those who make reports also the periods, the drafts and the campaigns."""
    prepare()
    return render_template(
        "reports/index.html",
        reports=readable_reports(db.session, scope(Permission.READ_REPORT)),
        releases=releases_in(db.session, scope(Permission.READ_RELEASE)),
        makes_reports=access().may(Permission.READ_REPORT),
        **chooser(request.args.get("organisation", type=int)),
    )


@blueprint.get("/reports/campaigns/<int:campaign_id>")
@blueprint.get("/campaigns/<int:campaign_id>/report")
@requires(Permission.READ_REPORT)
def campaign(campaign_id: int) -> str:
    """Show the report of a campaign, for one organisation or rolled up."""
    source = _source(campaign_id)
    page = report_page(build(source), source, cast(Language, language()))
    # The browser asks for the picture next.
    prepare()
    may_export = access().may(Permission.EXPORT_COUNTS)
    return render_template(
        "reports/campaign.html", page=page, may_export=may_export, addresses=campaign_addresses(page.report)
    )


@blueprint.get("/campaigns/<int:campaign_id>/report/chart.svg")
@requires(Permission.READ_REPORT)
def chart(campaign_id: int) -> Response:
    """Draw the picture of a report."""
    variant = request.args.get("variant", VARIANTS[0])
    if variant not in VARIANTS:
        raise NotFound
    picture = picture_of(build(_source(campaign_id)), cast(Language, language()))
    response = Response(draw(picture, variant), mimetype="image/svg+xml")
    response.headers["Content-Security-Policy"] = PICTURE_POLICY
    return response


def _source(campaign_id: int) -> ReportInput:
    source = report_input(
        db.session,
        campaign_id=campaign_id,
        scope=scope(Permission.READ_REPORT),
        today=local_date(utc_now()),
        organisation_id=request.args.get("organisation", type=int),
    )
    # Everything is read: the database is free while the child computes.
    db.session.rollback()
    return source
