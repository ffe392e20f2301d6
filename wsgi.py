"""What a web server loads (`wsgi:app`), and `python wsgi.py`, which serves an installed system by itself."""

from __future__ import annotations

import gc
import os
import sys
from importlib import import_module
from typing import TYPE_CHECKING

from survey.config import ConfigError

if TYPE_CHECKING:
    from flask import Flask

# The child process for heavy work imports this file under another name and needs no application, nor its modules.
if __name__ != "__mp_main__":
    # Building the application makes 200,000 objects that stay as long as the process. The collector would look through
    # them a hundred times while they are made (a fifth of the time to start) and at every full round afterwards.
    gc.disable()
    try:
        app: Flask = import_module("survey.app").create_app()
    except ConfigError as error:
        # One sentence for the operator instead of a traceback.
        raise SystemExit(f"Cấu hình chưa đúng. {error}") from error
    gc.freeze()
    gc.enable()

# Commands bring Alembic and other heavy parts; a web process must not load them.
if os.environ.get("FLASK_RUN_FROM_CLI") == "true":
    import_module("survey.cli").register(app)

if __name__ == "__main__":
    words = sys.argv[1:]
    import_module("survey.serving").serve(app, with_demo="--demo" in words, in_hall="--hall" in words)
