"""The commands about instruments, as an operator types them."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from survey.instruments.cli import commands
from survey.instruments.models import InstrumentVersion


@pytest.fixture
def small(project: Path) -> str:
    """A small questionnaire that is in order."""
    return str(project / "questionnaires" / "test" / "small.yaml")


def run(app: Flask, *words: str) -> Result:
    return app.test_cli_runner().invoke(commands, words)


def test_a_sound_file_is_called_sound(app: Flask, small: str) -> None:
    result = run(app, "check", small)
    assert (result.exit_code, result.stdout) == (0, f"{small}: đúng\n")


def test_faults_are_listed_with_their_places_and_nothing_is_published(
    app: Flask, session: Session, small: str, tmp_path: Path
) -> None:
    faulty = tmp_path / "faulty.yaml"
    faulty.write_text(Path(small).read_text(encoding="utf-8").replace("correct: true", ""), encoding="utf-8")
    for verb in ("check", "publish"):
        result = run(app, verb, str(faulty))
        assert result.exit_code == 2
        assert result.stdout == ""
        assert all(line.startswith(f"{faulty}:") for line in result.stderr.splitlines())
        assert len(result.stderr.splitlines()) > 1
    assert session.scalars(select(InstrumentVersion)).all() == []


def test_publishing_twice_gives_one_version(app: Flask, session: Session, small: str) -> None:
    first, second = run(app, "publish", small), run(app, "publish", small)
    assert first.exit_code == second.exit_code == 0
    assert first.stdout == second.stdout
    assert [version.number for version in session.scalars(select(InstrumentVersion))] == [1]


def test_changed_content_becomes_the_next_version(app: Flask, small: str, tmp_path: Path) -> None:
    run(app, "publish", small)
    changed = tmp_path / "small.yaml"
    text = Path(small).read_text(encoding="utf-8")
    changed.write_text(text.replace("4 lớn hơn 3.", "4 lớn hơn 3 một đơn vị."), encoding="utf-8")
    result = run(app, "publish", str(changed))
    assert "@2 " in result.stdout
    listed = json.loads(run(app, "list", "--json").stdout)
    assert [(version["key"], version["number"]) for version in listed] == [(listed[0]["key"], 2), (listed[0]["key"], 1)]
    older = json.loads(run(app, "show", f"{listed[0]['key']}@1", "--json").stdout)
    assert older["content_hash"] == listed[1]["content_hash"]


def test_a_folder_is_published_as_a_whole(app: Flask, project: Path) -> None:
    result = run(app, "publish", str(project / "questionnaires"))
    assert len(result.stdout.splitlines()) == 5
    assert len(run(app, "list").stdout.splitlines()) == 5


def test_the_key_is_written_as_the_analysis_command_reads_it(app: Flask, project: Path, tmp_path: Path) -> None:
    run(app, "publish", str(project / "questionnaires" / "parents.yaml"))
    target = tmp_path / "key.csv"
    assert run(app, "show", "parents", "--key-csv", str(target)).exit_code == 0
    rows = list(csv.DictReader(target.read_text(encoding="utf-8").splitlines()))
    assert list(rows[0]) == ["item", "form", "topic", "level", "key"]
    assert len(rows) == 20
    assert rows[0] == {
        "item": "PH-CDS-CN-A",
        "form": "A",
        "topic": "chuyen_doi_so",
        "level": "ca_nhan",
        "key": "1",
    }
    assert run(app, "show", "parents", "--key-csv", "-").stdout == target.read_text(encoding="utf-8")


def test_an_instrument_is_shown_with_its_key(app: Flask, project: Path) -> None:
    run(app, "publish", str(project / "questionnaires" / "parents.yaml"))
    page = run(app, "show", "parents").stdout
    assert "Đúng ít nhất 8 trong 10 câu" in page
    assert "* 1. Từ đủ 7 tuổi" in page
    assert json.loads(run(app, "show", "parents", "--json").stdout)["definition"]["key"] == "parents"


@pytest.mark.parametrize("key", ["khong-co", "parents@7", "parents@x"])
def test_an_unknown_instrument_is_said_to_be_unknown(app: Flask, project: Path, key: str) -> None:
    run(app, "publish", str(project / "questionnaires" / "parents.yaml"))
    result = run(app, "show", key)
    assert result.exit_code == 1
    assert "instrument list" in result.stderr
