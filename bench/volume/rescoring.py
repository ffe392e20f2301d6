"""How long it takes to score all answers of a plan again after a key was corrected.

Run from the project's folder:  python -m bench.volume.rescoring [--answers 1000000] [--database-url URL] [--json FILE]
One ward with half of the answers in a closed wave, half in an open one. First they are only read and scored, which is
the bar (processor time); then the product's own job does everything in one transaction: reads, scores, writes, counts
and freezes anew. On PostgreSQL the database must be empty.
"""

from __future__ import annotations

import argparse
import json
import resource
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from bench.volume.fieldwork import make_open_ward
from bench.volume.folders import application
from survey.campaigns.models import Wave
from survey.campaigns.queries import wave_definition
from survey.core.clock import utc_now
from survey.core.models import Model
from survey.demo.operations import publish_questionnaires
from survey.instruments.definitions import InstrumentDefinition, Item
from survey.instruments.operations import publish_instrument
from survey.responses.batches import read_batches
from survey.responses.mass_scoring import changed_results
from survey.responses.models import Response
from survey.responses.rescoring import apply_rescoring, ask_rescoring
from survey.web.db_session import db

SECONDS_PER_MILLION = 3.0
_PLACE = 7


def main(argv: Sequence[str] | None = None) -> int:
    """Make the answers, score them again, print the figures; 1 when the bar is missed."""
    asked = _arguments(argv)
    with tempfile.TemporaryDirectory(prefix="hieu-ro-rescoring-") as folder:
        found = measure(Path(folder), asked.answers, asked.database_url)
    print(json.dumps(found, indent=2))
    if asked.json:
        asked.json.write_text(json.dumps(found, indent=2) + "\n", encoding="utf-8")
    return 0 if found["met"] else 1


def measure(folder: Path, answers: int, database_url: str | None = None) -> dict[str, Any]:
    """Return the seconds of reading and scoring, and of the whole job with writing."""
    app = application(folder, database_url)
    version_id, wave_ids = _prepare(app, answers)
    with app.app_context():
        engine = db.engine
    with Session(engine) as session:
        number, reading = _timed(lambda: _read_and_score(session, wave_ids))
    with Session(engine) as session:
        now = utc_now()
        asked = ask_rescoring(session, wave_id=wave_ids[0], version_id=version_id, user_id=None, now=now)
        session.commit()
        written, whole = _timed(lambda: _apply(session, asked.id))
    return {
        "answers": number,
        "read_and_scored": reading,
        "whole_job": whole | {"answers": written},
        "peak_megabytes": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
        "met": reading["processor_seconds"] <= SECONDS_PER_MILLION * number / 1_000_000,
    }


def _prepare(app: Flask, answers: int) -> tuple[int, list[int]]:
    with app.app_context():
        engine = db.engine
        Model.metadata.create_all(engine)
    with Session(engine, expire_on_commit=False) as session:
        publish_questionnaires(session, now=utc_now())
        ward = make_open_ward(session, answers // 2, now=utc_now())
        waves = session.scalars(select(Wave).where(Wave.campaign_id == ward.campaign_id).order_by(Wave.id)).all()
        corrected = _corrected(wave_definition(session, waves[0]))
        version = publish_instrument(session, corrected, utc_now())
        session.commit()
        return version.id, [wave.id for wave in waves]


def _corrected(definition: InstrumentDefinition) -> InstrumentDefinition:
    wrong = definition.items_of("A")[_PLACE - 1]
    return replace(definition, items=tuple(_next_key(item) if item is wrong else item for item in definition.items))


def _next_key(item: Item) -> Item:
    right = max(item.key) % len(item.options)
    options = tuple(replace(option, correct=place == right) for place, option in enumerate(item.options))
    return replace(item, options=options)


def _read_and_score(session: Session, wave_ids: Sequence[int]) -> int:
    number = 0
    for wave_id in wave_ids:
        definition = wave_definition(session, session.get_one(Wave, wave_id))
        places = session.scalars(select(Response.organisation_id).where(Response.wave_id == wave_id).distinct())
        for organisation_id in places.all():
            for batch in read_batches(session, wave_id=wave_id, organisation_id=organisation_id):
                changed_results(definition, batch)
                number += batch.number
    return number


def _apply(session: Session, rescoring_id: int) -> int:
    number = apply_rescoring(session, rescoring_id=rescoring_id, score=changed_results, now=utc_now())
    session.commit()
    return number


def _timed(work: Callable[[], int]) -> tuple[int, dict[str, float]]:
    began, used = time.perf_counter(), time.process_time()
    found = work()
    seconds, processor = time.perf_counter() - began, time.process_time() - used
    return found, {"seconds": round(seconds, 2), "processor_seconds": round(processor, 2)}


def _arguments(argv: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--answers", type=int, default=1_000_000)
    parser.add_argument("--database-url", help="An empty database; without it SQLite in a temporary folder.")
    parser.add_argument("--json", type=Path, help="Write the figures to this file too.")
    return parser.parse_args(argv)


if __name__ == "__main__":
    raise SystemExit(main())
