"""Addresses of exports: the table of counts behind a report, and single answers without names for who may have them."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Blueprint, render_template, request
from werkzeug.wrappers import Response

from survey.campaigns.models import Campaign
from survey.campaigns.queries import campaign_by_id, campaigns_in
from survey.core.clock import local_date, utc_now
from survey.core.errors import Conflict
from survey.core.permissions import Permission
from survey.exports.files import ANSWERS_FORMATS, COUNTS_FORMATS, SpssIsMissing, has_spss
from survey.exports.forms import AnswersForm, CountsForm
from survey.exports.microdata import TooFewAnswers
from survey.exports.operations import note_export
from survey.exports.queries import answers_choices, campaign_answers, counts_by_place, exporting_places
from survey.exports.records import AnswersChoice, ExportFile
from survey.exports.words import _
from survey.organisations.models import Organisation
from survey.web.auth import access, person_id, requires, scope
from survey.web.db_session import db

blueprint = Blueprint("exports", __name__)


@blueprint.get("/exports")
@requires(Permission.EXPORT_COUNTS)
def index() -> str:
    """List the campaigns whose numbers can be taken out."""
    campaigns = campaigns_in(db.session, scope(Permission.EXPORT_COUNTS))
    return render_template("exports/index.html", campaigns=campaigns)


@blueprint.get("/campaigns/<int:campaign_id>/export")
@requires(Permission.EXPORT_COUNTS)
def campaign(campaign_id: int) -> str:
    """Show what can be taken out of a campaign."""
    return _page(campaign_by_id(db.session, campaign_id, scope(Permission.EXPORT_COUNTS)))


@blueprint.post("/campaigns/<int:campaign_id>/export/counts")
@requires(Permission.EXPORT_COUNTS)
def counts(campaign_id: int) -> Response | tuple[str, int]:
    """Hand out the counts of a campaign."""
    found = campaign_by_id(db.session, campaign_id, scope(Permission.EXPORT_COUNTS))
    form = CountsForm()
    if not form.validate_on_submit():
        return _page(found, _("Hãy chọn dạng tệp.")), 422
    now = utc_now()
    places = counts_by_place(
        db.session, campaign_id=campaign_id, scope=scope(Permission.EXPORT_COUNTS), today=local_date(now)
    )
    rows = sum(len(place.table.rows) for place in places)
    if not rows:
        return _page(
            found, _("Chưa có số liệu nào được phép xuất: chưa có phiếu, hoặc các nhóm còn quá ít phiếu.")
        ), 409
    file = COUNTS_FORMATS[form.format.data](f"so-dem-chien-dich-{campaign_id}", places)
    note_export(
        db.session,
        what="counts",
        file_format=form.format.data,
        rows=rows,
        campaign_id=campaign_id,
        organisation_id=found.organisation_id,
        user_id=person_id(),
        now=now,
    )
    db.session.commit()
    return _send(file)


@blueprint.post("/campaigns/<int:campaign_id>/export/answers")
@requires(Permission.EXPORT_MICRODATA)
def answers(campaign_id: int) -> Response | tuple[str, int]:
    """Hand out the single answers of one audience of one school."""
    visible = scope(Permission.EXPORT_MICRODATA)
    found = campaign_by_id(db.session, campaign_id, visible)
    form = AnswersForm()
    if not form.validate_on_submit():
        return _page(found, _("Hãy chọn trường, đối tượng và dạng tệp.")), 422
    try:
        return _answers_file(campaign_id, form)
    except SpssIsMissing:
        return _page(found, _("Chưa tạo được tệp SPSS ở đây. Hãy chọn Excel, hoặc nhờ người phụ trách máy chủ.")), 409
    except Conflict:
        return _page(found, _("Chưa xuất được: đợt chưa khóa. Hãy khóa đợt rồi xuất lại.")), 409
    except TooFewAnswers:
        return _page(found, _("Không xuất được: mỗi nhóm cần ít nhất 10 phiếu ở mỗi đợt.")), 409


def _answers_file(campaign_id: int, form: AnswersForm) -> Response:
    now = utc_now()
    source, microdata = campaign_answers(
        db.session,
        campaign_id=campaign_id,
        organisation_id=form.organisation.data,
        audience=form.audience.data,
        scope=scope(Permission.EXPORT_MICRODATA),
        today=local_date(now),
    )
    name = f"phieu-{form.audience.data}-chien-dich-{campaign_id}"
    file = ANSWERS_FORMATS[form.format.data](name, source, microdata)
    note_export(
        db.session,
        what="microdata",
        file_format=form.format.data,
        rows=len(microdata.rows),
        campaign_id=campaign_id,
        organisation_id=form.organisation.data,
        audience=form.audience.data,
        user_id=person_id(),
        now=now,
    )
    db.session.commit()
    return _send(file)


def _page(campaign: Campaign, problem: str = "") -> str:
    places: Sequence[Organisation] = ()
    choices: dict[int, tuple[AnswersChoice, ...]] = {}
    if access().may(Permission.EXPORT_MICRODATA):
        visible = scope(Permission.EXPORT_MICRODATA)
        places = exporting_places(db.session, campaign_id=campaign.id, scope=visible)
        choices = {
            place.id: answers_choices(db.session, campaign_id=campaign.id, organisation_id=place.id, scope=visible)
            for place in places
        }
    return render_template(
        "exports/campaign.html",
        campaign=campaign,
        problem=problem,
        places=places,
        choices=choices,
        has_spss=has_spss(),
        counts_form=CountsForm(),
        chosen=request.form.get("organisation", type=int),
    )


def _send(file: ExportFile) -> Response:
    headers = {"Content-Disposition": f'attachment; filename="{file.name}"', "Cache-Control": "no-store"}
    return Response(file.content, content_type=file.media_type, headers=headers)
