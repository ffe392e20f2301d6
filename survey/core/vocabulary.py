"""The fixed words of the data model: audiences, reporting groups, kinds. Titles for readers stand in web/words.py."""

from __future__ import annotations

from enum import StrEnum


class Audience(StrEnum):
    """Who a questionnaire is for; one instrument each."""

    STAFF = "staff"
    PUPILS_SECONDARY = "pupils_secondary"
    PUPILS_PRIMARY = "pupils_primary"
    PARENTS = "parents"
    COMMUNITY = "community"


class ReportingGroup(StrEnum):
    """The group that a verdict speaks of. Community is shown without a verdict."""

    TEACHERS = "teachers"
    EMPLOYEES = "employees"
    PUPILS = "pupils"
    PARENTS = "parents"
    COMMUNITY = "community"


class OrganisationKind(StrEnum):
    """The kinds of nodes in the tree, from the top."""

    PROVINCE = "province"
    WARD = "ward"
    SCHOOL = "school"
    ASSOCIATION = "association"


class StaffKind(StrEnum):
    """The kinds of staff; managers count with the teachers."""

    MANAGER = "manager"
    TEACHER = "teacher"
    EMPLOYEE = "employee"


class WaveKind(StrEnum):
    """Before or after the campaign."""

    BASELINE = "baseline"
    FOLLOW_UP = "follow_up"


class WaveState(StrEnum):
    """The life of a wave; closing still takes forms that were begun in time and can be undone."""

    DRAFT = "draft"
    OPEN = "open"
    CLOSING = "closing"
    CLOSED = "closed"


class Mode(StrEnum):
    """The ways in."""

    POSTER = "poster"
    MEETING = "meeting"
    CLASS_SESSION = "class_session"
    CARDS = "cards"
    PAPER = "paper"
    KIOSK = "kiosk"


# Nobody comes in by the code of such a way in, only by one of its serials.
SERIAL_MODES = frozenset({Mode.CARDS, Mode.PAPER})

TOPICS = ("chuyen_doi_so", "xa_hoi_hoa", "phan_luong", "doi_ngu", "co_so_vat_chat")
LEVELS = ("ca_nhan", "don_vi")

# Which audiences a group of a school can have: a class by its grade, a staff group, a residents' group.
PRIMARY_GRADES = range(3, 6)
SECONDARY_GRADES = range(6, 10)


def audiences_of(grade: int | None, staff_kind: str | None) -> tuple[Audience, ...]:
    """Return the audiences of a group: staff, a class with its parents, or residents."""
    if staff_kind is not None:
        return (Audience.STAFF,)
    if grade is None:
        return (Audience.COMMUNITY,)
    if grade in PRIMARY_GRADES:
        return (Audience.PUPILS_PRIMARY, Audience.PARENTS)
    if grade in SECONDARY_GRADES:
        return (Audience.PUPILS_SECONDARY, Audience.PARENTS)
    # Grades 1 and 2 are too young for the questionnaire; their parents answer.
    return (Audience.PARENTS,)


def reporting_group(audience: str, staff_kind: str | None) -> ReportingGroup | None:
    """Return the reporting group of an answer; None for staff whose kind was not given."""
    if audience == Audience.STAFF:
        if staff_kind is None:
            return None
        return ReportingGroup.EMPLOYEES if staff_kind == StaffKind.EMPLOYEE else ReportingGroup.TEACHERS
    if audience in {Audience.PUPILS_PRIMARY, Audience.PUPILS_SECONDARY}:
        return ReportingGroup.PUPILS
    return ReportingGroup(audience)
