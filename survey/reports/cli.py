"""`flask report build`: a report as a file, for archives and for sending on."""

from __future__ import annotations

from pathlib import Path

import click
from flask.cli import AppGroup

from survey.core.clock import local_date, utc_now
from survey.core.errors import NotFound
from survey.reports.calls import build as build_in_child
from survey.reports.files import RENDERERS
from survey.reports.queries import organisation_scope, report_input
from survey.web.db_session import db

commands = AppGroup("report", help="Reports as files.")

FORMATS = ("html", "pdf", "docx", "xlsx")


@commands.command("build")
@click.option("--organisation", "code", required=True, help="Code of the school or ward.")
@click.option("--campaign", "campaign_id", type=int, help="Number of the campaign, as `campaign list` shows it.")
@click.option("--period", help="Not offered yet.")
@click.option("--format", "kind", type=click.Choice(FORMATS), required=True)
@click.option("--out", "target", type=click.Path(dir_okay=False, path_type=Path), required=True)
def build(code: str, campaign_id: int | None, period: str | None, kind: str, target: Path) -> None:
    """Write the report of a campaign to a file."""
    if period is not None or campaign_id is None:
        raise click.UsageError("Chưa lập được báo cáo theo kỳ; hãy chọn một chiến dịch bằng --campaign.")
    if kind not in RENDERERS:
        raise click.UsageError(f"Chưa xuất được dạng {kind}; hãy dùng --format html.")
    try:
        organisation_id, scope = organisation_scope(db.session, code)
        source = report_input(
            db.session,
            campaign_id=campaign_id,
            scope=scope,
            today=local_date(utc_now()),
            organisation_id=organisation_id,
        )
    except NotFound as error:
        raise click.ClickException(f"Không có chiến dịch {campaign_id} ở đơn vị có mã {code}.") from error
    target.write_bytes(RENDERERS[kind](build_in_child(source), source, "vi"))
    click.echo(f"Đã ghi báo cáo vào {target}.")
