"""What a new campaign is called before anybody thinks about it."""

from __future__ import annotations

from datetime import date

import pytest

from survey.overview.suggestions import usual_title


@pytest.mark.parametrize(
    ("today", "term"),
    [
        (date(2026, 8, 1), "học kỳ I, năm học 2026-2027"),
        (date(2026, 12, 31), "học kỳ I, năm học 2026-2027"),
        (date(2027, 1, 15), "học kỳ I, năm học 2026-2027"),
        (date(2027, 2, 1), "học kỳ II, năm học 2026-2027"),
        (date(2027, 7, 31), "học kỳ II, năm học 2026-2027"),
    ],
)
def test_the_title_names_the_term(today: date, term: str) -> None:
    assert usual_title(today) == f"Hiểu Nghị quyết 71 – {term}"
