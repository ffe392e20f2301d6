"""The pages that lead an administrator through a campaign: first steps, opening, counting, closing."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from survey.campaigns.models import Campaign, Plan, Wave
from survey.collection.models import Collector
from survey.core.clock import local_date, utc_now
from survey.instruments.loader import load_instruments
from survey.instruments.operations import check_items, publish_instrument
from survey.organisations.models import Headcount, Organisation
from survey.overview.operations import open_waves, start_campaign
from survey.responses import ageing
from survey.responses.models import Response, WaveSummary
from tests.factories import PASSWORD, Cast, make_group, make_organisation, make_user
from tests.pages import PageClient

TITLE = "Hiểu Nghị quyết 71 thử nghiệm"


@pytest.fixture
def instruments(session: Session, cast: Cast, project: Path) -> None:
    """All five questionnaires, published."""
    for definition in load_instruments(project / "questionnaires"):
        publish_instrument(session, definition, utc_now())
    session.commit()


def make_campaign(session: Session, organisation: Organisation, audiences: tuple[str, ...]) -> int:
    today = local_date(utc_now())
    made = start_campaign(
        session,
        organisation_id=organisation.id,
        title=TITLE,
        topics=["chuyen_doi_so"],
        starts=today,
        ends=today + timedelta(weeks=6),
        audiences=audiences,
        user_id=make_user(session, f"maker-{organisation.code}").id,
        now=utc_now(),
    )
    session.commit()
    return made.id


@pytest.fixture
def campaign(session: Session, cast: Cast, instruments: None) -> int:
    """The school's campaign for staff and parents, made today."""
    return make_campaign(session, cast.school, ("staff", "parents"))


def wave_of(session: Session, campaign: int, kind: str = "baseline", audience: str = "parents") -> Wave:
    query = select(Wave).where(Wave.campaign_id == campaign, Wave.kind == kind, Wave.audience == audience)
    return session.scalars(query.execution_options(populate_existing=True)).one()


@pytest.fixture
def wave(session: Session, campaign: int, cast: Cast) -> int:
    """The parents' baseline wave, open."""
    found = wave_of(session, campaign).id
    open_waves(session, wave_ids=[found], user_id=cast.administrator.id, now=utc_now())
    session.commit()
    return found


def answer(session: Session, collector: Collector, number: int) -> None:
    """Store forms that came in by a collector."""
    session.add_all(
        Response(
            organisation_id=collector.organisation_id,
            wave_id=collector.wave_id,
            id=secrets.token_bytes(16),
            group_id=collector.group_id,
            collector_id=collector.id,
            form="A",
            token_hash=secrets.token_bytes(16),
            received_on=local_date(utc_now()),
            language="vi",
            # Ten single choices, and the last item, of which several may be chosen, not answered.
            answers=bytes([1] * 10 + [0x80, 0]),
            score=3,
            pattern=0,
        )
        for _ in range(number)
    )
    session.commit()


def collectors(session: Session, wave: int) -> Iterator[Collector]:
    return iter(session.scalars(select(Collector).where(Collector.wave_id == wave).order_by(Collector.id)).all())


# The first page


def test_people_who_are_not_signed_in_can_type_a_code_or_sign_in(client: PageClient, cast: Cast) -> None:
    page = client.visit("/")
    assert 'name="code"' in page
    assert 'href="/sign-in"' in page


def test_an_empty_school_is_led_to_its_groups_first(client: PageClient, session: Session) -> None:
    place = make_organisation(session, "Trường mới", code="MOI")
    make_user(session, "new", role="administrator", organisation=place)
    session.commit()
    page = client.sign_in("new", PASSWORD).visit("/")
    assert "Bốn bước để bắt đầu" in page
    assert "Chỉ cần số người, không cần tên ai." in page


def test_a_school_with_groups_is_led_to_a_campaign_then_to_its_posters(
    client: PageClient, session: Session, cast: Cast, instruments: None
) -> None:
    client.sign_in("administrator", PASSWORD)
    assert 'href="/campaigns/new"' in client.visit("/")
    made = make_campaign(session, cast.school, ("parents",))
    page = client.visit("/")
    assert 'href="/campaigns/new"' not in page
    assert f'href="/campaigns/{made}"' in page


