"""Pages of campaigns, plans and the review of items: who may open and change what, and what is said when not."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from survey.campaigns.models import Campaign, Plan, Wave
from survey.campaigns.operations import open_wave
from survey.core.clock import local_date, utc_now
from survey.instruments.loader import load_instruments
from survey.instruments.models import ItemReview
from survey.instruments.operations import publish_instrument
from survey.instruments.queries import latest_version
from survey.overview.operations import start_campaign
from tests.factories import PASSWORD, Cast
from tests.pages import PageClient

TITLE = "Hiểu Nghị quyết 71 thử nghiệm"


@pytest.fixture
def campaign(session: Session, cast: Cast, project: Path) -> int:
    """The school's campaign, made today."""
    for definition in load_instruments(project / "questionnaires"):
        publish_instrument(session, definition, utc_now())
    today = local_date(utc_now())
    made = start_campaign(
        session,
        organisation_id=cast.school.id,
        title=TITLE,
        topics=["chuyen_doi_so"],
        starts=today,
        ends=today + timedelta(weeks=6),
        audiences=["staff", "parents"],
        user_id=cast.administrator.id,
        now=utc_now(),
    )
    session.commit()
    return made.id


def wave_id(session: Session, campaign: int, kind: str = "baseline", audience: str = "parents") -> int:
    query = select(Wave.id).where(Wave.campaign_id == campaign, Wave.kind == kind, Wave.audience == audience)
    return session.scalars(query).one()


def plan_id(session: Session, campaign: int) -> int:
    return session.scalars(select(Plan.id).where(Plan.campaign_id == campaign, Plan.audience == "parents")).one()


def test_the_list_is_empty_for_a_stranger_and_says_what_to_do(client: PageClient, campaign: int) -> None:
    page = client.sign_in("stranger", PASSWORD).visit("/campaigns")
    assert TITLE not in page
    assert "Tạo chiến dịch đầu tiên" in page


@pytest.mark.parametrize("login", ["administrator", "officer", "operator", "teacher"])
def test_people_of_the_school_and_above_see_the_campaign(client: PageClient, campaign: int, login: str) -> None:
    assert TITLE in client.sign_in(login, PASSWORD).visit("/campaigns")


ADDRESSES: dict[str, Callable[[Session, int], str]] = {
    "edit": lambda _session, campaign: f"/campaigns/{campaign}/edit",
    "dates": lambda session, campaign: f"/waves/{wave_id(session, campaign)}/dates",
    "plan": lambda session, campaign: f"/plans/{plan_id(session, campaign)}",
}


@pytest.mark.parametrize(
    ("login", "name", "status"),
    [
        ("administrator", "edit", 200),
        ("administrator", "dates", 200),
        ("administrator", "plan", 200),
        ("officer", "edit", 200),
        ("teacher", "edit", 403),
        ("teacher", "dates", 403),
        ("teacher", "plan", 200),
        ("viewer", "plan", 403),
        ("stranger", "edit", 404),
        ("stranger", "dates", 404),
        ("stranger", "plan", 404),
    ],
)
def test_who_may_open_what(
    client: PageClient, session: Session, campaign: int, login: str, name: str, status: int
) -> None:
    client.sign_in(login, PASSWORD).visit(ADDRESSES[name](session, campaign), status=status)


@pytest.mark.parametrize("name", list(ADDRESSES))
def test_a_stranger_changes_nothing(client: PageClient, session: Session, campaign: int, name: str) -> None:
    client.sign_in("stranger", PASSWORD)
    response = client.post(ADDRESSES[name](session, campaign), {"title": "X"}, csrf_from="/account")
    assert response.status_code == 404


