"""Measures the year page of a ward: `python bench/ward_page.py [--schools 30]` prints milliseconds as JSON.

It makes a ward in a database of its own, closes a wave of teachers in every school, and opens the page ten times as the
officer would; the figures that the page fetches afterwards are measured apart, the first time with their computation.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from sqlalchemy.orm import Session

from survey.app import create_app
from survey.config import read_config
from survey.core.clock import utc_now
from survey.core.models import Model
from survey.organisations.models import Organisation
from survey.web.db_session import db
from tests.factories import PASSWORD, make_cast, make_school
from tests.pages import PageClient
from tests.reports.fieldwork import make_campaign, run_wave


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--schools", type=int, default=30)
    schools = parser.parse_args().schools
    with tempfile.TemporaryDirectory() as folder:
        app = create_app(read_config({"SURVEY_DATA_DIR": folder, "SURVEY_DATABASE_URL": f"sqlite:///{folder}/w.db"}))
        with app.app_context():
            Model.metadata.create_all(db.engine)
            with Session(db.engine) as session:
                ward = fill(session, schools)
        client = PageClient(app).sign_in("officer", PASSWORD)
        page, results = f"/organisations/{ward}/year", f"/organisations/{ward}/year/results?part=1"
        figures = {"schools": schools, "page_ms": median(lambda: client.http.get(page))}
        figures["results_first_ms"] = took(lambda: client.http.get(results))
        figures["results_again_ms"] = median(lambda: client.http.get(results))
        figures["page_bytes"] = len(client.http.get(page).data)
        print(json.dumps(figures))
        with app.app_context():
            db.engine.dispose()


def fill(session: Session, schools: int) -> int:
    """Make the ward with its answers; return its id."""
    cast = make_cast(session)
    for number in range(schools - 2):
        make_school(session, f"Trường {number:03}", code=f"S{number}", parent=cast.ward)
    now = utc_now()
    campaign = make_campaign(session, cast.ward, ["staff"], now)
    places = session.query(Organisation.id).filter_by(kind="school").all()
    answers = {place: {"Giáo viên": (30, 20 + place % 9), "Nhân viên": (6, 4)} for (place,) in places}
    run_wave(session, campaign, "staff", "baseline", answers, now - timedelta(days=40), close=True)
    run_wave(session, campaign, "staff", "follow_up", answers, now)
    return cast.ward.id


def took(call: Callable[[], object]) -> float:
    """Return how many milliseconds a call takes."""
    begun = time.perf_counter()
    call()
    return round(1000 * (time.perf_counter() - begun), 1)


def median(call: Callable[[], object]) -> float:
    """Return the median of ten calls after a first one."""
    call()
    return statistics.median(took(call) for _ in range(10))


if __name__ == "__main__":
    main()