def test_the_dashboard_counts_what_is_open(client: PageClient, session: Session, wave: int) -> None:
    answer(session, next(collectors(session, wave)), 7)
    page = client.sign_in("administrator", PASSWORD).visit("/")
    assert "<strong>7</strong> phiếu trên 103 người (7%)" in page
    assert f'href="/waves/{wave}"' in page


def test_of_many_open_campaigns_the_later_ones_are_folded(
    client: PageClient, session: Session, cast: Cast, instruments: None
) -> None:
    campaigns = [make_campaign(session, place, ("parents",)) for place in (cast.ward, cast.school, cast.other_school)]
    waves = [wave_of(session, campaign).id for campaign in campaigns]
    for wave in waves:
        open_waves(session, wave_ids=[wave], user_id=cast.administrator.id, now=utc_now())
    session.commit()
    shown, folded = client.sign_in("officer", PASSWORD).visit("/").split("Xem tất cả: 3 chiến dịch đang mở")
    assert sum(f'href="/waves/{wave}"' in shown for wave in waves) == 2
    assert sum(f'href="/waves/{wave}"' in folded for wave in waves) == 1


def test_a_viewer_gets_a_quiet_page(client: PageClient, wave: int) -> None:
    page = client.sign_in("viewer", PASSWORD).visit("/")
    assert "/waves/" not in page


def test_a_teacher_sees_only_the_waves_of_the_own_class(
    client: PageClient, session: Session, campaign: int, wave: int, cast: Cast
) -> None:
    staff = wave_of(session, campaign, audience="staff").id
    open_waves(session, wave_ids=[staff], user_id=cast.administrator.id, now=utc_now())
    session.commit()
    for collector in collectors(session, wave):
        answer(session, collector, 5)
    page = client.sign_in("teacher", PASSWORD).visit("/")
    assert "<strong>5</strong> phiếu trên 35 người" in page
    assert f"/waves/{staff}" not in page


# A new campaign


def test_the_form_of_a_new_campaign_is_filled_in(client: PageClient, instruments: None) -> None:
    page = client.sign_in("administrator", PASSWORD).visit("/campaigns/new")
    assert "Hiểu Nghị quyết 71 – học kỳ I" in page
    chosen = [line for line in page.splitlines() if "checked" in line and 'name="audiences"' in line]
    values = {value for line in chosen for value in ("staff", "parents", "community") if f'value="{value}"' in line}
    assert values == {"staff", "parents"}


def test_a_campaign_is_made_with_waves_and_codes(
    client: PageClient, session: Session, cast: Cast, instruments: None
) -> None:
    today = local_date(utc_now())
    data = {
        "organisation": cast.school.id,
        "title": TITLE,
        "starts": today,
        "ends": today + timedelta(weeks=6),
        "audiences": ["parents", "staff"],
        "topics": ["doi_ngu"],
    }
    client.sign_in("administrator", PASSWORD)
    response = client.post("/campaigns/new", data, csrf_from="/campaigns/new")
    made = session.scalars(select(Campaign)).one()
    assert response.location == f"/campaigns/{made.id}"
    assert len(made.waves) == 4
    per_wave = {wave.id: len(list(collectors(session, wave.id))) for wave in made.waves}
    assert sorted(per_wave.values()) == [2, 2, 3, 3]
    assert "Việc tiếp theo" in client.visit(response.location)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"title": ""}, "Hãy đặt tên cho chiến dịch."),
        ({"audiences": []}, "Hãy chọn ít nhất một nhóm người trả lời."),
        ({"ends": "2020-01-01"}, "Ngày kết thúc phải từ ngày bắt đầu trở đi."),
        ({"starts": ""}, "Hãy chọn ngày bắt đầu."),
    ],
)
def test_a_faulty_campaign_is_explained(
    client: PageClient, session: Session, cast: Cast, instruments: None, change: dict[str, object], sentence: str
) -> None:
    today = local_date(utc_now())
    data = {
        "organisation": cast.school.id,
        "title": TITLE,
        "starts": today,
        "ends": today,
        "audiences": ["parents"],
        "topics": ["doi_ngu"],
    }
    client.sign_in("administrator", PASSWORD)
    response = client.post("/campaigns/new", data | change, csrf_from="/campaigns/new")
    assert response.status_code == 422
    assert sentence in response.get_data(as_text=True)
    assert session.scalars(select(Campaign)).all() == []


