"""The papers about personal data speak of the program as it is."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from flask import Flask

from survey.accounts.invitations import LIFETIME
from survey.accounts.loading import SESSION_SECONDS
from survey.core.models import Model
from survey.paper.operations import KEEP_IMAGES, KEEP_WAITING
from survey.retention.periods import FIRST_NOTICE, LAST_NOTICE, LONGEST_MONTHS

FOLDER = Path(__file__).resolve().parent.parent / "docs" / "privacy"
PAPERS = sorted(FOLDER.glob("*.md"))


def text_of(name: str) -> str:
    return (FOLDER / f"{name}.md").read_text(encoding="utf-8")


def test_the_data_map_names_every_table_and_no_other(application: Flask) -> None:
    # The application is asked for so that every feature has brought its tables.
    named = re.findall(r"^\| `(\w+)` \|", text_of("ban-do-du-lieu").split("## Ngoài")[0], re.MULTILINE)
    assert sorted(named) == sorted(Model.metadata.tables)


def test_the_times_in_the_papers_are_those_of_the_program() -> None:
    record, map_ = text_of("ho-so-xu-ly"), text_of("ban-do-du-lieu")
    assert f"chậm nhất {LONGEST_MONTHS} tháng" in record
    assert f"báo trước {FIRST_NOTICE.days} và {LAST_NOTICE.days} ngày" in record
    assert f"phiên tối đa {SESSION_SECONDS // 3600} giờ" in record
    assert f"| {LIFETIME.days} ngày, hoặc đến khi dùng |" in map_
    assert f"{KEEP_IMAGES.days} ngày sau khi nhận lô; nhiều nhất {KEEP_WAITING.days} ngày" in map_


@pytest.mark.parametrize("paper", PAPERS, ids=lambda path: path.stem)
def test_every_paper_says_that_it_is_a_draft_for_a_lawyer(paper: Path) -> None:
    head = paper.read_text(encoding="utf-8")[:400].lower()
    assert "dự thảo" in head
    assert "luật sư" in head


@pytest.mark.parametrize("paper", PAPERS, ids=lambda path: path.stem)
def test_every_file_that_a_paper_names_exists(paper: Path) -> None:
    text = paper.read_text(encoding="utf-8")
    for name in re.findall(r"`((?:tests|survey)/[\w/.]+)`", text):
        assert (FOLDER.parent.parent / name).exists(), name
    for link in re.findall(r"\]\(([\w/.-]+\.md)\)", text):
        assert (FOLDER / link).exists(), link
