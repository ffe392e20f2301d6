"""Commands about the ways in."""

from __future__ import annotations

import json

import click
from flask import current_app
from flask.cli import AppGroup

from survey.collection.queries import all_collectors
from survey.core.vocabulary import SERIAL_MODES
from survey.web.addresses import public_url
from survey.web.db_session import db

commands = AppGroup("collector", help="Ways in to waves: list them.")


@commands.command("list")
@click.option("--json", "as_json", is_flag=True, help="A list of objects instead of lines.")
def list_collectors(as_json: bool) -> None:
    """List every collector with the address that a phone opens; cards and sheets have addresses of their own."""
    site = public_url(current_app.extensions["survey.config"])
    collectors = [
        {
            "url": None if collector.mode in SERIAL_MODES else f"{site}/S/{collector.code}",
            "code": collector.code,
            "mode": collector.mode,
            "audience": collector.wave.audience,
            "wave": collector.wave_id,
            "organisation": collector.organisation.code,
            "group": collector.group.name if collector.group else None,
            "state": collector.wave.state,
        }
        for collector in all_collectors(db.session)
    ]
    if as_json:
        click.echo(json.dumps(collectors, ensure_ascii=False, indent=2))
        return
    line = "{address}  {mode}  {audience}  wave {wave}  {organisation}  {group}  {state}"
    for collector in collectors:
        click.echo(line.format(address=collector["url"] or "-", **collector))
