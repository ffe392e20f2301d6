"""Addresses of the first indicator: the roll of a unit and of the units below, and the sheet to sign on paper."""

from __future__ import annotations

from datetime import date

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from survey.activities.briefing_queries import briefing_state, briefing_total
from survey.activities.forms import RollForm, put_faults
from survey.activities.operations import set_roll
from survey.activities.pages import Place, asked_place, campaigns_of, editable_place, readable
from survey.activities.records import BriefingState
from survey.activities.rules import EntryInvalid
from survey.activities.sheet_content import SignInContent
from survey.activities.words import year_title
from survey.activities.years import read_year, years_offered
from survey.campaigns.queries import campaign_by_id
from survey.core.clock import utc_now
from survey.core.periods import Period
from survey.core.permissions import Permission
from survey.jobs.calls import run_in_child
from survey.web.auth import person_id, requires, scope
from survey.web.db_session import db
from survey.web.formats import format_date

blueprint = Blueprint("briefing", __name__)

# A sheet for a small school, and for the largest that signs on paper.
USUAL_LINES, MOST_LINES = 40, 300
_CAMPAIGN = "campaign-"


@blueprint.get("/briefing")
@requires(Permission.READ_ACTIVITY)
def index() -> str:
    """Show how many of a unit's staff have been briefed, and of the units below."""
    place = asked_place()
    return _page(place, None)


@blueprint.post("/briefing")
@requires(Permission.EDIT_ACTIVITY)
def save() -> Response | tuple[str, int]:
    """Keep the numbers of the roll."""
    place = editable_place()
    form = RollForm(periods=_periods(place))
    if form.validate():
        starts, ends, campaign_id = _days(form.period.data, place)
        try:
            set_roll(
                db.session,
                organisation_id=place.organisation.id,
                starts=starts,
                ends=ends,
                campaign_id=campaign_id,
                roster=form.roster.data or 0,
                known_not_briefed=form.known_not_briefed.data or 0,
                as_of=form.as_of.data,
                user_id=person_id(),
                now=utc_now(),
            )
        except EntryInvalid as error:
            put_faults(form, error)
        else:
            db.session.commit()
            flash(_("Đã lưu."))
            return redirect(url_for("briefing.index", organisation=place.organisation.id))
    return _page(place, form), 422


def _page(place: Place, form: RollForm | None) -> str:
    states = briefing_state(db.session, organisation_ids=place.below, on=place.today, scope=readable())
    own = next(state for state in states if state.organisation_id == place.organisation.id)
    return render_template(
        "activities/briefing.html",
        place=place,
        own=own,
        states=[state for state in states if state is not own],
        total=briefing_total(states) if len(states) > 1 else None,
        form=form or RollForm(periods=_periods(place), formdata=None, data=_filled(own, place)),
        # A summary of faults belongs to a form that was sent.
        is_sent=form is not None,
    )


def _filled(own: BriefingState, place: Place) -> dict[str, object]:
    period = f"{_CAMPAIGN}{own.campaign_id}" if own.campaign_id else _year_text(own, place)
    known_not = own.known_not if own.is_roster_typed else None
    return {"period": period, "roster": own.roster, "known_not_briefed": known_not, "as_of": place.today}


def _year_text(own: BriefingState, place: Place) -> str:
    years = years_offered(place.today)
    return next((year.text for year in years if year.starts == own.starts and year.ends == own.ends), "")


def _periods(place: Place) -> list[tuple[str, str]]:
    years: list[Period] = [year for year in years_offered(place.today) if year.covers(place.today)]
    campaigns = [(f"{_CAMPAIGN}{key}", _("Chiến dịch “%(title)s”", title=title)) for key, title in _campaigns(place)]
    return [(year.text, year_title(year)) for year in sorted(years, key=lambda year: year.starts)] + campaigns


def _campaigns(place: Place) -> list[tuple[int, str]]:
    return campaigns_of(place.organisation)


def _days(text: str, place: Place) -> tuple[date, date, int | None]:
    """Return first day, last day and campaign of a choice that the form has accepted."""
    if text.startswith(_CAMPAIGN):
        campaign = campaign_by_id(db.session, int(text.removeprefix(_CAMPAIGN)), scope(Permission.READ_CAMPAIGN))
        return campaign.starts, campaign.ends, campaign.id
    year = read_year(text, today=place.today)
    return year.starts, year.ends, None


@blueprint.get("/briefing/sign-in-sheet.pdf")
@requires(Permission.READ_ACTIVITY)
def sign_in_sheet() -> Response:
    """Give a sheet with empty lines to sign; names stay on paper and are never typed in."""
    place = asked_place()
    state = briefing_state(db.session, organisation_ids=[place.organisation.id], on=place.today, scope=readable())[0]
    lines = request.args.get("lines", state.roster or USUAL_LINES, type=int)
    content = SignInContent(
        organisation=place.organisation.name,
        parent=place.organisation.parent.name if place.organisation.parent else "",
        lines=max(1, min(lines, MOST_LINES)),
        is_demo=place.organisation.is_demo,
        printed_on=format_date(place.today),
    )
    db.session.rollback()
    pdf = run_in_child("survey.activities.sign_in_sheets:render_sign_in_sheet", content)
    response = Response(pdf, mimetype="application/pdf")
    response.headers["Content-Disposition"] = 'inline; filename="danh-sach-ky-ten.pdf"'
    return response
