"""Addresses of periodic reports: choose, preview, edit texts, take files."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from survey.core.clock import local_date, utc_now
from survey.core.errors import NotFound
from survey.core.periods import Period, PeriodInvalid, PeriodKind, period_of, range_period
from survey.core.permissions import Permission
from survey.organisations.models import Organisation
from survey.reports.downloads import download, period_addresses
from survey.reports.files import PARENTS_RENDERERS, PERIOD_RENDERERS
from survey.reports.letterheads import FIELDS, letterhead_fields, surroundings, usual_letterhead
from survey.reports.operations import save_draft
from survey.reports.parents import parents_page
from survey.reports.period_forms import PeriodForm, TextsForm
from survey.reports.period_pages import (
    VARIANTS,
    PeriodView,
    as_language,
    draft_document,
    drawing,
    period_view,
    preview,
)
from survey.reports.period_texts import TEXTS
from survey.reports.release_queries import releases_of
from survey.reports.reportable import reportable_places
from survey.reports.routes import PICTURE_POLICY
from survey.reports.words import _
from survey.web.auth import access, person_id, require_at, requires, scope
from survey.web.db_session import db
from survey.web.locale import language
from survey.web.period_words import PERIOD_PROBLEMS, period_title

blueprint = Blueprint("periods", __name__, url_prefix="/reports/periods")


@blueprint.get("")
@requires(Permission.READ_REPORT)
def choose() -> Response | tuple[str, int]:
    """Lead to the report that was asked for: a kind of period and a day in it, or from day to day."""
    if not request.args:
        return redirect(url_for("reports.index"))
    places = reportable_places(db.session, scope(Permission.READ_REPORT))
    form = PeriodForm(places=[(place.id, place.name) for place in places], formdata=request.args)
    if form.validate():
        try:
            period = _asked(form, next(place for place in places if place.id == form.organisation.data))
        except PeriodInvalid as error:
            form.last.errors = [str(PERIOD_PROBLEMS[error.reason])]
        else:
            address = url_for("periods.show", organisation_id=form.organisation.data, text=period.text)
            return redirect(address)
    return render_template("reports/choose.html", form=form), 422


def _asked(form: PeriodForm, place: Organisation) -> Period:
    today = local_date(utc_now())
    if form.is_range:
        return range_period(form.first.data or today, form.last.data or today)
    return period_of(PeriodKind(form.kind.data), form.day.data or today, place.cut_off)


@blueprint.get("/<int:organisation_id>/<text>")
@requires(Permission.READ_REPORT)
def show(organisation_id: int, text: str) -> str:
    """Show the whole report as it will be written down."""
    view = _view(organisation_id, text)
    may_edit = access().may(Permission.ISSUE_REPORT, organisation_id)
    address = url_for("periods.edit", organisation_id=organisation_id, text=text)
    edits = {key: f"{address}#text-{key}" for key in TEXTS} if may_edit else {}
    return render_template(
        "reports/period.html",
        view=view,
        title=period_title(view.report.period),
        paper=preview(draft_document(view, as_language(language())), edits, _pictures(organisation_id, text)),
        releases=releases_of(
            db.session,
            organisation_id=organisation_id,
            period=view.report.period.text,
            scope=scope(Permission.READ_RELEASE),
        ),
        may_edit=may_edit,
        addresses=period_addresses(view.report, text),
        stale=[str(TEXTS[key]) for key in TEXTS if key in view.stale],
    )


def _pictures(organisation_id: int, text: str) -> dict[str, str]:
    return {
        variant: url_for(
            "periods.picture", organisation_id=organisation_id, text=text, variant=variant, lang=language()
        )
        for variant in VARIANTS
    }


@blueprint.get("/<int:organisation_id>/<text>/picture/<variant>.svg")
@requires(Permission.READ_REPORT)
def picture(organisation_id: int, text: str, variant: str) -> Response:
    """Draw the picture of the report."""
    svg = drawing(_view(organisation_id, text), variant, as_language(language()))
    response = Response(svg, mimetype="image/svg+xml")
    response.headers["Content-Security-Policy"] = PICTURE_POLICY
    return response


@blueprint.get("/<int:organisation_id>/<text>/texts")
@requires(Permission.ISSUE_REPORT)
def edit(organisation_id: int, text: str) -> str:
    """Show the texts and the letterhead for editing."""
    require_at(Permission.ISSUE_REPORT, organisation_id)
    view = _view(organisation_id, text)
    values = {f"text_{key}": value for key, value in view.texts.items()}
    values |= {f"letterhead_{name}": value for name, value in letterhead_fields(view.letterhead).items()}
    return _texts_page(view, TextsForm(data=values))


@blueprint.post("/<int:organisation_id>/<text>/texts")
@requires(Permission.ISSUE_REPORT)
def save(organisation_id: int, text: str) -> Response | tuple[str, int]:
    """Keep what the unit wrote."""
    require_at(Permission.ISSUE_REPORT, organisation_id)
    view = _view(organisation_id, text)
    form = TextsForm()
    if not form.validate():
        return _texts_page(view, form), 422
    usual = usual_letterhead(surroundings(view.report), year=local_date(utc_now()).year)
    save_draft(
        db.session,
        organisation_id=organisation_id,
        period=view.report.period.text,
        texts=form.changed(view.drafts),
        basis=view.basis,
        letterhead=form.letterhead(letterhead_fields(usual)),
        confirmed=form.confirmed(),
        user_id=person_id(),
        now=utc_now(),
    )
    db.session.commit()
    flash(_("Đã lưu các đoạn văn. Số liệu trong báo cáo vẫn tự cập nhật."))
    return redirect(url_for("periods.show", organisation_id=organisation_id, text=text))


def _texts_page(view: PeriodView, form: TextsForm) -> str:
    return render_template(
        "reports/texts.html",
        view=view,
        form=form,
        texts=TEXTS,
        fields=FIELDS,
        title=period_title(view.report.period),
    )


@blueprint.get("/<int:organisation_id>/<text>/files/<form>")
@requires(Permission.READ_REPORT)
def file(organisation_id: int, text: str, form: str) -> Response:
    """Send the draft as a file; `form` is docx, pdf, xlsx or html."""
    if form not in PERIOD_RENDERERS:
        raise NotFound
    view = _view(organisation_id, text)
    content = PERIOD_RENDERERS[form](draft_document(view, as_language(language())))
    return download(content, form, f"bao-cao-{view.report.organisation.code}-{text}-du-thao.{form}")


@blueprint.get("/<int:organisation_id>/<text>/parents.<form>")
@requires(Permission.READ_REPORT)
def parents(organisation_id: int, text: str, form: str) -> Response:
    """Send the one-page result for parents; `form` is pdf or png."""
    if form not in PARENTS_RENDERERS:
        raise NotFound
    view = _view(organisation_id, text)
    content = PARENTS_RENDERERS[form](parents_page(view.report, as_language(language())))
    return download(content, form, f"ket-qua-{view.report.organisation.code}-{text}.{form}")


def _view(organisation_id: int, text: str) -> PeriodView:
    return period_view(
        db.session,
        organisation_id=organisation_id,
        text=text,
        scope=scope(Permission.READ_REPORT),
        today=local_date(utc_now()),
        lang=as_language(language()),
    )
