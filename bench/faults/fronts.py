"""One of two web machines dies behind the server in front, while parents send: nginx with the file from deploy/."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from bench.bars.servers import free_port
from bench.burst.hall import PROJECT, make_hall
from bench.faults.crowd import Looker, Outcome, meet


def kill_one_behind_nginx(folder: Path, parents: int = 200, seconds: float = 12.0) -> Outcome:
    """Kill every process of one machine in the middle, then the other one, and look at what nginx says and notes."""
    outcome = Outcome("one of two machines killed behind nginx")
    with make_hall(folder, None, parents) as one:
        other = replace(one, port=free_port())
        try:
            one.start()
            other.start()
            with _nginx(folder / "nginx", (one.port, other.port)) as port:
                front = replace(one, port=port)
                looker = Looker(front)
                looker.open_form()
                tally = meet([front], parents, seconds, other.kill, 0.4 * seconds)
                outcome.checks["nobody noticed"] = tally.clock.interrupted == 0 and not tally.errors
                outcome.checks["a form is taken by the machine that is left"] = looker.send().status == 303
                one.kill()
                away = Looker(front).open_form()
                outcome.checks["without any machine a page says so in Vietnamese, also to who has just sent"] = (
                    away.status == 502 and "Nếu vừa gửi phiếu" in away.body
                )
                noted = "".join(path.read_text(errors="replace") for path in (folder / "nginx").glob("*.log"))
                outcome.checks["nginx has noted no code of a way in"] = one.code not in noted
                one.start()
                outcome.take(tally, parents, looker)
        finally:
            one.stop()
            other.stop()
    return outcome


@contextmanager
def _nginx(folder: Path, ports: Sequence[int]) -> Iterator[int]:
    """Run nginx with the example file, without TLS, in front of some servers; give its port."""
    program = shutil.which("nginx") or "/usr/sbin/nginx"
    folder.mkdir()
    port = free_port()
    text = (PROJECT / "deploy" / "nginx.conf").read_text(encoding="utf-8")
    text = re.sub(r"^\s*ssl_.*$", "", text, flags=re.MULTILINE).replace("/var/log/nginx", str(folder))
    text = text.replace("listen 443 ssl http2;", f"listen 127.0.0.1:{port} default_server;")
    text = text.replace("listen 80;", f"listen 127.0.0.1:{free_port()};")
    line = "server 127.0.0.1:{} max_fails=2 fail_timeout=5s;"
    text = text.replace(line.format(8071), " ".join(line.format(number) for number in ports))
    (folder / "site.conf").write_text(text, encoding="utf-8")
    whole = f"pid {folder}/pid; error_log {folder}/error.log; events {{}} http {{ include {folder}/site.conf; }}"
    (folder / "nginx.conf").write_text(whole, encoding="utf-8")
    command = [program, "-p", str(folder), "-e", f"{folder}/error.log", "-c", str(folder / "nginx.conf")]
    subprocess.run(command, check=True)
    try:
        yield port
    finally:
        subprocess.run([*command, "-s", "stop"], check=True)
