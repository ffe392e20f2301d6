"""What is said about data is true to the code, and reading it leaves no cookie."""

from __future__ import annotations

import pytest
from flask import Flask

from analysis.suppression import MINIMUM_INSIDE, MINIMUM_OUTSIDE
from survey.responses.models import Response
from survey.responses.pages import Heading, draw_message
from survey.retention.periods import LONGEST_MONTHS
from tests.factories import PASSWORD, Cast
from tests.pages import PageClient

PAGES = ("/privacy", "/privacy/pupils", "/privacy?lang=en", "/privacy/pupils?lang=en")


@pytest.mark.parametrize("address", PAGES)
def test_everybody_reads_it_without_a_cookie(client: PageClient, cast: Cast, address: str) -> None:
    client.visit(address)
    assert "Set-Cookie" not in client.http.get(address).headers
    client.sign_in("administrator", PASSWORD)
    answer = client.http.get(address)
    assert answer.status_code == 200
    assert "Set-Cookie" not in answer.headers
    # Whoever is signed in stays so.
    client.visit("/account")


def test_the_numbers_on_the_page_are_those_of_the_code(client: PageClient) -> None:
    page = client.visit("/privacy")
    assert f"chậm nhất {LONGEST_MONTHS} tháng" in page
    assert f"dưới {MINIMUM_INSIDE} phiếu không hiện ngay cả trong trường" in page
    assert f"nhóm dưới {MINIMUM_OUTSIDE} phiếu không hiện" in page
    assert f"Nhiều nhất {LONGEST_MONTHS} tháng" in client.visit("/privacy/pupils")


def test_nothing_is_stored_of_an_answer_that_the_page_does_not_say() -> None:
    # A new column has to be told to people first: then it is added here.
    assert {column.name for column in Response.__table__.columns} == {
        "organisation_id",
        "wave_id",
        "id",
        "group_id",
        "collector_id",
        "form",
        "token_hash",
        "received_on",
        "language",
        "answers",
        "score",
        "pattern",
    }


def test_every_page_leads_there(client: PageClient) -> None:
    assert 'href="/privacy"' in client.visit("/sign-in")


@pytest.mark.parametrize(
    ("audience", "language", "address"),
    [
        ("parents", "vi", "/privacy"),
        ("parents", "en", "/privacy?lang=en"),
        ("pupils_primary", "vi", "/privacy/pupils"),
        ("pupils_secondary", "en", "/privacy/pupils?lang=en"),
    ],
)
def test_the_code_page_leads_there_in_the_reader_s_words(
    app: Flask, audience: str, language: str, address: str
) -> None:
    heading = Heading(organisation="Trường", campaign="Đợt", audience=audience, group="", is_demo=False)
    with app.test_request_context("/S"):
        page = draw_message(language, "withdrawn", heading, base="/R/X", suffix="")
    assert f'href="{address}"' in page
