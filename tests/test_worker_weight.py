"""A web process stays light: what draws, computes and writes documents is loaded in the child process only."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

HEAVY = {
    "PIL",
    "alembic",
    "cv2",
    "docx",
    "matplotlib",
    "numpy",
    "openpyxl",
    "pandas",
    "psycopg",
    "pypdfium2",
    "pyreadstat",
    "scipy",
    "typst",
    "xlsxwriter",
    "zxingcpp",
}
LARGEST_MB = 90


def _run(project: Path, folder: Path, *command: str) -> str:
    # A data folder of its own, and SQLite whatever database the tests run on.
    environment = {name: value for name, value in os.environ.items() if not name.startswith("SURVEY_")}
    environment |= {"SURVEY_DATA_DIR": str(folder)}
    done = subprocess.run(
        [sys.executable, *command], cwd=project, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_a_worker_that_served_a_form_an_answer_and_a_report_has_loaded_nothing_heavy(
    project: Path, tmp_path: Path
) -> None:
    loaded = set(json.loads(_run(project, tmp_path, "-m", "tests.lone_worker")))
    assert "survey" in loaded
    assert loaded & HEAVY == set()


@pytest.mark.skipif(sys.platform != "linux", reason="looks at /proc")
def test_a_worker_that_has_just_started_is_small(project: Path, tmp_path: Path) -> None:
    status = _run(project, tmp_path, "-c", "import wsgi; print(open('/proc/self/status').read())")
    resident = next(int(line.split()[1]) / 1000 for line in status.splitlines() if line.startswith("VmRSS"))
    assert resident <= LARGEST_MB
