"""The code on the wall: what a scanner reads from the projector's picture, sharp and from far away."""

from __future__ import annotations

import io
import re
from datetime import datetime

import pytest
from flask import Flask
from PIL import Image
from playwright.sync_api import Browser
from sqlalchemy.orm import Session

from survey.collection.windows import start_meeting
from survey.core.clock import utc_now
from tests.collection.scanning import scan_picture
from tests.factories import PASSWORD, Cast
from tests.journeys.conftest import LiveServer, PageMaker
from tests.responses.fieldwork import make_wave

pytestmark = pytest.mark.browser


@pytest.fixture
def meeting(app: Flask, session: Session, cast: Cast) -> tuple[int, str]:
    """A meeting of parents that has just begun: its id and code."""
    now: datetime = utc_now()
    wave = make_wave(session, cast.school, now=now)
    window = start_meeting(
        session,
        wave=wave,
        organisation_id=cast.school.id,
        group_id=None,
        present=230,
        minutes=20,
        person=cast.administrator.id,
        now=now,
    )
    session.commit()
    return window.id, window.code


def test_the_projected_code_scans_at_full_size_and_at_a_third(
    live_server: LiveServer, browser: Browser, new_page: PageMaker, meeting: tuple[int, str]
) -> None:
    page = new_page(width=1920, height=1080)
    page.goto(f"{live_server.url}/sign-in")
    page.fill("[name=login]", "administrator")
    page.fill("[name=password]", PASSWORD)
    page.click("main button")
    page.goto(f"{live_server.url}/meetings/{meeting[0]}")
    page.wait_for_load_state("networkidle")
    picture = Image.open(io.BytesIO(page.screenshot()))
    for shrunk in (1, 3):
        (found,) = scan_picture(picture.resize((1920 // shrunk, 1080 // shrunk)))
        address, _, time_code = found.text.rpartition("/")
        assert address == f"HTTP://HR.TEST/S/{meeting[1]}"
        assert re.fullmatch("[0-9A-Z]{4,10}", time_code)
        # Version 2 at level M holds 38 characters in the alphanumeric mode, but only 26 bytes.
        assert (found.level, found.version) == ("M", 2)
