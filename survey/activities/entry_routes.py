"""Addresses of what came of the communication: effects, good models, difficulties and proposals.

The three are kept and shown the same way, so one set of views serves them; what differs stands in `KINDS`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response

from survey.activities.forms import DifficultyForm, EffectForm, ModelForm, put_faults
from survey.activities.models import Difficulty, Effect, GoodModel
from survey.activities.operations import add_entry, edit_entry, remove_entry
from survey.activities.pages import asked_place, editable_place, readable, require_editable
from survey.activities.queries import activity_totals, difficulties_between, effects_between, models_between, row_by_id
from survey.activities.rights import editable_scope
from survey.activities.rules import EntryInvalid
from survey.core.clock import utc_now
from survey.core.permissions import Permission
from survey.web.auth import access, person_id, requires
from survey.web.db_session import db
from survey.web.forms import BaseForm

blueprint = Blueprint("entries", __name__)


@dataclass(frozen=True)
class EntryKind:
    """One kind of entry: its table, form, list, the field that a new one has today in, and its words."""

    model: type[Any]
    form: type[BaseForm]
    between: Callable[..., tuple[Any, ...]]
    today: str
    title: Any
    new: Any
    # Fields whose empty choice means nothing at all.
    optional: tuple[str, ...] = ()


KINDS = {
    "effects": EntryKind(
        Effect, EffectForm, effects_between, "after_on", _l("Hiệu quả"), _l("Ghi một kết quả"), ("topic",)
    ),
    "models": EntryKind(
        GoodModel, ModelForm, models_between, "noted_on", _l("Mô hình hay"), _l("Ghi một mô hình"), ("topic",)
    ),
    "difficulties": EntryKind(
        Difficulty,
        DifficultyForm,
        difficulties_between,
        "raised_on",
        _l("Khó khăn và đề xuất"),
        _l("Ghi khó khăn, đề xuất"),
    ),
}

_TEXTS = {"StringField", "TextAreaField"}


@requires(Permission.READ_ACTIVITY)
def index(kind: str) -> str:
    """List the entries of a year."""
    place = asked_place()
    between = {"start": place.year.starts, "end": place.year.ends}
    return render_template(
        f"activities/{kind}.html",
        kind=kind,
        words_of=KINDS[kind],
        place=place,
        rows=KINDS[kind].between(db.session, organisation_ids=place.ids, scope=readable(), **between),
        totals=activity_totals(db.session, organisation_ids=place.ids, scope=readable(), **between),
        editable=editable_scope(db.session, access()).whole,
    )


@requires(Permission.EDIT_ACTIVITY)
def new(kind: str) -> str:
    """Show the form for an entry."""
    place = editable_place()
    data = {KINDS[kind].today: place.today, "kind": request.args.get("kind", "difficulty"), "status": "open"}
    return _form_page(kind, KINDS[kind].form(formdata=None, data=data), place=place)


@requires(Permission.EDIT_ACTIVITY)
def add(kind: str) -> Response | tuple[str, int]:
    """Keep an entry."""
    place = editable_place()
    form = KINDS[kind].form()
    if form.validate():
        entry = KINDS[kind].model(organisation_id=place.organisation.id, **_values(kind, form))
        try:
            add_entry(db.session, entry=entry, user_id=person_id(), now=utc_now())
        except EntryInvalid as error:
            put_faults(form, error)
        else:
            db.session.commit()
            flash(_("Đã lưu."))
            return _back(kind, place.organisation.id)
    return _form_page(kind, form, place=place), 422


@requires(Permission.EDIT_ACTIVITY)
def edit(kind: str, entry_id: int) -> str:
    """Show an entry for changing."""
    entry = _editable(kind, entry_id)
    return _form_page(kind, KINDS[kind].form(formdata=None, obj=entry), entry=entry)


@requires(Permission.EDIT_ACTIVITY)
def save(kind: str, entry_id: int) -> Response | tuple[str, int]:
    """Change an entry."""
    entry = _editable(kind, entry_id)
    form = KINDS[kind].form()
    if form.validate():
        try:
            edit_entry(db.session, entry=entry, values=_values(kind, form), user_id=person_id(), now=utc_now())
        except EntryInvalid as error:
            db.session.rollback()
            put_faults(form, error)
        else:
            db.session.commit()
            flash(_("Đã lưu."))
            return _back(kind, entry.organisation_id)
    return _form_page(kind, form, entry=_editable(kind, entry_id)), 422


@requires(Permission.EDIT_ACTIVITY)
def ask_remove(kind: str, entry_id: int) -> str:
    """Ask before an entry is removed."""
    entry = _editable(kind, entry_id)
    return render_template("activities/entry_remove.html", kind=kind, words_of=KINDS[kind], entry=entry)


@requires(Permission.EDIT_ACTIVITY)
def remove(kind: str, entry_id: int) -> Response:
    """Remove an entry."""
    entry = _editable(kind, entry_id)
    organisation_id = entry.organisation_id
    remove_entry(db.session, entry=entry, user_id=person_id(), now=utc_now())
    db.session.commit()
    flash(_("Đã xóa."))
    return _back(kind, organisation_id)


def _editable(kind: str, entry_id: int) -> Any:
    entry = row_by_id(db.session, KINDS[kind].model, entry_id, readable())
    require_editable(entry.organisation_id)
    return entry


def _values(kind: str, form: BaseForm) -> dict[str, Any]:
    return {field.name: _value(kind, field) for field in form if field.name != "csrf_token"}


def _value(kind: str, field: Any) -> Any:
    """Return what a field holds: texts that were not sent are empty, an empty choice is none."""
    if field.name in KINDS[kind].optional:
        return field.data or None
    return field.data or "" if field.type in _TEXTS else field.data


def _form_page(kind: str, form: BaseForm, *, place: Any = None, entry: Any = None) -> str:
    organisation = entry.organisation if entry else place.organisation
    return render_template(
        "activities/entry.html",
        kind=kind,
        words_of=KINDS[kind],
        form=form,
        place=place,
        entry=entry,
        organisation=organisation,
    )


def _back(kind: str, organisation_id: int) -> Response:
    return redirect(url_for(f"entries.{kind}_index", organisation=organisation_id))


_ADDRESSES: tuple[tuple[str, str, Callable[..., Any], str], ...] = (
    ("", "index", index, "GET"),
    ("/new", "new", new, "GET"),
    ("/new", "add", add, "POST"),
    ("/<int:entry_id>/edit", "edit", edit, "GET"),
    ("/<int:entry_id>/edit", "save", save, "POST"),
    ("/<int:entry_id>/remove", "ask_remove", ask_remove, "GET"),
    ("/<int:entry_id>/remove", "remove", remove, "POST"),
)

for _kind in KINDS:
    for _end, _name, _view, _method in _ADDRESSES:
        blueprint.add_url_rule(
            f"/{_kind}{_end}", f"{_kind}_{_name}", _view, methods=[_method], defaults={"kind": _kind}
        )
