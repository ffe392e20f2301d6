"""Instrument files for tests: the two in questionnaires/test, to be changed in one place or another."""

from __future__ import annotations

from pathlib import Path

from survey.instruments.loader import check_paths
from survey.instruments.problems import Problem

FOLDER = Path(__file__).parents[2] / "questionnaires" / "test"
SMALL = (FOLDER / "small.yaml").read_text(encoding="utf-8")
ONE_FORM = (FOLDER / "one_form.yaml").read_text(encoding="utf-8")


def problems_of(text: str | bytes, folder: Path) -> list[Problem]:
    file = folder / "faulty.yaml"
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    return check_paths([file])


def changed(text: str, old: str, new: str) -> str:
    assert old in text, f"the sample no longer contains {old!r}"
    return text.replace(old, new, 1)


def line_of(text: str, part: str) -> int:
    return text[: text.index(part)].count("\n") + 1