def test_nobody_makes_a_campaign_for_another_school(
    client: PageClient, session: Session, cast: Cast, instruments: None
) -> None:
    client.sign_in("stranger", PASSWORD)
    data = {"organisation": cast.school.id, "title": TITLE}
    assert client.post("/campaigns/new", data, csrf_from="/campaigns/new").status_code == 404


def test_without_instruments_the_form_says_where_they_are(client: PageClient, cast: Cast) -> None:
    page = client.sign_in("administrator", PASSWORD).visit("/campaigns/new")
    assert "Chưa có bộ câu hỏi nào được phát hành" in page


# Who may open what


@pytest.mark.parametrize(
    ("login", "status"),
    [("administrator", 200), ("officer", 200), ("operator", 200), ("teacher", 200), ("viewer", 403), ("stranger", 404)],
)
def test_who_may_see_a_campaign_and_its_waves(
    client: PageClient, campaign: int, wave: int, login: str, status: int
) -> None:
    client.sign_in(login, PASSWORD)
    client.visit(f"/campaigns/{campaign}", status=status)
    client.visit(f"/waves/{wave}", status=status)


@pytest.mark.parametrize("login", ["teacher", "stranger"])
@pytest.mark.parametrize(
    "address",
    [
        "/waves/{wave}/collectors",
        "/waves/{wave}/start-closing",
        "/waves/{wave}/undo-closing",
        "/waves/{wave}/close",
        "/campaigns/{campaign}/open/baseline",
    ],
)
def test_nobody_else_opens_or_closes(
    client: PageClient, session: Session, campaign: int, wave: int, login: str, address: str
) -> None:
    client.sign_in(login, PASSWORD)
    response = client.post(address.format(wave=wave, campaign=campaign), csrf_from="/account")
    assert response.status_code == (403 if login == "teacher" else 404)
    assert wave_of(session, campaign).state == "open"


def test_a_school_sees_its_wards_campaign_but_cannot_open_it(
    client: PageClient, session: Session, cast: Cast, instruments: None
) -> None:
    made = make_campaign(session, cast.ward, ("parents",))
    client.sign_in("administrator", PASSWORD)
    page = client.visit(f"/campaigns/{made}")
    assert "đang chuẩn bị" in page
    page = client.visit(f"/waves/{wave_of(session, made).id}")
    assert cast.school.name in page
    assert cast.other_school.name not in page
    client.visit(f"/campaigns/{made}/open/baseline", status=404)


def test_a_teacher_sees_the_code_of_the_own_class_only(
    client: PageClient, session: Session, cast: Cast, wave: int
) -> None:
    page = client.sign_in("teacher", PASSWORD).visit(f"/waves/{wave}")
    for collector in collectors(session, wave):
        assert (f"/S/{collector.code}" in page) == (collector.group_id == cast.own_class.id)


# Opening and closing


def test_opening_names_what_should_be_looked_at_first(
    client: PageClient, session: Session, cast: Cast, campaign: int
) -> None:
    make_group(session, cast.school, "9A", grade=9)
    session.commit()
    page = client.sign_in("administrator", PASSWORD).visit(f"/campaigns/{campaign}/open/baseline")
    assert "Còn 20 câu chưa đối chiếu" in page
    assert f"{cast.school.name}: 9A" in page


def test_a_number_for_the_whole_school_is_a_headcount_too(
    client: PageClient, session: Session, cast: Cast, campaign: int
) -> None:
    make_group(session, cast.school, "9A", grade=9)
    session.add(Headcount(organisation_id=cast.school.id, audience="parents", number=120, as_of=local_date(utc_now())))
    session.commit()
    page = client.sign_in("administrator", PASSWORD).visit(f"/campaigns/{campaign}/open/baseline")
    assert f"{cast.school.name}: 9A" not in page