def test_title_and_topics_can_be_changed(client: PageClient, session: Session, campaign: int) -> None:
    address = f"/campaigns/{campaign}/edit"
    client.sign_in("administrator", PASSWORD)
    response = client.post(address, {"title": "  Tên mới ", "topics": ["doi_ngu"]}, csrf_from=address)
    assert response.status_code == 302
    session.expire_all()
    found = session.get_one(Campaign, campaign)
    assert (found.title, found.topics) == ("Tên mới", ["doi_ngu"])


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        ({"title": "", "topics": ["doi_ngu"]}, "Hãy đặt tên cho chiến dịch."),
        ({"title": "T"}, "Hãy chọn ít nhất một đột phá."),
        ({"title": "x" * 121, "topics": ["doi_ngu"]}, "hãy rút ngắn"),
    ],
)
def test_a_faulty_form_says_what_to_do_and_keeps_what_was_typed(
    client: PageClient, campaign: int, data: dict[str, object], sentence: str
) -> None:
    address = f"/campaigns/{campaign}/edit"
    client.sign_in("administrator", PASSWORD)
    response = client.post(address, data, csrf_from=address)
    page = response.get_data(as_text=True)
    assert response.status_code == 422
    assert sentence in page
    assert f'value="{data["title"]}"' in page


def test_an_open_wave_keeps_its_first_day(client: PageClient, session: Session, campaign: int) -> None:
    wave = session.get_one(Wave, open_wave(session, wave_id=wave_id(session, campaign), user_id=None, now=utc_now()).id)
    session.commit()
    address, opens, closes = f"/waves/{wave.id}/dates", wave.opens, wave.closes
    client.sign_in("administrator", PASSWORD)
    early = {"starts": opens - timedelta(days=1), "ends": closes}
    later = {"starts": opens, "ends": closes + timedelta(days=3)}
    assert client.post(address, early, csrf_from=address).status_code == 409
    assert client.post(address, later, csrf_from=address).status_code == 302
    session.expire_all()
    assert session.get_one(Wave, wave.id).closes == closes + timedelta(days=3)


def test_days_out_of_order_are_refused(client: PageClient, session: Session, campaign: int) -> None:
    address = f"/waves/{wave_id(session, campaign)}/dates"
    client.sign_in("administrator", PASSWORD)
    response = client.post(address, {"starts": "2027-02-01", "ends": "2027-01-01"}, csrf_from=address)
    assert response.status_code == 422
    assert "Ngày kết thúc phải từ ngày bắt đầu trở đi." in response.get_data(as_text=True)


def test_a_plan_is_told_in_words_and_can_be_changed_until_it_is_locked(
    client: PageClient, session: Session, campaign: int
) -> None:
    address = f"/plans/{plan_id(session, campaign)}"
    page = client.sign_in("administrator", PASSWORD).visit(address)
    assert "Đúng ít nhất 8 trong 10 câu" in page
    assert "ít nhất 90% số người" in page
    data = {"target": "4/5", "cut": "9/10", "topic_cut": "1/2", "explains": "each"}
    assert client.post(address, data, csrf_from=address).status_code == 302
    page = client.visit(address)
    assert "Đúng ít nhất 9 trong 10 câu" in page
    assert "xem được đáp án và lời giải thích sau mỗi đợt" in page
    open_wave(session, wave_id=wave_id(session, campaign), user_id=None, now=utc_now())
    session.commit()
    page = client.visit(address)
    assert "Lưu cách đánh giá" not in page
    assert "Đã chốt lúc" in page
    assert client.post(address, data, csrf_from="/account").status_code == 409


def test_a_reader_sees_the_plan_but_no_form(client: PageClient, session: Session, campaign: int) -> None:
    page = client.sign_in("teacher", PASSWORD).visit(f"/plans/{plan_id(session, campaign)}")
    assert "Lưu cách đánh giá" not in page


def test_a_rule_for_guessers_is_refused(client: PageClient, session: Session, campaign: int) -> None:
    address = f"/plans/{plan_id(session, campaign)}"
    client.sign_in("administrator", PASSWORD)
    session.get_one(Plan, plan_id(session, campaign)).cut = "3/10"
    session.commit()
    response = client.post(
        address, {"target": "9/10", "cut": "3/10", "topic_cut": "0", "explains": "after"}, csrf_from=address
    )
    assert response.status_code == 422
    assert "đoán mò" in response.get_data(as_text=True)


@pytest.fixture
def review(session: Session, campaign: int) -> str:
    """The address of the parents' instrument under review."""
    return f"/instruments/{latest_version(session, 'parents').id}"


