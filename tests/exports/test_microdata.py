"""Single answers leave without anything that leads to a person, and give the figures of the report again."""

from __future__ import annotations

import csv
import io
import json
import subprocess
import sys
import zipfile
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import openpyxl
import pyreadstat
import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from survey.audit.models import AuditEntry
from survey.campaigns.models import Campaign
from survey.core.clock import local_date
from survey.core.errors import Conflict, NotFound
from survey.core.permissions import Scope
from survey.exports.archives import neutral
from survey.exports.cli import commands
from survey.exports.files import ANSWERS_FORMATS
from survey.exports.microdata import CLASS, NOWHERE, Microdata, MicrodataInput, TooFewAnswers
from survey.exports.queries import campaign_answers
from survey.reports.builder import build_report
from survey.reports.queries import report_input
from tests.factories import PASSWORD, Cast
from tests.pages import PageClient
from tests.reports.fieldwork import Answers, make_campaign, run_wave

BIG: Mapping[str, Answers] = {"parents": {"6A": (20, 6), "7A": (24, 9), "4A": (14, 3)}}
BIG_AFTER: Mapping[str, Answers] = {"parents": {"6A": (24, 17), "7A": (30, 24), "4A": (16, 11)}}
ONE_SMALL_CLASS: Mapping[str, Answers] = {"parents": {"6A": (20, 6), "7A": (24, 9), "4A": (4, 3)}}
TINY: Mapping[str, Answers] = {"parents": {"6A": (5, 2), "7A": (4, 1)}}


def _campaign(
    session: Session, cast: Cast, now: datetime, before: Mapping[str, Answers], *, close_follow_up: bool = True
) -> Campaign:
    campaign = make_campaign(session, cast.school, ["parents"], now)
    run_wave(session, campaign, "parents", "baseline", {cast.school.id: before["parents"]}, now, close=True)
    after = {cast.school.id: BIG_AFTER["parents"]}
    run_wave(session, campaign, "parents", "follow_up", after, now, close=close_follow_up)
    return campaign


def _answers(session: Session, cast: Cast, campaign: Campaign, now: datetime) -> tuple[MicrodataInput, Microdata]:
    own = frozenset({cast.school.id})
    return campaign_answers(
        session,
        campaign_id=campaign.id,
        organisation_id=cast.school.id,
        audience="parents",
        scope=Scope(own, own),
        today=local_date(now),
    )


def _files(session: Session, cast: Cast, campaign: Campaign, now: datetime) -> dict[str, str]:
    file = ANSWERS_FORMATS["zip"]("phieu", *_answers(session, cast, campaign, now))
    with zipfile.ZipFile(io.BytesIO(file.content)) as archive:
        return {name: archive.read(name).decode("utf-8-sig") for name in archive.namelist()}