def test_a_checked_instrument_is_not_warned_about(
    client: PageClient, session: Session, cast: Cast, campaign: int
) -> None:
    for plan in session.scalars(select(Plan)):
        check_items(
            session,
            version_id=plan.instrument_version_id,
            organisation_id=cast.school.id,
            user_id=cast.administrator.id,
            now=utc_now(),
        )
    session.commit()
    client.sign_in("administrator", PASSWORD)
    assert "chưa đối chiếu" not in client.visit(f"/campaigns/{campaign}/open/baseline")
    assert "In áp phích, dán ở nơi mọi người dễ thấy" in client.visit(f"/campaigns/{campaign}")


def test_the_chosen_waves_open_together_with_codes_for_new_groups(
    client: PageClient, session: Session, cast: Cast, campaign: int
) -> None:
    group = make_group(session, cast.school, "9A", grade=9)
    session.commit()
    address, parents = f"/campaigns/{campaign}/open/baseline", wave_of(session, campaign).id
    client.sign_in("administrator", PASSWORD)
    response = client.post(address, {"waves": [parents]}, csrf_from=address)
    assert response.location == f"/campaigns/{campaign}"
    assert wave_of(session, campaign).state == "open"
    assert wave_of(session, campaign, audience="staff").state == "draft"
    assert group.id in {collector.group_id for collector in collectors(session, parents)}


def test_opening_nothing_says_so(client: PageClient, campaign: int) -> None:
    address = f"/campaigns/{campaign}/open/baseline"
    client.sign_in("administrator", PASSWORD)
    response = client.post(address, csrf_from=address)
    assert response.status_code == 422
    assert "Hãy chọn ít nhất một nhóm" in response.get_data(as_text=True)


def test_after_waits_for_before(client: PageClient, session: Session, campaign: int, wave: int) -> None:
    address = f"/campaigns/{campaign}/open/follow_up"
    after = wave_of(session, campaign, "follow_up").id
    client.sign_in("administrator", PASSWORD)
    response = client.post(address, {"waves": [after]}, csrf_from=address)
    assert response.status_code == 409
    assert "Hãy khóa đợt đó trước" in response.get_data(as_text=True)
    assert wave_of(session, campaign, "follow_up").state == "draft"


def test_a_kind_of_wave_that_is_not_there_is_not_found(client: PageClient, campaign: int) -> None:
    client.sign_in("administrator", PASSWORD).visit(f"/campaigns/{campaign}/open/sideways", status=404)


def test_closing_can_be_undone_and_then_made_final(
    client: PageClient, session: Session, campaign: int, wave: int
) -> None:
    answer(session, next(collectors(session, wave)), 3)
    here = f"/waves/{wave}"
    client.sign_in("administrator", PASSWORD)
    for action, state in (("start-closing", "closing"), ("undo-closing", "open"), ("start-closing", "closing")):
        assert client.post(f"{here}/{action}", csrf_from=here).location == here
        assert wave_of(session, campaign).state == state
        client.visit(here)
    assert "Không mở lại được." in client.visit(f"{here}/close")
    assert client.post(f"{here}/close", csrf_from=f"{here}/close").location == here
    assert wave_of(session, campaign).state == "closed"
    assert session.scalars(select(WaveSummary).where(WaveSummary.wave_id == wave)).one().organisation_id
    assert "Số liệu không thay đổi nữa." in client.visit(here)


def test_an_action_out_of_turn_is_explained_and_changes_nothing(
    client: PageClient, session: Session, campaign: int, wave: int
) -> None:
    here = f"/waves/{wave}"
    client.sign_in("administrator", PASSWORD)
    client.post(f"{here}/undo-closing", csrf_from=here)
    assert "Đợt này không đang khóa." in client.visit(here)
    assert wave_of(session, campaign).state == "open"


@pytest.mark.parametrize(("seconds_between", "state"), [(0.0, "closed"), (1e12, "open")])
def test_an_open_wave_whose_day_has_passed_is_closed_at_the_next_look_or_asks_for_it(
    client: PageClient,
    session: Session,
    campaign: int,
    wave: int,
    monkeypatch: pytest.MonkeyPatch,
    seconds_between: float,
    state: str,
) -> None:
    client.sign_in("administrator", PASSWORD)
    client.visit("/")
    monkeypatch.setattr(ageing, "SECONDS_BETWEEN", seconds_between)
    found = wave_of(session, campaign)
    # Two days ago, so that the grace is over at every hour of the day.
    found.opens = found.closes = local_date(utc_now()) - timedelta(days=2)
    session.commit()
    pages = client.visit("/") + client.visit(f"/waves/{wave}")
    assert wave_of(session, campaign).state == state
    assert ("Có đợt đã qua ngày kết thúc." in pages) == (state == "open")
    assert ("Đã qua ngày kết thúc" in pages) == (state == "open")


