"""Databases full of answers: made once, kept in a folder if asked, and measured as often as wanted."""

from __future__ import annotations

import gc
import json
import time
from dataclasses import asdict, dataclass
from pathlib import Path

from flask import Flask
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from bench.volume.fieldwork import Ward, make_open_ward, make_wards
from survey.app import create_app
from survey.config import read_config
from survey.core.clock import utc_now
from survey.core.models import Model
from survey.demo.operations import publish_questionnaires
from survey.web.db_session import db

CONTENTS = "volume.json"


@dataclass(frozen=True, slots=True)
class Fieldwork:
    """What a database holds: wards whose waves are closed, one whose second wave is open, and how long it took."""

    closed: tuple[Ward, ...]
    still_open: Ward
    seconds: float


def application(folder: Path, database_url: str | None = None) -> Flask:
    """Return the product on the SQLite database of this folder, or on the database at the address."""
    settings = {"SURVEY_DATA_DIR": str(folder), "SURVEY_PUBLIC_URL": "http://hr.bench"}
    if database_url is not None:
        settings["SURVEY_DATABASE_URL"] = database_url
    return create_app(read_config(settings))


def fill(app: Flask, folder: Path, answers: int, open_answers: int) -> Fieldwork:
    """Make the tables and the answers, and write down in the folder what they are."""
    began = time.perf_counter()
    gc.disable()
    with app.app_context():
        engine = db.engine
        Model.metadata.create_all(engine)
        with Session(engine, expire_on_commit=False) as session:
            publish_questionnaires(session, now=utc_now())
            still_open = make_open_ward(session, open_answers, now=utc_now())
            closed = tuple(make_wards(session, answers, now=utc_now()))
        _settle(engine)
    gc.enable()
    made = Fieldwork(closed, still_open, round(time.perf_counter() - began, 1))
    (folder / CONTENTS).write_text(json.dumps(asdict(made)), encoding="utf-8")
    return made


def read_contents(folder: Path) -> Fieldwork:
    """Return what was written down when the folder was filled."""
    kept = json.loads((folder / CONTENTS).read_text(encoding="utf-8"))
    return Fieldwork(tuple(Ward(**ward) for ward in kept["closed"]), Ward(**kept["still_open"]), kept["seconds"])


def _settle(engine: Engine) -> None:
    """Let the engine know how much there is, as a server does by itself in the course of a day."""
    with engine.execution_options(isolation_level="AUTOCOMMIT").connect() as connection:
        connection.exec_driver_sql("ANALYZE")
