"""What the command prints as JSON is what docs/analysis-output.schema.json describes."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import fields
from pathlib import Path
from random import Random
from typing import Any

import pytest

from analysis.command.run import main
from analysis.drift import Drift
from analysis.items import ItemAnalysis, OptionAnalysis
from analysis.records import Change, Estimate, PairedCounts
from analysis.reliability import Reliability

SCHEMA = json.loads((Path(__file__).parents[2] / "docs" / "analysis-output.schema.json").read_text(encoding="utf-8"))
KINDS: Mapping[str, tuple[type, ...]] = {
    "object": (dict,),
    "array": (list,),
    "string": (str,),
    "integer": (int,),
    "number": (int, float),
    "null": (type(None),),
    "boolean": (bool,),
}
KNOWN = {"$ref", "oneOf", "type", "enum", "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "properties"}
KNOWN |= {"required", "additionalProperties", "items", "uniqueItems", "description", "title", "$schema", "$defs"}


def problems(value: Any, schema: Mapping[str, Any], place: str = "$") -> Iterator[str]:
    """Yield every way in which a value breaks a schema, for the words of JSON Schema that ours uses."""
    assert set(schema) <= KNOWN, f"{place}: this check does not know {set(schema) - KNOWN}"
    if "$ref" in schema:
        yield from problems(value, SCHEMA["$defs"][schema["$ref"].removeprefix("#/$defs/")], place)
    if "oneOf" in schema and sum(not list(problems(value, one, place)) for one in schema["oneOf"]) != 1:
        yield f"{place}: fits not exactly one of the choices"
    if "enum" in schema and value not in schema["enum"]:
        yield f"{place}: {value!r} is none of {schema['enum']}"
    yield from wrong_kind(value, schema, place)
    if isinstance(value, dict) and "properties" in schema:
        yield from wrong_object(value, schema, place)
    if isinstance(value, list) and "items" in schema:
        for number, item in enumerate(value):
            yield from problems(item, schema["items"], f"{place}[{number}]")


def wrong_kind(value: Any, schema: Mapping[str, Any], place: str) -> Iterator[str]:
    wanted = schema.get("type", list(KINDS))
    names = [wanted] if isinstance(wanted, str) else wanted
    is_flag = isinstance(value, bool)
    if not any(isinstance(value, KINDS[name]) and (name == "boolean" or not is_flag) for name in names):
        yield f"{place}: {value!r} is not {wanted}"
    elif isinstance(value, int | float) and not is_flag:
        if not schema.get("minimum", value) <= value <= schema.get("maximum", value):
            yield f"{place}: {value} is out of range"
        if value <= schema.get("exclusiveMinimum", value - 1) or value >= schema.get("exclusiveMaximum", value + 1):
            yield f"{place}: {value} is out of range"


def wrong_object(value: dict[str, Any], schema: Mapping[str, Any], place: str) -> Iterator[str]:
    for name in schema.get("required", ()):
        if name not in value:
            yield f"{place}: {name} is missing"
    for name, part in value.items():
        if name in schema["properties"]:
            yield from problems(part, schema["properties"][name], f"{place}.{name}")
        elif schema.get("additionalProperties") is False:
            yield f"{place}: {name} is not described"


def write_tables(folder: Path, seed: int, *, one_form_a_wave: bool = False) -> list[str]:
    """Write responses with codes, classes, two forms and headcounts that are sometimes too small; return the words.

    With one form a wave every item stands on both forms.
    """
    random = Random(seed)
    names = [f"{topic}{number}{form}" for form in "AB" for topic in "xy" for number in (1, 2)]
    rows = ["wave,audience,stratum,form,code," + ",".join(f"item:{name}" for name in names)]
    for wave in ("before", "after"):
        for number in range(random.choice([3, 60, 150])):
            form = ("A" if wave == "before" else "B") if one_form_a_wave else random.choice("AB")
            shown = [one_form_a_wave or name.endswith(form) for name in names]
            cells = [random.choice(["1", "1", "2", "0", ""]) if is_shown else "" for is_shown in shown]
            audience, stratum = random.choice(["parents", "staff"]), random.choice(["6A", "6B", "7A", ""])
            rows.append(",".join([wave, audience, stratum, form, f"c{number}", *cells]))
    key = ["item,form,topic,key", *(f"{name},{'' if one_form_a_wave else name[-1]},{name[0]},1" for name in names)]
    sizes = ["audience,stratum,size", *(f"parents,{name},{random.choice([5, 40])}" for name in ("6A", "6B", "7A"))]
    for name, lines in (("r.csv", rows), ("k.csv", key), ("p.csv", sizes)):
        (folder / name).write_text("\n".join(lines), encoding="utf-8")
    return [str(folder / "r.csv"), "--key", str(folder / "k.csv"), "--population", str(folder / "p.csv"), "--json"]


@pytest.mark.parametrize("seed", range(6))
def test_output_fits_the_schema(seed: int, tmp_path: Path, capsysbinary: pytest.CaptureFixture[bytes]) -> None:
    assert main(write_tables(tmp_path, seed)) == 0
    document = json.loads(capsysbinary.readouterr().out)
    assert list(problems(document, SCHEMA)) == []
    assert document["results"]
    assert document["changes"]


def test_output_on_common_items_fits_the_schema(tmp_path: Path, capsysbinary: pytest.CaptureFixture[bytes]) -> None:
    words = write_tables(tmp_path, 4, one_form_a_wave=True)
    assert main(words) == 0
    document = json.loads(capsysbinary.readouterr().out)
    assert list(problems(document, SCHEMA)) == []
    assert {one["common_items"] for one in document["changes"]} == {4, 8}


@pytest.mark.parametrize(
    ("definition", "record", "more"),
    [
        ("result", Estimate, {"wave", "audience", "topic"}),
        ("change", Change, {"audience", "topic", "from", "to"}),
        ("paired", PairedCounts, set()),
        ("item", ItemAnalysis, {"wave", "audience", "form", "topic"}),
        ("option", OptionAnalysis, set()),
        ("reliability", Reliability, {"wave", "audience", "form"}),
        ("drift", Drift, {"audience", "from", "to", "item"}),
    ],
)
def test_the_schema_names_every_field_of_the_records(definition: str, record: Any, more: set[str]) -> None:
    described = SCHEMA["$defs"][definition]
    assert set(described["properties"]) == {field.name for field in fields(record)} | more
    assert set(described["required"]) == set(described["properties"])


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"value": 1.5}, "out of range"),
        ({"value": "0.5"}, "is not"),
        ({"verdict": "Met"}, "is none of"),
        ({"answered": True}, "is not"),
        ({"extra": 1}, "not described"),
    ],
)
def test_the_check_finds_what_breaks_the_schema(
    change: dict[str, Any], expected: str, tmp_path: Path, capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    main(write_tables(tmp_path, 1))
    document = json.loads(capsysbinary.readouterr().out)
    document["results"][0] |= change
    assert any(expected in problem for problem in problems(document, SCHEMA))
