"""The demo's four sign-ins, with passwords made anew at each load."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from survey.accounts.people_operations import add_person
from survey.core.permissions import RoleName
from survey.organisations.models import Group, Organisation

SCHOOL, ADMINISTRATOR = "DEMO-BANMAI", "truong"

# Title for the list in the terminal, login, name, role, organisation, class.
PEOPLE = (
    ("Cán bộ phường", "phuong", "Cán bộ phường (minh họa)", RoleName.OFFICER, "DEMO-HOASIM", None),
    ("Quản trị trường", ADMINISTRATOR, "Hiệu phó (minh họa)", RoleName.ADMINISTRATOR, SCHOOL, None),
    ("Giáo viên lớp 6A", "giaovien", "Giáo viên 6A (minh họa)", RoleName.TEACHER, SCHOOL, "6A"),
    ("Người xem báo cáo", "xem", "Trưởng ban phụ huynh (minh họa)", RoleName.VIEWER, SCHOOL, None),
)


def make_people(session: Session, *, now: datetime) -> list[dict[str, str]]:
    """Make the sign-ins of the demo and return title, login and password of each."""
    rows = []
    for title, login, name, role, code, class_name in PEOPLE:
        place = session.scalars(select(Organisation).where(Organisation.code == code)).one()
        group = select(Group.id).where(Group.organisation_id == place.id, Group.name == class_name)
        made = add_person(
            session,
            login=login,
            name=name,
            role=role,
            organisation_id=place.id,
            group_id=session.scalars(group).one() if class_name else None,
            by=None,
            now=now,
        )
        rows.append({"title": title, "login": login, "password": made.password})
    return rows
