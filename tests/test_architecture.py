"""The shape of the house, where the import contracts do not reach."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parent.parent
SOURCES = sorted([*PROJECT.glob("survey/**/*.py"), *PROJECT.glob("analysis/**/*.py")])
MIGRATIONS = PROJECT / "survey" / "migrations"

HEAVY = (
    "scipy",
    "numpy",
    "matplotlib",
    "typst",
    "openpyxl",
    "alembic",
    "docx",
    "xlsxwriter",
    "statsmodels",
    "cv2",
    "zxingcpp",
    "pypdfium2",
    "yaml",
)

# The one place that loads the heavy parts, in the child process.
MAY_IMPORT_INSIDE = {"survey/jobs/calls.py"}


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(PROJECT)))
def test_files_and_functions_stay_small(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    if path.is_relative_to(MIGRATIONS):
        return
    assert text.count("\n") <= 300, f"{path.name} has grown past 300 lines: split it"
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef):
            body = node.body
            first = body[1] if len(body) > 1 and isinstance(body[0], ast.Expr) else body[0]
            lines = (node.end_lineno or 0) - first.lineno + 1
            assert lines <= 40, f"{path.name}: {node.name} has {lines} lines"


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(PROJECT)))
def test_modules_say_what_belongs_in_them_and_import_at_the_top(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    if not tree.body or path.is_relative_to(MIGRATIONS):
        return
    assert ast.get_docstring(tree), f"{path} has no module docstring"
    if str(path.relative_to(PROJECT)) in MAY_IMPORT_INSIDE:
        return
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef):
            inner = [child for child in ast.walk(node) if isinstance(child, ast.Import | ast.ImportFrom)]
            assert not inner, f"{path.name}: {node.name} imports inside"


def test_a_web_process_loads_nothing_heavy() -> None:
    code = f"import sys, survey.app; survey.app.create_app();print([name for name in {HEAVY!r} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], cwd=PROJECT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
