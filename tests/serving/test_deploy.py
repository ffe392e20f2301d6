"""The examples for operators name what is there: settings, files, commands; and log nobody."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml

from survey.config import SETTINGS
from tests.serving.machines import free_port

PROJECT = Path(__file__).resolve().parents[2]
EXAMPLES = sorted([*PROJECT.glob("deploy/*"), PROJECT / "run.cmd", PROJECT / "run"])
NOT_OURS = {"SURVEY_VENV"}


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.name)
def test_every_setting_in_an_example_exists(path: Path) -> None:
    named = set(re.findall(r"SURVEY_[A-Z_]+", path.read_text(encoding="utf-8")))
    assert named <= {setting.name for setting in SETTINGS} | NOT_OURS


def test_the_image_copies_what_is_there_and_all_that_is_needed() -> None:
    text = (PROJECT / "deploy" / "Containerfile").read_text(encoding="utf-8")
    copied = [name for line in re.findall(r"^COPY (.+)$", text, re.MULTILINE) for name in line.split()[:-1]]
    assert all((PROJECT / name).exists() for name in copied)
    assert {"analysis", "questionnaires", "survey", "templates", "wsgi.py", "requirements.txt"} <= set(copied)


def test_the_compose_file_waits_for_the_database_and_keeps_both_volumes() -> None:
    content = yaml.safe_load((PROJECT / "deploy" / "compose.yaml").read_text(encoding="utf-8"))
    assert content["services"]["web"]["depends_on"]["database"]["condition"] == "service_healthy"
    kept = [volume.split(":")[0] for service in content["services"].values() for volume in service["volumes"]]
    assert sorted(kept) == sorted(content["volumes"])
    # Nobody reaches the application but through the server in front.
    assert content["services"]["web"]["ports"] == ["127.0.0.1:8071:8071"]


def test_the_image_brings_the_programs_of_the_database_server_s_own_version() -> None:
    # What pg_dump of 17 or later writes cannot be restored into 15 or 16.
    debian = {"bookworm": "15", "trixie": "17"}
    image = re.findall(
        r"^FROM \S+-slim-(\w+)$", (PROJECT / "deploy" / "Containerfile").read_text(encoding="utf-8"), re.M
    )
    content = yaml.safe_load((PROJECT / "deploy" / "compose.yaml").read_text(encoding="utf-8"))
    assert content["services"]["database"]["image"].split(":")[-1] == debian[image[0]]


def test_the_server_in_front_logs_no_address_and_limits_nobody_by_it() -> None:
    text = (PROJECT / "deploy" / "nginx.conf").read_text(encoding="utf-8")
    settings = re.sub(r"#.*", "", text)
    for word in ("$remote_addr", "$http_user_agent", "$http_referer", "limit_req", "limit_conn", "$time_local"):
        assert word not in settings
    # Respondents' pages, addresses that are keys, and the page that is shown while no machine answers.
    for place in ("~* ^/(s|r|preview|privacy)(/|$)", "~ ^/(setup|invitation)/", "@away"):
        inside = settings.split(f"location {place} {{")[1].split("}")[0]
        assert "access_log off" in inside, place
        assert "error_log /dev/null crit" in inside, place
    assert settings.count("{") == settings.count("}")


@pytest.mark.skipif(not (shutil.which("nginx") and shutil.which("openssl")), reason="needs nginx and openssl")
def test_nginx_takes_the_file_for_the_server_in_front(tmp_path: Path) -> None:
    certificate = ["-keyout", "privkey.pem", "-out", "fullchain.pem", "-days", "1", "-subj", "/CN=hr.example.vn"]
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", *certificate]
    subprocess.run(command, cwd=tmp_path, check=True, capture_output=True)
    text = (PROJECT / "deploy" / "nginx.conf").read_text(encoding="utf-8")
    for there, here in (
        ("/etc/letsencrypt/live/hr.example.vn", str(tmp_path)),
        ("/var/log/nginx", str(tmp_path)),
        ("listen 80;", f"listen 127.0.0.1:{free_port()};"),
        ("listen 443 ", f"listen 127.0.0.1:{free_port()} "),
    ):
        assert there in text
        text = text.replace(there, here)
    (tmp_path / "site.conf").write_text(text, encoding="utf-8")
    whole = f"pid {tmp_path}/pid; error_log {tmp_path}/errors; events {{}} http {{ include {tmp_path}/site.conf; }}"
    (tmp_path / "nginx.conf").write_text(whole, encoding="utf-8")
    told = ["nginx", "-t", "-p", str(tmp_path), "-e", f"{tmp_path}/errors", "-c", str(tmp_path / "nginx.conf")]
    done = subprocess.run(told, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_the_start_script_for_windows_has_the_line_ends_that_windows_needs() -> None:
    content = (PROJECT / "run.cmd").read_bytes()
    assert content.count(b"\n") == content.count(b"\r\n")
    assert content.isascii()


def test_the_start_script_for_windows_goes_only_where_there_is_something() -> None:
    script = (PROJECT / "run.cmd").read_text(encoding="ascii")
    labels = re.findall(r"^:(\w+)$", script, re.MULTILINE)
    assert set(re.findall(r"\bgoto (\w+)", script)) == set(labels)
    assert len(labels) == len(set(labels))
    # The longest command of the documentation has more words than a batch file has numbers for.
    assert "%9" not in script
