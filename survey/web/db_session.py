"""The database session of a request. Operations and queries get it handed in and never look here."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from inspect import iscoroutinefunction

from flask import Flask
from flask_sqlalchemy_lite import SQLAlchemy
from sqlalchemy.orm import Session

from survey.core.database import prepare_engine, will_write

db = SQLAlchemy()


def init_app(app: Flask) -> None:
    """Connect the application to its database; which requests only read is noted by `Application`."""
    db.init_app(app)
    # The extension also closes asynchronous sessions, for which Flask would start an event loop after every request.
    # There are none here.
    app.teardown_appcontext_funcs = [f for f in app.teardown_appcontext_funcs if not iscoroutinefunction(f)]
    with app.app_context():
        prepare_engine(db.engine)


@contextmanager
def writing() -> Iterator[Session]:
    """Open a session of its own that may write, for the few page views that have to; commits at the end."""
    token = will_write.set(True)
    try:
        with db.sessionmaker() as session, session.begin():
            yield session
    finally:
        will_write.reset(token)
