"""Addresses for noting that a unit stands in the place of others: schools that merged, were renamed or split."""

from __future__ import annotations

from flask import Blueprint, flash, render_template
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from survey.core.clock import local_date, utc_now
from survey.core.permissions import Permission
from survey.organisations.models import Organisation
from survey.organisations.pages import back_to
from survey.organisations.queries import organisation_by_id
from survey.organisations.succession_forms import KINDS, REFUSALS, SuccessionForm
from survey.organisations.successions import (
    SuccessionInvalid,
    SuccessionKind,
    SuccessionKnown,
    possible_predecessors,
    record_succession,
    successions_of,
)
from survey.web.auth import person_id, require_at, requires, scope
from survey.web.db_session import db

blueprint = Blueprint("successions", __name__, url_prefix="/organisations/<int:organisation_id>/succession")


@blueprint.get("")
@requires(Permission.EDIT_ORGANISATION)
def ask(organisation_id: int) -> str:
    """Show what is known of the unit's history, and the form."""
    new = _new(organisation_id)
    return _page(new, _form(new, data={"since": local_date(utc_now())}))


@blueprint.post("")
@requires(Permission.EDIT_ORGANISATION)
def note(organisation_id: int) -> Response | str | tuple[str, int]:
    """Say what follows; once the person has confirmed it, note it."""
    new = _new(organisation_id)
    form = _form(new)
    if not form.validate():
        return _page(new, form), 422
    old = [place for place in _predecessors(new) if place.id in (form.old.data or [])]
    if len(old) > 1 and form.kind.data != SuccessionKind.MERGED:
        return _refused(organisation_id, form, "one_old")
    try:
        # Noted first and taken back for the question, so that what would be refused is refused before it.
        record_succession(
            db.session,
            old=old,
            new=new,
            since=form.since.data,
            kind=form.kind.data,
            user_id=person_id(),
            now=utc_now(),
        )
    except SuccessionInvalid as error:
        return _refused(organisation_id, form, error.reason)
    except SuccessionKnown:
        return _refused(organisation_id, form, "known")
    if not form.is_confirmed:
        db.session.rollback()
        return _question(organisation_id, form)
    db.session.commit()
    flash(_("Đã ghi. Báo cáo theo kỳ sẽ tính theo thay đổi này."))
    return back_to(organisation_id)


def _new(organisation_id: int) -> Organisation:
    """Return the unit that stands in the place of others; whoever notes it works for the unit above."""
    new = organisation_by_id(db.session, organisation_id, scope(Permission.EDIT_ORGANISATION))
    require_at(Permission.EDIT_ORGANISATION, new.parent_id or 0)
    return new


def _predecessors(new: Organisation) -> list[Organisation]:
    return list(possible_predecessors(db.session, new=new, scope=scope(Permission.EDIT_ORGANISATION)))


def _form(new: Organisation, **kwargs: object) -> SuccessionForm:
    return SuccessionForm(places=[(place.id, place.name) for place in _predecessors(new)], **kwargs)


def _refused(organisation_id: int, form: SuccessionForm, reason: str) -> tuple[str, int]:
    db.session.rollback()
    field = form.kind if reason == "kind" else form.old
    field.errors = [REFUSALS[reason]]
    return _page(_new(organisation_id), form), 422


def _page(new: Organisation, form: SuccessionForm) -> str:
    known = successions_of(db.session, organisation_id=new.id, scope=scope(Permission.EDIT_ORGANISATION))
    return render_template("organisations/succession.html", organisation=new, form=form, known=known, kinds=KINDS)


def _question(organisation_id: int, form: SuccessionForm) -> str:
    new = _new(organisation_id)
    old = [place for place in _predecessors(new) if place.id in (form.old.data or [])]
    return render_template("organisations/succession_question.html", organisation=new, form=form, old=old)
