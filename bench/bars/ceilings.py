"""The bare applications: Flask saying hello, and Flask parsing the same form and storing one row as durably as we do.

They show what the server, Flask and the database allow at most; the product is measured as a share of that.
"""

from __future__ import annotations

import os
import secrets
import sqlite3
import threading
from pathlib import Path

from flask import Flask, Response, request

app = Flask(__name__)
_local = threading.local()
_FILE = Path(os.environ.get("CEILING_FOLDER", "/tmp")) / "ceiling.sqlite"


def _connection() -> sqlite3.Connection:
    if not hasattr(_local, "connection"):
        _local.connection = sqlite3.connect(_FILE, isolation_level=None, timeout=30)
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "busy_timeout=30000"):
            _local.connection.execute(f"PRAGMA {pragma}")
        _local.connection.execute("CREATE TABLE IF NOT EXISTS answer (id BLOB PRIMARY KEY, fields TEXT) WITHOUT ROWID")
    return _local.connection


@app.get("/hello")
def hello() -> str:
    """Say hello."""
    return "hello"


@app.post("/answer")
def answer() -> Response:
    """Parse the form, store one row, commit, redirect."""
    fields = "&".join(f"{name}={value}" for name, value in request.form.items(multi=True))
    connection = _connection()
    connection.execute("BEGIN IMMEDIATE")
    connection.execute("INSERT INTO answer VALUES (?, ?)", (secrets.token_bytes(16), fields))
    connection.execute("COMMIT")
    return Response("", 303, {"Location": "/hello"})
