"""The pages of reports, through the client, on answers in the database."""

from __future__ import annotations

import subprocess
import sys
from datetime import datetime
from pathlib import Path
from xml.etree import ElementTree

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from survey.accounts.models import User
from survey.campaigns.models import Campaign
from survey.organisations.models import Organisation
from tests.factories import Cast
from tests.pages import PageClient
from tests.reports.fieldwork import make_campaign, run_wave

STAFF_BEFORE = {"Giáo viên": (30, 12), "Nhân viên": (7, 3)}
STAFF_AFTER = {"Giáo viên": (36, 36), "Nhân viên": (8, 8)}


def enter(app: Flask, user: User) -> PageClient:
    """Return a client that this person has signed in with."""
    client = PageClient(app)
    with client.http.session_transaction() as cookie:
        cookie["_user_id"] = f"{user.id}:{user.session_key}"
        cookie["_fresh"] = True
    return client


@pytest.fixture
def measured(session: Session, cast: Cast, now: datetime) -> Campaign:
    """A campaign of the school with both waves answered by its staff."""
    campaign = make_campaign(session, cast.school, ["staff"], now)
    run_wave(session, campaign, "staff", "baseline", {cast.school.id: STAFF_BEFORE}, now, close=True)
    run_wave(session, campaign, "staff", "follow_up", {cast.school.id: STAFF_AFTER}, now)
    return campaign


@pytest.fixture
def of_ward(session: Session, cast: Cast, now: datetime) -> Campaign:
    """A campaign of the ward with a follow-up answered in both schools."""
    campaign = make_campaign(session, cast.ward, ["staff"], now)
    run_wave(session, campaign, "staff", "baseline", {}, now, close=True)
    answers = {cast.school.id: {"Giáo viên": (30, 24)}, cast.other_school.id: {"Giáo viên": (32, 32)}}
    run_wave(session, campaign, "staff", "follow_up", answers, now)
    return campaign


def test_an_administrator_reads_the_report_in_words_figures_and_picture(
    app: Flask, cast: Cast, measured: Campaign
) -> None:
    page = enter(app, cast.administrator).visit(f"/campaigns/{measured.id}/report")
    for words in (
        "Giáo viên và nhân viên đã đạt chỉ tiêu 90%.",
        "36/36 người trả lời (trong 36 người) hiểu rõ.",
        "Tăng 60 điểm phần trăm, từ 40% lên 100%",
        "chưa chứng minh được rằng thay đổi là do đợt truyền thông",
        "Đúng ít nhất 8 trong 10 câu",
        "Chuyển đổi số",
        "Vai trò của cá nhân",
        "Việc nên làm tiếp",
        f"/campaigns/{measured.id}/report/chart.svg?variant=narrow",
    ):
        assert words in page, words
    assert "style=" not in page


def test_both_addresses_of_a_report_show_it(app: Flask, cast: Cast, measured: Campaign) -> None:
    client = enter(app, cast.administrator)
    first = client.visit(f"/campaigns/{measured.id}/report")
    second = client.visit(f"/reports/campaigns/{measured.id}")
    assert "Bao nhiêu người hiểu rõ?" in first
    assert "Bao nhiêu người hiểu rõ?" in second


@pytest.mark.parametrize("variant", ["wide", "narrow"])
def test_the_picture_is_svg_under_its_own_policy(app: Flask, cast: Cast, measured: Campaign, variant: str) -> None:
    address = f"/campaigns/{measured.id}/report/chart.svg?variant={variant}"
    response = enter(app, cast.administrator).http.get(address)
    assert response.status_code == 200
    assert response.mimetype == "image/svg+xml"
    assert response.headers["Content-Security-Policy"].startswith("default-src 'none'")
    assert ElementTree.fromstring(response.get_data()).tag.endswith("svg")


def test_an_unknown_variant_of_the_picture_is_not_found(app: Flask, cast: Cast, measured: Campaign) -> None:
    enter(app, cast.administrator).visit(f"/campaigns/{measured.id}/report/chart.svg?variant=huge", status=404)


@pytest.mark.parametrize(
    ("who", "status"),
    [("administrator", 200), ("viewer", 403), ("officer", 200), ("operator", 200), ("teacher", 403), ("stranger", 404)],
)
def test_who_may_read_a_school_s_report(app: Flask, cast: Cast, measured: Campaign, who: str, status: int) -> None:
    client = enter(app, getattr(cast, who))
    for address in (f"/campaigns/{measured.id}/report", f"/campaigns/{measured.id}/report/chart.svg"):
        assert client.http.get(address).status_code == status, address


def test_nobody_reads_a_report_without_signing_in(client: PageClient, measured: Campaign) -> None:
    assert client.http.get(f"/campaigns/{measured.id}/report").status_code == 302


def test_the_list_names_what_can_be_read(
    app: Flask, session: Session, cast: Cast, measured: Campaign, now: datetime
) -> None:
    page = enter(app, cast.administrator).visit("/reports")
    assert "Có số liệu trước và sau truyền thông." in page
    assert "Sau: 44 phiếu" in page
    assert "Chưa có báo cáo nào." in enter(app, cast.stranger).visit("/reports")
    enter(app, cast.teacher).visit("/reports", status=403)


