"""The list of questionnaires; the review of one is tested with the campaigns."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from survey.instruments.models import InstrumentVersion
from tests.factories import PASSWORD, Cast
from tests.pages import PageClient


def test_an_empty_system_offers_the_questionnaires_that_come_with_it(
    client: PageClient, session: Session, cast: Cast
) -> None:
    client.sign_in("administrator", PASSWORD)
    assert "Dùng năm bộ câu hỏi có sẵn" in client.visit("/instruments")
    for _press in range(2):
        response = client.post("/instruments/publish", csrf_from="/instruments")
        assert response.location == "/instruments"
    assert session.scalar(select(func.count()).select_from(InstrumentVersion)) == 5
    page = client.visit("/instruments")
    assert "Dùng năm bộ câu hỏi có sẵn" not in page
    assert page.count("Xem và đối chiếu") == 5


@pytest.mark.parametrize(("login", "status"), [("teacher", 403), ("viewer", 403), ("officer", 200)])
def test_who_may_see_the_list(client: PageClient, cast: Cast, login: str, status: int) -> None:
    client.sign_in(login, PASSWORD).visit("/instruments", status=status)
    sent = client.post("/instruments/publish", csrf_from="/account").status_code
    assert sent == (302 if status == 200 else 403)
