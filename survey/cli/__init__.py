"""All commands: `flask --app wsgi <noun> <verb>`. Only loaded on the command line, never by a web process."""

from __future__ import annotations

from flask import Flask

from survey.accounts.cli import commands as user
from survey.campaigns.cli import commands as campaign
from survey.cli.database import alembic, backup, database
from survey.cli.jobs import commands as job
from survey.collection.cli import commands as collector
from survey.demo.cli import commands as demo
from survey.exports.cli import commands as export
from survey.instruments.cli import commands as instrument
from survey.organisations.cli import commands as organisation
from survey.paper.cli import commands as paper
from survey.reports.cli import commands as report
from survey.responses.cli import commands as wave
from survey.retention.cli import commands as data

GROUPS = (
    database,
    backup,
    user,
    organisation,
    instrument,
    campaign,
    collector,
    wave,
    report,
    export,
    data,
    demo,
    job,
    paper,
)


def register(app: Flask) -> None:
    """Add every command group to the application."""
    alembic.init_app(app)
    for group in GROUPS:
        app.cli.add_command(group)