def test_an_officer_reads_all_schools_together_and_each_by_name(app: Flask, cast: Cast, of_ward: Campaign) -> None:
    page = enter(app, cast.officer).visit(f"/campaigns/{of_ward.id}/report")
    assert "gộp các đơn vị trong chiến dịch" in page
    assert "56/62 người trả lời (trong 72 người) hiểu rõ." in page
    assert page.index("Trường TH và THCS Ban Mai") < page.index("Trường THCS Suối Reo")
    single = enter(app, cast.officer).visit(f"/campaigns/{of_ward.id}/report?organisation={cast.other_school.id}")
    assert "32/32 người trả lời (trong 36 người) hiểu rõ." in single
    assert "Xem chung: Phường Hoa Sim" in single


def test_a_school_reads_only_itself_in_the_ward_s_campaign(app: Flask, cast: Cast, of_ward: Campaign) -> None:
    client = enter(app, cast.administrator)
    page = client.visit(f"/campaigns/{of_ward.id}/report")
    assert "24/30 người trả lời (trong 36 người) hiểu rõ." in page
    assert "Suối Reo" not in page
    client.visit(f"/campaigns/{of_ward.id}/report?organisation={cast.other_school.id}", status=404)
    client.visit(f"/campaigns/{of_ward.id}/report?organisation={cast.ward.id}", status=404)


@pytest.mark.parametrize(
    ("answers", "words", "absent"),
    [
        pytest.param({}, "Chưa có phiếu trả lời nào", "Bảng số liệu", id="nobody"),
        pytest.param({"Nhân viên": (4, 3)}, "Dưới 5 người trả lời", "3/4", id="all hidden"),
        pytest.param({"Giáo viên": (30, 12)}, "Mới có số liệu ban đầu", "đối chứng", id="baseline only"),
        pytest.param({"Giáo viên": (12, 11)}, "Tỷ lệ trả lời còn thấp", "đối chứng", id="low response"),
    ],
)
def test_states_before_the_follow_up(
    app: Flask,
    session: Session,
    cast: Cast,
    now: datetime,
    answers: dict[str, tuple[int, int]],
    words: str,
    absent: str,
) -> None:
    campaign = make_campaign(session, cast.school, ["staff"], now)
    run_wave(session, campaign, "staff", "baseline", {cast.school.id: answers}, now)
    page = enter(app, cast.administrator).visit(f"/campaigns/{campaign.id}/report")
    assert words in page
    assert absent not in page
    assert "Số liệu tạm tính" in page


def test_a_campaign_without_a_wave_in_the_field_has_a_page_too(
    app: Flask, session: Session, cast: Cast, now: datetime
) -> None:
    campaign = make_campaign(session, cast.school, ["staff", "parents"], now)
    page = enter(app, cast.administrator).visit(f"/campaigns/{campaign.id}/report")
    assert "Mở đợt trước truyền thông" in page


def test_a_wrong_option_that_many_chose_is_named_with_its_number(
    app: Flask, session: Session, cast: Cast, now: datetime
) -> None:
    campaign = make_campaign(session, cast.school, ["staff"], now)
    run_wave(session, campaign, "staff", "baseline", {cast.school.id: {"Giáo viên": (30, 12)}}, now)
    page = enter(app, cast.administrator).visit(f"/campaigns/{campaign.id}/report")
    # 15 had each form; 6 of them knew everything, the other 9 chose the same wrong option.
    assert "9/15 người (60%) chọn:" in page


def test_nothing_is_called_misunderstood_when_everybody_understood(app: Flask, cast: Cast, measured: Campaign) -> None:
    page = enter(app, cast.administrator).visit(f"/campaigns/{measured.id}/report")
    assert "Không có phương án chưa đúng nào" in page


def test_demo_organisations_are_marked(app: Flask, session: Session, cast: Cast, measured: Campaign) -> None:
    session.get_one(Organisation, cast.school.id).is_demo = True
    session.commit()
    for address in ("/reports", f"/campaigns/{measured.id}/report"):
        assert '<span class="tag demo">DEMO</span>' in enter(app, cast.administrator).visit(address)


def test_english_readers_get_the_page_too(app: Flask, cast: Cast, measured: Campaign) -> None:
    page = enter(app, cast.administrator).visit(f"/campaigns/{measured.id}/report?lang=en")
    assert "36 of 36 who answered (of 36) clearly understand." in page
    assert "lang=en" in page.split("<picture>")[1].split("</picture>")[0]


def test_a_worker_that_has_shown_a_report_has_loaded_nothing_heavy(
    project: Path, database_url: str, session: Session, cast: Cast, measured: Campaign, tmp_path: Path
) -> None:
    code = f"""
import sys
from survey.app import create_app
from survey.config import read_config

if __name__ == "__main__":
    app = create_app(read_config({{"SURVEY_DATABASE_URL": {database_url!r}, "SURVEY_DATA_DIR": {str(tmp_path)!r}}}))
    client = app.test_client()
    with client.session_transaction() as cookie:
        cookie["_user_id"] = "{cast.administrator.id}:{cast.administrator.session_key}"
    for address in ("", "/chart.svg"):
        assert client.get("/campaigns/{measured.id}/report" + address).status_code == 200
    heavy = ("scipy", "numpy", "matplotlib", "typst", "openpyxl", "docx")
    print([name for name in heavy if name in sys.modules])
"""
    script = tmp_path / "worker.py"
    script.write_text(code, encoding="utf-8")
    found = subprocess.run(
        [sys.executable, str(script)],
        cwd=project,
        env={"PYTHONPATH": str(project), "PATH": ""},
        capture_output=True,
        text=True,
        check=False,
    )
    assert found.stdout.strip() == "[]", found.stderr[-2000:]
