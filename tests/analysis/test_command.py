"""The command: tables in, the figures of the functions out; a fault says where it is and nothing else comes out."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping, Sequence
from fractions import Fraction
from pathlib import Path
from random import Random
from typing import Any

import pytest

from analysis.changes import adjust, change
from analysis.command.run import main
from analysis.estimates import estimate
from analysis.mastery import DONT_KNOW, Answer, MasteryRule, ScoredItem, evaluate, evaluate_without_blanks
from analysis.records import ClusterCounts, Design, Sampling

Row = Sequence[object]


@pytest.fixture
def table(tmp_path: Path) -> Any:
    """Write a CSV table and return its path."""

    def write(name: str, *rows: Row, delimiter: str = ",", encoding: str = "utf-8") -> Path:
        path = tmp_path / name
        path.write_bytes("".join(delimiter.join(map(str, row)) + "\r\n" for row in rows).encode(encoding))
        return path

    return write


@pytest.fixture
def run(capsysbinary: pytest.CaptureFixture[bytes]) -> Any:
    """Run the command in this process: exit code, standard output, standard error."""

    def call(*words: object) -> tuple[int, str, str]:
        code = main([str(word) for word in words])
        out, err = capsysbinary.readouterr()
        return code, out.decode(), err.decode()

    return call


def answers(wave: str, audience: str, understood: int, answered: int, *more: object) -> list[Row]:
    return [(wave, audience, int(number < understood), *more) for number in range(answered)]


STAFF = [("wave", "audience", "understood"), *answers("before", "staff", 20, 31), *answers("after", "staff", 30, 31)]
ROSTER = [("audience", "size"), ("staff", 36)]


def result_of(document: Mapping[str, Any], wave: str, audience: str, topic: str | None = None) -> dict[str, Any]:
    (found,) = [
        one for one in document["results"] if (one["wave"], one["audience"], one["topic"]) == (wave, audience, topic)
    ]
    return dict(found)


def test_a_plain_table_gives_the_documented_example(run: Any, table: Any) -> None:
    code, out, err = run(table("r.csv", *STAFF), "--population", table("p.csv", *ROSTER), "--json")
    assert (code, err) == (0, "")
    found = result_of(json.loads(out), "after", "staff")
    assert (found["low_count"], found["high_count"], found["verdict"], found["tipping"]) == (33, 35, "met", 0.6)
    assert found["p_met"] == pytest.approx(0.00535, abs=5e-6)


def test_the_text_says_the_model_lines(run: Any, table: Any) -> None:
    _, out, _ = run(table("r.csv", *STAFF), "--population", table("p.csv", *ROSTER))
    for line in (
        "30/31 người trả lời (trong 36 người) hiểu rõ.",
        "Suy ra 33–35 người.",
        "Đạt: ít nhất 33/36 người, chỉ tiêu 33.",
        "Chỉ tiêu đạt nếu ít nhất 60% trong số 5 người chưa trả lời hiểu rõ.",
    ):
        assert line in out.splitlines()


def test_english_text_has_no_vietnamese_words(run: Any, table: Any) -> None:
    _, out, _ = run(table("r.csv", *STAFF), "--population", table("p.csv", *ROSTER), "--lang", "en")
    assert "So 33 to 35 of the 36." in out
    assert "người" not in out


@pytest.mark.parametrize("text", ["9/10", "0.9", "0,9", "90%"])
def test_the_target_can_be_written_four_ways(run: Any, table: Any, text: str) -> None:
    path = table("r.csv", *STAFF)
    assert run(path, "--target", text, "--json")[1] == run(path, "--target", "9/10", "--json")[1]


@pytest.mark.parametrize(
    ("delimiter", "encoding", "remark"),
    [(";", "utf-8", "semicolons"), (",", "utf-8-sig", "a byte order mark"), (";", "utf-8-sig", "both")],
)
def test_tables_of_spreadsheet_programs_are_read(
    run: Any, table: Any, delimiter: str, encoding: str, remark: str
) -> None:
    plain = run(table("plain.csv", *STAFF), "--json")[1]
    other = run(table("other.csv", *STAFF, delimiter=delimiter, encoding=encoding), "--json")[1]
    assert plain == other, remark


def test_row_order_never_matters_and_the_same_input_gives_the_same_bytes(run: Any, table: Any) -> None:
    rows = [(*row, f"6{'ABC'[place % 3]}") for place, row in enumerate(STAFF[1:])]
    shuffled = list(rows)
    Random(3).shuffle(shuffled)
    head = ("wave", "audience", "understood", "stratum")
    sizes = table("p.csv", ("audience", "stratum", "size"), *[("staff", f"6{letter}", 15) for letter in "ABC"])
    outputs = {
        run(table(f"{name}.csv", head, *order), "--population", sizes, "--json")[1]
        for name, order in (("one", rows), ("two", shuffled), ("three", rows))
    }
    assert len(outputs) == 1


def test_blank_lines_and_trailing_blank_cells_are_passed_over(run: Any, table: Any) -> None:
    rows = [*STAFF[:5], (), *STAFF[5:], ("", "", ""), ("", " ", "")]
    assert run(table("gaps.csv", *rows), "--json")[1] == run(table("plain.csv", *STAFF), "--json")[1]


def test_an_empty_outcome_is_nonresponse(run: Any, table: Any) -> None:
    rows = [*STAFF, ("after", "staff", ""), ("after", "staff", "")]
    assert result_of(json.loads(run(table("r.csv", *rows), "--json")[1]), "after", "staff")["answered"] == 31


def census_lines(wave: str, cells: Mapping[str, tuple[int, int]], sizes: Mapping[str, int]) -> list[ClusterCounts]:
    return [
        ClusterCounts(wave, "parents", None, None, name, None, None, sizes[name], answered, understood)
        for name, (understood, answered) in cells.items()
    ]


SIZES = {"6A": 30, "6B": 36, "7A": 34}
BEFORE = {"6A": (10, 20), "6B": (15, 25), "7A": (9, 22)}
AFTER = {"6A": (17, 20), "6B": (24, 25), "7A": (18, 22)}


@pytest.fixture
def parents(table: Any) -> tuple[Path, Path]:
    rows = [
        row
        for wave, cells in (("before", BEFORE), ("after", AFTER))
        for name, (understood, answered) in cells.items()
        for row in answers(wave, "parents", understood, answered, name)
    ]
    sizes = [("parents", name, size) for name, size in SIZES.items()]
    return (
        table("r.csv", ("wave", "audience", "understood", "stratum"), *rows),
        table("p.csv", ("audience", "stratum", "size"), *sizes),
    )


def test_class_strata_give_what_the_functions_give(run: Any, parents: tuple[Path, Path]) -> None:
    document = json.loads(run(parents[0], "--population", parents[1], "--json")[1])
    design = Design()
    expected = estimate(census_lines("after", AFTER, SIZES), design)
    found = result_of(document, "after", "parents")
    assert found["value"] == pytest.approx(0.87878, abs=5e-6)
    assert (found["value"], found["se"], found["df"]) == (expected.value, expected.se, expected.df)
    assert (found["low_count"], found["high_count"]) == (expected.low_count, expected.high_count)
    (moved,) = adjust([change(census_lines("before", BEFORE, SIZES), census_lines("after", AFTER, SIZES), design)])
    (shown,) = document["changes"]
    assert (shown["value"], shown["low"], shown["p_holm"]) == (moved.value, moved.low, moved.p_holm)
    assert shown["value"] == pytest.approx(found["value"] - result_of(document, "before", "parents")["value"])


def test_counts_give_the_same_figures_as_responses(run: Any, table: Any, parents: tuple[Path, Path]) -> None:
    head = ("wave", "audience", "topic", "form", "stratum", "cluster", "drawn", "population", "answered", "understood")
    rows = [
        (wave, "parents", "", "", name, "", "", SIZES[name], answered, understood)
        for wave, cells in (("before", BEFORE), ("after", AFTER))
        for name, (understood, answered) in cells.items()
    ]
    by_counts = run(table("c.csv", head, *rows), "--counts", "--json")[1]
    assert by_counts == run(parents[0], "--population", parents[1], "--json")[1]


@pytest.mark.parametrize(
    ("columns", "remark"), [(("drawn",), "the table says who was drawn"), ((), "answers say who was drawn")]
)
def test_a_sample_of_classes_gives_the_documented_example(
    run: Any, table: Any, columns: tuple[str, ...], remark: str
) -> None:
    drawn = {"A": (30, 27, 24), "B": (34, 30, 25), "C": (36, 36, 34)}
    rows = [row for name, (_, n, x) in drawn.items() for row in answers("before", "pupils", x, n, "6", name)]
    sizes = [("pupils", "6", name, size, 1) for name, (size, _, _) in drawn.items()]
    sizes += [("pupils", "6", f"other {number}", 33, 0) for number in range(7)]
    head = ("audience", "stratum", "cluster", "size", "drawn")
    width = 4 + len(columns)
    population = table("p.csv", head[:width], *[row[:width] for row in sizes])
    responses = table("r.csv", ("wave", "audience", "understood", "stratum", "cluster"), *rows)
    out = run(responses, "--population", population, "--design", "pupils=cluster", "--json")[1]
    found = result_of(json.loads(out), "before", "pupils")
    assert found["value"] == pytest.approx(0.8900, abs=5e-5), remark
    assert found["se"] == pytest.approx(0.02869, abs=5e-6)
    assert (found["df"], found["verdict"]) == (2, "not_yet_shown")
    assert "too_few_classes" in found["reasons"]


def test_a_sample_of_persons_takes_its_response_rate_from_those_drawn(run: Any, table: Any) -> None:
    sizes = table("p.csv", ("audience", "size", "drawn"), ("staff", 420, 200))
    responses = table("r.csv", ("wave", "audience", "understood"), *answers("after", "staff", 143, 160))
    out = run(responses, "--population", sizes, "--design", "staff=srs", "--json")[1]
    found = result_of(json.loads(out), "after", "staff")
    assert found["response_rate"] == 0.8
    direct = ClusterCounts("after", "staff", None, None, None, None, 200, 420, 160, 143)
    expected = estimate([direct], Design(sampling=Sampling.SRS))
    assert (found["low"], found["worst_low"]) == (expected.low, expected.worst_low)


def test_codes_link_persons_and_a_code_seen_twice_links_nobody(run: Any, table: Any) -> None:
    # The documented example: 10 both, 2 lost, 7 gained, 5 neither, and answers of one wave only.
    pairs = [(1, 1)] * 10 + [(1, 0)] * 2 + [(0, 1)] * 7 + [(0, 0)] * 5
    rows: list[Row] = []
    for number, (before, after) in enumerate(pairs):
        rows += [("before", "staff", before, f"mã {number}"), ("after", "staff", after, f"MA{number}")]
    rows += [("before", "staff", 1, "")] * 5 + [("before", "staff", 1, "hai lan"), ("before", "staff", 0, "HAILAN")]
    rows += [("before", "staff", 0, "")] * 4
    rows += [("after", "staff", 1, "HAI-LAN"), *[("after", "staff", 1, "")] * 11, *[("after", "staff", 0, "")] * 3]
    out = run(table("r.csv", ("wave", "audience", "understood", "code"), *rows), "--json")[1]
    (found,) = json.loads(out)["changes"]
    assert {key: found["paired"][key] for key in ("gained", "lost", "both", "neither")} == {
        "gained": 7,
        "lost": 2,
        "both": 10,
        "neither": 5,
    }
    assert (found["value"], found["rho"], found["low"], found["high"]) == (
        pytest.approx(0.2293, abs=5e-5),
        pytest.approx(0.1191, abs=5e-5),
        pytest.approx(0.0234, abs=5e-5),
        pytest.approx(0.4116, abs=5e-5),
    )
    assert found["paired"]["midp"] == pytest.approx(0.1094, abs=5e-5)


def test_without_codes_nobody_is_paired(run: Any, table: Any) -> None:
    (found,) = json.loads(run(table("r.csv", *STAFF), "--json")[1])["changes"]
    assert found["paired"] is None
    assert found["method"] == "newcombe_unpaired"


@pytest.mark.parametrize(
    ("names", "asked", "order"),
    [
        (("after", "before"), (), ["before", "after"]),
        (("wave 10", "wave 2"), (), ["wave 2", "wave 10"]),
        (("2026-09", "2026-03"), (), ["2026-03", "2026-09"]),
        (("b", "a"), ("--waves", "b,a"), ["b", "a"]),
        (("one", "two", "three"), ("--waves", "one,three"), ["one", "three"]),
    ],
)
def test_waves_stand_in_time(
    run: Any, table: Any, names: tuple[str, ...], asked: tuple[str, ...], order: list[str]
) -> None:
    rows = [row for name in names for row in answers(name, "staff", 8, 10)]
    document = json.loads(run(table("r.csv", ("wave", "audience", "understood"), *rows), "--json", *asked)[1])
    assert [one["wave"] for one in document["results"]] == order
    assert [(one["from"], one["to"]) for one in document["changes"]] == [(order[0], order[1])]


KEY = [
    ("item", "form", "topic", "level", "key"),
    *[
        (f"{topic}{number}{form}", form, topic, "ca_nhan", number)
        for form in "AB"
        for topic in "xy"
        for number in (1, 2)
    ],
    ("common", "", "x", "don_vi", "1+3"),
]


def test_scoring_by_the_key_is_the_scoring_of_the_product(run: Any, table: Any) -> None:
    random = Random(7)
    columns = [str(row[0]) for row in KEY[1:]]
    key = {str(row[0]): frozenset(int(part) for part in str(row[4]).split("+")) for row in KEY[1:]}
    items = {str(row[0]): ScoredItem(str(row[0]), str(row[2]), "ca_nhan", key[str(row[0])]) for row in KEY[1:]}
    rows, expected = [], {None: [0, 0], "x": [0, 0], "y": [0, 0]}
    for _ in range(400):
        form = random.choice("AB")
        mine = [name for name in columns if name.endswith(form) or name == "common"]
        cells = {name: random.choice(["", "0", "1", "2", "1+3", "2", "1"]) for name in mine}
        rows.append(("before", "staff", form, *(cells.get(name, "") for name in columns)))
        given = [as_answer(cells[name]) for name in mine]
        result = evaluate([items[name] for name in mine], given, MasteryRule(), topics=["x", "y"], levels=["ca_nhan"])
        flags = [(None, result.is_respondent, result.is_master)]
        flags += list(zip(("x", "y"), result.topics_answered, result.topics_mastered, strict=True))
        for topic, answered, understood in flags:
            expected[topic][0] += answered
            expected[topic][1] += answered and understood
    head = ("wave", "audience", "form", *(f"item:{name}" for name in columns))
    document = json.loads(run(table("r.csv", head, *rows), "--key", table("k.csv", *KEY), "--json")[1])
    found = {one["topic"]: [one["answered"], one["understood"]] for one in document["results"]}
    assert found == expected
    assert {one["item"] for one in document["items"]} == set(columns)


def test_blanks_are_dropped_beside_the_headline_as_the_product_would(run: Any, table: Any) -> None:
    random = Random(11)
    columns = [str(row[0]) for row in KEY[1:]]
    key = {str(row[0]): frozenset(int(part) for part in str(row[4]).split("+")) for row in KEY[1:]}
    items = {str(row[0]): ScoredItem(str(row[0]), str(row[2]), "ca_nhan", key[str(row[0])]) for row in KEY[1:]}
    rows, expected = [], [0, 0]
    for _ in range(300):
        form = random.choice("AB")
        mine = [name for name in columns if name.endswith(form) or name == "common"]
        right = {name: "+".join(map(str, sorted(key[name]))) for name in mine}
        cells = {name: random.choice([right[name]] * 5 + ["", "", "0"]) for name in mine}
        rows.append(("before", "staff", form, *(cells.get(name, "") for name in columns)))
        given = [as_answer(cells[name]) for name in mine]
        judged = evaluate_without_blanks(
            [items[name] for name in mine], given, MasteryRule(), topics=["x", "y"], levels=["ca_nhan"]
        )
        expected[0] += judged.is_respondent
        expected[1] += judged.is_respondent and judged.is_master
    head = ("wave", "audience", "form", *(f"item:{name}" for name in columns))
    words = (table("r.csv", head, *rows), "--key", table("k.csv", *KEY))
    document = json.loads(run(*words, "--json")[1])
    (found,) = document["sensitivity"]
    assert [found["answered"], found["understood"]] == expected
    assert found["value"] == pytest.approx(expected[1] / expected[0])
    assert found["understood"] > result_of(document, "before", "staff")["understood"]
    assert "nếu bỏ qua câu để trống thay vì tính là sai" in run(*words)[1]


def test_without_single_items_there_is_no_figure_without_blanks(run: Any, table: Any) -> None:
    path = table("r.csv", *STAFF)
    assert json.loads(run(path, "--json")[1])["sensitivity"] == []
    assert "để trống" not in run(path)[1]


def as_answer(cell: str) -> Answer:
    if not cell:
        return None
    return DONT_KNOW if cell == "0" else frozenset(int(part) for part in cell.split("+"))


def test_the_items_verb_counts_options(run: Any, table: Any) -> None:
    key = table("k.csv", ("item", "topic", "key", "options"), ("a", "x", 1, 4), ("b", "x", 2, 4))
    rows = [("before", "staff", cell, 2) for cell in ["1"] * 6 + ["2"] * 3 + ["0", ""]]
    code, out, _ = run("items", table("r.csv", ("wave", "audience", "item:a", "item:b"), *rows), "--key", key, "--json")
    found = json.loads(out)["items"][0]
    assert code == 0
    assert (found["n"], found["right"], found["dont_know"], found["blank"]) == (11, 6, 1, 1)
    assert [option["n"] for option in found["options"]] == [6, 3, 0, 0]


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["--size", 40], {"required": 34, "answers": 34, "target_count": 36}),
        (["--size", 300, "--sampling", "srs"], {"required": 142, "answers": 142, "gate": None}),
        (["--size", 300, "--expected", "97%"], {"required": 87, "gate": 180, "answers": 180}),
        (["--size", 40, "--expected", 0.8], {"required": None, "answers": None}),
        (["--size", 400, "--margin", "5%", "--expected", 0.9], {"precision_answers": 103}),
    ],
)
def test_the_plan_verb_says_how_many_must_answer(run: Any, words: list[object], expected: dict[str, object]) -> None:
    code, out, _ = run("plan", *words, "--json")
    found = json.loads(out)
    assert code == 0
    assert {name: found[name] for name in expected} == expected


def test_the_plan_verb_speaks_both_languages(run: Any) -> None:
    vietnamese = run("plan", "--size", 40, "--response", "80%", "--before", "60%")[1]
    english = run("plan", "--size", 40, "--response", "80%", "--before", "60%", "--lang", "en")[1]
    assert "cần ít nhất 34 người trả lời" in vietnamese
    assert "at least 34 must answer" in english
    assert len(vietnamese.splitlines()) == len(english.splitlines()) == 4


def test_the_html_page_is_complete_and_escapes_names(run: Any, table: Any, tmp_path: Path) -> None:
    rows = answers("<b>1</b>", "<script>alert(1)</script>", 8, 10)
    page = tmp_path / "page.html"
    code, out, _ = run(table("r.csv", ("wave", "audience", "understood"), *rows), "--html", page)
    text = page.read_text(encoding="utf-8")
    assert code == 0
    assert "page.html" in out
    assert text.startswith("<!doctype html>")
    assert "<script>" not in text
    assert "&lt;script&gt;" in text


GOOD = [("wave", "audience", "understood"), ("before", "staff", 1)]
COUNTS = ("wave", "audience", "answered", "understood", "stratum", "population")


@pytest.mark.parametrize(
    ("rows", "words", "place", "remedy"),
    [
        ([*GOOD, ("before", "staff", 2)], (), 'r.csv, line 3, column "understood"', "Write 1"),
        ([*GOOD, ("before", "", 1)], (), 'r.csv, line 3, column "audience"', "Fill it in"),
        ([*GOOD, (), ("before", "staff")], (), "r.csv, line 4", "Check the separators"),
        ([("wave", "understood"), ("before", 1)], (), 'r.csv, line 1, column "audience"', "Add it"),
        ([("wave", "wave", "understood"), ("before", "b", 1)], (), 'column "wave"', "Remove or rename"),
        ([("wave", "audience"), ("before", "staff")], (), "r.csv, line 1", "Add one or the other"),
        ([("wave", "audience", "item:a"), ("before", "staff", 1)], (), "r.csv, line 1", "--key KEY.csv"),
        ([], (), "r.csv", "must name the columns"),
        ([GOOD[0]], (), "r.csv", "Add the data"),
        ([*GOOD, ("before", '"staff', 1)], (), "r.csv", "quotation marks"),
        (GOOD, ("--waves", "before,after"), "r.csv", "--waves"),
        (GOOD, ("--design", "pupils=srs"), "r.csv", "--design"),
        (GOOD, ("--design", "staff=cluster"), 'r.csv, line 2, column "cluster"', "Fill in the column"),
        ([COUNTS, ("a", "s", 5, 6, "", 9)], ("--counts",), 'r.csv, line 2, column "understood"', "Correct one"),
        (
            [COUNTS, ("a", "s", "5.0", 6, "", 9)],
            ("--counts",),
            'r.csv, line 2, column "answered"',
            "without separators",
        ),
        ([COUNTS, ("a", "s", 5, 4, "", -9)], ("--counts",), 'r.csv, line 2, column "population"', "without separators"),
        ([COUNTS, *[("a", "s", 5, 4, "", 9)] * 2], ("--counts",), "r.csv, line 3", "repeats row 2"),
    ],
)
def test_a_fault_says_where_it_is_and_what_to_do(
    run: Any, table: Any, rows: list[Row], words: tuple[str, ...], place: str, remedy: str
) -> None:
    code, out, err = run(table("r.csv", *rows), *words, "--lang", "en", "--json")
    assert (code, out) == (2, "")
    assert place in err.splitlines()[0]
    assert remedy in err


@pytest.mark.parametrize(
    ("key", "row", "place", "remedy"),
    [
        ([("a", "A", "x", 1)], ("before", "staff", "A", "z"), 'r.csv, line 2, column "item:a"', "option code"),
        ([("a", "A", "x", 1)], ("before", "staff", "B", 1), 'r.csv, line 2, column "form"', "as the key does"),
        ([("a", "A", "x", 1)], ("before", "staff", "", 1), 'r.csv, line 2, column "form"', "Fill in"),
        ([("a", "", "x", 1), ("b", "", "x", 1)], ("before", "staff", "", 1), 'column "item:b"', "Add the column"),
        ([("z", "", "x", 1)], ("before", "staff", "", 1), "r.csv, line 1", "both files"),
        ([("a", "", "x", "")], ("before", "staff", "", 1), 'k.csv, line 2, column "key"', "Fill it in"),
        ([("a", "", "x", "0")], ("before", "staff", "", 1), 'k.csv, line 2, column "key"', "option code"),
        ([("a", "", "x", 1), ("a", "", "x", 1)], ("before", "staff", "", 1), "k.csv, line 3", "line 2"),
    ],
)
def test_a_faulty_key_or_answer_says_where_it_is(
    run: Any, table: Any, key: list[Row], row: Row, place: str, remedy: str
) -> None:
    keys = table("k.csv", ("item", "form", "topic", "key"), *key)
    code, out, err = run(table("r.csv", ("wave", "audience", "form", "item:a"), row), "--key", keys, "--lang", "en")
    assert (code, out) == (2, "")
    assert place in err
    assert remedy in err


@pytest.mark.parametrize(
    ("sizes", "place", "remedy"),
    [
        ([("staff", "", "x")], 'p.csv, line 2, column "size"', "without separators"),
        ([("staff", "", 40), ("staff", "", 41)], "p.csv, line 3", "repeats row 2"),
        ([("staff", "", 40), ("staff", "6A", 20)], "p.csv, line 2", "Keep one kind"),
        ([("staff", "6A", 40)], "r.csv, line 2", "Add a row"),
    ],
)
def test_a_faulty_headcount_says_where_it_is(run: Any, table: Any, sizes: list[Row], place: str, remedy: str) -> None:
    responses = table("r.csv", ("wave", "audience", "understood", "stratum"), ("before", "staff", 1, "6B"))
    population = table("p.csv", ("audience", "stratum", "size"), *sizes)
    code, out, err = run(responses, "--population", population, "--lang", "en")
    assert (code, out) == (2, "")
    assert place in err
    assert remedy in err


def test_a_file_in_another_encoding_is_refused_with_its_line(run: Any, tmp_path: Path) -> None:
    path = tmp_path / "r.csv"
    path.write_bytes("wave,audience,understood\nbefore,staff,1\ntrước,staff,1\n".encode("cp1258", "replace"))
    code, out, err = run(path, "--lang", "en")
    assert (code, out) == (2, "")
    assert "r.csv, line 3: the file is not UTF-8" in err


def test_a_missing_file_is_a_fault_in_vietnamese_by_default(run: Any, tmp_path: Path) -> None:
    code, out, err = run(tmp_path / "none.csv")
    assert (code, out) == (2, "")
    assert "none.csv: không mở được tệp" in err
    assert "không tính kết quả nào" in err


def test_faults_deep_in_a_long_table_keep_their_line(run: Any, table: Any) -> None:
    rows: list[Row] = [("before", "staff", 1)] * 12000
    rows[11000] = ("before", "staff", "x")
    code, out, err = run(table("r.csv", GOOD[0], *rows), "--lang", "en")
    assert (code, out) == (2, "")
    assert "line 11002" in err


def test_columns_without_meaning_are_named_so_that_a_misspelt_one_is_noticed(run: Any, table: Any) -> None:
    _, _, err = run(table("r.csv", ("wave", "audience", "understood", "stratm"), ("before", "staff", 1, "6A")))
    assert "stratm" in err


def test_it_runs_as_a_module_and_its_words_are_checked(tmp_path: Path) -> None:
    good = subprocess.run([sys.executable, "-m", "analysis", "plan", "--size", "40"], capture_output=True, check=True)
    assert "34" in good.stdout.decode()
    bad = subprocess.run([sys.executable, "-m", "analysis", "plan", "--size", "0"], capture_output=True, check=False)
    assert (bad.returncode, bad.stdout) == (2, b"")


def test_a_target_beyond_everybody_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        main(["r.csv", "--target", "110%"])
    assert stopped.value.code == 2
    assert "100%" in capsys.readouterr().err


def test_the_plan_version_changes_with_the_settings(run: Any, table: Any) -> None:
    path = table("r.csv", *STAFF)
    versions = {json.loads(run(path, "--json", *words)[1])["plan_version"] for words in ((), ("--target", "4/5"))}
    named = json.loads(run(path, "--json", "--plan-version", "2026-1")[1])
    assert len(versions) == 2
    assert named["plan_version"] == named["results"][0]["plan_version"] == "2026-1"
    assert Fraction(named["results"][0]["understood"], named["results"][0]["answered"]) == Fraction(20, 31)
