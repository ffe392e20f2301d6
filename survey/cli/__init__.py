"""All commands: `flask --app wsgi <noun> <verb>`. Only loaded on the command line, never by a web process."""

from __future__ import annotations

from flask import Flask

from survey.accounts.cli import user
from survey.campaigns.cli import campaign
from survey.cli.database import alembic, backup, database
from survey.collection.cli import collector
from survey.demo.cli import demo
from survey.exports.cli import export
from survey.instruments.cli import instrument
from survey.organisations.cli import organisation
from survey.reports.cli import report
from survey.responses.cli import wave

GROUPS = (database, backup, user, organisation, instrument, campaign, collector, wave, report, export, demo)


def register(app: Flask) -> None:
    """Add every command group to the application."""
    alembic.init_app(app)
    for group in GROUPS:
        app.cli.add_command(group)
