"""`flask export counts`: the numbers behind a report as a table, to check them or to analyse them elsewhere."""

from __future__ import annotations

import csv
from pathlib import Path

import click
from flask.cli import AppGroup

from survey.core.clock import local_date, utc_now
from survey.core.errors import Conflict, NotFound
from survey.exports.queries import campaign_counts, campaign_owner
from survey.exports.records import COLUMNS
from survey.reports.queries import organisation_scope
from survey.web.db_session import db
from survey.web.words import REPORTING_GROUPS

commands = AppGroup("export", help="Tables for other programs: counts.")


@commands.command("counts")
@click.option("--campaign", "campaign_id", type=int, required=True, help="Number of the campaign.")
@click.option("--organisation", "code", help="Code of the school; left out: the owner of the campaign.")
@click.option("--out", "target", type=click.Path(dir_okay=False, path_type=Path), required=True)
def counts(campaign_id: int, code: str | None, target: Path) -> None:
    """Write the counts of a campaign, masked like its report, for `python -m analysis FILE --counts`."""
    try:
        organisation_id, scope = organisation_scope(db.session, code or campaign_owner(db.session, campaign_id))
        table = campaign_counts(
            db.session,
            campaign_id=campaign_id,
            organisation_id=organisation_id,
            scope=scope,
            today=local_date(utc_now()),
        )
    except NotFound as error:
        raise click.ClickException(f"Không có chiến dịch {campaign_id} ở đơn vị này.") from error
    except Conflict as error:
        raise click.ClickException("Chiến dịch này gồm nhiều đơn vị; hãy chọn một bằng --organisation.") from error
    with target.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([COLUMNS, *table.rows])
    for group in table.left_out:
        name = str(REPORTING_GROUPS[group])
        click.echo(f"Không xuất nhóm {name}: có lớp còn quá ít phiếu, xuất ra có thể lộ người trả lời.", err=True)
    if not table.rows:
        click.echo("Đơn vị này không có phiếu nào được hiện trong chiến dịch.", err=True)
    click.echo(f"Đã ghi {len(table.rows)} dòng vào {target}.")
