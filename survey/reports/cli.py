"""`flask report build`: a report as a file, for archives and for sending on."""

from __future__ import annotations

from pathlib import Path

import click
from flask.cli import AppGroup

from survey.core.clock import local_date, utc_now
from survey.core.errors import NotFound
from survey.core.periods import PeriodInvalid, parse_period
from survey.reports.campaign_document import campaign_document, campaign_view
from survey.reports.files import PERIOD_RENDERERS
from survey.reports.period_pages import draft_document, period_view
from survey.reports.queries import organisation_scope
from survey.web.db_session import db
from survey.web.period_words import PERIOD_PROBLEMS

commands = AppGroup("report", help="Reports as files.")

FORMATS = ("html", "pdf", "docx", "xlsx")


@commands.command("build")
@click.option("--organisation", "code", required=True, help="Code of the school or ward.")
@click.option("--campaign", "campaign_id", type=int, help="Number of the campaign, as `campaign list` shows it.")
@click.option("--period", help="2026-12, 2026-Q4, 2026-H2, 2026, 2026-2027 or 2026-09-15..2026-12-14.")
@click.option("--format", "kind", type=click.Choice(FORMATS), required=True)
@click.option("--out", "target", type=click.Path(dir_okay=False, path_type=Path), required=True)
def build(code: str, campaign_id: int | None, period: str | None, kind: str, target: Path) -> None:
    """Write the report of a campaign or of a period to a file, as a draft."""
    if (campaign_id is None) == (period is None):
        raise click.UsageError("Hãy chọn hoặc một chiến dịch (--campaign), hoặc một kỳ (--period).")
    content = _of_campaign(code, campaign_id, kind) if campaign_id is not None else _of_period(code, period or "", kind)
    target.write_bytes(content)
    click.echo(f"Đã ghi báo cáo vào {target}.")


def _of_campaign(code: str, campaign_id: int, kind: str) -> bytes:
    try:
        organisation_id, scope = organisation_scope(db.session, code)
        view = campaign_view(
            db.session,
            campaign_id=campaign_id,
            scope=scope,
            today=local_date(utc_now()),
            organisation_id=organisation_id,
        )
    except NotFound as error:
        raise click.ClickException(f"Không có chiến dịch {campaign_id} ở đơn vị có mã {code}.") from error
    return PERIOD_RENDERERS[kind](campaign_document(view, "vi"))


def _of_period(code: str, period: str, kind: str) -> bytes:
    try:
        # The days do not matter here, only whether it can be read.
        text = parse_period(period).text
    except PeriodInvalid as error:
        raise click.UsageError(str(PERIOD_PROBLEMS[error.reason])) from error
    try:
        organisation_id, scope = organisation_scope(db.session, code)
    except NotFound as error:
        raise click.ClickException(f"Không có đơn vị nào có mã {code}.") from error
    view = period_view(
        db.session,
        organisation_id=organisation_id,
        text=text,
        scope=scope,
        today=local_date(utc_now()),
        lang="vi",
    )
    return PERIOD_RENDERERS[kind](draft_document(view, "vi"))
