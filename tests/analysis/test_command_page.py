"""docs/analysis-command.md names every column and option of the command, and its examples run."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest

from analysis.command.arguments import parse
from analysis.command.indexes import GroupIndex

PAGE = (Path(__file__).parents[2] / "docs" / "analysis-command.md").read_text(encoding="utf-8")
COLUMNS = [*GroupIndex.COLUMNS, "code", "understood", "item", "topic", "level", "key", "options", "size", "drawn"]
COLUMNS += ["population", "answered"]


@pytest.mark.parametrize("column", COLUMNS)
def test_every_column_is_documented(column: str) -> None:
    assert f"`{column}`" in PAGE or f"`{column}:" in PAGE


@pytest.mark.parametrize("verb", [(), ("plan",), ("items",)])
def test_every_option_is_documented(verb: tuple[str, ...], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        parse([*verb, "--help"])
    options = set(re.findall(r"--[a-z-]+", capsys.readouterr().out)) - {"--help"}
    assert options
    assert [option for option in sorted(options) if option not in PAGE] == []


@pytest.mark.parametrize("line", re.findall(r"^python -m analysis (.*)$", PAGE, re.MULTILINE))
def test_every_example_is_understood(line: str) -> None:
    assert parse(shlex.split(line)).verb in {"figures", "plan", "items"}
