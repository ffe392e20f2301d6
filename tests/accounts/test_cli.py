"""Accounts from the command line: for the operator, and for whoever nobody else can help."""

from __future__ import annotations

from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from survey.accounts.cli import commands
from survey.accounts.models import User
from tests.factories import PASSWORD, Cast
from tests.pages import PageClient


def run(app: Flask, *arguments: str) -> tuple[int, str]:
    done = app.test_cli_runner().invoke(commands, list(arguments))
    return done.exit_code, done.output


def test_the_operator_locks_and_opens_again(app: Flask, client: PageClient, cast: Cast, session: Session) -> None:
    client.sign_in("administrator", PASSWORD)
    assert run(app, "disable", "ADMINISTRATOR") == (0, "Đã khóa.\n")
    assert client.http.get("/account").status_code == 302
    assert run(app, "enable", "administrator") == (0, "Đã mở khóa.\n")
    assert session.scalars(select(User.is_active).where(User.login == "administrator")).one()
    PageClient(app).sign_in("administrator", PASSWORD)


def test_an_unknown_login_is_named(app: Flask, cast: Cast) -> None:
    for verb in ("disable", "enable", "password"):
        code, output = run(app, verb, "nobody-here")
        assert code == 1
        assert "nobody-here" in output


def test_a_locked_out_unit_is_helped_by_a_new_password(app: Flask, cast: Cast) -> None:
    code, output = run(app, "password", "administrator")
    assert code == 0
    PageClient(app).sign_in("administrator", output.rsplit(" ", 1)[1].strip())
