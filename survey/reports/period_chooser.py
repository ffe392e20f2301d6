"""What the page of reports shows of periods: the form, the periods likely wanted, the drafts begun."""

from __future__ import annotations

from survey.core.clock import local_date, utc_now
from survey.core.periods import PeriodInvalid, PeriodKind, parse_period
from survey.core.permissions import Permission
from survey.reports.models import ReportDraft
from survey.reports.period_forms import PeriodForm
from survey.reports.release_queries import drafts_in
from survey.reports.reportable import offers, reportable_places
from survey.web.auth import scope
from survey.web.db_session import db
from survey.web.period_words import period_title


def chooser(organisation_id: int | None) -> dict[str, object]:
    """Return the parts of the page that lead to periodic reports, for the organisation asked for or the topmost."""
    today = local_date(utc_now())
    covered = scope(Permission.READ_REPORT)
    places = reportable_places(db.session, covered)
    if not places:
        return {"form": None, "offers": (), "place": None, "drafts": ()}
    place = next((one for one in places if one.id == organisation_id), places[0])
    kind = str(PeriodKind.QUARTER)
    form = PeriodForm(
        places=[(one.id, one.name) for one in places],
        formdata=None,
        data={"organisation": place.id, "kind": kind, "day": today},
    )
    drafts = [(draft, title) for draft in drafts_in(db.session, covered) if (title := draft_title(draft))]
    return {"form": form, "offers": offers(place, today), "place": place, "drafts": drafts}


def draft_title(draft: ReportDraft) -> str:
    """Return the period of a draft in words."""
    try:
        return period_title(parse_period(draft.period, draft.organisation.cut_off))
    except PeriodInvalid:
        return ""
