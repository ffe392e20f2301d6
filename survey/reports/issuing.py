"""The files of a report that is being issued: the report in every format, and the page for parents."""

from __future__ import annotations

from analysis.rounding import Language
from survey.reports.documents import ReportDocument
from survey.reports.files import MEDIA_TYPES, PARENTS_RENDERERS, PERIOD_RENDERERS
from survey.reports.operations import IssuedFile
from survey.reports.parents import parents_page
from survey.reports.period_records import PeriodReport


def issued_files(document: ReportDocument, report: PeriodReport, lang: Language) -> list[IssuedFile]:
    """Return every file of a report, made in the child process."""
    found = [
        IssuedFile(f"bao-cao.{form}", MEDIA_TYPES[form], render(document)) for form, render in PERIOD_RENDERERS.items()
    ]
    if report.report.has_answers:
        page = parents_page(report, lang)
        found += [
            IssuedFile(f"ket-qua-cho-phu-huynh.{form}", MEDIA_TYPES[form], render(page))
            for form, render in PARENTS_RENDERERS.items()
        ]
    return found
