"""Who may open and change what of this feature: one table of roles and pages."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from survey.audit.models import AuditEntry
from survey.organisations.models import Group, Headcount, Organisation
from tests.factories import PASSWORD, Cast
from tests.pages import PageClient

ROLES = ("operator", "officer", "administrator", "teacher", "viewer", "stranger")

# Page, and the answer to each role in the order above. 403: knows the place, may not do this. 404: as if not there.
PAGES = [
    ("/organisations", (200, 200, 200, 200, 403, 200)),
    ("/organisations/{ward}", (200, 200, 404, 404, 403, 404)),
    ("/organisations/{school}", (200, 200, 200, 200, 403, 404)),
    ("/organisations/{school}/edit", (200, 200, 200, 403, 403, 404)),
    ("/organisations/{school}/remove", (200, 200, 200, 403, 403, 404)),
    ("/organisations/{school}/import", (200, 200, 200, 403, 403, 404)),
    ("/organisations/{school}/import/template.csv", (200, 200, 200, 403, 403, 404)),
    ("/organisations/{school}/import/template.exe", (404, 404, 404, 403, 403, 404)),
    ("/organisations/new?parent={ward}", (200, 200, 404, 403, 403, 404)),
    ("/organisations/new", (200, 404, 404, 403, 403, 404)),
    ("/groups/{group}/edit", (200, 200, 200, 403, 403, 404)),
    ("/groups/{other_group}/edit", (200, 200, 404, 403, 403, 200)),
]
WRITES = [
    ("/organisations/{school}/groups", {"name": "Tổ Lạ", "staff_kind": ""}),
    ("/organisations/{school}/classes", {"lines": "9Z 30", "as_of": "2026-09-05"}),
    ("/organisations/{school}/headcounts", {"as_of": "2026-09-05"}),
    ("/organisations/{school}/edit", {"name": "Tên Lạ", "code": "LA-LA", "kind": "school"}),
    ("/organisations/{school}/remove", {}),
    ("/organisations/{school}/import", {}),
    ("/organisations/{school}/import/confirm", {"rows": ""}),
    ("/groups/{group}/edit", {"name": "Lạ", "staff_kind": ""}),
    ("/groups/{group}/end", {}),
]


def fill(address: str, cast: Cast, session: Session) -> str:
    other = session.scalars(select(Group.id).where(Group.organisation_id == cast.other_school.id)).first()
    return address.format(ward=cast.ward.id, school=cast.school.id, group=cast.own_class.id, other_group=other)


@pytest.mark.parametrize("place", range(len(ROLES)), ids=ROLES)
def test_each_role_opens_what_the_table_says(client: PageClient, cast: Cast, session: Session, place: int) -> None:
    client.sign_in(ROLES[place], PASSWORD)
    answers = {page: client.http.get(fill(page, cast, session)).status_code for page, _statuses in PAGES}
    assert answers == {page: statuses[place] for page, statuses in PAGES}


@pytest.mark.parametrize(("login", "status"), [("teacher", 403), ("viewer", 403), ("stranger", 404)])
def test_whoever_may_not_edit_changes_nothing(
    client: PageClient, cast: Cast, session: Session, login: str, status: int
) -> None:
    client.sign_in(login, PASSWORD)
    before = [session.scalar(select(func.count()).select_from(model)) for model in (Organisation, Group, Headcount)]
    trail = session.scalar(select(func.count()).select_from(AuditEntry).where(AuditEntry.action != "sign_in"))
    for address, form in WRITES:
        answer = client.post(fill(address, cast, session), form, csrf_from="/account")
        assert answer.status_code == status, f"{login} {address}: {answer.status_code}"
    after = [session.scalar(select(func.count()).select_from(model)) for model in (Organisation, Group, Headcount)]
    assert after == before
    assert session.get(Organisation, cast.school.id).name == "Trường TH và THCS Ban Mai"
    assert session.get(Group, cast.own_class.id).ended_on is None
    assert session.scalar(select(func.count()).select_from(AuditEntry).where(AuditEntry.action != "sign_in")) == trail


def test_a_teacher_reads_numbers_of_the_own_class_only(client: PageClient, cast: Cast) -> None:
    client.sign_in("teacher", PASSWORD)
    page = client.visit(f"/organisations/{cast.school.id}")
    assert "7A" not in page
    assert "<form" not in page.split("<main")[1].split("</main>")[0]


def test_every_change_leaves_a_trace_with_its_author(client: PageClient, cast: Cast, session: Session) -> None:
    client.sign_in("administrator", PASSWORD)
    own = f"/organisations/{cast.school.id}"
    client.post(f"{own}/classes", {"lines": "Lớp 9Z: 30", "as_of": "2026-09-05"}, csrf_from=own)
    made = session.scalars(select(Group).where(Group.name == "9Z")).one()
    client.post(f"/groups/{made.id}/edit", {"name": "9Y", "grade": "9", "staff_kind": ""}, csrf_from=own)
    client.post(f"/groups/{made.id}/end", csrf_from=own)
    client.post(f"{own}/edit", {"name": "Tên Mới", "code": "BANMAI", "kind": "school"}, csrf_from=own)
    traces = session.execute(
        select(AuditEntry.action, AuditEntry.subject, AuditEntry.user_id)
        .where(AuditEntry.subject.in_(["organisation", "group", "headcount"]))
        .order_by(AuditEntry.id)
    ).all()
    assert [(action, subject) for action, subject, _user in traces] == [
        ("add", "group"),
        ("set_headcount", "headcount"),
        ("set_headcount", "headcount"),
        ("edit", "group"),
        ("end", "group"),
        ("edit", "organisation"),
    ]
    assert {user for _action, _subject, user in traces} == {cast.administrator.id}
