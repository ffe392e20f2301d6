"""The page of the ways in to a wave: what there is, cards and shared devices made there, and who may."""

from __future__ import annotations

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from survey.campaigns.models import Wave
from survey.collection.models import Collector, Serial, SerialBatch
from survey.core.clock import utc_now
from survey.responses.closing import close_wave
from tests.factories import PASSWORD, Cast
from tests.pages import PageClient
from tests.responses.fieldwork import collector, store


def address_of(wave: Wave) -> str:
    """Return the page of a wave's ways in."""
    return f"/waves/{wave.id}/ways"


def test_the_page_says_what_each_way_is_good_for_and_how_many_answers_came_by_it(
    client: PageClient, session: Session, wave: Wave
) -> None:
    store(session, collector(session, wave).code, now=utc_now())
    page = client.sign_in("administrator", PASSWORD).visit(address_of(wave))
    for words in ("Áp phích và đường dẫn", "Cuộc họp", "Thẻ dùng một lần", "Máy dùng chung", "Đã nhận: 1 phiếu"):
        assert words in page
    assert address_of(wave) in client.visit(f"/waves/{wave.id}")


def test_cards_are_made_for_a_class_and_listed_by_number_only(
    client: PageClient, session: Session, wave: Wave, cast: Cast
) -> None:
    client.sign_in("administrator", PASSWORD)
    data = {"place": f"{cast.school.id}-{cast.own_class.id}", "number": "30"}
    response = client.post(f"/waves/{wave.id}/cards", data, csrf_from=address_of(wave))
    assert response.status_code == 302
    batch = session.scalars(select(SerialBatch)).one()
    assert session.get_one(Collector, batch.collector_id).group_id == cast.own_class.id
    codes = session.scalars(select(Serial.code)).all()
    assert len(set(codes)) == 30
    page = client.visit(address_of(wave))
    assert f"/waves/{wave.id}/cards/{batch.id}.pdf" in page
    assert not any(code in page for code in codes)


@pytest.mark.parametrize("number", ["0", "5001", "nhiều", ""])
def test_a_wrong_number_of_cards_is_said_and_nothing_is_made(
    client: PageClient, session: Session, wave: Wave, cast: Cast, number: str
) -> None:
    client.sign_in("administrator", PASSWORD)
    data = {"place": f"{cast.school.id}-0", "number": number}
    response = client.post(f"/waves/{wave.id}/cards", data, csrf_from=address_of(wave))
    assert response.status_code == 422
    assert 'aria-invalid="true"' in response.get_data(as_text=True)
    assert session.scalars(select(SerialBatch)).first() is None


def test_a_shared_device_is_opened_once_for_a_place(
    client: PageClient, session: Session, wave: Wave, cast: Cast
) -> None:
    client.sign_in("administrator", PASSWORD)
    for _ in range(2):
        data = {"device_place": f"{cast.school.id}-0"}
        assert client.post(f"/waves/{wave.id}/kiosks", data, csrf_from=address_of(wave)).status_code == 302
    kiosk = session.scalars(select(Collector).where(Collector.mode == "kiosk")).one()
    assert f"/S/{kiosk.code}" in client.visit(address_of(wave))


def test_a_teacher_makes_cards_for_the_own_class_only(
    client: PageClient, session: Session, wave: Wave, cast: Cast
) -> None:
    page = client.sign_in("teacher", PASSWORD).visit(address_of(wave))
    assert f'value="{cast.school.id}-{cast.own_class.id}"' in page
    for other in (f"{cast.school.id}-{cast.other_class.id}", f"{cast.school.id}-0"):
        assert f'value="{other}"' not in page
        data = {"place": other, "number": "5"}
        assert client.post(f"/waves/{wave.id}/cards", data, csrf_from=address_of(wave)).status_code == 422
    assert session.scalars(select(SerialBatch)).first() is None


def test_another_school_sees_nothing_of_it(client: PageClient, wave: Wave) -> None:
    client.sign_in("stranger", PASSWORD).visit(address_of(wave), 404)
    response = client.post(f"/waves/{wave.id}/cards", {"place": "1-0", "number": "5"}, csrf_from="/account")
    assert response.status_code == 404


def test_a_closed_wave_offers_nothing_to_make(client: PageClient, session: Session, wave: Wave) -> None:
    close_wave(session, wave_id=wave.id, user_id=None, now=utc_now())
    session.commit()
    page = client.sign_in("administrator", PASSWORD).visit(address_of(wave))
    assert "Làm thẻ</button>" not in page
    assert "Mở máy dùng chung</button>" not in page
