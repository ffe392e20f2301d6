"""What a web server loads (`wsgi:app`), and `python wsgi.py`, which serves an installed system by itself."""

from __future__ import annotations

import os
from importlib import import_module

from survey.app import create_app

app = create_app()

# Commands bring Alembic and other heavy parts; a web process must not load them.
if os.environ.get("FLASK_RUN_FROM_CLI") == "true":
    import_module("survey.cli").register(app)

if __name__ == "__main__":
    import_module("survey.serving").serve(app)
