"""docs/methods.md names every module of the package, and no module that is not there."""

from __future__ import annotations

import pkgutil
import re
from pathlib import Path

import pytest

import analysis

PAGE = (Path(__file__).parents[2] / "docs" / "methods.md").read_text(encoding="utf-8")
MODULES = {module.name for module in pkgutil.iter_modules(analysis.__path__)} - {"__main__", "command"}


@pytest.mark.parametrize("module", sorted(MODULES))
def test_every_module_is_named(module: str) -> None:
    assert re.search(rf"`{module}\b", PAGE)


def test_headings_name_modules_that_exist() -> None:
    named = re.findall(r"^## .*\[(.+)\]$", PAGE, re.MULTILINE)
    assert named
    assert {name for part in named for name in re.findall(r"`(\w+)`", part)} <= MODULES


@pytest.mark.parametrize("number", range(23))
def test_every_section_that_the_code_cites_is_there(number: int) -> None:
    assert re.search(rf"^## {number}\. ", PAGE, re.MULTILINE)
