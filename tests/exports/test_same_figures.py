"""The exported counts give the figures of the page again, in a program that knows nothing of it."""

from __future__ import annotations

import csv
import json
import subprocess
import sys
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from analysis.records import Change, Estimate
from survey.campaigns.models import Campaign
from survey.core.clock import local_date
from survey.core.permissions import Scope
from survey.exports.cli import commands
from survey.reports.builder import build_report
from survey.reports.queries import report_input
from survey.reports.records import Report
from tests.factories import Cast
from tests.reports.fieldwork import Answers, make_campaign, run_wave

BEFORE: Mapping[str, Answers] = {
    "staff": {"Giáo viên": (30, 12), "Nhân viên": (8, 3)},
    "parents": {"6A": (20, 6), "7A": (24, 9), "4A": (14, 3)},
}
AFTER: Mapping[str, Answers] = {
    "staff": {"Giáo viên": (33, 31), "Nhân viên": (8, 7)},
    "parents": {"6A": (24, 17), "7A": (30, 24), "4A": (16, 11)},
}
# In one class hardly anybody answered before.
FEW_BEFORE: Mapping[str, Answers] = {**BEFORE, "parents": {"6A": (20, 6), "7A": (24, 9), "4A": (3, 1)}}


def _run(session: Session, cast: Cast, now: datetime, before: Mapping[str, Answers]) -> Campaign:
    campaign = make_campaign(session, cast.school, ["staff", "parents"], now)
    for kind, answers, close in (("baseline", before, True), ("follow_up", AFTER, False)):
        for audience, by_group in answers.items():
            run_wave(session, campaign, audience, kind, {cast.school.id: by_group}, now, close=close)
    return campaign


def _report(session: Session, cast: Cast, campaign: Campaign, now: datetime) -> Report:
    own = frozenset({cast.school.id})
    made = report_input(session, campaign_id=campaign.id, scope=Scope(own, own), today=local_date(now))
    return build_report(made)


def _export(app: Flask, campaign: Campaign, target: Path) -> str:
    arguments = ["counts", "--campaign", str(campaign.id), "--organisation", "BANMAI", "--out", str(target)]
    result = app.test_cli_runner().invoke(commands, arguments)
    assert result.exit_code == 0, result.output
    return str(result.output)


def _analyse(target: Path, project: Path) -> Any:
    found = subprocess.run(
        [sys.executable, "-m", "analysis", str(target), "--counts", "--json"],
        cwd=project,
        capture_output=True,
        text=True,
        check=False,
    )
    assert found.returncode == 0, found.stderr
    return json.loads(found.stdout)


@pytest.mark.parametrize("before", [BEFORE, FEW_BEFORE], ids=["every class stands alone", "a small class is joined"])
def test_the_command_gives_every_share_and_change_of_the_page(
    app: Flask,
    session: Session,
    cast: Cast,
    now: datetime,
    project: Path,
    tmp_path: Path,
    before: Mapping[str, Answers],
) -> None:
    campaign = _run(session, cast, now, before)
    report = _report(session, cast, campaign, now)
    _export(app, campaign, tmp_path / "counts.csv")
    found = _analyse(tmp_path / "counts.csv", project)
    results = {(one["wave"], one["audience"], one["topic"]): one for one in found["results"]}
    changes = {(one["audience"], one["topic"]): one for one in found["changes"]}
    compared = 0
    for row in report.visible:
        pairs = dict(zip((None, *report.topics, *report.levels), (row.headline, *row.topics, *row.levels), strict=True))
        for topic, pair in pairs.items():
            assert pair.before is not None
            assert pair.after is not None
            assert pair.change is not None
            _same_estimate(pair.before, results["before", row.group, topic], with_verdict=topic is None)
            _same_estimate(pair.after, results["after", row.group, topic], with_verdict=topic is None)
            _same_change(pair.change, changes[row.group, topic])
            compared += 1
    assert compared == 3 * 8


def _same_estimate(ours: Estimate, theirs: Mapping[str, Any], *, with_verdict: bool) -> None:
    names = ["value", "low", "high", "answered", "understood", "population", "low_count", "high_count", "response_rate"]
    for name in names:
        assert theirs[name] == pytest.approx(getattr(ours, name), abs=1e-9), name
    assert theirs["method"] == ours.method
    if with_verdict:
        assert theirs["verdict"] == ours.verdict


def _same_change(ours: Change, theirs: Mapping[str, Any]) -> None:
    for name in ("value", "low", "high", "p", "p_holm"):
        assert theirs[name] == pytest.approx(getattr(ours, name), abs=1e-9), name
    assert theirs["method"] == ours.method


def test_no_line_stands_for_few_people_and_no_class_is_named(
    app: Flask, session: Session, cast: Cast, now: datetime, tmp_path: Path
) -> None:
    campaign = _run(session, cast, now, FEW_BEFORE)
    _export(app, campaign, tmp_path / "counts.csv")
    with (tmp_path / "counts.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert list(rows[0]) == (
        "wave audience topic form stratum cluster drawn population answered understood".split()  # noqa: SIM905
    )
    assert {row["wave"] for row in rows} == {"before", "after"}
    assert not [row for row in rows if 0 < int(row["answered"]) < 5]
    names = {"6A", "7A", "4A"}
    assert not names & {row["stratum"] for row in rows}


def test_a_hidden_group_is_not_in_the_table(
    app: Flask, session: Session, cast: Cast, now: datetime, tmp_path: Path
) -> None:
    small = {**BEFORE, "staff": {"Giáo viên": (30, 12), "Nhân viên": (4, 3)}}
    campaign = _run(session, cast, now, small)
    _export(app, campaign, tmp_path / "counts.csv")
    with (tmp_path / "counts.csv").open(encoding="utf-8-sig", newline="") as file:
        assert {row["audience"] for row in csv.DictReader(file)} == {"teachers", "parents"}
