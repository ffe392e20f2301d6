"""`flask export counts|microdata`: tables of counts and of single answers, to analyse them elsewhere."""

from __future__ import annotations

import csv
from pathlib import Path

import click
from flask.cli import AppGroup

from survey.core.clock import local_date, utc_now
from survey.core.errors import Conflict, NotFound
from survey.core.vocabulary import Audience
from survey.exports.files import ANSWERS_FORMATS
from survey.exports.microdata import TooFewAnswers
from survey.exports.operations import note_export
from survey.exports.queries import campaign_answers, campaign_counts, campaign_owner
from survey.exports.records import COLUMNS
from survey.reports.queries import organisation_scope
from survey.web.db_session import db
from survey.web.words import REPORTING_GROUPS

commands = AppGroup("export", help="Tables for other programs: counts, microdata.")


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


@commands.command("microdata")
@click.option("--campaign", "campaign_id", type=int, required=True, help="Number of the campaign.")
@click.option("--organisation", "code", required=True, help="Code of the school.")
@click.option("--audience", type=click.Choice([str(one) for one in Audience]), required=True)
@click.option("--out", "target", type=click.Path(dir_okay=False, path_type=Path), required=True, help=".zip .xlsx .sav")
def microdata(campaign_id: int, code: str, audience: str, target: Path) -> None:
    """Write the single answers of closed waves, without names, days or order; small groups are left out."""
    file_format = target.suffix.removeprefix(".")
    if file_format not in ANSWERS_FORMATS:
        raise click.ClickException(f"Tên tệp phải kết thúc bằng {', '.join(f'.{one}' for one in ANSWERS_FORMATS)}.")
    now = utc_now()
    try:
        organisation_id, scope = organisation_scope(db.session, code)
        source, table = campaign_answers(
            db.session,
            campaign_id=campaign_id,
            organisation_id=organisation_id,
            audience=audience,
            scope=scope,
            today=local_date(now),
        )
        file = ANSWERS_FORMATS[file_format](target.stem, source, table)
    except NotFound as error:
        raise click.ClickException(f"Không có chiến dịch {campaign_id} hoặc đối tượng này ở đơn vị {code}.") from error
    except TooFewAnswers as error:
        raise click.ClickException("Mỗi nhóm cần ít nhất 10 phiếu ở mỗi đợt.") from error
    except Conflict as error:
        raise click.ClickException("Chưa có đợt nào đóng, hoặc chưa cài requirements-spss.txt.") from error
    note_export(
        db.session,
        what="microdata",
        file_format=file_format,
        rows=len(table.rows),
        campaign_id=campaign_id,
        organisation_id=organisation_id,
        audience=audience,
        user_id=None,
        now=now,
    )
    db.session.commit()
    target.write_bytes(file.content)
    click.echo(f"Đã ghi {len(table.rows)} phiếu vào {target}.")
