"""A wave in the field for tests of the respondent's pages."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from survey.campaigns.models import Wave
from survey.core.clock import utc_now
from tests.factories import Cast
from tests.responses.fieldwork import (
    collector,
    make_wave,
    memory,
)


@pytest.fixture(autouse=True)
def _fresh_memory(app: Flask) -> None:
    """Tests change waves faster than the two seconds for which a process remembers them."""
    memory(app).forget()


@pytest.fixture
def wave(session: Session, cast: Cast) -> Wave:
    """A wave for parents, open since now."""
    return make_wave(session, cast.school, now=utc_now())


@pytest.fixture
def code(session: Session, wave: Wave) -> str:
    """The code for everybody of that wave."""
    return collector(session, wave).code
