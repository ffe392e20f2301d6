"""Commands about the tree: list it, import a sheet."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import Any

import click
from flask.cli import AppGroup

from survey.core.clock import utc_now
from survey.core.errors import NotFound
from survey.organisations.importing import import_rows
from survey.organisations.queries import all_organisations, organisation_by_code
from survey.organisations.rows import SheetUnreadable
from survey.organisations.sheets import read_sheet
from survey.organisations.successions import SuccessionInvalid, SuccessionKind, SuccessionKnown, record_succession
from survey.organisations.words import UNREADABLE, change_in_words, fault_in_words
from survey.web.db_session import db

commands = AppGroup("organisation", help="Organisations: list them, import a sheet, note mergers.")

SUCCESSION_FAULTS = {
    "itself": "Đơn vị mới phải khác các đơn vị cũ.",
    "kind": "Loại thay đổi không có trong danh sách.",
    "other_kind": "Đơn vị cũ và đơn vị mới phải cùng loại.",
    "circle": "Đơn vị mới lại là đơn vị cũ của chính nó; hãy xem lại thứ tự.",
}


@commands.command("list")
@click.option("--json", "as_json", is_flag=True, help="A list of objects instead of lines.")
def list_organisations(as_json: bool) -> None:
    """List every organisation, parents before what stands below them."""
    organisations = all_organisations(db.session)
    codes = {organisation.id: organisation.code for organisation in organisations}
    rows: list[dict[str, Any]] = [
        {
            "code": organisation.code,
            "name": organisation.name,
            "kind": organisation.kind,
            "parent": codes.get(organisation.parent_id or 0),
        }
        for organisation in organisations
    ]
    if as_json:
        click.echo(json.dumps(rows, ensure_ascii=False, indent=2))
        return
    for row in rows:
        click.echo(f"{row['code']:<24} {row['kind']:<12} {row['name']}")


@commands.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--dry-run", is_flag=True, help="Only say what would change.")
def import_file(file: Path, dry_run: bool) -> None:
    """Import organisations, groups and headcounts from an XLSX or CSV file: all of it, or with a fault nothing."""
    try:
        rows = read_sheet(file.read_bytes())
    except SheetUnreadable as error:
        raise click.ClickException(str(UNREADABLE[error.reason])) from error
    plan = import_rows(db.session, rows=rows, at=None, user_id=None, now=utc_now())
    for fault in map(fault_in_words, plan.faults):
        click.echo(f"{fault.place}: {fault.message} {fault.remedy}", err=True)
    if plan.faults:
        db.session.rollback()
        raise click.ClickException(f"{len(plan.faults)} chỗ cần sửa; chưa nhập gì.")
    for change in plan.changes:
        click.echo(change_in_words(change))
    if dry_run:
        db.session.rollback()
        click.echo(f"Sẽ có {len(plan.changes)} thay đổi (chưa ghi gì).")
        return
    db.session.commit()
    click.echo(f"Đã nhập: {len(plan.changes)} thay đổi.")


@commands.command("succeed")
@click.option(
    "--old", "old_codes", multiple=True, required=True, help="Code of a former organisation; may be repeated."
)
@click.option("--new", "new_code", required=True, help="Code of the organisation that stands in their place.")
@click.option("--since", type=click.DateTime(["%Y-%m-%d"]), required=True, help="First day of the new organisation.")
@click.option("--kind", type=click.Choice([str(kind) for kind in SuccessionKind]), default="merged", show_default=True)
def succeed(old_codes: tuple[str, ...], new_code: str, since: datetime, kind: str) -> None:
    """Note that an organisation stands in the place of others: reports compare it with them."""
    found = {}
    for code in (*old_codes, new_code):
        try:
            found[code] = organisation_by_code(db.session, code)
        except NotFound as error:
            raise click.ClickException(f"Không có đơn vị nào có mã {code}.") from error
    try:
        record_succession(
            db.session,
            old=[found[code] for code in dict.fromkeys(old_codes)],
            new=found[new_code],
            since=since.date(),
            kind=kind,
            user_id=None,
            now=utc_now(),
        )
    except SuccessionInvalid as error:
        raise click.ClickException(SUCCESSION_FAULTS[error.reason]) from error
    except SuccessionKnown as error:
        raise click.ClickException("Việc này đã được ghi trước đây.") from error
    db.session.commit()
    click.echo(f"Đã ghi: {found[new_code].name} thay cho {'; '.join(found[code].name for code in old_codes)}.")
