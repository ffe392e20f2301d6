"""What the form of a new campaign is filled in with, so that one press of a button is enough for most schools."""

from __future__ import annotations

from datetime import date, timedelta

from sqlalchemy.orm import Session

from survey.campaigns.queries import audiences_present
from survey.core.vocabulary import TOPICS
from survey.instruments.queries import published

# How long a campaign lasts unless somebody says otherwise.
USUAL_WEEKS = 6


def suggested_campaign(session: Session, *, organisation_id: int, today: date) -> dict[str, object]:
    """Return title, topics, days and audiences of a campaign that begins today."""
    return {
        "title": usual_title(today),
        "topics": list(TOPICS),
        "starts": today,
        "ends": today + timedelta(weeks=USUAL_WEEKS),
        "audiences": [str(audience) for audience in audiences_present(session, organisation_id)],
    }


def usual_title(today: date) -> str:
    """Return a title for posters; in Vietnamese, whatever language the administrator reads.

    >>> usual_title(date(2026, 11, 21))
    'Hiểu Nghị quyết 71 – học kỳ I, năm học 2026-2027'
    """
    first_year = today.year if today.month >= 8 else today.year - 1
    term = "I" if today.month >= 8 or today.month == 1 else "II"
    return f"Hiểu Nghị quyết 71 – học kỳ {term}, năm học {first_year}-{first_year + 1}"


def published_audiences(session: Session) -> frozenset[str]:
    """Return the audiences that have a questionnaire."""
    return frozenset(version.audience for version in published(session))
