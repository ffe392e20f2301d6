"""The budget of the respondent's page: 14,000 bytes in one answer, headers and script included, whatever it shows."""

from __future__ import annotations

import gzip
from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from survey.collection.models import Collector
from survey.collection.windows import open_kiosk, start_class_session
from survey.core.clock import utc_now
from survey.instruments.loader import load_instrument
from tests.factories import Cast, make_group
from tests.pages import PageClient
from tests.responses.fieldwork import AUDIENCES, QUESTIONNAIRES, collector, fields_of, make_wave

BUDGET = 14_000
INSTRUMENTS = [*AUDIENCES, "test/one_form", "test/small"]


def ways_in(session: Session, cast: Cast, name: str) -> dict[str, Collector]:
    """Return a poster's way in with many classes to choose from, a kiosk's, and a class session's for pupils."""
    definition = load_instrument(QUESTIONNAIRES / f"{name}.yaml")
    audience, now = definition.audience, utc_now()
    organisation = cast.ward if audience == "community" else cast.school
    groups = []
    for number in range(30):
        kind = {"staff": {"staff_kind": "teacher"}, "community": {}}.get(audience, {"grade": 3 + number % 7})
        groups.append(make_group(session, organisation, f"Nhóm có tên khá dài số {number}", **kind))
    wave = make_wave(session, organisation, now=now, audience=audience, definition=definition)
    place = {"wave": wave, "organisation_id": organisation.id, "person": None}
    found = {"poster": collector(session, wave)}
    found["kiosk"] = open_kiosk(session, **place, group_id=None, now=now)
    if audience.startswith("pupils"):
        own = groups[0 if audience == "pupils_primary" else 3]
        found["class"] = start_class_session(
            session,
            **place,
            group_id=own.id,
            present=35,
            minutes=40,
            now=now - timedelta(minutes=1),
            time_limit_minutes=15,
        )
    session.commit()
    return found


def measured(client: PageClient, code: str, suffix: str, visits: int) -> dict[str, int]:
    """Return the largest answer for each form in some visits: head and compressed body."""
    sizes: dict[str, int] = {}
    for _ in range(visits):
        response = client.http.get(f"/S/{code}{suffix}", headers={"Accept-Encoding": "gzip"})
        form = fields_of(gzip.decompress(response.data).decode())["f"]
        size = len(response.data) + len(f"HTTP/1.1 200 OK\r\n{response.headers}".encode())
        sizes[form] = max(sizes.get(form, 0), size)
    return sizes


@pytest.mark.parametrize("name", INSTRUMENTS)
def test_every_form_in_every_language_and_way_in_fits_the_budget(
    client: PageClient, session: Session, cast: Cast, name: str
) -> None:
    found = ways_in(session, cast, name)
    for mode, way_in in found.items():
        for suffix in ("", "?lang=en"):
            sizes = measured(client, way_in.code, suffix, 32 if mode == "class" else 12)
            assert sizes
            for form, size in sizes.items():
                assert 1_000 < size <= BUDGET, f"{name} {mode} {form}{suffix}: {size}"
