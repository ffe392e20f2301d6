"""Reading files and folders: all problems at once, in both languages, and texts exactly as they were written."""

from __future__ import annotations

import re
import string
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from survey.instruments.checks import PAGE_TEXT_BYTES
from survey.instruments.loader import check_paths, load_instrument, load_instruments
from survey.instruments.problems import MESSAGES, InstrumentProblems
from tests.instruments.samples import ONE_FORM, SMALL, changed, problems_of


def test_an_alias_bomb_is_refused_without_being_unfolded(tmp_path: Path) -> None:
    levels = [f"l{n}: &l{n} [{', '.join([f'*l{n - 1}'] * 10)}]" for n in range(1, 9)]
    found = problems_of("\n".join(["l0: &l0 [ha, ha]", *levels]), tmp_path)
    assert {problem.code for problem in found} >= {"alias"}


def test_a_tag_is_never_carried_out(tmp_path: Path) -> None:
    trace = tmp_path / "trace"
    text = changed(ONE_FORM, "key: one_form", f"key: !!python/object/apply:os.mkdir ['{trace}']")
    assert "yaml_tag" in [problem.code for problem in problems_of(text, tmp_path)]
    assert not trace.exists()


def test_all_problems_are_reported_at_once_in_the_order_of_the_file(tmp_path: Path) -> None:
    text = ONE_FORM
    for old, new in [
        ("audience: community", "audience: nobody"),
        ("title: Phiếu ngắn", "title: <i>Phiếu</i>"),
        ("        correct: true\n", ""),
        ("      - Ba", "      - Hai"),
        ("    topic: phan_luong\n    level: ca_nhan\n    stem: Hai", "    level: ca_nhan\n    stem: Hai"),
    ]:
        text = changed(text, old, new)
    found = problems_of(text, tmp_path)
    assert {problem.code for problem in found} == {
        "unknown_value",
        "markup",
        "no_key",
        "duplicate_option",
        "missing_field",
    }
    assert [problem.line for problem in found] == sorted(problem.line for problem in found)


@pytest.mark.parametrize(
    ("old", "new", "codes", "remark"),
    [
        ("        correct: true", "        correct: yes", ["unknown_value"], "not also: no key"),
        ("    topic: phan_luong", "    topik: phan_luong", ["unknown_field", "missing_field"], "not also: no items"),
        ("topics:\n  phan_luong: Phân luồng học sinh\n", "", ["missing_field"], "not also: unknown topic of each item"),
        ("title: Phiếu ngắn", "title:", ["missing_field"], "not also: no Vietnamese text"),
    ],
)
def test_one_fault_is_not_reported_again_under_another_name(
    old: str, new: str, codes: list[str], remark: str, tmp_path: Path
) -> None:
    found = problems_of(changed(ONE_FORM, old, new), tmp_path)
    assert sorted(problem.code for problem in found) == sorted(codes), remark


def test_the_guessing_problem_shows_both_figures(tmp_path: Path) -> None:
    text = changed(SMALL, "cut: 4/5\n  topic_cut: 1/2\n  must_pass: [SMALL-3]", "cut: 1/2\n  topic_cut: 0")
    messages = [problem.message for problem in problems_of(text, tmp_path) if problem.code == "guess_too_easy"]
    assert len(messages) == 2, "one for each form"
    for message in messages:
        # Blind chances 1/4, 1/3, 1/7 (three options, any set), 1/3: none right 2/7, one right 3/7, so more 2/7.
        assert "0.2857" in message["en"]
        # The items' own .25, .4, .3, .5: none right .1575, one right .3825, so more .46.
        assert "0.4600" in message["en"]
        assert "0.2857" in message["vi"]


@pytest.mark.parametrize(("options", "codes"), [(20, []), (19, ["guess_too_easy"])])
def test_a_blind_guesser_may_pass_once_in_twenty_and_not_more_often(
    options: int, codes: list[str], tmp_path: Path
) -> None:
    """One item alone decides, so that the chance to pass is one in as many as it has options."""
    head = ONE_FORM[: ONE_FORM.index("      - Một")]
    wrong = "".join(f"      - Số {number}\n" for number in range(1, options))
    found = problems_of(f"{head}      - {{text: Đáp án, correct: true}}\n{wrong}", tmp_path)
    assert [problem.code for problem in found] == codes


def test_a_page_that_would_load_slowly_is_refused(tmp_path: Path) -> None:
    # Letters without any pattern, so that nothing can be saved by compressing them.
    letters = string.ascii_letters + string.digits
    state = 1
    items = []
    for number in range(35):
        stem = ""
        for _ in range(290):
            state = state * 6364136223846793005 % (1 << 64)
            stem += letters[state >> 58 & 31]
        items.append(ONE_FORM[ONE_FORM.index("  - id: ONE-2") :].replace("ONE-2", f"N-{number}"))
        items[-1] = items[-1].replace("Hai cộng hai bằng mấy?", stem)
    found = problems_of(ONE_FORM + "\n".join(items), tmp_path)
    assert [problem.code for problem in found] == ["page_budget"]
    size = re.search(r"take (\d+) bytes", found[0].message["en"])
    assert size is not None
    assert int(size.group(1)) > PAGE_TEXT_BYTES


def test_too_many_items_are_refused(tmp_path: Path) -> None:
    item = ONE_FORM[ONE_FORM.index("  - id: ONE-2") :]
    text = ONE_FORM + "".join(item.replace("ONE-2", f"N-{number}") for number in range(39))
    assert [problem.code for problem in problems_of(text, tmp_path)] == ["many_items"]


