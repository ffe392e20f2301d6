"""QR codes and posters over the web: for those who may see the group, and nobody else."""

from __future__ import annotations

import subprocess
from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest
import zxingcpp
from sqlalchemy import select
from sqlalchemy.orm import Session

from survey.campaigns.models import Wave
from survey.collection.models import Collector
from survey.core.clock import local_date, utc_now
from survey.core.codes import COLLECTOR_LENGTH, new_code
from survey.instruments.loader import load_instrument
from survey.instruments.operations import publish_instrument
from survey.overview.operations import start_campaign
from tests.factories import PASSWORD, Cast, make_group
from tests.pages import PageClient


@pytest.fixture
def campaign(session: Session, cast: Cast, project: Path) -> int:
    """The ward's campaign among parents."""
    publish_instrument(session, load_instrument(project / "questionnaires" / "parents.yaml"), utc_now())
    today = local_date(utc_now())
    made = start_campaign(
        session,
        organisation_id=cast.ward.id,
        title="Hiểu Nghị quyết 71",
        topics=["doi_ngu"],
        starts=today,
        ends=today + timedelta(weeks=6),
        audiences=["parents"],
        user_id=cast.officer.id,
        now=utc_now(),
    )
    session.commit()
    return made.id


@pytest.fixture
def wave(session: Session, campaign: int) -> int:
    """Its baseline wave."""
    return session.scalars(select(Wave.id).where(Wave.campaign_id == campaign, Wave.kind == "baseline")).one()


def collector_of(session: Session, wave: int, group_id: int) -> Collector:
    return session.scalars(select(Collector).where(Collector.wave_id == wave, Collector.group_id == group_id)).one()


def poppler(program: str, pdf: bytes, *after: str) -> str:
    """Return what one of poppler's programs says about a PDF."""
    return subprocess.run([program, "-", *after], input=pdf, check=True, capture_output=True).stdout.decode()


def pages_of(pdf: bytes) -> int:
    """Return the number of pages of a PDF."""
    return int(poppler("pdfinfo", pdf).split("Pages:")[1].split()[0])


@pytest.mark.parametrize(
    ("login", "own", "other"),
    [
        ("administrator", 200, 200),
        ("officer", 200, 200),
        ("teacher", 200, 404),
        ("stranger", 404, 404),
        ("viewer", 403, 403),
    ],
)
def test_who_gets_the_code_of_a_class(
    client: PageClient, session: Session, cast: Cast, wave: int, login: str, own: int, other: int
) -> None:
    client.sign_in(login, PASSWORD)
    for group, status in ((cast.own_class, own), (cast.other_class, other)):
        collector = collector_of(session, wave, group.id)
        assert client.http.get(f"/collectors/{collector.id}/qr.svg").status_code == status


def test_people_who_are_not_signed_in_get_no_code(client: PageClient, session: Session, cast: Cast, wave: int) -> None:
    collector = collector_of(session, wave, cast.own_class.id)
    assert client.http.get(f"/collectors/{collector.id}/poster.pdf").status_code == 302


def test_the_qr_on_the_page_says_the_public_address(
    client: PageClient, session: Session, cast: Cast, wave: int
) -> None:
    collector = collector_of(session, wave, cast.own_class.id)
    client.sign_in("teacher", PASSWORD)
    response = client.http.get(f"/collectors/{collector.id}/qr.svg")
    assert response.mimetype == "image/svg+xml"
    assert read_svg(response.get_data(as_text=True)) == f"HTTP://HR.TEST/S/{collector.code}"


def read_svg(page: str) -> str:
    """Draw the symbol's path as a picture and scan it."""
    size = int(page.split('viewBox="0 0 ')[1].split(" ")[0])
    picture = np.full((size, size), 255, dtype=np.uint8)
    for run in page.split('d="')[2].split('"')[0].split("M")[1:]:
        place, _, width = run.partition("h")
        x, y = (int(number) for number in place.split())
        picture[y, x : x + int(width.split("v")[0])] = 0
    return zxingcpp.read_barcodes(np.kron(picture, np.ones((4, 4), dtype=np.uint8)))[0].text


