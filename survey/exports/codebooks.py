"""The columns of the table of answers, and what their codes mean: one variable a column, in the order of the file."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from survey.exports.words import _
from survey.instruments.definitions import BASE_LANGUAGE, InstrumentDefinition, Item, text_in

# The columns of the code book's own table.
HEADINGS = ("variable", "label", "code", "meaning", "right", "form", "topic", "level")


@dataclass(frozen=True, slots=True)
class Variable:
    """One column. values: code -> meaning. right: the codes that count as right, empty for what is not scored."""

    name: str
    label: str
    values: Mapping[str, str] = field(default_factory=dict)
    right: frozenset[str] = frozenset()
    form: str = ""
    topic: str = ""
    level: str = ""
    is_multiple: bool = False


def variables(definitions: Sequence[InstrumentDefinition]) -> tuple[Variable, ...]:
    """Return the columns that these instruments need together, each once."""
    found = {one.name: one for one in _frame(definitions)}
    for definition in definitions:
        for item in (*_scored(definition), *_unscored(definition)):
            found.update({one.name: one for one in item_variables(item, definition)})
    return tuple(found.values())


def item_variables(item: Item, definition: InstrumentDefinition | None = None) -> tuple[Variable, ...]:
    """Return the column of one question; without the definition only its name counts."""
    values = {str(code): text_in(option.text, BASE_LANGUAGE) for code, option in enumerate(item.options, start=1)}
    if item.scored and definition is not None:
        values["0"] = text_in(definition.dont_know_text, BASE_LANGUAGE)
    name = f"{'item' if item.scored else 'question'}:{item.id}"
    right = frozenset(str(code) for code in item.key)
    label = text_in(item.stem, BASE_LANGUAGE)
    return (
        Variable(
            name, label, values, right, item.form or "", item.topic or "", item.level or "", item.kind == "multiple"
        ),
    )


def codebook_rows(columns: Iterable[Variable]) -> list[tuple[str, ...]]:
    """Return the code book as a table under HEADINGS: one line a code, one line for a column without codes."""
    return [line for column in columns for line in _lines(column)]


def key_rows(columns: Iterable[Variable]) -> list[tuple[str, ...]]:
    """Return the key as `python -m analysis --key` reads it, headings first."""
    scored = [column for column in columns if column.right]
    rows = [
        (column.name.removeprefix("item:"), column.form, column.topic, column.level, "+".join(sorted(column.right)))
        for column in scored
    ]
    return [("item", "form", "topic", "level", "key"), *rows]


def _lines(column: Variable) -> Iterable[tuple[str, ...]]:
    tail = column.form, column.topic, column.level
    if not column.values:
        yield (column.name, column.label, "", "", "", *tail)
    for code, meaning in column.values.items():
        right = "" if not column.right else "1" if code in column.right else "0"
        yield (column.name, column.label, code, meaning, right, *tail)


def _frame(definitions: Sequence[InstrumentDefinition]) -> Iterable[Variable]:
    yield Variable("wave", _("Đợt"), {"before": _("Trước"), "after": _("Sau")})
    yield Variable("audience", _("Nhóm báo cáo"))
    yield Variable("stratum", _("Lớp hoặc khối; để trống nếu có nơi quá ít phiếu"))
    yield Variable("form", _("Đề"))
    understood = {"1": _("Hiểu rõ"), "0": _("Chưa hiểu rõ")}
    yield Variable(
        "understood", _("Hiểu rõ theo quy tắc của kế hoạch; để trống nếu chưa trả lời đủ nội dung"), understood
    )
    for definition in definitions:
        asked = {item.topic for item in definition.items if item.scored}
        for topic in definition.topics:
            if topic.code in asked:
                yield Variable(f"topic:{topic.code}", text_in(topic.title, BASE_LANGUAGE), understood)


def _scored(definition: InstrumentDefinition) -> Iterable[Item]:
    return (item for item in definition.items if item.scored)


def _unscored(definition: InstrumentDefinition) -> Iterable[Item]:
    return (item for item in definition.items if not item.scored)
