"""The README of the format documents every field and every value, and its example is a valid instrument."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from survey.core.vocabulary import LEVELS, TOPICS
from survey.instruments.checks import MAX_ITEMS, PAGE_TEXT_BYTES
from survey.instruments.definitions import (
    AUDIENCES,
    CONFIDENCES,
    FORMS,
    KINDS,
    PARALLELS,
    PURPOSES,
)
from survey.instruments.item_types import ITEM_TYPES
from survey.instruments.loader import check_paths, load_instrument
from survey.instruments.reading import FIELDS_OF, LIMITS

FOLDER = Path(__file__).parents[2] / "questionnaires"
README = (FOLDER / "README.md").read_text(encoding="utf-8")
SECTIONS = {
    "instrument": "## Các mục của tệp",
    "mastery": '## Quy tắc "hiểu rõ"',
    "scored item": "## Câu hỏi",
    "unscored item": "## Câu hỏi",
    "option": "## Phương án",
}


def table_rows(heading: str) -> dict[str, str]:
    """Field -> its row in the table under a heading."""
    section = README[README.index(heading) :].split("\n## ")[0]
    return {match[1]: match[0] for match in re.finditer(r"^\| `(\w+)` \|.*$", section, re.MULTILINE)}


@pytest.mark.parametrize(("part", "heading"), SECTIONS.items())
def test_each_field_has_its_row_and_no_row_is_left_over(part: str, heading: str) -> None:
    assert set(table_rows(heading)) == set(FIELDS_OF[part])


@pytest.mark.parametrize(
    ("heading", "field", "values"),
    [
        ("## Các mục của tệp", "audience", AUDIENCES),
        ("## Các mục của tệp", "topics", TOPICS),
        ("## Các mục của tệp", "levels", LEVELS),
        ("## Câu hỏi", "form", FORMS),
        ("## Câu hỏi", "kind", KINDS),
        ("## Câu hỏi", "purpose", PURPOSES),
        ("## Câu hỏi", "confidence", CONFIDENCES),
        ("## Câu hỏi", "parallel", PARALLELS),
    ],
)
def test_each_value_is_named_in_the_row_of_its_field(heading: str, field: str, values: tuple[str, ...]) -> None:
    row = table_rows(heading)[field]
    assert [value for value in values if f"`{value}`" not in row] == []


def test_the_limits_are_those_of_the_code() -> None:
    rows = {**table_rows("## Các mục của tệp"), **table_rows("## Câu hỏi")}
    for field in ("title", "intro", "stem", "explanation"):
        assert f"{LIMITS[field]} ký tự" in rows[field]
    assert f"{LIMITS['option']} ký tự" in table_rows("## Phương án")["text"]
    assert (
        f"từ 2 đến {ITEM_TYPES['single'].max_options} (chọn nhiều: {ITEM_TYPES['multiple'].max_options})"
        in rows["options"]
    )
    assert f"{MAX_ITEMS} câu" in README
    assert f"{PAGE_TEXT_BYTES:,}".replace(",", ".") + " byte" in README


def test_the_example_is_a_valid_instrument_that_shows_every_field_an_author_needs(tmp_path: Path) -> None:
    example = re.search(r"```yaml\n(.*?)```", README, re.DOTALL)
    assert example is not None
    file = tmp_path / "example.yaml"
    file.write_text(example[1], encoding="utf-8")
    assert [problem.line_in("en") for problem in check_paths([file])] == []
    assert [item.kind for item in load_instrument(file).items] == ["single", "multiple", "multiple"]
    fields = {field for part in FIELDS_OF.values() for field in part}
    shown = {field for field in fields if re.search(rf"\b{field}:", example[1])}
    # One form only, and the usual value of "demanded": both are explained in the table.
    assert fields - shown == {"form", "demanded"}


def test_each_file_is_listed() -> None:
    for file in FOLDER.glob("*.yaml"):
        assert f"`{file.name}`" in README
