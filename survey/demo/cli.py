"""`flask demo load`: the invented ward, for a first look. Passwords are made anew at each load."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import click
from flask import current_app
from flask.cli import AppGroup

from survey.config import Config
from survey.core.clock import utc_now
from survey.demo.operations import NotEmpty, load_demo
from survey.demo.people import ADMINISTRATOR, SCHOOL, make_people
from survey.demo.releases import issue_quarter
from survey.web.db_session import db

commands = AppGroup("demo", help="The invented demo.")

DEMO_FILE = "demo.json"


@commands.command("load")
def load() -> None:
    """Load an invented ward with schools, campaigns and answers into an empty database."""
    config: Config = current_app.extensions["survey.config"]
    now = utc_now()
    click.echo("Đang nạp dữ liệu minh họa...")
    try:
        loaded = load_demo(db.session, signer=current_app.extensions["survey.signer"], now=now)
    except NotEmpty as error:
        raise click.ClickException(
            "Cơ sở dữ liệu đã có đơn vị hoặc tài khoản; chỉ nạp vào cơ sở dữ liệu trống."
        ) from error
    sign_ins = make_people(db.session, now=now)
    db.session.commit()
    issue_quarter(db.session, code=SCHOOL, login=ADMINISTRATOR, now=now)
    db.session.commit()
    _write_private(config.data_dir / DEMO_FILE, {"code": loaded.code, "sign_ins": sign_ins})
    click.echo(f"Đã nạp {loaded.responses} phiếu do máy tạo ra (không phải của người thật).")
    for row in sign_ins:
        click.echo(f"  {row['title']:<24} {row['login']:<10} mật khẩu: {row['password']}")


def _write_private(path: Path, content: dict[str, Any]) -> None:
    """Write a file that only its owner may read: ./run shows the demo's passwords again at each start."""
    path.unlink(missing_ok=True)
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        json.dump(content, file, ensure_ascii=False)