def _analyse(folder: Path, project: Path, *arguments: str) -> Any:
    done = subprocess.run(
        [sys.executable, "-m", "analysis", str(folder / "responses.csv"), *arguments, "--json"],
        cwd=project,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_the_command_gives_the_report_s_figures_from_the_single_answers(
    app: Flask, session: Session, cast: Cast, now: datetime, project: Path, tmp_path: Path
) -> None:
    campaign = _campaign(session, cast, now, BIG)
    for name, text in _files(session, cast, campaign, now).items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    found = _analyse(tmp_path, project, "--population", str(tmp_path / "population.csv"))
    own = frozenset({cast.school.id})
    report = build_report(report_input(session, campaign_id=campaign.id, scope=Scope(own, own), today=local_date(now)))
    estimates = {one["wave"]: one for one in found["results"] if one["topic"] is None}
    for wave, expected in (("before", report.rows[0].headline.before), ("after", report.rows[0].headline.after)):
        assert expected is not None
        assert estimates[wave]["answered"] == expected.answered
        assert estimates[wave]["understood"] == expected.understood
        assert estimates[wave]["value"] == pytest.approx(expected.value, abs=1e-9)
        assert estimates[wave]["low_count"] == expected.low_count


def test_the_key_judges_the_exported_answers_like_the_product(
    app: Flask, session: Session, cast: Cast, now: datetime, project: Path, tmp_path: Path
) -> None:
    files = _files(session, cast, _campaign(session, cast, now, BIG), now)
    (tmp_path / "key.csv").write_text(files["key.csv"], encoding="utf-8")
    table = csv.DictReader(io.StringIO(files["responses.csv"]))
    wanted = [name for name in table.fieldnames or () if not name.startswith(("understood", "topic:"))]
    with (tmp_path / "responses.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, wanted, extrasaction="ignore")
        writer.writeheader()
        writer.writerows(table)
    found = _analyse(tmp_path, project, "--key", str(tmp_path / "key.csv"))
    understood = {one["wave"]: one["understood"] for one in found["results"] if one["topic"] is None}
    assert understood == {"before": 18, "after": 52}


@pytest.mark.parametrize(
    ("before", "detail", "strata"),
    [(BIG, CLASS, {"4A", "6A", "7A"}), (ONE_SMALL_CLASS, NOWHERE, {""})],
    ids=["every class has ten answers", "one class has four"],
)
def test_the_place_is_given_only_as_closely_as_ten_answers_allow(
    session: Session,
    cast: Cast,
    now: datetime,
    before: Mapping[str, Answers],
    detail: str,
    strata: set[str],
) -> None:
    _source, made = _answers(session, cast, _campaign(session, cast, now, before), now)
    column = [one.name for one in made.variables].index("stratum")
    assert made.detail == detail
    assert {row[column] for row in made.rows} == strata


def test_a_group_of_fewer_than_ten_is_not_given_out(session: Session, cast: Cast, now: datetime) -> None:
    campaign = _campaign(session, cast, now, TINY)
    with pytest.raises(TooFewAnswers):
        _answers(session, cast, campaign, now)


def test_an_open_wave_gives_no_single_answers(session: Session, cast: Cast, now: datetime) -> None:
    _source, made = _answers(session, cast, _campaign(session, cast, now, BIG, close_follow_up=False), now)
    assert {row[0] for row in made.rows} == {"before"}


def test_without_a_closed_wave_there_is_nothing_to_give(session: Session, cast: Cast, now: datetime) -> None:
    campaign = make_campaign(session, cast.school, ["parents"], now)
    run_wave(session, campaign, "parents", "baseline", {cast.school.id: BIG["parents"]}, now)
    with pytest.raises(Conflict):
        _answers(session, cast, campaign, now)


def test_nothing_in_a_file_leads_back_to_a_response(session: Session, cast: Cast, now: datetime) -> None:
    files = _files(session, cast, _campaign(session, cast, now, BIG), now)
    names = files["responses.csv"].splitlines()[0].split(",")
    assert names[:5] == ["wave", "audience", "stratum", "form", "understood"]
    assert not {"id", "token", "received_on", "collector", "language"} & set(names)
    lines = files["responses.csv"].splitlines()[1:]
    assert lines == sorted(lines)


def test_another_school_is_not_found(session: Session, cast: Cast, now: datetime) -> None:
    campaign = _campaign(session, cast, now, BIG)
    other = frozenset({cast.other_school.id})
    with pytest.raises(NotFound):
        campaign_answers(
            session,
            campaign_id=campaign.id,
            organisation_id=cast.school.id,
            audience="parents",
            scope=Scope(other, other),
            today=local_date(now),
        )


def test_spss_reads_labels_and_codes(session: Session, cast: Cast, now: datetime, tmp_path: Path) -> None:
    source, made = _answers(session, cast, _campaign(session, cast, now, BIG), now)
    target = tmp_path / "answers.sav"
    target.write_bytes(ANSWERS_FORMATS["sav"]("phieu", source, made).content)
    frame, meta = pyreadstat.read_sav(str(target))
    assert len(frame) == len(made.rows)
    assert meta.variable_value_labels["understood"] == {1.0: "Hiểu rõ", 0.0: "Chưa hiểu rõ"}
    scored = next(one for one in made.variables if one.name.startswith("item:") and not one.is_multiple)
    name = scored.name.replace(":", "_").replace("-", "_")
    assert meta.variable_value_labels[name][0.0] == "Tôi chưa rõ"
    assert meta.column_names_to_labels[name].startswith(scored.label[:40])


def test_a_workbook_has_numbers_as_numbers_and_the_code_book(session: Session, cast: Cast, now: datetime) -> None:
    source, made = _answers(session, cast, _campaign(session, cast, now, BIG), now)
    book = openpyxl.load_workbook(io.BytesIO(ANSWERS_FORMATS["xlsx"]("phieu", source, made).content))
    assert book.sheetnames == ["Câu trả lời", "Bảng mã", "Sĩ số", "Cần biết"]
    page = book["Câu trả lời"]
    understood = [one.name for one in made.variables].index("understood") + 1
    assert {page.cell(row, understood).value for row in range(2, 12)} <= {0, 1}


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t"])
def test_no_cell_is_computed(start: str) -> None:
    assert neutral(f"{start}HYPERLINK(1)").startswith("'")


def test_the_page_hands_out_files_and_leaves_a_trace(
    client: PageClient, session: Session, cast: Cast, now: datetime
) -> None:
    campaign = _campaign(session, cast, now, BIG)
    client.sign_in(cast.administrator.login, PASSWORD)
    client.visit(f"/campaigns/{campaign.id}/export")
    answer = client.post(
        f"/campaigns/{campaign.id}/export/answers",
        {"organisation": cast.school.id, "audience": "parents", "format": "zip"},
        csrf_from=f"/campaigns/{campaign.id}/export",
    )
    assert answer.status_code == 200
    assert answer.content_type == "application/zip"
    counts = client.post(
        f"/campaigns/{campaign.id}/export/counts", {"format": "csv"}, csrf_from=f"/campaigns/{campaign.id}/export"
    )
    assert counts.data.decode("utf-8-sig").startswith("wave,audience,topic")
    actions = session.scalars(select(AuditEntry.action).where(AuditEntry.action.like("export%"))).all()
    assert sorted(actions) == ["export_counts", "export_microdata"]


def test_who_sits_above_the_school_gets_counts_but_no_single_answers(
    client: PageClient, session: Session, cast: Cast, now: datetime
) -> None:
    campaign = _campaign(session, cast, now, BIG)
    client.sign_in(cast.officer.login, PASSWORD)
    page = client.visit(f"/campaigns/{campaign.id}/export")
    assert "Từng phiếu" not in page
    answer = client.post(
        f"/campaigns/{campaign.id}/export/answers",
        {"organisation": cast.school.id, "audience": "parents", "format": "zip"},
        csrf_from=f"/campaigns/{campaign.id}/export",
    )
    assert answer.status_code == 403


def test_the_command_line_writes_the_same_archive(
    app: Flask, session: Session, cast: Cast, now: datetime, tmp_path: Path
) -> None:
    campaign = _campaign(session, cast, now, BIG)
    target = tmp_path / "phieu.zip"
    arguments = ["microdata", "--campaign", str(campaign.id), "--organisation", cast.school.code]
    result = app.test_cli_runner().invoke(commands, [*arguments, "--audience", "parents", "--out", str(target)])
    assert result.exit_code == 0, result.output
    with zipfile.ZipFile(target) as archive:
        assert "responses.csv" in archive.namelist()