def test_loading_a_faulty_file_raises_with_every_problem(tmp_path: Path) -> None:
    file = tmp_path / "faulty.yaml"
    file.write_text(changed(ONE_FORM, "        correct: true\n", ""), encoding="utf-8")
    with pytest.raises(InstrumentProblems) as caught:
        load_instrument(file)
    assert [problem.code for problem in caught.value.found] == ["no_key"]
    assert caught.value.problems[0].place.endswith("faulty.yaml:19 (items[1].options)")
    assert "chưa có đáp án" in str(caught.value)
    assert "has no key" in caught.value.found[0].line_in("en")


def test_a_folder_is_checked_as_a_whole(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(ONE_FORM, encoding="utf-8")
    (tmp_path / "b.yml").write_text(ONE_FORM, encoding="utf-8")
    (tmp_path / "notes.txt").write_text("not an instrument", encoding="utf-8")
    found = check_paths([tmp_path])
    assert [(problem.code, Path(problem.file).name) for problem in found] == [("duplicate_code", "b.yml")]
    with pytest.raises(InstrumentProblems):
        load_instruments(tmp_path)


def test_what_is_not_there_is_said(tmp_path: Path) -> None:
    found = check_paths([tmp_path / "none.yaml", tmp_path, "x" * 300])
    assert [problem.code for problem in found] == ["file_missing", "folder_empty", "file_missing"]


def test_a_folder_is_not_read_as_a_file(tmp_path: Path) -> None:
    with pytest.raises(InstrumentProblems) as caught:
        load_instrument(tmp_path)
    assert [problem.code for problem in caught.value.found] == ["file_unreadable"]


def test_plain_texts_keep_what_was_written(tmp_path: Path) -> None:
    """YAML 1.1 would read these as a number, a date, a truth value."""
    text = ONE_FORM
    for old, new in [("- Một\n", "- 2030\n"), ("- Ba\n", "- 2025-08-22\n"), ("- Bốn\n", "- No\n")]:
        text = changed(text, old, new)
    file = tmp_path / "plain.yaml"
    file.write_text(text, encoding="utf-8")
    texts = [option.text["vi"] for option in load_instrument(file).items[0].options]
    assert texts == ["2030", "Hai", "2025-08-22", "No", "Năm"]


@pytest.mark.parametrize(
    ("text", "vietnamese", "english"),
    [
        ("a: b: c", "cần đặt cả câu trong dấu nháy", "mapping values are not allowed"),
        ("a: [1, 2\nb: 3", "ngoặc vuông chưa đóng", "did not find expected ',' or ']'"),
        ("a: 'b", "dấu nháy chưa đóng", "found unexpected end of stream"),
        ("a:\n  - b\n c: d", "thụt đầu dòng", "did not find expected"),
        ("a: \u0007", "ký tự điều khiển", "control characters are not allowed"),
    ],
)
def test_bad_yaml_is_explained_in_both_languages(text: str, vietnamese: str, english: str, tmp_path: Path) -> None:
    (problem,) = problems_of(text, tmp_path)
    assert problem.code == "bad_yaml"
    assert vietnamese in problem.message["vi"]
    assert english in problem.message["en"]


def test_words_alone_are_a_wrong_option_in_one_language_or_several(tmp_path: Path) -> None:
    file = tmp_path / "options.yaml"
    file.write_text(changed(ONE_FORM, "      - Ba", "      - {vi: Ba, en: Three}"), encoding="utf-8")
    plain, _, both, *_ = load_instrument(file).items[0].options
    assert (plain.text, plain.correct) == ({"vi": "Một"}, False)
    assert (both.text, both.correct) == ({"vi": "Ba", "en": "Three"}, False)


def test_letters_are_composed_and_blanks_at_the_ends_dropped(tmp_path: Path) -> None:
    file = tmp_path / "decomposed.yaml"
    file.write_text(changed(ONE_FORM, "title: Phiếu ngắn", "title: ' Phie\u0302\u0301u '"), encoding="utf-8")
    assert load_instrument(file).title == {"vi": "Phiếu"}


@pytest.mark.parametrize("code", MESSAGES)
def test_every_kind_of_problem_says_what_is_wrong_and_what_to_do_in_both_languages(code: str) -> None:
    vietnamese, english = MESSAGES[code]
    assert "Hãy" in vietnamese
    assert vietnamese.endswith(".")
    assert len(re.findall(r"\.(?= |$)", english)) >= 2
    assert blanks(vietnamese) == blanks(english)


def blanks(sentence: str) -> set[str]:
    names = {name for _, name, _, _ in string.Formatter().parse(sentence) if name}
    return {name.removesuffix("_vi").removesuffix("_en") for name in names}


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(start=st.integers(0, len(SMALL)), length=st.integers(0, 60), junk=st.text(max_size=8))
def test_no_damage_to_a_file_ever_ends_in_anything_but_problems(
    start: int, length: int, junk: str, tmp_path: Path
) -> None:
    damaged = SMALL[:start] + junk + SMALL[start + length :]
    file = tmp_path / "damaged.yaml"
    file.write_bytes(damaged.encode("utf-8", "surrogatepass"))
    for problem in check_paths([file]):
        assert problem.line >= 1
        assert problem.message["vi"]
        assert problem.message["en"]
