"""Addresses of a unit's year: the page, the figures that take a moment, the picture of a roll-up."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import cast

from flask import Blueprint, Response, render_template, request, url_for
from flask_login import current_user

from analysis.rounding import Language
from survey.activities.years import read_year, years_offered
from survey.core.clock import local_date, utc_now
from survey.core.errors import NotFound
from survey.core.periods import Period, parse_period
from survey.core.permissions import Permission
from survey.organisations.models import Organisation
from survey.organisations.queries import organisation_by_id
from survey.overview.funnels import draw, funnel_tables
from survey.overview.trends import trend_views
from survey.overview.unit_lists import asked_list, with_verdicts
from survey.overview.year_results import YearResults, funnel_groups, not_met_groups, year_report, year_results
from survey.overview.year_words import reason_text
from survey.overview.years import YearView, year_view
from survey.reports.period_records import PeriodReport
from survey.reports.presenter import group_views
from survey.reports.reportable import reportable_places
from survey.reports.routes import PICTURE_POLICY
from survey.web.auth import access, requires, scope
from survey.web.db_session import db
from survey.web.locale import language

blueprint = Blueprint("years", __name__)


@blueprint.app_template_global("year_places")
def year_places() -> Sequence[Organisation]:
    """Return the unit whose year the first page leads to: the topmost that the person may read."""
    return reportable_places(db.session, scope(Permission.READ_REPORT))[:1]


@blueprint.get("/organisations/<int:organisation_id>/year")
@requires(Permission.READ_REPORT)
def year(organisation_id: int) -> str:
    """Show the year of a unit: campaigns, what is open, what is to be done, who is briefed, who understands."""
    view = _view(organisation_id)
    today = local_date(utc_now())
    offered = years_offered(today)
    return render_template(
        "overview/year.html",
        view=view,
        years=offered if view.year in offered else (view.year, *offered),
        units=asked_list(view.below, request.args),
        reason_text=reason_text,
        may_edit=access().may(Permission.EDIT_CAMPAIGN, organisation_id),
    )


@blueprint.get("/organisations/<int:organisation_id>/year/results")
@requires(Permission.READ_REPORT)
def results(organisation_id: int) -> str:
    """Show who clearly understands in the year, with its trend; a part of a page for who asks with ?part=1."""
    view, lang = _view(organisation_id), cast(Language, language())
    found = _results(view.organisation, view.year)
    view = replace(view, below=with_verdicts(view.below, not_met_groups(found.report)))
    return render_template(
        "overview/results.html",
        view=view,
        is_part=request.args.get("part") == "1",
        units=asked_list(view.below, request.args),
        groups=group_views(found.report.report, lang),
        trends=trend_views(found.trends, view.year, found.report.report.target, lang),
        funnels=funnel_tables(found.report, funnel_groups(found.report)),
        report=found.report,
        report_address=url_for("periods.show", organisation_id=organisation_id, text=found.report.period.text),
        reason_text=reason_text,
    )


@blueprint.get("/organisations/<int:organisation_id>/year/funnel/<group>.svg")
@requires(Permission.READ_REPORT)
def funnel(organisation_id: int, group: str) -> Response:
    """Draw the schools of a roll-up around the share of all."""
    place = organisation_by_id(db.session, organisation_id, scope(Permission.READ_REPORT))
    found = _report(place, _year())
    if group not in funnel_groups(found):
        raise NotFound
    response = Response(draw(found, group, is_narrow=request.args.get("variant") == "narrow"), mimetype="image/svg+xml")
    response.headers["Content-Security-Policy"] = PICTURE_POLICY
    return response


def _year() -> Period:
    return read_year(request.args.get("year"), today=local_date(utc_now()))


def _view(organisation_id: int) -> YearView:
    visible = scope(Permission.READ_REPORT)
    if not current_user.is_authenticated or not visible.covers(organisation_id):
        raise NotFound
    return year_view(
        db.session,
        organisation_id=organisation_id,
        year=request.args.get("year"),
        today=local_date(utc_now()),
        scope=visible,
    )


def _report(place: Organisation, year: Period) -> PeriodReport:
    return year_report(
        db.session,
        organisation_id=place.id,
        period=parse_period(year.text, place.cut_off),
        scope=scope(Permission.READ_REPORT),
        today=local_date(utc_now()),
        parent_id=place.parent_id,
    )


def _results(place: Organisation, year: Period) -> YearResults:
    return year_results(
        db.session,
        organisation_id=place.id,
        period=parse_period(year.text, place.cut_off),
        scope=scope(Permission.READ_REPORT),
        today=local_date(utc_now()),
        parent_id=place.parent_id,
    )
