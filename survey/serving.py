"""Serves an installed system: `python wsgi.py` on Linux, macOS and Windows, and the last step of `./run`.

Before serving it makes sure that the database has the newest form and that somebody can sign in. What that needs
(Alembic, the demo) runs in a process of its own, so that a start with nothing to do is quick and the web processes
stay small.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from flask import Flask
from granian.constants import Interfaces
from granian.log import LogLevels
from granian.server import Server
from sqlalchemy import func, select
from sqlalchemy.orm import configure_mappers

from survey.accounts.first_start import make_setup_code
from survey.accounts.models import User
from survey.collection.hall_texts import hall_lines
from survey.collection.qr import terminal_qr
from survey.config import PROJECT, Config
from survey.core.clock import utc_now
from survey.core.database import will_write
from survey.core.revisions import newest_revision, stored_revision
from survey.jobs.queries import has_work
from survey.jobs.watching import Watcher
from survey.web.addresses import is_port_free, local_addresses, public_url
from survey.web.db_session import db, writing

QUESTIONNAIRES = PROJECT / "questionnaires"
DEMO_FILE = "demo.json"


def serve(app: Flask, *, with_demo: bool = False, in_hall: bool = False) -> None:
    """Bring the database up to date, print the addresses, and serve until interrupted.

    in_hall: also say how phones get here without internet, and make a backup at the end.
    """
    config: Config = app.extensions["survey.config"]
    if not is_port_free(config.host, config.port):
        raise SystemExit(
            f"Cổng {config.port} đang có chương trình khác dùng; có thể Hiểu Rõ đã chạy sẵn ở "
            f"http://127.0.0.1:{config.port}\nHãy dừng chương trình ấy, hoặc chọn cổng khác: "
            f"SURVEY_PORT={config.port + 1}"
        )
    # This process only looks; a write lock of its own would keep out the commands it starts.
    will_write.set(False)
    with app.app_context():
        prepare(config, with_demo=with_demo)
        if in_hall:
            _write("\n".join(hall_lines(local_addresses(), config.port, chosen=public_url(config))))
        print_addresses(config, with_qr=not in_hall)
        watcher = _job_watcher()
        # The web processes open their own connections.
        db.engine.dispose()
    watcher.start()
    try:
        _serve_pages(config)
    finally:
        watcher.stop()
        if in_hall:
            _run_command("backup", "create")


def _serve_pages(config: Config) -> None:
    # Done at first use otherwise: by each web process while the first answers of a hall wait.
    configure_mappers()
    server = Server(
        target="wsgi:app",
        address=config.host,
        port=config.port,
        interface=Interfaces.WSGI,
        workers=config.workers,
        blocking_threads=config.threads,
        respawn_failed_workers=True,
        log_access=False,
        log_level=LogLevels.error,
        backlog=2048,
        working_dir=PROJECT,
    )
    server.serve()


def _job_watcher() -> Watcher:
    """Return what starts the runner of long work when there is some."""
    sessions = db.sessionmaker

    def look() -> bool:
        will_write.set(False)
        with sessions() as session:
            return has_work(session, now=utc_now())

    command = (sys.executable, "-m", "flask", "--app", str(PROJECT / "wsgi.py"), "job", "run")
    return Watcher(look, command, PROJECT)


def prepare(config: Config, *, with_demo: bool) -> None:
    """Upgrade the database if it is behind, and load the demo into an empty one if asked."""
    if stored_revision(db.engine) != newest_revision():
        _run_command("db", "upgrade")
        # A new version may bring new texts; what is published already stays as it is.
        _run_command("instrument", "publish", *map(str, sorted(QUESTIONNAIRES.glob("*.yaml"))))
        db.engine.dispose()
    if with_demo and _number_of_users() == 0:
        _run_command("demo", "load")


def print_addresses(config: Config, *, with_qr: bool = True) -> None:
    """Print where the system is, how to sign in, and a QR for the phone."""
    address = public_url(config)
    lines = ["", f"  Hiểu Rõ đang chạy: {address}", f"  Trên máy này:      http://127.0.0.1:{config.port}", ""]
    demo = _read_demo(config.data_dir)
    if demo is not None:
        lines += _demo_lines(demo)
    elif _number_of_users() == 0:
        with writing() as session:
            code = make_setup_code(session, now=utc_now())
        lines += ["  Lần đầu sử dụng: mở địa chỉ này (chỉ dùng được một lần) để tạo tài khoản đầu tiên:"]
        lines += [f"  {address}/setup/{code}", ""]
    target = f"{address}/S/{demo['code']}" if demo and demo.get("code") else f"{address}/S"
    if with_qr:
        lines += [f"  Quét bằng điện thoại cùng mạng Wi-Fi: {target}", "", terminal_qr(target), ""]
    lines += ["  Dừng: nhấn Ctrl+C", ""]
    _write("\n".join(lines))


def _demo_lines(demo: dict[str, Any]) -> list[str]:
    lines = ["  DỮ LIỆU MINH HỌA (DEMO). Đăng nhập thử:"]
    lines += [f"    {row['title']:<24} {row['login']:<10} mật khẩu: {row['password']}" for row in demo["sign_ins"]]
    return [*lines, ""]


def _read_demo(folder: Path) -> dict[str, Any] | None:
    try:
        demo: dict[str, Any] = json.loads((folder / DEMO_FILE).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return demo


def _number_of_users() -> int:
    with db.sessionmaker() as session:
        return session.scalar(select(func.count()).select_from(User)) or 0


def _run_command(*arguments: str) -> None:
    """Run one of our own commands in a process of its own; stop with its sentence if it fails."""
    command = [sys.executable, "-m", "flask", "--app", str(PROJECT / "wsgi.py"), *arguments]
    done = subprocess.run(command, cwd=PROJECT, check=False, env=os.environ | {"PYTHONIOENCODING": "utf-8"})
    if done.returncode != 0:
        raise SystemExit(done.returncode)


def _write(words: str) -> None:
    # A Windows console may not know every letter; a missing letter must not stop the server.
    encoding = sys.stdout.encoding or "utf-8"
    sys.stdout.write(words.encode(encoding, errors="replace").decode(encoding))
    sys.stdout.flush()
