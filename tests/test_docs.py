"""The documents say what is there: every command, every decision, every guide, every link."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from click import Group

from survey.cli import GROUPS

PROJECT = Path(__file__).resolve().parent.parent
PAGES = sorted([*PROJECT.glob("*.md"), *PROJECT.glob("docs/**/*.md"), *PROJECT.glob("questionnaires/*.md")])


def commands() -> list[str]:
    """Return every command as it is typed: noun and verb."""
    return sorted(
        f"{group.name} {verb}" for group in GROUPS for verb in (group.commands if isinstance(group, Group) else ())
    )


@pytest.mark.parametrize("command", commands())
def test_every_command_is_documented(command: str) -> None:
    page = (PROJECT / "docs" / "operations.md").read_text(encoding="utf-8")
    assert f"`{command}" in page


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(PROJECT)))
def test_every_link_to_a_file_leads_somewhere(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    for target in re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", text):
        if "://" not in target:
            assert (page.parent / target).exists(), f"{page.name} links to {target}"


def test_every_decision_is_listed() -> None:
    folder = PROJECT / "docs" / "decisions"
    page = (folder / "README.md").read_text(encoding="utf-8")
    for record in folder.glob("0*.md"):
        assert record.name in page


def test_nothing_names_a_machine_or_a_person_of_the_plans() -> None:
    """Paths of somebody's machine have no place in documents."""
    for page in PAGES:
        assert not re.search(r"/(?:work|root|home|tmp)/", page.read_text(encoding="utf-8")), page.name
