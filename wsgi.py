"""What a web server loads (`wsgi:app`), and `python wsgi.py`, which serves an installed system by itself."""

from __future__ import annotations

import os
import sys
from importlib import import_module

from survey.app import create_app
from survey.config import ConfigError

# The child process for heavy work imports this file under another name and needs no application.
if __name__ != "__mp_main__":
    try:
        app = create_app()
    except ConfigError as error:
        # One sentence for the operator instead of a traceback.
        raise SystemExit(f"Cấu hình chưa đúng. {error}") from error

# Commands bring Alembic and other heavy parts; a web process must not load them.
if os.environ.get("FLASK_RUN_FROM_CLI") == "true":
    import_module("survey.cli").register(app)

if __name__ == "__main__":
    import_module("survey.serving").serve(app, with_demo="--demo" in sys.argv[1:])
