"""The files of a report on the web: their addresses by format, and how one is sent."""

from __future__ import annotations

from dataclasses import dataclass

from flask import url_for
from werkzeug.wrappers import Response

from survey.core.periods import PeriodInvalid, range_period
from survey.reports.files import MEDIA_TYPES
from survey.reports.period_records import PeriodReport
from survey.reports.records import Report
from survey.reports.words import _

# Title and address.
Links = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Addresses:
    """Where the files of a report are; period: where a campaign's days can be reported as a period, to be issued."""

    files: Links
    parents: Links
    period: str = ""


def period_addresses(report: PeriodReport, text: str) -> Addresses:
    """Return the addresses of a periodic report."""
    place = report.organisation.id
    return Addresses(
        files=tuple(
            (title, url_for("periods.file", organisation_id=place, text=text, form=form)) for form, title in _FILES
        ),
        parents=tuple(
            (title, url_for("periods.parents", organisation_id=place, text=text, form=form))
            for form, title in _parents()
            if report.report.has_answers
        ),
    )


def campaign_addresses(report: Report) -> Addresses:
    """Return the addresses of a campaign's report."""
    place, campaign_id = report.organisation.id, report.campaign_id
    return Addresses(
        files=tuple(
            (title, url_for("campaign_files.file", campaign_id=campaign_id, form=form, organisation=place))
            for form, title in _FILES
        ),
        parents=tuple(
            (title, url_for("campaign_files.parents", campaign_id=campaign_id, form=form, organisation=place))
            for form, title in _parents()
            if report.has_answers
        ),
        period=_period_address(report),
    )


def _period_address(report: Report) -> str:
    try:
        text = range_period(report.starts, report.ends).text
    except PeriodInvalid:
        return ""
    return url_for("periods.show", organisation_id=report.organisation.id, text=text)


# The names of the formats are the same in every language.
_FILES = (("docx", "Word"), ("pdf", "PDF"), ("xlsx", "Excel"), ("html", "HTML"))


def _parents() -> Links:
    return ("pdf", _("PDF để in")), ("png", _("Ảnh gửi Zalo"))


def download(content: bytes, form: str, name: str) -> Response:
    """Return a file under a name, to be saved."""
    response = Response(content, content_type=MEDIA_TYPES[form])
    response.headers.set("Content-Disposition", "attachment", filename=name)
    return response
