"""Nothing of a respondent is left on disk: a journey through the real server, then every file is searched."""

from __future__ import annotations

import gzip
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlencode

import pytest

from bench.burst.hall import SECRET, Hall, open_hall
from survey.core.codes import group_code
from survey.core.tokens import Signer
from tests.responses.fieldwork import filled_in

ADDRESS = "203.0.113.77"
AGENT = "ZaloBrowser-of-one-parent/9.9"
REFERRER = "https://chat.example/group-of-one-parent"
COOKIE = "one-parent-was-here"
HEADERS = {
    "X-Forwarded-For": ADDRESS,
    "X-Real-IP": ADDRESS,
    "Forwarded": f"for={ADDRESS}",
    "User-Agent": AGENT,
    "Referer": REFERRER,
    "Cookie": f"session={COOKIE}",
}


@dataclass
class Journey:
    """What one respondent did: where the server keeps its files, and what must not be found there."""

    hall: Hall
    code: str
    receipt: str = ""
    secrets: list[str] = field(default_factory=list)
    cookies: list[str] = field(default_factory=list)

    def ask(self, method: str, path: str, fields: dict[str, str] | None = None) -> tuple[int, str, str]:
        """Send one request as that respondent; return status, where it leads, and the page."""
        connection = HTTPConnection("127.0.0.1", self.hall.port, timeout=30)
        body = urlencode(fields) if fields else None
        form = {"Content-Type": "application/x-www-form-urlencoded"} if fields else {}
        connection.request(method, path, body, HEADERS | form)
        answer = connection.getresponse()
        page = answer.read().decode("utf-8", errors="replace")
        if path.startswith(("/S", "/R", "/preview/")):
            self.cookies += [value for name, value in answer.getheaders() if name.lower() == "set-cookie"]
        connection.close()
        return answer.status, answer.getheader("Location") or "", page


@pytest.fixture(scope="module")
def journey(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Journey]:
    """A respondent scans, mistypes, sends with a gap, sends, looks at the receipt and goes astray; then a backup."""
    folder = tmp_path_factory.mktemp("traces")
    with open_hall(folder, None, 30) as hall:
        walked = Journey(hall, hall.code)
        _, _, page = walked.ask("GET", f"/S/{hall.code}")
        walked.ask("GET", "/S?code=0000000")
        walked.ask("GET", f"/preview/{hall.code}.png")
        fields = {name: str(value) for name, value in filled_in(page).items()}
        walked.ask("POST", f"/S/{hall.code}", {name: value for name, value in fields.items() if name != "q1"})
        status, location, _ = walked.ask("POST", f"/S/{hall.code}", fields | {"asked": "1"})
        assert status == 303
        walked.receipt = location.rpartition("/")[2]
        for path in (location, "/R/000000000000", f"/S/{hall.code}/astray", "/nowhere"):
            walked.ask("GET", path)
        walked.ask("POST", f"/S/{hall.code}", {"q1": "x" * 20_000})
        walked.secrets = [ADDRESS, AGENT, REFERRER, COOKIE, fields["t"], walked.receipt, group_code(walked.receipt)]
        back_up(hall)
        yield walked


def back_up(hall: Hall) -> None:
    """Make a backup by the operator's command, while the server runs."""
    environment = os.environ | {
        "SURVEY_DATA_DIR": str(hall.folder),
        "SURVEY_DATABASE_URL": hall.database,
        "SURVEY_SECRET_KEY": SECRET,
    }
    command = [sys.executable, "-m", "flask", "--app", "wsgi", "backup", "create"]
    project = Path(__file__).resolve().parents[2]
    done = subprocess.run(command, check=False, env=environment, capture_output=True, text=True, cwd=project)
    assert done.returncode == 0, done.stderr


def kept(folder: Path) -> dict[str, bytes]:
    """Return the content of every file under a folder by its name, packed ones unpacked."""
    files = [path for path in folder.rglob("*") if path.is_file()]
    return {
        str(path.relative_to(folder)): gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
        for path in files
    }


def test_the_search_looks_at_database_log_file_and_backup(journey: Journey) -> None:
    files = kept(journey.hall.folder)
    assert "burst.sqlite" in files
    assert "burst.sqlite-wal" in files
    assert "server.log" in files
    backups = [content for name, content in files.items() if name.endswith(".gz")]
    assert len(backups) == 1
    # What is kept of the answer is found, so the search would find the rest: its keyed hash, and nothing else.
    stored = Signer(SECRET).receipt_hash(journey.receipt)
    assert stored in backups[0]
    assert any(stored in content for name, content in files.items() if name.startswith("burst.sqlite"))


def test_no_file_holds_anything_about_the_respondent(journey: Journey) -> None:
    for name, content in kept(journey.hall.folder).items():
        for secret in journey.secrets:
            for encoded in (secret.encode(), secret.encode("utf-16-le")):
                assert encoded not in content, f"{secret} in {name}"


def test_the_server_writes_no_line_about_requests(journey: Journey) -> None:
    log = (journey.hall.folder / "server.log").read_text(encoding="utf-8")
    assert "Hiểu Rõ đang chạy" in log
    assert not re.search(r"(GET|POST) /|/R/[0-9A-Z]{4}|127\.0\.0\.1:\d+ -", log)
    assert journey.code not in log


def test_the_respondent_gets_no_cookie(journey: Journey) -> None:
    status, _, page = journey.ask("GET", f"/S/{journey.code}")
    assert status == 200
    assert COOKIE not in page
    assert journey.cookies == []
