"""Commands about the people who sign in."""

from __future__ import annotations

import json
import sys
from typing import Any

import click
from flask.cli import AppGroup

from survey.accounts.operations import AccountInvalid, change_password_by_command, reset_password
from survey.accounts.people_operations import add_person, set_active
from survey.accounts.queries import all_people, user_by_login
from survey.accounts.words import REASONS
from survey.core.clock import utc_now
from survey.core.errors import AppError, NotFound
from survey.core.permissions import RoleName
from survey.organisations.queries import organisation_by_code
from survey.web.db_session import db

commands = AppGroup("user", help="People who sign in: add, list, set a password.")


@commands.command("add")
@click.argument("login")
@click.option("--name", required=True, help="The person's name.")
@click.option("--role", type=click.Choice([str(role) for role in RoleName if role != RoleName.TEACHER]), required=True)
@click.option("--organisation", "code", help="Code of the organisation; not for the operator.")
def add(login: str, name: str, role: str, code: str | None) -> None:
    """Add a person and print the password, which is shown only now."""
    try:
        place = organisation_by_code(db.session, code) if code else None
        made = add_person(
            db.session,
            login=login,
            name=name,
            role=RoleName(role),
            organisation_id=place.id if place else None,
            by=None,
            now=utc_now(),
        )
    except AccountInvalid as error:
        raise click.ClickException(str(REASONS[error.reason])) from error
    except AppError as error:
        raise click.ClickException("Không có đơn vị với mã này, hoặc vai trò này cần --organisation.") from error
    db.session.commit()
    click.echo(f"Đã thêm {made.user.login}. Mật khẩu (chỉ hiện lần này): {made.password}")


@commands.command("list")
@click.option("--json", "as_json", is_flag=True, help="A list of objects instead of lines.")
def list_people(as_json: bool) -> None:
    """List everybody with their roles."""
    people: list[dict[str, Any]] = [
        {
            "login": user.login,
            "name": user.name,
            "active": user.is_active,
            "roles": [
                {"role": role.role, "organisation": role.organisation.code if role.organisation else None}
                for role in user.roles
            ],
        }
        for user in all_people(db.session)
    ]
    if as_json:
        click.echo(json.dumps(people, ensure_ascii=False, indent=2))
        return
    for person in people:
        places = ", ".join(f"{role['role']}@{role['organisation'] or '*'}" for role in person["roles"])
        click.echo(f"{person['login']:<20} {person['name']:<30} {places}{'' if person['active'] else ' (khóa)'}")


@commands.command("password")
@click.argument("login")
@click.option("--stdin", "from_stdin", is_flag=True, help="Read the new password from standard input.")
def password(login: str, from_stdin: bool) -> None:
    """Give a person a new password: random and printed once, or read from standard input."""
    try:
        user = user_by_login(db.session, login)
        if from_stdin:
            change_password_by_command(
                db.session, user_id=user.id, new=sys.stdin.readline().rstrip("\n"), now=utc_now()
            )
            text = "Đã đổi mật khẩu."
        else:
            made = reset_password(db.session, user_id=user.id, now=utc_now())
            text = f"Mật khẩu mới (chỉ hiện lần này): {made.password}"
    except NotFound as error:
        raise click.ClickException(f"Không có tài khoản {login}.") from error
    except AccountInvalid as error:
        raise click.ClickException(str(REASONS[error.reason])) from error
    db.session.commit()
    click.echo(text)


@commands.command("enable")
@click.argument("login")
def enable(login: str) -> None:
    """Let a locked person sign in again."""
    _switch(login, is_active=True)


@commands.command("disable")
@click.argument("login")
def disable(login: str) -> None:
    """Lock an account; its sessions end at once."""
    _switch(login, is_active=False)


def _switch(login: str, *, is_active: bool) -> None:
    try:
        user = user_by_login(db.session, login)
    except NotFound as error:
        raise click.ClickException(f"Không có tài khoản {login}.") from error
    set_active(db.session, user_id=user.id, is_active=is_active, by=None, now=utc_now())
    db.session.commit()
    click.echo("Đã mở khóa." if is_active else "Đã khóa.")
