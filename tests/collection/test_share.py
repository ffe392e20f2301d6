"""What is passed on: pictures that scan, words that fit the audience, letters, and the preview under a link."""

from __future__ import annotations

import gzip
import io
import re
from dataclasses import replace

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as some
from PIL import Image
from sqlalchemy.orm import Session

from survey.campaigns.models import Wave
from survey.collection.letters import letters_of
from survey.collection.models import Collector
from survey.collection.poster_content import PosterContent
from survey.collection.share_printing import render_letter, render_picture
from survey.collection.share_texts import LETTERS, chat_message, loudspeaker_text, spell_code
from survey.core.clock import utc_now
from survey.core.codes import ALPHABET, group_code
from survey.core.vocabulary import Audience
from tests.collection.scanning import fonts_of, pages_of, scan_page, scan_picture, text_of
from tests.collection.test_posters import LONG, POSTER
from tests.factories import PASSWORD, Cast
from tests.pages import PageClient
from tests.responses.fieldwork import collector, make_wave

URL = "https://hr.example.vn/S/7K2QX9K"


@pytest.mark.parametrize("shrunk", [1, 3])
@pytest.mark.parametrize(
    ("kind", "size"), [("square", (1080, 1080)), ("story", (1080, 1920)), ("preview", (1200, 630))]
)
@pytest.mark.parametrize("content", [POSTER, LONG])
def test_a_shared_picture_has_its_size_and_scans(
    kind: str, size: tuple[int, int], content: PosterContent, shrunk: int
) -> None:
    picture = Image.open(io.BytesIO(render_picture(content, kind))).convert("L")
    assert picture.size == size
    found = scan_picture(picture.resize((size[0] // shrunk, size[1] // shrunk)))
    # Under a link there is nothing to scan: it is tapped.
    expected = [] if kind == "preview" else [(content.payload, "M", 2)]
    assert [(one.text, one.level, one.version) for one in found] == expected


@pytest.mark.pdf
@pytest.mark.parametrize(
    ("audience", "content"),
    [(Audience.STAFF, POSTER), (Audience.PARENTS, LONG), (Audience.PUPILS_PRIMARY, LONG), (Audience.COMMUNITY, POSTER)],
)
def test_a_letter_is_one_page_in_our_own_font_and_says_the_five_things(
    audience: Audience, content: PosterContent
) -> None:
    for letter in letters_of(content, audience):
        pdf = render_letter(letter, content, letter.key != "parents")
        assert pages_of(pdf) == 1
        assert fonts_of(pdf) == {"BeVietnamPro"}
        text = text_of(pdf)
        for heading, words in letter.paragraphs:
            assert heading in text
            assert words[:40] in text
        codes = [one.text for one in scan_page(pdf, 150)]
        assert codes == ([] if letter.key == "parents" else [content.payload])


@pytest.mark.parametrize(
    ("audience", "keys"),
    [
        (Audience.PARENTS, ["main"]),
        (Audience.STAFF, ["main"]),
        (Audience.COMMUNITY, ["main"]),
        (Audience.PUPILS_PRIMARY, ["parents", "pupils"]),
        (Audience.PUPILS_SECONDARY, ["parents", "pupils"]),
    ],
)
def test_pupils_and_their_parents_get_letters_of_their_own(audience: Audience, keys: list[str]) -> None:
    letters = letters_of(POSTER, audience)
    assert [letter.key for letter in letters] == keys
    for letter in letters:
        assert "không" in letter.text.lower()
        assert POSTER.organisation in letter.text


@given(code=some.text(alphabet=ALPHABET, min_size=1, max_size=12))
def test_every_code_can_be_read_out_and_written_down_again(code: str) -> None:
    spoken = spell_code(group_code(code))
    names = {name: symbol for symbol, name in LETTERS.items()}
    assert "".join(names[name] for name in re.split("[,;] ", spoken)) == code


def test_no_two_symbols_sound_the_same() -> None:
    assert set(LETTERS) == set(ALPHABET)
    assert len(set(LETTERS.values())) == len(LETTERS)


@pytest.mark.parametrize("audience", list(Audience))
def test_message_and_loudspeaker_say_who_asks_how_to_get_in_and_that_it_is_voluntary(audience: Audience) -> None:
    message, spoken = chat_message(POSTER, audience, URL), loudspeaker_text(POSTER, audience)
    for words in (POSTER.organisation, URL, POSTER.code, POSTER.closes, "ẩn danh, tự nguyện", "lớp 6A"):
        assert words in message
    assert spoken.count(spell_code(POSTER.code)) == 2
    assert "tùy" in spoken
    assert not re.search(r"https?:|[0-9A-Z]{4} [0-9A-Z]{3}", spoken), "nobody can read an address aloud"


def test_a_group_that_is_no_class_is_not_called_one() -> None:
    assert "bà con Khu phố 3" in chat_message(replace(POSTER, group="Khu phố 3"), Audience.COMMUNITY, URL)


@pytest.fixture
def wave(session: Session, cast: Cast) -> Wave:
    """An open wave for parents."""
    return make_wave(session, cast.school, now=utc_now())


@pytest.fixture
def own(session: Session, cast: Cast, wave: Wave) -> Collector:
    """The code of the teacher's class."""
    return collector(session, wave, cast.own_class.id)


@pytest.mark.parametrize(
    ("login", "status"),
    [("administrator", 200), ("officer", 200), ("teacher", 200), ("stranger", 404), ("viewer", 403)],
)
def test_who_may_pass_a_code_on(client: PageClient, own: Collector, login: str, status: int) -> None:
    client.sign_in(login, PASSWORD)
    client.visit(f"/collectors/{own.id}/share", status=status)
    for file in ("share/square.png", "letters/main.pdf"):
        assert client.http.get(f"/collectors/{own.id}/{file}").status_code == status


def test_the_page_has_everything_ready_to_copy_without_a_script(client: PageClient, own: Collector) -> None:
    page = client.sign_in("teacher", PASSWORD).visit(f"/collectors/{own.id}/share")
    assert page.count("<textarea") == 3
    assert f"http://hr.test/S/{own.code}" in page
    assert spell_code(group_code(own.code)) in page
    assert "hidden>Sao chép" in page
    assert "poster.pdf?paper=a3" in page


def test_a_teacher_with_one_class_goes_straight_to_its_page(client: PageClient, wave: Wave, own: Collector) -> None:
    answer = client.sign_in("teacher", PASSWORD).http.get(f"/waves/{wave.id}/share")
    assert answer.headers["Location"] == f"/collectors/{own.id}/share"


def test_an_administrator_chooses_a_code(client: PageClient, wave: Wave, own: Collector) -> None:
    page = client.sign_in("administrator", PASSWORD).visit(f"/waves/{wave.id}/share")
    assert f"/collectors/{own.id}/share" in page
    assert "Mọi người" in page


@pytest.mark.parametrize("mode", ["meeting", "cards", "kiosk"])
def test_only_codes_for_people_at_home_are_passed_on(
    client: PageClient, session: Session, own: Collector, mode: str
) -> None:
    own.mode = mode
    session.commit()
    client.sign_in("teacher", PASSWORD).visit(f"/collectors/{own.id}/share", status=404)
    client.visit(f"/waves/{own.wave_id}/posters.pdf", status=404)


@pytest.mark.parametrize("file", ["share/round.png", "share/preview.png", "letters/pupils.pdf"])
def test_other_pictures_and_letters_are_not_found(client: PageClient, own: Collector, file: str) -> None:
    client.sign_in("teacher", PASSWORD).visit(f"/collectors/{own.id}/{file}", status=404)


def test_a_link_shows_school_campaign_and_picture(client: PageClient, own: Collector) -> None:
    page = client.visit(f"/S/{own.code}")
    tags = dict(re.findall(r'<meta property="og:(\w+)" content="([^"]*)">', page))
    assert tags["title"] == "Trường TH và THCS Ban Mai: Hiểu Nghị quyết 71, học kỳ một"
    assert tags["url"] == f"http://hr.test/S/{own.code}"
    assert tags["image"] == f"http://hr.test/preview/{own.code}.png"
    assert tags["type"] == "website"
    assert "Ẩn danh, tự nguyện" in tags["description"]
    without = re.sub(r"<meta property[^>]*>\n?", "", page)
    assert len(gzip.compress(page.encode(), 9)) - len(gzip.compress(without.encode(), 9)) < 320


def test_the_picture_of_a_link_is_public_small_and_kept(client: PageClient, app: Flask, own: Collector) -> None:
    answers = [client.http.get(f"/preview/{own.code}.png") for _ in range(2)]
    assert answers[0].data == answers[1].data
    assert Image.open(io.BytesIO(answers[0].data)).size == (1200, 630)
    assert len(answers[0].data) < 200_000
    assert answers[0].headers["Cache-Control"] == "public, max-age=3600"
    assert "Set-Cookie" not in answers[0].headers
    assert "Cookie" not in answers[0].headers.get("Vary", "")
    kept = list((app.extensions["survey.config"].data_dir / "previews").glob("*.png"))
    assert answers[0].data in [path.read_bytes() for path in kept]


@pytest.mark.parametrize("code", ["0000000", "ZZZ", "7K2QX9K"])
def test_an_unknown_code_has_no_picture(client: PageClient, wave: Wave, code: str) -> None:
    assert client.http.get(f"/preview/{code}.png").status_code == 404