@pytest.mark.pdf
def test_a_poster_comes_as_pdf_from_the_child_process(
    client: PageClient, session: Session, cast: Cast, wave: int
) -> None:
    collector = collector_of(session, wave, cast.own_class.id)
    client.sign_in("teacher", PASSWORD)
    response = client.http.get(f"/collectors/{collector.id}/poster.pdf")
    assert (response.status_code, response.mimetype) == (200, "application/pdf")
    text = poppler("pdftotext", response.data, "-")
    assert pages_of(response.data) == 1
    assert f"{collector.code[:4]} {collector.code[4:]}" in text
    assert "Lớp 6A" in text


@pytest.mark.pdf
@pytest.mark.parametrize(
    ("login", "query", "pages"),
    [
        ("officer", "", 6),
        ("administrator", "", 3),
        ("teacher", "", 1),
        ("officer", "?organisation={school}", 3),
    ],
)
def test_all_posters_of_a_wave_are_those_that_the_person_may_see(
    client: PageClient, cast: Cast, wave: int, campaign: int, login: str, query: str, pages: int
) -> None:
    client.sign_in(login, PASSWORD)
    response = client.http.get(f"/waves/{wave}/posters.pdf" + query.format(school=cast.school.id))
    assert response.status_code == 200
    assert pages_of(response.data) == pages
    if not query:
        everything = client.http.get(f"/campaigns/{campaign}/posters/baseline.pdf")
        assert pages_of(everything.data) == pages


@pytest.mark.parametrize(
    "address", ["/waves/{wave}/posters.pdf", "/campaigns/{campaign}/posters/baseline.pdf", "/collectors/4711/qr.svg"]
)
def test_nothing_to_print_is_not_found(
    client: PageClient, session: Session, wave: int, campaign: int, address: str
) -> None:
    for collector in session.scalars(select(Collector)):
        session.delete(collector)
    session.commit()
    client.sign_in("officer", PASSWORD).visit(address.format(wave=wave, campaign=campaign), status=404)


def test_other_kinds_of_posters_are_not_found(client: PageClient, campaign: int) -> None:
    client.sign_in("officer", PASSWORD).visit(f"/campaigns/{campaign}/posters/sideways.pdf", status=404)


@pytest.fixture
def many_codes(session: Session, cast: Cast, wave: int) -> None:
    """A hundred more classes in the school, each with its code."""
    groups = [make_group(session, cast.school, f"6.{number:03}", grade=6) for number in range(1, 101)]
    session.add_all(
        Collector(
            wave_id=wave,
            organisation_id=cast.school.id,
            group_id=group.id,
            code=new_code(COLLECTOR_LENGTH),
            created_at=utc_now(),
        )
        for group in groups
    )
    session.commit()


@pytest.mark.pdf
@pytest.mark.usefixtures("many_codes")
def test_many_posters_come_in_files_of_a_hundred(client: PageClient, wave: int, campaign: int) -> None:
    client.sign_in("officer", PASSWORD)
    for start in (f"/waves/{wave}/posters", f"/campaigns/{campaign}/posters/baseline"):
        assert client.http.get(f"{start}.pdf").headers["Location"] == start
        page = client.visit(start)
        assert f"{start}.pdf?part=2" in page
        assert "trang 101 đến 106" in page
    assert pages_of(client.http.get(f"/waves/{wave}/posters.pdf?part=2").data) == 6
    client.visit(f"/waves/{wave}/posters.pdf?part=3", status=404)
    client.visit(f"/waves/{wave}/posters.pdf?part=2&paper=a5", status=404)


@pytest.mark.usefixtures("many_codes")
def test_the_files_of_one_school_stay_those_of_one_school(client: PageClient, cast: Cast, wave: int) -> None:
    client.sign_in("officer", PASSWORD)
    start = f"/waves/{wave}/posters"
    answer = client.http.get(f"{start}.pdf?organisation={cast.school.id}")
    assert answer.headers["Location"] == f"{start}?organisation={cast.school.id}"
    page = client.visit(answer.headers["Location"])
    assert f"{start}.pdf?organisation={cast.school.id}&amp;part=2" in page or (
        f"{start}.pdf?organisation={cast.school.id}&part=2" in page
    )
    assert "Suối Reo" not in page
