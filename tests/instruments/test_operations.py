"""Publishing instruments and a unit's word on their items."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from survey.core.errors import NotFound
from survey.instruments.definitions import InstrumentDefinition
from survey.instruments.loader import load_instrument, load_instruments
from survey.instruments.models import InstrumentVersion
from survey.instruments.operations import (
    TooFewItemsLeft,
    check_item,
    check_items,
    forget_review,
    publish_instrument,
    withdraw_item,
)
from survey.instruments.queries import (
    definition_of,
    latest_version,
    parallel_items,
    published,
    review_rows,
    review_state,
    version_by_id,
    withdrawn_items,
    without_items,
)
from tests.factories import Cast


@pytest.fixture
def definition(project: Path) -> InstrumentDefinition:
    """The parents' questionnaire."""
    return load_instrument(project / "questionnaires" / "parents.yaml")


@pytest.fixture
def version(session: Session, definition: InstrumentDefinition, now: datetime) -> InstrumentVersion:
    """The parents' questionnaire, published."""
    return publish_instrument(session, definition, now)


def test_a_published_definition_comes_back_equal(
    session: Session, version: InstrumentVersion, definition: InstrumentDefinition
) -> None:
    session.expire_all()
    assert definition_of(session, version.id) == definition
    assert definition_of(session, version.id) is definition_of(session, version.id)
    assert version.content_hash == definition.content_hash


def test_equal_content_is_published_once_and_changed_content_anew(
    session: Session, version: InstrumentVersion, definition: InstrumentDefinition, now: datetime
) -> None:
    assert publish_instrument(session, definition, now) is version
    changed = publish_instrument(session, replace(definition, title={"vi": "Tên khác"}), now)
    assert (changed.number, version.number) == (2, 1)
    assert latest_version(session, "parents") is changed
    assert list(published(session)) == [changed, version]
    assert definition_of(session, version.id).title != definition_of(session, changed.id).title


def test_what_is_not_published_is_not_found(session: Session) -> None:
    with pytest.raises(NotFound):
        latest_version(session, "parents")
    with pytest.raises(NotFound):
        definition_of(session, 4711)
    with pytest.raises(NotFound):
        version_by_id(session, 4711)


def test_parallel_items_of_every_instrument_stand_in_the_same_cell(project: Path) -> None:
    for definition in load_instruments(project / "questionnaires"):
        for item in definition.items:
            pair = parallel_items(definition, item.id)
            assert item in pair
            assert {(other.topic, other.level) for other in pair} == {(item.topic, item.level)}
            expected = definition.forms if item.form else (None,)
            assert tuple(other.form for other in pair) == expected
            assert all(parallel_items(definition, other.id) == pair for other in pair)


def test_without_items_leaves_the_rest_as_it_was(definition: InstrumentDefinition) -> None:
    assert without_items(definition, ()) is definition
    less = without_items(definition, ["PH-CDS-CN-A", "PH-CDS-CN-B"])
    assert [item for item in definition.items if item not in less.items] == [
        definition.item("PH-CDS-CN-A"),
        definition.item("PH-CDS-CN-B"),
    ]


@pytest.fixture
def where(version: InstrumentVersion, cast: Cast, now: datetime) -> dict[str, object]:
    """Who reviews what for whom."""
    return {
        "version_id": version.id,
        "organisation_id": cast.school.id,
        "user_id": cast.administrator.id,
        "now": now,
    }


def test_reviews_count_what_is_checked_withdrawn_and_waiting(
    session: Session, version: InstrumentVersion, cast: Cast, where: dict[str, object]
) -> None:
    place = {"version_id": version.id, "organisation_id": cast.school.id}
    assert len(review_state(session, **place).unchecked_items) == 20
    check_item(session, item_id="PH-XHH-CN-A", **where)  # type: ignore[arg-type]
    withdraw_item(session, item_id="PH-CDS-CN-B", **where)  # type: ignore[arg-type]
    state = review_state(session, **place)
    assert (state.scored, state.checked, state.withdrawn, len(state.unchecked_items)) == (20, 1, 2, 17)
    assert withdrawn_items(session, **place) == ("PH-CDS-CN-A", "PH-CDS-CN-B")
    check_items(session, **where)  # type: ignore[arg-type]
    state = review_state(session, **place)
    assert state.is_complete
    assert (state.checked, state.withdrawn) == (18, 2)
    elsewhere = review_state(session, version_id=version.id, organisation_id=cast.other_school.id)
    assert elsewhere.checked == 0


def test_doubtful_items_are_those_their_authors_doubt_and_nobody_checked(
    session: Session, cast: Cast, definition: InstrumentDefinition, now: datetime, where: dict[str, object]
) -> None:
    doubted = tuple(
        replace(item, confidence="medium" if item.id in {"PH-CDS-CN-A", "PH-XHH-CN-A"} else "high")
        if item.scored
        else item
        for item in definition.items
    )
    version = publish_instrument(session, replace(definition, items=doubted), now)
    place = {"version_id": version.id, "organisation_id": cast.school.id}
    check_item(session, item_id="PH-XHH-CN-A", **(where | place))  # type: ignore[arg-type]
    assert review_state(session, **place).doubtful_items == ("PH-CDS-CN-A",)


def test_an_instrument_must_stay_sound(session: Session, where: dict[str, object]) -> None:
    withdraw_item(session, item_id="PH-CDS-CN-A", **where)  # type: ignore[arg-type]
    with pytest.raises(TooFewItemsLeft):
        withdraw_item(session, item_id="PH-CDS-DV-A", **where)  # type: ignore[arg-type]
    forget_review(session, item_id="PH-CDS-CN-A", **where)  # type: ignore[arg-type]
    assert withdraw_item(session, item_id="PH-CDS-DV-A", **where) == ("PH-CDS-DV-A", "PH-CDS-DV-B")  # type: ignore[arg-type]


def test_rows_for_the_page_hold_every_item_once_and_parallel_ones_together(
    session: Session, version: InstrumentVersion, cast: Cast, definition: InstrumentDefinition
) -> None:
    rows = review_rows(session, version_id=version.id, organisation_id=cast.school.id)
    assert sorted(item.id for row in rows for item in row.items) == sorted(item.id for item in definition.items)
    assert [len(row.items) for row in rows if row.topic] == [2] * 10


@pytest.mark.parametrize("item", ["PH-KHONG-CO", ""])
def test_items_that_are_not_there_are_not_found(session: Session, where: dict[str, object], item: str) -> None:
    for say in (check_item, withdraw_item, forget_review):
        with pytest.raises(NotFound):
            say(session, item_id=item, **where)  # type: ignore[arg-type]
