"""Addresses of the communication log itself: the list, one activity, adding, changing and removing.

What came of it has its own addresses: `entry_routes`, `briefing_routes`, `check_routes`, `duty_routes`.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from survey.activities import words as log_words
from survey.activities.forms import LogForm, put_faults
from survey.activities.models import Activity
from survey.activities.operations import edit_activity, log_activity, remove_activity
from survey.activities.pages import asked_place, campaigns_of, editable_place, readable, require_editable
from survey.activities.queries import activities_between, activity_record, row_by_id, totals_of
from survey.activities.records import ActivityRecord
from survey.activities.rights import editable_scope
from survey.activities.rules import EntryInvalid
from survey.activities.vocabulary import AI
from survey.activities.years import months_of
from survey.core.clock import utc_now
from survey.core.permissions import Permission
from survey.organisations.models import Organisation
from survey.web.auth import access, person_id, requires
from survey.web.db_session import db

blueprint = Blueprint("activities", __name__)
blueprint.record_once(lambda state: state.app.jinja_env.globals.update(log_words=log_words))

PAGE = 60


@blueprint.get("/activities")
@requires(Permission.READ_ACTIVITY)
def index() -> str:
    """List what was done in a year, narrowed by form, month and topic, with totals."""
    place = asked_place()
    everything = activities_between(
        db.session, organisation_ids=place.ids, start=place.year.starts, end=place.year.ends, scope=readable()
    )
    asked = {name: request.args.get(name, "") for name in ("form", "month", "topic")}
    found = _narrow(everything, **asked)
    page = max(request.args.get("page", 1, type=int), 1)
    return render_template(
        "activities/index.html",
        place=place,
        asked=asked,
        months=[month for month in months_of(place.year) if month <= place.today],
        totals=totals_of(found),
        rows=found[PAGE * (page - 1) : PAGE * page],
        pages=-(-len(found) // PAGE),
        page=page,
        is_narrowed=any(asked.values()),
    )


def _narrow(records: Sequence[ActivityRecord], *, form: str, month: str, topic: str) -> list[ActivityRecord]:
    return [
        record
        for record in records
        if form in ("", record.form)
        and month in ("", f"{record.held_on:%Y-%m}")
        and (not topic or topic in record.topic_codes)
    ]


@blueprint.get("/activities/<int:activity_id>")
@requires(Permission.READ_ACTIVITY)
def show(activity_id: int) -> str:
    """Show one activity, and the way to the next."""
    row = row_by_id(db.session, Activity, activity_id, readable())
    may_edit = editable_scope(db.session, access()).covers(row.organisation_id)
    return render_template(
        "activities/show.html", activity=activity_record(row), organisation=row.organisation, may_edit=may_edit
    )


@blueprint.get("/activities/new")
@requires(Permission.EDIT_ACTIVITY)
def new() -> str:
    """Show the form for one activity, as of today."""
    place = editable_place()
    form = _form(place.organisation, formdata=None, data=_fresh(place.today))
    return render_template("activities/edit.html", form=form, place=place, activity=None)


def _fresh(today: date) -> dict[str, object]:
    """Return what a new activity begins with; after a first one, what will probably be the same."""
    return {"held_on": today, "form": request.args.get("form"), "counting": "not_counted"}


@blueprint.post("/activities/new")
@requires(Permission.EDIT_ACTIVITY)
def add() -> Response | tuple[str, int]:
    """Keep one activity."""
    place = editable_place()
    form = _form(place.organisation)
    if form.validate():
        try:
            made = log_activity(
                db.session,
                organisation_id=place.organisation.id,
                values=form.values,
                user_id=person_id(),
                now=utc_now(),
            )
        except EntryInvalid as error:
            put_faults(form, error)
        else:
            db.session.commit()
            flash(_("Đã ghi vào nhật ký."))
            return redirect(url_for("activities.show", activity_id=made.id))
    return render_template("activities/edit.html", form=form, place=place, activity=None), 422


@blueprint.get("/activities/<int:activity_id>/edit")
@requires(Permission.EDIT_ACTIVITY)
def edit(activity_id: int) -> str:
    """Show one activity for changing."""
    row = _editable(activity_id)
    form = _form(
        row.organisation,
        formdata=None,
        data={
            **{
                name: getattr(row, name)
                for name in ("form", "held_on", "note", "reach", "counting", "audiences", "link")
            },
            "topics": [*row.topics, AI] if row.is_about_ai else row.topics,
            "newly_briefed": row.newly_briefed or None,
            "campaign_id": str(row.campaign_id or ""),
        },
    )
    return render_template("activities/edit.html", form=form, place=None, activity=row)


@blueprint.post("/activities/<int:activity_id>/edit")
@requires(Permission.EDIT_ACTIVITY)
def save(activity_id: int) -> Response | tuple[str, int]:
    """Change one activity."""
    row = _editable(activity_id)
    form = _form(row.organisation)
    if form.validate():
        try:
            edit_activity(db.session, activity=row, values=form.values, user_id=person_id(), now=utc_now())
        except EntryInvalid as error:
            put_faults(form, error)
        else:
            db.session.commit()
            flash(_("Đã lưu."))
            return redirect(url_for("activities.show", activity_id=activity_id))
    return render_template("activities/edit.html", form=form, place=None, activity=row), 422


@blueprint.get("/activities/<int:activity_id>/remove")
@requires(Permission.EDIT_ACTIVITY)
def ask_remove(activity_id: int) -> str:
    """Ask before an activity is removed, and say what is lost."""
    row = _editable(activity_id)
    return render_template("activities/remove.html", activity=activity_record(row), organisation=row.organisation)


@blueprint.post("/activities/<int:activity_id>/remove")
@requires(Permission.EDIT_ACTIVITY)
def remove(activity_id: int) -> Response:
    """Remove an activity."""
    row = _editable(activity_id)
    organisation_id = row.organisation_id
    remove_activity(db.session, activity=row, user_id=person_id(), now=utc_now())
    db.session.commit()
    flash(_("Đã xóa khỏi nhật ký."))
    return redirect(url_for("activities.index", organisation=organisation_id))


def _editable(activity_id: int) -> Activity:
    row = row_by_id(db.session, Activity, activity_id, readable())
    require_editable(row.organisation_id)
    return row


def _form(organisation: Organisation, **kwargs: object) -> LogForm:
    return LogForm(campaigns=campaigns_of(organisation), **kwargs)