def decide(client: PageClient, review: str, cast: Cast, item: str, decision: str) -> int:
    data = {"organisation": cast.school.id, "item": item, "decision": decision}
    return client.post(f"{review}/review", data, csrf_from=review).status_code


def decisions(session: Session) -> dict[str, str]:
    session.expire_all()
    return {review.item_id: review.decision for review in session.scalars(select(ItemReview))}


def test_the_review_shows_keys_and_sources_with_safe_links(client: PageClient, review: str) -> None:
    page = client.sign_in("administrator", PASSWORD).visit(review)
    assert "đáp án" in page
    assert 'rel="noopener noreferrer external"' in page
    assert f'src="/try{review.removeprefix("/instruments")}?form=A"' in page


@pytest.mark.parametrize(("login", "status"), [("teacher", 403), ("viewer", 403)])
def test_nobody_else_sees_the_keys(client: PageClient, review: str, login: str, status: int) -> None:
    page = client.sign_in(login, PASSWORD).visit(review, status=status)
    assert "đáp án" not in page


def test_nobody_reviews_for_another_school(client: PageClient, review: str, cast: Cast) -> None:
    client.sign_in("stranger", PASSWORD).visit(f"{review}?organisation={cast.school.id}", status=404)
    assert decide(client, review, cast, "PH-CDS-CN-A", "check") == 404


def test_an_item_is_marked_as_checked_by_name_and_taken_back(
    client: PageClient, session: Session, review: str, cast: Cast
) -> None:
    client.sign_in("administrator", PASSWORD)
    assert decide(client, review, cast, "PH-CDS-CN-A", "check") == 302
    assert decisions(session) == {"PH-CDS-CN-A": "checked"}
    assert "Administrator" in client.visit(review)
    assert decide(client, review, cast, "PH-CDS-CN-A", "forget") == 302
    assert decisions(session) == {}


def test_withdrawing_takes_the_parallel_item_along_and_back(
    client: PageClient, session: Session, review: str, cast: Cast
) -> None:
    client.sign_in("administrator", PASSWORD)
    decide(client, review, cast, "PH-CDS-CN-A", "withdraw")
    assert decisions(session) == {"PH-CDS-CN-A": "withdrawn", "PH-CDS-CN-B": "withdrawn"}
    decide(client, review, cast, "PH-CDS-CN-B", "forget")
    assert decisions(session) == {}


def test_the_last_items_of_a_topic_cannot_be_withdrawn(
    client: PageClient, session: Session, review: str, cast: Cast
) -> None:
    client.sign_in("administrator", PASSWORD)
    decide(client, review, cast, "PH-CDS-CN-A", "withdraw")
    decide(client, review, cast, "PH-CDS-DV-A", "withdraw")
    assert set(decisions(session)) == {"PH-CDS-CN-A", "PH-CDS-CN-B"}
    assert "quá ít câu" in client.visit(review)


def test_nothing_is_withdrawn_once_a_wave_has_opened(
    client: PageClient, session: Session, review: str, cast: Cast, campaign: int
) -> None:
    open_wave(session, wave_id=wave_id(session, campaign), user_id=None, now=utc_now())
    session.commit()
    assert "Rút câu này" not in client.sign_in("administrator", PASSWORD).visit(review)
    decide(client, review, cast, "PH-CDS-CN-A", "withdraw")
    assert decisions(session) == {}
    assert "không rút câu được nữa" in client.visit(review)


def test_all_the_rest_can_be_marked_at_once(client: PageClient, session: Session, review: str, cast: Cast) -> None:
    client.sign_in("administrator", PASSWORD)
    decide(client, review, cast, "PH-CDS-CN-A", "withdraw")
    data = {"organisation": cast.school.id}
    assert client.post(f"{review}/review/rest", data, csrf_from=review).status_code == 302
    found = decisions(session)
    assert len(found) == 20
    assert sorted(found.values()).count("withdrawn") == 2


@pytest.mark.parametrize(("item", "decision"), [("PH-KHONG-CO", "check"), ("PH-CDS-CN-A", "delete")])
def test_odd_decisions_are_not_found(client: PageClient, review: str, cast: Cast, item: str, decision: str) -> None:
    client.sign_in("administrator", PASSWORD)
    assert decide(client, review, cast, item, decision) == 404
