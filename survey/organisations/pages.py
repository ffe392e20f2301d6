"""What the pages of organisations share: the page of one organisation, and where refusals are shown."""

from __future__ import annotations

from collections.abc import Mapping

from flask import redirect, render_template, url_for
from werkzeug.wrappers import Response

from survey.core.clock import local_date, utc_now
from survey.core.permissions import Permission
from survey.organisations.forms import ClassesForm, GroupForm, HeadcountsForm, OrganisationForm
from survey.organisations.models import Organisation
from survey.organisations.operations import CHILDREN, OrganisationInvalid
from survey.organisations.queries import child_kinds, group_rows, history, organisation_by_id, own_headcounts
from survey.organisations.words import REASONS
from survey.web.auth import access, require_at, scope
from survey.web.db_session import db


def organisation_page(
    organisation_id: int,
    *,
    group_form: GroupForm | None = None,
    classes_form: ClassesForm | None = None,
    headcounts_form: HeadcountsForm | None = None,
    typed: Mapping[str, str] | None = None,
    wrong: Mapping[str, str] | None = None,
) -> str:
    """Return the page of an organisation, with what was typed and refused on it."""
    allowed = scope(Permission.READ_ORGANISATION)
    organisation = organisation_by_id(db.session, organisation_id, allowed)
    today = local_date(utc_now())
    rows = group_rows(db.session, organisation_id, allowed, day=today)
    return render_template(
        "organisations/show.html",
        organisation=organisation,
        rows=rows,
        own=own_headcounts(db.session, organisation_id, day=today) if allowed.covers(organisation_id) else {},
        history=history(db.session, organisation_id, allowed),
        may_edit=access().may(Permission.EDIT_ORGANISATION, organisation_id),
        may_note_history=access().may(Permission.EDIT_ORGANISATION, organisation.parent_id or 0),
        may_manage_people=access().may(Permission.MANAGE_PEOPLE, organisation_id),
        child_kinds=CHILDREN[organisation.kind],
        removable=not rows and not child_kinds(db.session, organisation_id),
        group_form=group_form or GroupForm(formdata=None),
        classes_form=classes_form or ClassesForm(formdata=None, data={"as_of": today}),
        headcounts_form=headcounts_form or HeadcountsForm(formdata=None, data={"as_of": today}),
        typed=typed or {},
        wrong=wrong or {},
    )


def editable(organisation_id: int) -> Organisation:
    """Return an organisation that the person may change."""
    require_at(Permission.EDIT_ORGANISATION, organisation_id)
    return organisation_by_id(db.session, organisation_id, scope(Permission.EDIT_ORGANISATION))


def back_to(organisation_id: int) -> Response:
    """Go back to the page of an organisation."""
    return redirect(url_for("organisations.show", organisation_id=organisation_id))


def put_error(form: OrganisationForm | GroupForm, error: OrganisationInvalid) -> None:
    """Show a refusal beside the field that it speaks of."""
    fields = {
        "code_odd": "code",
        "code_taken": "code",
        "kind_below": "kind",
        "kind_above": "kind",
        "grade_range": "grade",
    }
    name = {**fields, "two_kinds": "staff_kind"}.get(error.reason, "name")
    form[name].errors = [REASONS[error.reason]]
