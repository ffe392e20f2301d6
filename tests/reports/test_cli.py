"""`flask report build`: every format of a campaign and of a period; what cannot be built is refused with a sentence."""

from __future__ import annotations

import re
from datetime import datetime
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from survey.campaigns.models import Campaign
from survey.reports.cli import commands
from tests.factories import Cast
from tests.reports.fieldwork import make_campaign, run_wave


@pytest.fixture
def campaign(session: Session, cast: Cast, now: datetime) -> Campaign:
    made = make_campaign(session, cast.school, ["staff"], now)
    run_wave(session, made, "staff", "baseline", {cast.school.id: {"Giáo viên": (30, 12)}}, now)
    return made


def _build(app: Flask, *options: str) -> tuple[int, str]:
    result = app.test_cli_runner().invoke(commands, ["build", *options])
    return result.exit_code, result.output


def test_the_file_holds_everything_it_needs(app: Flask, campaign: Campaign, tmp_path: Path) -> None:
    target = tmp_path / "report.html"
    code, said = _build(
        app, "--organisation", "BANMAI", "--campaign", str(campaign.id), "--format", "html", "--out", str(target)
    )
    assert code == 0, said
    text = target.read_text(encoding="utf-8")
    assert "chiến dịch “Hiểu Nghị quyết 71”" in text
    assert "30/36" in text
    assert text.count("data:image/svg+xml;base64,") == 2
    addresses = re.findall(r"""(?:src|href|srcset)="([^"]*)"|url\(([^)]*)\)""", text)
    assert all((one or other).startswith("data:") for one, other in addresses)
    for leftover in ("{{", "{%", "None<", "Undefined"):
        assert leftover not in text


@pytest.mark.parametrize(("kind", "begins"), [("docx", b"PK"), ("pdf", b"%PDF"), ("xlsx", b"PK")])
def test_the_report_of_a_campaign_is_written_in_every_format(
    app: Flask, campaign: Campaign, tmp_path: Path, kind: str, begins: bytes
) -> None:
    target = tmp_path / f"report.{kind}"
    code, said = _build(
        app, "--organisation", "BANMAI", "--campaign", str(campaign.id), "--format", kind, "--out", str(target)
    )
    assert code == 0, said
    assert target.read_bytes().startswith(begins)


@pytest.mark.parametrize(("kind", "begins"), [("html", b"<!doctype html>"), ("docx", b"PK")])
def test_the_report_of_a_period_is_written_in_every_format(
    app: Flask, campaign: Campaign, tmp_path: Path, kind: str, begins: bytes
) -> None:
    target = tmp_path / f"report.{kind}"
    code, said = _build(app, "--organisation", "BANMAI", "--period", "2026-q4", "--format", kind, "--out", str(target))
    assert code == 0, said
    assert target.read_bytes().startswith(begins)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        pytest.param(["--organisation", "BANMAI", "--format", "html"], "một kỳ", id="neither"),
        pytest.param(
            ["--organisation", "BANMAI", "--campaign", "1", "--period", "2026-Q4", "--format", "html"],
            "một kỳ",
            id="both",
        ),
        pytest.param(
            ["--organisation", "BANMAI", "--period", "2026-Q9", "--format", "html"], "viết chưa đúng", id="no period"
        ),
        pytest.param(
            ["--organisation", "NOWHERE", "--period", "2026-Q4", "--format", "html"], "Không có đơn vị", id="no unit"
        ),
        pytest.param(
            ["--organisation", "BANMAI", "--campaign", "999", "--format", "html"], "Không có chiến dịch", id="unknown"
        ),
        pytest.param(
            ["--organisation", "NOWHERE", "--campaign", "1", "--format", "html"], "Không có chiến dịch", id="nowhere"
        ),
    ],
)
def test_what_cannot_be_built_is_refused_with_a_sentence(
    app: Flask, cast: Cast, tmp_path: Path, options: list[str], words: str
) -> None:
    target = tmp_path / "report.html"
    code, said = _build(app, *options, "--out", str(target))
    assert code != 0
    assert words in said
    assert not target.exists()
