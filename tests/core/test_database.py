"""What the database layer promises whatever the feature: errors tell no one's data."""

from __future__ import annotations

import logging

import pytest
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from survey.organisations.models import Group


def test_the_text_of_a_database_error_holds_nothing_that_was_to_be_stored(session: Session) -> None:
    session.add(Group(organisation_id=987_654_321, name="Tên riêng không được vào nhật ký"))
    with pytest.raises(DBAPIError) as failed:
        session.commit()
    assert "INSERT" in str(failed.value)
    assert "Tên riêng" not in logging.Formatter().formatException((DBAPIError, failed.value, None))
