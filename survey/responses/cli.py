"""Commands about waves: list, show, open, close, move on those whose time has come, score again by a corrected key."""

from __future__ import annotations

import json
from typing import Any

import click
from flask.cli import AppGroup
from sqlalchemy import select

from survey.campaigns.models import Wave
from survey.campaigns.operations import open_wave
from survey.campaigns.queries import plan_of
from survey.collection.operations import prepare_collectors
from survey.core.clock import utc_now
from survey.core.errors import AppError, NotFound
from survey.instruments.definitions import Item
from survey.instruments.queries import version_by_key
from survey.jobs.calls import load_function
from survey.responses.closing import advance_waves, close_wave, start_closing
from survey.responses.queries import stored_count
from survey.responses.rescoring import MASS_SCORER, MassScorer, apply_rescoring, ask_rescoring
from survey.responses.rescoring_queries import offer_of
from survey.responses.rescoring_words import refusal_text
from survey.web.db_session import db

commands = AppGroup("wave", help="Waves: list, show, open, close them, score them again.")


@commands.command("list")
@click.option("--json", "as_json", is_flag=True, help="A list of objects instead of lines.")
def list_waves(as_json: bool) -> None:
    """List every wave."""
    waves = [_plain(found) for found in db.session.scalars(select(Wave).order_by(Wave.id))]
    if as_json:
        click.echo(json.dumps(waves, ensure_ascii=False, indent=2))
        return
    for row in waves:
        click.echo("{id}  {state}  {opens}..{closes}  {audience}  {kind}  {title}  stored: {stored}".format(**row))


@commands.command("show")
@click.argument("wave_id", type=int)
@click.option("--json", "as_json", is_flag=True, help="One object instead of lines.")
def show_wave(wave_id: int, as_json: bool) -> None:
    """Show one wave and how many answers are stored in it."""
    row = _plain(_find(wave_id))
    if as_json:
        click.echo(json.dumps(row, ensure_ascii=False, indent=2))
        return
    for name, value in row.items():
        click.echo(f"{name}: {value}")


@commands.command("open")
@click.argument("wave_id", type=int)
def open_command(wave_id: int) -> None:
    """Open a draft wave today; makes the missing codes."""
    now = utc_now()
    _find(wave_id)
    try:
        open_wave(db.session, wave_id=wave_id, user_id=None, now=now)
        made = prepare_collectors(db.session, wave_id=wave_id, now=now)
    except AppError as error:
        raise _refusal(error) from error
    db.session.commit()
    click.echo(f"wave {wave_id} is open, {len(made)} new codes")


@commands.command("close")
@click.argument("wave_id", type=int)
@click.option("--gently", is_flag=True, help="Only begin: forms begun by now may still be sent for 45 minutes.")
def close_command(wave_id: int, gently: bool) -> None:
    """Close a wave for good and freeze its counts; forms that are still being filled in are refused."""
    _find(wave_id)
    try:
        operation = start_closing if gently else close_wave
        operation(db.session, wave_id=wave_id, user_id=None, now=utc_now())
    except AppError as error:
        raise _refusal(error) from error
    db.session.commit()
    row = _plain(_find(wave_id))
    click.echo("wave {id} is {state}, {stored} answers stored".format(**row))


@commands.command("advance")
def advance_command() -> None:
    """Begin to close the waves whose closing date has passed, and close those whose grace is over."""
    for moved in advance_waves(db.session, now=utc_now()):
        click.echo(f"wave {moved.id} is {moved.state}")
    db.session.commit()


@commands.command("rescore")
@click.argument("wave_id", type=int)
@click.option(
    "--version", "key", metavar="KEY@NUMBER", help="The corrected version; else the newest of its instrument."
)
@click.option("--dry-run", is_flag=True, help="Only say what would change.")
def rescore_command(wave_id: int, key: str | None, dry_run: bool) -> None:
    """Score the answers of a wave again by a corrected key, together with those of the other wave of its plan."""
    wave, now = _find(wave_id), utc_now()
    plan = plan_of(db.session, wave.campaign_id, wave.audience)
    try:
        version = version_by_key(db.session, key or plan.instrument_version.key)
        offer = offer_of(db.session, plan, version)
    except NotFound:
        raise click.ClickException(f"there is no version {key}; see: flask --app wsgi instrument list") from None
    if offer.refusal is not None:
        raise click.ClickException(refusal_text(offer.refusal, version))
    for one in offer.corrected:
        click.echo(f"{one.new.id}: {_codes(one.old)} -> {_codes(one.new)}")
    if dry_run:
        click.echo(
            f"{offer.stored} answers in {len(offer.waves)} waves would be scored by {version.key}@{version.number}"
        )
        return
    score: MassScorer = load_function(MASS_SCORER)
    try:
        asked = ask_rescoring(
            db.session, wave_id=wave_id, version_id=version.id, user_id=None, now=now, is_queued=False
        )
        number = apply_rescoring(db.session, rescoring_id=asked.id, score=score, now=now)
    except AppError as error:
        raise _refusal(error) from error
    db.session.commit()
    click.echo(f"{number} answers scored by {version.key}@{version.number}")


def _codes(item: Item) -> str:
    return "+".join(str(code) for code in sorted(item.key))


def _find(wave_id: int) -> Wave:
    found = db.session.get(Wave, wave_id)
    if found is None:
        raise click.ClickException(f"there is no wave {wave_id}; see: flask --app wsgi wave list")
    return found


def _refusal(error: AppError) -> click.ClickException:
    reason = getattr(error, "reason", "") or type(error).__name__
    return click.ClickException(f"the wave does not allow this now: {reason.replace('_', ' ')}")


def _plain(found: Wave) -> dict[str, Any]:
    return {
        "id": found.id,
        "title": found.campaign.title,
        "audience": found.audience,
        "kind": found.kind,
        "state": found.state,
        "stored": stored_count(db.session, found.id),
        "opens": found.opens.isoformat(),
        "closes": found.closes.isoformat(),
    }
