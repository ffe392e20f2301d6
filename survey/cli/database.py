"""`flask db` and `flask backup`: migrations with a verified backup before each upgrade."""

from __future__ import annotations

import logging
from pathlib import Path

import click
from flask import current_app
from flask.cli import AppGroup
from flask_alembic import Alembic

from survey.config import Config
from survey.core.backups import BackupError, create_backup, list_backups, restore_backup
from survey.core.clock import utc_now
from survey.core.database import BrokenReferences, is_patient, rebuilding_tables
from survey.core.models import Model
from survey.core.revisions import is_empty, newest_revision, stored_revision
from survey.retention.erasures import Erasures, read_erasures, replay_erasures
from survey.retention.operations import purge_due
from survey.web.db_session import db

alembic = Alembic(metadatas=Model.metadata, run_mkdir=False, command_name="")
# The extension turns on its own progress messages; ours are in the operator's language.
logging.getLogger("alembic").setLevel(logging.WARNING)

database = AppGroup("db", help="The database: bring it to the newest form, or say which form it has.")
backup = AppGroup("backup", help="Backups: make a verified one, or restore one.")


def _config() -> Config:
    config: Config = current_app.extensions["survey.config"]
    return config


@database.command("upgrade")
@click.option("--without-backup", is_flag=True, help="Do not make a backup first.")
def upgrade(without_backup: bool) -> None:
    """Bring the database to the newest form, after a verified backup of what is there."""
    if stored_revision(db.engine) == newest_revision():
        click.echo("Cơ sở dữ liệu đã ở phiên bản mới nhất.")
        return
    if not without_backup and not is_empty(db.engine):
        _make_backup()
    # A large table takes longer to change than a web process may wait.
    is_patient.set(True)
    db.engine.dispose()
    _migrate()
    click.echo(f"Đã nâng cấp cơ sở dữ liệu lên phiên bản {newest_revision()}.")


def _migrate() -> None:
    try:
        with rebuilding_tables(db.engine):
            alembic.upgrade()
    except BrokenReferences as error:
        raise click.ClickException(
            f"Nâng cấp làm hỏng dữ liệu ({error.message}). Hãy khôi phục bản sao lưu vừa tạo: backup restore"
        ) from error


@database.command("current")
def current() -> None:
    """Say which form the database has, and what is waiting."""
    click.echo(f"Phiên bản: {stored_revision(db.engine) or 'trống'}; mới nhất: {newest_revision()}.")


@database.command("revision")
@click.argument("message")
def revision(message: str) -> None:
    """Write a new migration from the difference between models and database (for developers)."""
    alembic.revision(message)


def _make_backup() -> Path:
    try:
        made = create_backup(_config().database_url, _config().data_dir / "backups", utc_now())
    except BackupError as error:
        raise click.ClickException(f"Không sao lưu được, nên chưa nâng cấp: {error.message}") from error
    rows = "" if made.rows is None else f" ({made.rows} dòng)"
    click.echo(f"Đã sao lưu vào {made.path}{rows}.")
    return made.path


@backup.command("create")
def create() -> None:
    """Make a backup in the data folder and check it."""
    _make_backup()


@backup.command("list")
def list_all() -> None:
    """List the backups, the oldest first, with age and size."""
    found = list_backups(_config().data_dir / "backups")
    for path in found:
        days = (utc_now().timestamp() - path.stat().st_mtime) // 86400
        click.echo(f"{path}  {days:.0f} ngày  {path.stat().st_size / 1e6:.1f} MB")
    if not found:
        click.echo("Chưa có bản sao lưu nào. Tạo: backup create")


@backup.command("restore")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--yes", is_flag=True, help="Do not ask.")
def restore(file: Path, yes: bool) -> None:
    """Put a backup in place of the database. Stop the server first; what came since is lost.

    What was withdrawn or deleted since then is taken away again.
    """
    if not yes:
        click.confirm("Dữ liệu hiện tại sẽ bị thay bằng bản sao lưu này. Tiếp tục?", abort=True)
    erasures = read_erasures(db.session)
    db.session.close()
    db.engine.dispose()
    try:
        restore_backup(_config().database_url, file)
    except BackupError as error:
        raise click.ClickException(f"Không khôi phục được: {error.message}") from error
    db.engine.dispose()
    if stored_revision(db.engine) != newest_revision():
        _migrate()
    click.echo(f"Đã khôi phục {file.name}.")
    _keep_erased(erasures)


def _keep_erased(erasures: Erasures | None) -> None:
    if erasures is None:
        click.echo("Không đọc được cơ sở dữ liệu cũ: các phiếu đã rút hoặc đã xóa sau bản sao lưu này có thể hiện lại.")
        erasures = Erasures((), ())
    now = utc_now()
    number = replay_erasures(db.session, erasures, now=now) + sum(purge_due(db.session, now=now).values())
    db.session.commit()
    if number:
        click.echo(f"Đã bỏ lại {number} phiếu từng được rút hoặc xóa sau khi sao lưu.")
