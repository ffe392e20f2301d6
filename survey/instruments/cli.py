"""Commands about instruments: check files, publish them, list and show what is published."""

from __future__ import annotations

import csv
import io
import json
import sys
from pathlib import Path

import click
from flask.cli import AppGroup

from survey.core.clock import utc_now
from survey.core.errors import NotFound
from survey.instruments.definitions import InstrumentDefinition
from survey.instruments.loader import check_paths, load_instrument
from survey.instruments.models import InstrumentVersion
from survey.instruments.operations import publish_instrument
from survey.instruments.problems import Problem
from survey.instruments.queries import definition_of, published, version_by_key
from survey.web.db_session import db

commands = AppGroup("instrument", help="Questionnaires: check, publish, list, show.")

FILES = click.argument("files", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path))
AS_JSON = click.option("--json", "as_json", is_flag=True, help="JSON instead of lines.")

# Exit code for input that has problems, as the other commands use it.
FAULTY = 2


@commands.command("check")
@FILES
def check(files: tuple[Path, ...]) -> None:
    """Check questionnaires in YAML, or folders of them; every problem is listed, nothing is changed."""
    _stop_on(check_paths(files))
    for path in _yaml_files(files):
        click.echo(f"{path}: đúng")


@commands.command("publish")
@FILES
def publish(files: tuple[Path, ...]) -> None:
    """Publish questionnaires as new versions; a file whose content is published already changes nothing."""
    _stop_on(check_paths(files))
    for path in _yaml_files(files):
        version = publish_instrument(db.session, load_instrument(path), utc_now())
        click.echo(f"{version.key}@{version.number}  {version.content_hash}")
    db.session.commit()


@commands.command("list")
@AS_JSON
def list_versions(as_json: bool) -> None:
    """List the published versions."""
    versions = [_summary(version) for version in published(db.session)]
    if as_json:
        click.echo(json.dumps(versions, ensure_ascii=False, indent=2))
        return
    for version in versions:
        click.echo("{key}@{number}  {audience}  {published_at}  {content_hash}".format(**version))


@commands.command("show")
@click.argument("key")
@AS_JSON
@click.option("--key-csv", type=click.Path(dir_okay=False, allow_dash=True), help="Write the key as CSV; - prints it.")
def show(key: str, as_json: bool, key_csv: str | None) -> None:
    """Show the newest version of KEY, or the one asked for as KEY@NUMBER."""
    try:
        version = version_by_key(db.session, key)
    except NotFound:
        raise click.ClickException(f"Chưa phát hành bộ câu hỏi nào tên là {key}; xem: instrument list") from None
    definition = definition_of(db.session, version.id)
    if key_csv is not None:
        _write(key_csv, key_table(definition))
    elif as_json:
        shown = {**_summary(version), "definition": definition.to_dict()}
        click.echo(json.dumps(shown, ensure_ascii=False, indent=2))
    else:
        _print_items(version, definition)


def key_table(definition: InstrumentDefinition) -> str:
    """Return the key as `python -m analysis --key` reads it: item, form, topic, level, key.

    Several right options are joined with +; form is empty for an item of both forms.
    """
    table = io.StringIO()
    writer = csv.writer(table, lineterminator="\n")
    writer.writerow(("item", "form", "topic", "level", "key"))
    for item in definition.items:
        if item.scored:
            key = "+".join(str(code) for code in sorted(item.key))
            writer.writerow((item.id, item.form or "", item.topic, item.level, key))
    return table.getvalue()


def _write(target: str, text: str) -> None:
    if target == "-":
        click.echo(text, nl=False)
        return
    Path(target).write_text(text, encoding="utf-8")
    click.echo(target)


def _summary(version: InstrumentVersion) -> dict[str, object]:
    return {
        "id": version.id,
        "key": version.key,
        "number": version.number,
        "audience": version.audience,
        "title": version.definition["title"]["vi"],
        "content_hash": version.content_hash,
        "published_at": version.published_at.isoformat(),
    }


def _print_items(version: InstrumentVersion, definition: InstrumentDefinition) -> None:
    click.echo(f"{version.key}@{version.number}  {definition.title['vi']}")
    click.echo(definition.rule_in_words())
    for item in definition.items:
        click.echo(f"\n{item.id}  {item.form or 'A+B'}  {item.topic or '-'}  {item.level or '-'}")
        click.echo(item.stem["vi"])
        for code, option in enumerate(item.options, start=1):
            click.echo(f"  {'*' if option.correct else ' '} {code}. {option.text['vi']}")


def _yaml_files(paths: tuple[Path, ...]) -> list[Path]:
    files: list[Path] = []
    for path in paths:
        files += (
            sorted(found for found in path.iterdir() if found.suffix in (".yaml", ".yml")) if path.is_dir() else [path]
        )
    return files


def _stop_on(problems: list[Problem]) -> None:
    for problem in problems:
        click.echo(problem.line_in("vi"), err=True)
    if problems:
        sys.exit(FAULTY)
