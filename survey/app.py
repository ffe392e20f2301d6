"""The application factory: it only wires. Each feature is one line; what they do stands in their folders."""

from __future__ import annotations

from flask import Flask
from flask_bootstrap import Bootstrap5

from survey.accounts.invitation_routes import blueprint as invitations
from survey.accounts.loading import SESSION_SECONDS, load_access, load_person
from survey.accounts.people_routes import blueprint as people
from survey.accounts.routes import blueprint as accounts
from survey.activities.briefing_routes import blueprint as briefing
from survey.activities.check_routes import blueprint as checks
from survey.activities.duty_routes import blueprint as duties
from survey.activities.entry_routes import blueprint as entries
from survey.activities.routes import blueprint as activities
from survey.activities.sheet_routes import blueprint as activity_sheets
from survey.campaigns.routes import blueprint as campaigns
from survey.collection.cards_routes import blueprint as cards
from survey.collection.routes import blueprint as collection
from survey.collection.share_routes import blueprint as share
from survey.config import PROJECT, Config, read_config
from survey.core.database import engine_options
from survey.core.tokens import Signer
from survey.exports.routes import blueprint as exports
from survey.instruments.routes import blueprint as instruments
from survey.lessons.routes import blueprint as lessons
from survey.monitor.meeting_routes import blueprint as meetings
from survey.monitor.routes import blueprint as monitor
from survey.organisations.group_routes import blueprint as groups
from survey.organisations.routes import blueprint as organisations
from survey.organisations.sheet_routes import blueprint as sheets
from survey.organisations.succession_routes import blueprint as successions
from survey.oversight.routes import blueprint as oversight
from survey.overview.copy_routes import blueprint as copies
from survey.overview.routes import blueprint as overview
from survey.overview.year_routes import blueprint as years
from survey.paper.batch_routes import blueprint as paper_batches
from survey.paper.entry_routes import blueprint as paper_entry
from survey.paper.picture_routes import blueprint as paper_pictures
from survey.paper.review_routes import blueprint as paper_review
from survey.paper.routes import blueprint as paper
from survey.reports.campaign_routes import blueprint as campaign_files
from survey.reports.item_routes import blueprint as items
from survey.reports.period_routes import blueprint as periods
from survey.reports.planning_routes import blueprint as planning
from survey.reports.release_routes import blueprint as releases
from survey.reports.routes import blueprint as reports
from survey.responses import ageing
from survey.responses.receipt_routes import blueprint as receipts
from survey.responses.rescoring_routes import blueprint as rescoring
from survey.responses.routes import blueprint as responses
from survey.responses.way_routes import blueprint as ways
from survey.responses.writers import make_writer
from survey.retention import ageing as retention_ageing
from survey.retention.routes import blueprint as retention
from survey.web import auth, db_session, errors, formats, locale, logs, navigation, period_words, security, words
from survey.web.applications import Application
from survey.web.forms import csrf
from survey.web.routes import blueprint as web

FEATURES = (
    web,
    organisations,
    groups,
    sheets,
    successions,
    accounts,
    people,
    invitations,
    instruments,
    campaigns,
    activities,
    activity_sheets,
    briefing,
    entries,
    checks,
    duties,
    collection,
    cards,
    share,
    responses,
    receipts,
    ways,
    rescoring,
    monitor,
    meetings,
    lessons,
    paper,
    paper_batches,
    paper_review,
    paper_pictures,
    paper_entry,
    reports,
    items,
    planning,
    periods,
    releases,
    campaign_files,
    exports,
    retention,
    oversight,
    overview,
    copies,
    years,
)

# Large enough for a sheet of a province's groups; answers need a few kilobytes.
MAX_REQUEST_BYTES = 8 * 1024 * 1024


def create_app(config: Config | None = None) -> Flask:
    """Build the application from the environment, or from a given configuration."""
    config = config or read_config()
    app = Application(
        "survey",
        template_folder=str(PROJECT / "templates"),
        static_folder=str(PROJECT / "survey" / "static"),
        instance_path=str(config.data_dir),
    )
    _configure(app, config)
    app.extensions["survey.config"] = config
    app.extensions["survey.signer"] = Signer(config.secret_key)
    db_session.init_app(app)
    with app.app_context():
        app.extensions["survey.writer"] = make_writer(db_session.db.engine, config.data_dir)
    auth.init_app(app, load_person=load_person, load_access=load_access)
    for part in (logs, locale, csrf, security, errors, formats, period_words, navigation, ageing, retention_ageing):
        part.init_app(app)
    Bootstrap5().init_app(app)
    app.jinja_env.globals.update(words=words, LANGUAGES=locale.LANGUAGES, current_language=locale.language)
    for blueprint in FEATURES:
        app.register_blueprint(blueprint)
    if not config.logs_requests:
        # That log counts every request, by hooks.
        app.open_short_ways()
    return app


def _configure(app: Flask, config: Config) -> None:
    app.config.update(
        SECRET_KEY=config.secret_key,
        SQLALCHEMY_ENGINES={
            "default": engine_options(config.database_url, connections=config.connections, threads=config.threads)
        },
        # A migration that is interrupted leaves nothing behind, on SQLite too.
        ALEMBIC_CONTEXT={"render_as_batch": True, "transactional_ddl": True},
        BOOTSTRAP_SERVE_LOCAL=True,
        BABEL_TRANSLATION_DIRECTORIES=str(PROJECT / "survey" / "translations"),
        MAX_CONTENT_LENGTH=MAX_REQUEST_BYTES,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=config.secure_cookies,
        PERMANENT_SESSION_LIFETIME=SESSION_SECONDS,
        # A session lives as long as its form does: an administrator's lunch must not cost a filled form.
        WTF_CSRF_TIME_LIMIT=None,
        TEMPLATES_AUTO_RELOAD=False,
    )
    app.jinja_options = {"trim_blocks": True, "lstrip_blocks": True}
