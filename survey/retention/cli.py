"""`flask data purge`: deletes the single answers whose time is over, or says what it would delete."""

from __future__ import annotations

from pathlib import Path

import click
from flask import current_app
from flask.cli import AppGroup

from survey.campaigns.models import Campaign
from survey.core.backups import list_backups
from survey.core.clock import local_date, utc_now
from survey.core.errors import NotFound
from survey.retention.operations import purge_campaign
from survey.retention.queries import due_campaigns, kept_answers
from survey.web.db_session import db

commands = AppGroup("data", help="Care of the data: delete what may no longer be kept.")


@commands.command("purge")
@click.option("--campaign", "campaign_id", type=int, help="Number of one campaign, whether it is due or not.")
@click.option("--dry-run", is_flag=True, help="Only say what would be deleted.")
@click.option("--backups", "with_backups", is_flag=True, help="Delete the backups that still hold these answers too.")
@click.option("--yes", is_flag=True, help="Do not ask.")
def purge(campaign_id: int | None, dry_run: bool, with_backups: bool, yes: bool) -> None:
    """Delete single answers for good; frozen counts and issued reports stay."""
    now = utc_now()
    wanted = list(due_campaigns(db.session, today=local_date(now))) if campaign_id is None else [campaign_id]
    for one in wanted:
        _say(one)
    if not wanted:
        click.echo("Không có phiếu nào đến hạn xóa.")
    old = _backups()
    if with_backups and old:
        click.echo(f"Sẽ xóa {len(old)} bản sao lưu cũ, vì còn giữ các phiếu này.")
    if dry_run or not (wanted or (with_backups and old)):
        return
    if not yes:
        click.confirm("Xóa vĩnh viễn các phiếu trên? Số liệu đã tổng hợp vẫn giữ.", abort=True)
    for one in wanted:
        number = purge_campaign(db.session, campaign_id=one, user_id=None, now=now)
        click.echo(f"Chiến dịch {one}: đã xóa {number} phiếu.")
    db.session.commit()
    _end_backups(old, with_backups)


def _say(campaign_id: int) -> None:
    campaign = db.session.get(Campaign, campaign_id)
    if campaign is None:
        raise click.ClickException(f"Không có chiến dịch {campaign_id}.") from NotFound()
    kept = kept_answers(db.session, campaign, today=local_date(utc_now()))
    click.echo(
        f"Chiến dịch {campaign_id} ({kept.title}): {kept.stored} phiếu, giữ đến {kept.retention.until:%d/%m/%Y}."
    )


def _backups() -> list[Path]:
    return list_backups(current_app.extensions["survey.config"].data_dir / "backups")


def _end_backups(old: list[Path], with_backups: bool) -> None:
    if not old:
        return
    if not with_backups:
        click.echo(f"{len(old)} bản sao lưu cũ còn giữ các phiếu này; xóa bằng: data purge --backups")
        return
    for path in old:
        path.unlink(missing_ok=True)
    click.echo(f"Đã xóa {len(old)} bản sao lưu cũ. Hãy tạo bản mới: backup create")