def test_new_groups_get_their_codes_by_a_button(client: PageClient, session: Session, cast: Cast, wave: int) -> None:
    here = f"/waves/{wave}"
    client.sign_in("administrator", PASSWORD)
    assert "Thêm mã cho lớp, nhóm mới" not in client.visit(here)
    make_group(session, cast.school, "9A", grade=9)
    session.commit()
    assert "Thêm mã cho lớp, nhóm mới" in client.visit(here)
    client.post(f"{here}/collectors", csrf_from=here)
    assert "Đã thêm 1 mã." in client.visit(here)


def test_one_code_for_everybody_comes_on_request(client: PageClient, session: Session, wave: int) -> None:
    here = f"/waves/{wave}"
    client.sign_in("administrator", PASSWORD)
    assert "Cả nhóm, không riêng lớp nào" not in client.visit(here)
    client.post(f"{here}/collectors", {"whole": "1"}, csrf_from=here)
    page = client.visit(here)
    assert "Cả nhóm, không riêng lớp nào" in page
    assert "Thêm mã chung" not in page
    assert [collector.group_id for collector in collectors(session, wave)].count(None) == 1


def test_a_wave_without_any_group_says_where_to_add_them(
    client: PageClient, session: Session, instruments: None
) -> None:
    place = make_organisation(session, "Trường mới", code="MOI")
    make_user(session, "new", role="administrator", organisation=place)
    made = make_campaign(session, place, ("parents",))
    page = client.sign_in("new", PASSWORD).visit(f"/waves/{wave_of(session, made).id}")
    assert "Chưa có lớp hay nhóm nào cho đợt này." in page
    page = client.visit(f"/campaigns/{made}/open/baseline")
    assert "chưa ai trả lời được" in page


def test_invented_data_is_marked(client: PageClient, session: Session, cast: Cast, campaign: int, wave: int) -> None:
    session.get_one(Organisation, cast.school.id).is_demo = True
    session.commit()
    client.sign_in("administrator", PASSWORD)
    for address in ("/", "/campaigns", f"/campaigns/{campaign}", f"/waves/{wave}", "/campaigns/new"):
        assert '<span class="tag demo">DEMO</span>' in client.visit(address), address


# The last report


def test_the_last_report_is_announced_once_a_wave_is_closed(
    client: PageClient, session: Session, campaign: int, wave: int
) -> None:
    for collector in collectors(session, wave):
        answer(session, collector, 12)
    client.sign_in("administrator", PASSWORD)
    assert "Báo cáo gần nhất" not in client.visit("/")
    client.post(f"/waves/{wave}/close", csrf_from=f"/waves/{wave}/close")
    page = client.visit("/")
    assert "Báo cáo gần nhất" in page
    assert f'href="/reports/campaigns/{campaign}"' in page or f'href="/campaigns/{campaign}/report"' in page
    found = client.http.get(f"/campaigns/{campaign}/headline")
    assert found.status_code == 200
    assert all(sentence.endswith(".") for sentence in found.json["sentences"])
    assert found.json["sentences"]


@pytest.mark.parametrize(("login", "status"), [("teacher", 403), ("stranger", 404), ("viewer", 403)])
def test_who_reads_the_headline(client: PageClient, campaign: int, wave: int, login: str, status: int) -> None:
    assert client.sign_in(login, PASSWORD).http.get(f"/campaigns/{campaign}/headline").status_code == status


@pytest.mark.parametrize("address", ["dates", "close"])
def test_a_closed_wave_offers_no_form_that_cannot_be_carried_out(
    client: PageClient, session: Session, campaign: int, wave: int, address: str
) -> None:
    client.sign_in("administrator", PASSWORD)
    here = f"/waves/{wave}"
    client.post(f"{here}/close", csrf_from=here)
    assert wave_of(session, campaign).state == "closed"
    response = client.http.get(f"{here}/{address}")
    assert (response.status_code, response.headers["Location"]) == (302, here)
