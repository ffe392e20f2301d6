"""`flask job`: list what waits and what was done, and work the queue off."""

from __future__ import annotations

import json

import click
from flask import current_app
from flask.cli import AppGroup

from survey.config import Config
from survey.core.clock import utc_now
from survey.jobs.queries import newest_jobs
from survey.jobs.runner import run_jobs, settle_in
from survey.web.db_session import db

commands = AppGroup("job", help="Long work: list it, run what waits.")


@commands.command("list")
@click.option("--json", "as_json", is_flag=True, help="A list of objects instead of lines.")
def list_jobs(as_json: bool) -> None:
    """List the newest jobs with their progress."""
    jobs = [
        {
            "id": job.id,
            "kind": job.kind,
            "state": job.state,
            "done": job.done,
            "total": job.total,
            "message": job.message,
            "created_at": job.created_at.isoformat(),
        }
        for job in newest_jobs(db.session)
    ]
    if as_json:
        click.echo(json.dumps(jobs, ensure_ascii=False, indent=2))
        return
    for job in jobs:
        click.echo("{id}  {state}  {done}/{total}  {kind}  {message}".format(**job))


@commands.command("run")
@click.option("--limit", type=int, help="Stop after so many jobs.")
def run_command(limit: int | None) -> None:
    """Run what is queued, one after the other, and end. The server does this by itself."""
    config: Config = current_app.extensions["survey.config"]
    settle_in()
    db.session.rollback()
    number = run_jobs(db.sessionmaker, data_dir=config.data_dir, clock=utc_now, limit=limit)
    click.echo(f"{number} jobs")
