"""`flask paper`: print answer sheets, read scans without keeping anything, delete pictures whose time is over."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click
from flask import current_app
from flask.cli import AppGroup
from sqlalchemy import select

from survey.campaigns.models import Wave
from survey.collection.models import SerialBatch
from survey.config import Config
from survey.core.clock import utc_now
from survey.core.errors import AppError
from survey.core.permissions import Scope
from survey.jobs.calls import load_function, run_in_child
from survey.organisations.models import Group, Organisation
from survey.paper.operations import NEEDED, create_sheets, delete_old_images, is_reader_installed
from survey.paper.runs import sheet_run
from survey.web.addresses import public_url
from survey.web.db_session import db

commands = AppGroup("paper", help="Answer sheets on paper: print them, read scans.")

NOT_INSTALLED = "Chưa cài phần đọc phiếu giấy. Chạy ./run paper"
_SECONDS = 300


@commands.command("print")
@click.option("--wave", "wave_id", type=int, required=True, help="Number of the wave.")
@click.option("--count", "number", type=int, required=True, help="How many sheets.")
@click.option("--organisation", "code", help="Code of the school; left out: the owner of the campaign.")
@click.option("--group", "group_name", help="Name of the class; left out: sheets for everybody.")
@click.option("--out", "target", type=click.Path(dir_okay=False, path_type=Path), required=True)
def print_command(wave_id: int, number: int, code: str | None, group_name: str | None, target: Path) -> None:
    """Write answer sheets, each with its own serial, and beside them the question papers to be copied."""
    wave, organisation = _place(wave_id, code)
    group = _group(organisation, group_name)
    try:
        batch = create_sheets(
            db.session,
            wave=wave,
            organisation_id=organisation.id,
            group_id=None if group is None else group.id,
            number=number,
            person=None,
            now=utc_now(),
        )
    except AppError as error:
        reason = getattr(error, "reason", "") or type(error).__name__
        raise click.ClickException(f"no sheets can be printed: {reason.replace('_', ' ')}") from error
    _write(batch, organisation, target)
    db.session.commit()


def _write(batch: SerialBatch, organisation: Organisation, target: Path) -> None:
    here = frozenset({organisation.id})
    site = public_url(current_app.extensions["survey.config"])
    run = sheet_run(db.session, batch.id, Scope(here, here), public_url=site)
    questions = target.with_name(f"{target.stem}-cau-hoi{target.suffix or '.pdf'}")
    target.write_bytes(run_in_child("survey.paper.printing:render_sheets", run, timeout=_SECONDS))
    questions.write_bytes(run_in_child("survey.paper.printing:render_papers", run, timeout=_SECONDS))
    click.echo(f"Đã ghi {len(run.sheets)} phiếu trả lời vào {target}, tờ câu hỏi vào {questions}.")


@commands.command("read")
@click.argument("files", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--wave", "wave_id", type=int, help="Refuse sheets of other waves.")
@click.option("--json", "as_json", is_flag=True, help="A list of objects instead of lines.")
def read_command(files: tuple[Path, ...], wave_id: int | None, as_json: bool) -> None:
    """Read scans or photos and show what would be counted; nothing is kept."""
    if not is_reader_installed():
        raise click.ClickException(NOT_INSTALLED)
    pages = load_function("survey.paper.dry_readings:read_files")(db.session, files, wave_id)
    if as_json:
        click.echo(json.dumps(list(pages), ensure_ascii=False, indent=2))
        return
    for page in pages:
        click.echo(_line(page))


def _line(page: dict[str, Any]) -> str:
    start = f"{page['file']} [{page['page']}]"
    if page["state"] == "refused":
        return f"{start}  refused: {page['reason']}"
    rows = " ".join(f"{row['place']}:{row['answer'] or '-'}{'?' * (row['state'] == 'review')}" for row in page["rows"])
    return f"{start}  {page['serial'] or '(no serial)'}  {page['form'] or ''}  {rows}"


@commands.command("purge")
def purge_command() -> None:
    """Delete pictures of batches that were finished two weeks ago; reading new scans does it too."""
    config: Config = current_app.extensions["survey.config"]
    number = delete_old_images(db.session, data_dir=config.data_dir, now=utc_now())
    db.session.commit()
    click.echo(f"{number} batches")


@commands.command("check")
def check_command() -> None:
    """Say whether scans can be read on this machine."""
    if not is_reader_installed():
        raise click.ClickException(NOT_INSTALLED)
    click.echo(f"Đã cài phần đọc phiếu giấy ({', '.join(NEEDED)}).")


def _place(wave_id: int, code: str | None) -> tuple[Wave, Organisation]:
    wave = db.session.get(Wave, wave_id)
    if wave is None:
        raise click.ClickException(f"there is no wave {wave_id}; see: flask --app wsgi wave list")
    if code is None:
        return wave, wave.campaign.organisation
    organisation = db.session.scalars(select(Organisation).where(Organisation.code == code)).first()
    if organisation is None:
        raise click.ClickException(f"there is no organisation {code}; see: flask --app wsgi organisation list")
    return wave, organisation


def _group(organisation: Organisation, name: str | None) -> Group | None:
    if name is None:
        return None
    query = select(Group).where(Group.organisation_id == organisation.id, Group.name == name)
    group = db.session.scalars(query).first()
    if group is None:
        raise click.ClickException(f"{organisation.code} has no group {name}")
    return group
