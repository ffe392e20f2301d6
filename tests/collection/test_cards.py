"""Cards: what the printed QR says, that no order can be noted, and who may print them."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from survey.campaigns.models import Wave
from survey.collection.cards import Card, CardDeck, card_deck
from survey.collection.cards_printing import render_cards
from survey.collection.models import Serial, SerialBatch
from survey.collection.serials import create_cards
from survey.core.clock import utc_now
from survey.core.codes import CARD_LENGTH, group_code, new_code, read_code
from tests.collection.scanning import fonts_of, pages_of, scan_page, text_of
from tests.factories import PASSWORD, Cast
from tests.pages import PageClient
from tests.responses.fieldwork import make_wave

pytestmark = pytest.mark.pdf


def deck(site: str, number: int) -> CardDeck:
    codes = [new_code(CARD_LENGTH) for _ in range(number)]
    return CardDeck(
        organisation="Trường TH và THCS Ban Mai",
        campaign="Hiểu Nghị quyết 71 – học kỳ I",
        whom="Dành cho phụ huynh · Lớp 6A",
        questions=10,
        closes="01/12/2026",
        address="hr.example.vn/S",
        is_demo=True,
        cards=tuple(Card(group_code(code, 3), f"{site}/S/{code}") for code in codes),
    )


SHORT = deck("HTTPS://HR.EXAMPLE.VN", 12)
# A host so long that the symbol grows.
LONG = replace(
    deck("HTTPS://KHAOSAT.THCS-NGUYENDU.PHUONGHOASIM.EDU.VN", 10),
    organisation="Trường Phổ thông dân tộc bán trú Tiểu học và Trung học cơ sở Nguyễn Thị Minh Khai số 2",
    campaign='#strong[x] $1$ \\ "9A" */ <b> ' * 5,
    address="khaosat.thcs-nguyendu.phuonghoasim.edu.vn/S",
)


@pytest.fixture(scope="module")
def files() -> dict[str, bytes]:
    """Both decks as PDF."""
    return {"short": render_cards(SHORT), "long": render_cards(LONG)}


@pytest.mark.parametrize("dpi", [300, 100])
@pytest.mark.parametrize(
    # Version 3 at level Q holds 32 bytes or 47 alphanumeric characters, version 4 46 or 67: the mode shows.
    ("name", "made", "version", "wide"),
    [("short", SHORT, 3, 25.0), ("long", LONG, 4, 26.4)],
)
def test_every_card_says_its_own_address(
    files: dict[str, bytes], dpi: int, name: str, made: CardDeck, version: int, wide: float
) -> None:
    found = scan_page(files[name], dpi)
    assert {one.text for one in found} == {card.payload for card in made.cards[:10]}
    assert {(one.level, one.version) for one in found} == {("Q", version)}
    assert all(abs(one.wide_mm - wide) < 2 * 25.4 / dpi for one in found)


def test_the_second_page_has_the_rest(files: dict[str, bytes]) -> None:
    assert pages_of(files["short"]) == 2
    assert {one.text for one in scan_page(files["short"], 150, 2)} == {card.payload for card in SHORT.cards[10:]}


def test_a_card_says_what_is_needed_in_our_own_fonts(files: dict[str, bytes]) -> None:
    text = text_of(files["short"], "-l", "1")
    for words in ("Trường TH và THCS Ban Mai", "DEMO", "hr.example.vn/S", "01/12/2026", SHORT.cards[0].serial, "6A"):
        assert words in text
    assert fonts_of(files["short"]) == {"BeVietnamPro"}
    assert "#strong[x] $1$" in text_of(files["long"])


def make_batch(session: Session, cast: Cast, number: int) -> tuple[Wave, SerialBatch]:
    wave = make_wave(session, cast.school, now=utc_now())
    batch = create_cards(
        session,
        wave=wave,
        organisation_id=cast.school.id,
        group_id=cast.own_class.id,
        number=number,
        person=None,
        now=utc_now(),
    )
    session.commit()
    return wave, batch


def test_cards_come_in_an_order_that_says_nothing(session: Session, cast: Cast) -> None:
    _, batch = make_batch(session, cast, 60)
    serials = session.scalars(select(Serial).where(Serial.batch == batch.id)).all()
    printed = [
        [card.serial for card in card_deck(batch.collector, serials, public_url="http://hr.test", questions=10).cards]
        for _ in range(2)
    ]
    assert printed[0] != printed[1]
    assert sorted(printed[0]) == sorted(printed[1])


@pytest.mark.parametrize(
    ("login", "status"),
    [("administrator", 200), ("officer", 200), ("teacher", 200), ("stranger", 404), ("viewer", 403)],
)
def test_who_may_print_the_cards_of_a_class(
    client: PageClient, session: Session, cast: Cast, login: str, status: int
) -> None:
    wave, batch = make_batch(session, cast, 3)
    client.sign_in(login, PASSWORD)
    assert client.http.get(f"/waves/{wave.id}/cards/{batch.id}.pdf").status_code == status
    client.visit(f"/waves/{wave.id}/cards/{batch.id}", status=status)


def test_the_file_holds_the_unused_cards_and_no_others(client: PageClient, session: Session, cast: Cast) -> None:
    wave, batch = make_batch(session, cast, 5)
    codes = session.scalars(select(Serial.code).where(Serial.batch == batch.id)).all()
    session.execute(update(Serial).where(Serial.code == codes[0]).values(is_spent=True))
    session.commit()
    client.sign_in("teacher", PASSWORD)
    pdf = client.http.get(f"/waves/{wave.id}/cards/{batch.id}.pdf").data
    assert {one.text for one in scan_page(pdf, 150)} == {f"HTTP://HR.TEST/S/{code}" for code in codes[1:]}
    # What is typed in from the card is what the QR says.
    typed = set(re.findall(r"\b(?:[0-9A-Z]{3} ){2}[0-9A-Z]{3}\b", text_of(pdf)))
    assert {read_code(text, CARD_LENGTH) for text in typed} == set(codes[1:])


def test_a_batch_that_is_used_up_says_so(client: PageClient, session: Session, cast: Cast) -> None:
    wave, batch = make_batch(session, cast, 2)
    session.execute(update(Serial).values(is_spent=True))
    session.commit()
    client.sign_in("administrator", PASSWORD)
    answer = client.http.get(f"/waves/{wave.id}/cards/{batch.id}.pdf")
    assert answer.status_code == 302
    assert "đã được dùng" in client.visit(answer.headers["Location"])


def test_a_large_batch_comes_in_files_that_share_no_card(client: PageClient, session: Session, cast: Cast) -> None:
    wave, batch = make_batch(session, cast, 410)
    client.sign_in("administrator", PASSWORD)
    address = f"/waves/{wave.id}/cards/{batch.id}"
    assert client.http.get(f"{address}.pdf").headers["Location"] == address
    assert "part=2" in client.visit(address)
    texts = [text_of(client.http.get(f"{address}.pdf?part={part}").data) for part in (1, 2)]
    serials = [set(re.findall(r"\b(?:[0-9A-Z]{3} ){2}[0-9A-Z]{3}\b", text)) for text in texts]
    assert [len(found) for found in serials] == [400, 10]
    assert not serials[0] & serials[1]
    client.visit(f"{address}.pdf?part=3", status=404)


@pytest.mark.parametrize("address", ["/waves/{other}/cards/{batch}.pdf", "/waves/{wave}/cards/4711.pdf"])
def test_cards_belong_to_their_wave(client: PageClient, session: Session, cast: Cast, address: str) -> None:
    wave, batch = make_batch(session, cast, 2)
    other = make_wave(session, cast.school, "staff", now=utc_now())
    client.sign_in("officer", PASSWORD)
    client.visit(address.format(wave=wave.id, other=other.id, batch=batch.id), status=404)
