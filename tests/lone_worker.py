"""One web process at work, alone in its process: `python -m tests.lone_worker` prints which modules it has loaded."""

from __future__ import annotations

import json
import re
import sys

from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

import wsgi
from survey.accounts.models import User
from survey.collection.models import Collector
from survey.core.clock import utc_now
from survey.core.models import Model
from survey.web.db_session import db
from tests.factories import make_cast
from tests.reports.fieldwork import make_campaign, run_wave


def main() -> None:
    """Open a form, send it, and look at the pages of a signed-in person."""
    with wsgi.app.app_context():
        Model.metadata.create_all(db.engine)
        with Session(db.engine) as session:
            code, campaign_id, officer = _arrange(session)
    _answer(wsgi.app.test_client(), code)
    reader = wsgi.app.test_client()
    with reader.session_transaction() as cookie:
        cookie["_user_id"] = officer
    for page in ("/", f"/campaigns/{campaign_id}", f"/campaigns/{campaign_id}/report", "/organisations", "/account"):
        _expect(200, reader.get(page).status_code, page)
    print(json.dumps(sorted({name.partition(".")[0] for name in sys.modules})))


def _arrange(session: Session) -> tuple[str, int, str]:
    people, now = make_cast(session), utc_now()
    campaign = make_campaign(session, people.ward, ["staff"], now)
    wave = run_wave(session, campaign, "staff", "baseline", {people.school.id: {"Giáo viên": (30, 20)}}, now)
    code = session.scalars(select(Collector.code).where(Collector.wave_id == wave.id)).all()[0]
    officer: User = people.officer
    return code, campaign.id, f"{officer.id}:{officer.session_key}"


def _answer(phone: FlaskClient, code: str) -> None:
    page = phone.get(f"/S/{code}").get_data(as_text=True)
    hidden = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', page))
    sent = phone.post(f"/S/{code}", data={**hidden, "asked": "1", "q1": "1"})
    _expect(303, sent.status_code, "the form")


def _expect(wanted: int, found: int, page: str) -> None:
    if found != wanted:
        raise RuntimeError(f"{page}: {found} instead of {wanted}")


if __name__ == "__main__":
    main()
