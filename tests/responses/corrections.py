"""Instruments with a corrected key, and jobs that carry the correction out, for tests."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from sqlalchemy.orm import Session

from survey.instruments.definitions import InstrumentDefinition, Item
from survey.instruments.models import InstrumentVersion
from survey.instruments.operations import publish_instrument
from survey.jobs.runner import run_jobs


def with_key(item: Item, key: frozenset[int]) -> Item:
    """Return an item for which other options are right."""
    options = tuple(replace(option, correct=code in key) for code, option in enumerate(item.options, start=1))
    return replace(item, options=options)


def with_keys(definition: InstrumentDefinition, keys: Mapping[str, frozenset[int]]) -> InstrumentDefinition:
    """Return an instrument in which some items have other keys."""
    return replace(
        definition,
        items=tuple(with_key(item, keys[item.id]) if item.id in keys else item for item in definition.items),
    )


def next_key(item: Item) -> frozenset[int]:
    """Return another possible key of an item: the option after the right one."""
    return frozenset({max(item.key) % len(item.options) + 1})


def publish_correction(
    session: Session, definition: InstrumentDefinition, place: int, now: datetime, form: str = "A"
) -> InstrumentVersion:
    """Publish the next version of an instrument, in which the question at a place of a form has another key."""
    item = definition.items_of(form)[place - 1]
    version = publish_instrument(session, with_keys(definition, {item.id: next_key(item)}), now)
    session.commit()
    return version


def work_off(session: Session, folder: Path, now: datetime) -> int:
    """Run the job table until it is empty, as the runner's process does."""
    session.commit()
    engine = session.get_bind().execution_options(begin_deferred=False)
    number = run_jobs(lambda: Session(engine), data_dir=folder, clock=lambda: now)
    session.expire_all()
    return number
