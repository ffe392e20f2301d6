"""Addresses of a year's duties: progress of a unit and of those below, and the plan that binds it."""

from __future__ import annotations

from collections import Counter

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from survey.activities.duties import RULES, duties_by_unit
from survey.activities.forms import YearPlanForm, put_faults
from survey.activities.operations import set_plan
from survey.activities.pages import Place, asked_place, editable_place, readable
from survey.activities.queries import plans_of
from survey.activities.records import Duty
from survey.activities.rules import EntryInvalid
from survey.activities.vocabulary import DutyState
from survey.core.clock import utc_now
from survey.core.permissions import Permission
from survey.web.auth import person_id, requires
from survey.web.db_session import db

blueprint = Blueprint("duties", __name__)


@blueprint.get("/duties")
@requires(Permission.READ_ACTIVITY)
def index() -> str:
    """Show the duties of a year with their progress, and those of the units below."""
    return _page(asked_place(), None)


@blueprint.post("/duties/plan")
@requires(Permission.EDIT_ACTIVITY)
def save_plan() -> Response | tuple[str, int]:
    """Keep number and date of the plan, and the channels in use."""
    place = editable_place()
    form = YearPlanForm()
    if form.validate():
        try:
            set_plan(
                db.session,
                organisation_id=place.organisation.id,
                year=place.year.starts.year,
                number=form.number.data or "",
                issued_on=form.issued_on.data,
                channels=tuple(form.channels.data or ()),
                user_id=person_id(),
                now=utc_now(),
            )
        except EntryInvalid as error:
            put_faults(form, error)
        else:
            db.session.commit()
            flash(_("Đã lưu."))
            return redirect(url_for("duties.index", organisation=place.organisation.id, year=place.year.text))
    return _page(place, form), 422


def _page(place: Place, form: YearPlanForm | None) -> str:
    units = place.below
    found = duties_by_unit(db.session, organisation_ids=units, year=place.year, today=place.today, scope=readable())
    names = {choice.id: choice.name for choice in place.choices}
    lines = [(names.get(unit, ""), unit, _counts(duties)) for unit, duties in found.items() if unit in names]
    return render_template(
        "activities/duties.html",
        place=place,
        duties=found[place.organisation.id],
        sources={str(rule.code): rule.source for rule in RULES},
        lines=sorted(lines, key=_attention) if len(units) > 1 else [],
        form=form or _plan_form(place),
        is_sent=form is not None,
    )


def _counts(duties: tuple[Duty, ...]) -> Counter[str]:
    return Counter(duty.state for duty in duties)


def _attention(line: tuple[str, int, Counter[str]]) -> tuple[int, int, str]:
    name, _unit, counts = line
    return (-counts[DutyState.LATE], -counts[DutyState.OPEN], name.casefold())


def _plan_form(place: Place) -> YearPlanForm:
    plans = plans_of(
        db.session, organisation_ids=[place.organisation.id], years=[place.year.starts.year], scope=readable()
    )
    if not plans:
        return YearPlanForm(formdata=None)
    plan = plans[0]
    data = {"number": plan.number, "issued_on": plan.issued_on, "channels": list(plan.channels)}
    return YearPlanForm(formdata=None, data=data)
