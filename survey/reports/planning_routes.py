"""The address of the planning page. The numbers are made in the child process; this worker puts them into words."""

from __future__ import annotations

from typing import cast

from flask import Blueprint, render_template

from analysis.rounding import Language
from survey.core.clock import local_date, utc_now
from survey.core.permissions import Permission
from survey.jobs.calls import run_in_child
from survey.reports.planning_page import planning_page
from survey.reports.planning_queries import planning_source
from survey.reports.planning_records import PlanningSource, SizePlan
from survey.web.auth import access, requires, scope
from survey.web.db_session import db
from survey.web.locale import language

blueprint = Blueprint("planning", __name__)


@blueprint.get("/waves/<int:wave_id>/planning")
@requires(Permission.READ_CAMPAIGN)
def planning(wave_id: int) -> str:
    """Show how many of each group must answer in a wave."""
    source = planning_source(
        db.session, wave_id=wave_id, scope=scope(Permission.READ_CAMPAIGN), today=local_date(utc_now())
    )
    # Everything is read: the database is free while the child computes.
    db.session.rollback()
    return render_template(
        "reports/planning.html",
        page=planning_page(source, plans_of(source), cast(Language, language())),
        may_edit=access().may(Permission.EDIT_ORGANISATION),
    )


def plans_of(source: PlanningSource) -> dict[tuple[int, int], SizePlan]:
    """Return what each size of group needs, by people and classes, from the child process."""
    sizes = tuple(sorted({(size.population, size.classes) for size in source.sizes if size.population}))
    if not sizes:
        return {}
    plans = cast(
        tuple[SizePlan, ...], run_in_child("survey.reports.planning_builder:plan_sizes", source.settings, sizes)
    )
    return dict(zip(sizes, plans, strict=True))
