"""The address of item analysis. The figures are made in the child process; this worker only puts them into words."""

from __future__ import annotations

from typing import cast

from flask import Blueprint, render_template, request

from analysis.rounding import Language
from survey.core.permissions import Permission, Scope
from survey.jobs.calls import run_in_child
from survey.reports.item_page import item_page
from survey.reports.item_queries import item_source
from survey.reports.item_records import FormInput, FormResult
from survey.web.auth import requires, scope
from survey.web.db_session import db
from survey.web.locale import language

blueprint = Blueprint("items", __name__)


@blueprint.get("/waves/<int:wave_id>/items")
@requires(Permission.REVIEW_INSTRUMENT)
def items(wave_id: int) -> str:
    """Show how each question of a wave worked, for the people who may see its key."""
    source = item_source(
        db.session,
        wave_id=wave_id,
        scope=_reviewers_scope(),
        organisation_id=request.args.get("organisation", type=int),
    )
    # Everything is read: the database is free while the child computes.
    db.session.rollback()
    page = item_page(source, analyse(source.forms), cast(Language, language()))
    return render_template("reports/items.html", page=page)


def analyse(forms: tuple[FormInput, ...]) -> tuple[FormResult, ...]:
    """Return the item analysis of these forms from the child process."""
    return cast(tuple[FormResult, ...], run_in_child("survey.reports.item_builder:analyse_forms", forms))


def _reviewers_scope() -> Scope:
    """Return where a person may both read the report and see the keys."""
    report, review = scope(Permission.READ_REPORT), scope(Permission.REVIEW_INSTRUMENT)
    return Scope(
        organisations=report.organisations & review.organisations,
        whole=report.whole & review.whole,
    )
