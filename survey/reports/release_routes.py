"""Addresses of issued reports: issue one, read it, take its files as they were issued."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from survey.core.clock import local_date, utc_now
from survey.core.permissions import Permission
from survey.reports.issuing import issued_files
from survey.reports.operations import ReleaseConflict, ReleaseInvalid, is_correction, issue_report, next_number
from survey.reports.period_forms import IssueForm
from survey.reports.period_pages import PeriodView, as_language, issued_document, missing_for_issue, period_view
from survey.reports.release_queries import release_by_id, release_file, releases_of
from survey.reports.words import _
from survey.web.auth import person_id, require_at, requires, scope
from survey.web.db_session import db
from survey.web.locale import language
from survey.web.period_words import period_title

blueprint = Blueprint("releases", __name__, url_prefix="/reports")


@blueprint.get("/periods/<int:organisation_id>/<text>/issue")
@requires(Permission.ISSUE_REPORT)
def ask(organisation_id: int, text: str) -> str:
    """Say what issuing means and what is still missing."""
    require_at(Permission.ISSUE_REPORT, organisation_id)
    return _issue_page(_view(organisation_id, text), IssueForm())


@blueprint.post("/periods/<int:organisation_id>/<text>/issue")
@requires(Permission.ISSUE_REPORT)
def issue(organisation_id: int, text: str) -> Response | tuple[str, int]:
    """Freeze the report with its files."""
    require_at(Permission.ISSUE_REPORT, organisation_id)
    view = _view(organisation_id, text)
    form = IssueForm()
    if not form.validate():
        return _issue_page(view, form), 422
    number = next_number(db.session, organisation_id=organisation_id)
    changed = form.changed.data or ""
    document = issued_document(view, as_language(language()), number=number, changed=changed)
    # The files are made while the database is free.
    db.session.rollback()
    files = issued_files(document, view.report, as_language(language()))
    try:
        release = issue_report(
            db.session,
            report=view.report,
            title=document.subject,
            number=number,
            changed=changed,
            files=files,
            user_id=person_id(),
            now=utc_now(),
        )
    except ReleaseInvalid:
        db.session.rollback()
        form.changed.errors = [_("Báo cáo kỳ này đã phát hành. Hãy ghi bản mới khác bản trước ở chỗ nào.")]
        return _issue_page(view, form), 422
    except ReleaseConflict:
        db.session.rollback()
        form.changed.errors = [
            _("Vừa có người phát hành một báo cáo của đơn vị. Hãy xem lại rồi bấm phát hành lần nữa.")
        ]
        return _issue_page(view, form), 409
    release_id = release.id
    db.session.commit()
    flash(_("Đã phát hành. Các tệp được giữ nguyên như lúc này."))
    return redirect(url_for("releases.show", release_id=release_id))


def _issue_page(view: PeriodView, form: IssueForm) -> str:
    organisation_id, period = view.report.organisation.id, view.report.period
    earlier = releases_of(
        db.session, organisation_id=organisation_id, period=period.text, scope=scope(Permission.ISSUE_REPORT)
    )
    return render_template(
        "reports/issue.html",
        view=view,
        form=form,
        title=period_title(period),
        missing=missing_for_issue(view, today=local_date(utc_now())),
        earlier=earlier,
        is_correction=is_correction(db.session, organisation_id=organisation_id, period=period.text),
    )


@blueprint.get("/releases/<int:release_id>")
@requires(Permission.READ_RELEASE)
def show(release_id: int) -> str:
    """Show an issued report: its files and their hashes, and the other releases of the same period."""
    covered = scope(Permission.READ_RELEASE)
    release = release_by_id(db.session, release_id, covered)
    others = releases_of(
        db.session, organisation_id=release.organisation_id, period=release.period or "", scope=covered
    )
    return render_template(
        "reports/release.html",
        release=release,
        newest=others[0] if others else release,
        others=[one for one in others if one.id != release_id],
    )


@blueprint.get("/releases/<int:release_id>/<name>")
@requires(Permission.READ_RELEASE)
def file(release_id: int, name: str) -> Response:
    """Send a file of a release, byte for byte as it was issued."""
    found = release_file(db.session, release_id=release_id, name=name, scope=scope(Permission.READ_RELEASE))
    response = Response(found.content, content_type=found.media_type)
    response.headers.set("Content-Disposition", "attachment", filename=found.name)
    response.headers["X-Content-SHA256"] = found.sha256
    return response


def _view(organisation_id: int, text: str) -> PeriodView:
    return period_view(
        db.session,
        organisation_id=organisation_id,
        text=text,
        scope=scope(Permission.ISSUE_REPORT),
        today=local_date(utc_now()),
        lang=as_language(language()),
    )
