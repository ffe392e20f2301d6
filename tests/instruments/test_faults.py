"""Every fault of an instrument file is named with its kind, its line and its place."""

from __future__ import annotations

from pathlib import Path

import pytest

from survey.instruments.problems import MESSAGES
from survey.instruments.source import MAX_BYTES
from tests.instruments.samples import ONE_FORM, SMALL, changed, line_of, problems_of

# What follows the id of the second item.
ITEM_TWO = "    topic: phan_luong\n    level: ca_nhan\n    stem: Hai"

# Each row changes the one-form sample in one place: what is replaced, by what, the kind of problem, its path, and the
# text whose line is named.
ONE_FAULT = [
    ("key: one_form", "key: một", "bad_code", "key", "key: một"),
    ("key: one_form", "key: [a]", "wrong_type", "key", "key: [a]"),
    ("key: one_form\n", "", "missing_field", "key", "audience"),
    ("audience: community", "audience: everybody", "unknown_value", "audience", "audience: everybody"),
    ("audience: community", "audience:", "missing_field", "audience", "audience:"),
    ("audience: community", "audiense: community", "unknown_field", "audiense", "audiense"),
    ("title: Phiếu ngắn", "title: ''", "missing_vi", "title", "title"),
    ("title: Phiếu ngắn", "title: {en: Short}", "missing_vi", "title", "title"),
    ("title: Phiếu ngắn", "title: [Phiếu]", "wrong_type", "title", "title"),
    ("title: Phiếu ngắn", "title: {vi: Phiếu, EN: Short}", "bad_language", "title.EN", "title"),
    ("title: Phiếu ngắn", f"title: {'dài ' * 40}", "too_long", "title", "title"),
    ("title: Phiếu ngắn", "title: Phiếu <b>ngắn</b>", "markup", "title", "title"),
    ("title: Phiếu ngắn", "title: Phiếu&nbsp;ngắn", "markup", "title", "title"),
    ("title: Phiếu ngắn", "title: Phiếu\u200bngắn", "control_character", "title", "title"),
    ("title: Phiếu ngắn", 'title: "Phiếu\\nngắn"', "control_character", "title", "title"),
    ("title: Phiếu ngắn", "title: Phiếu ngắn\ntitle: Phiếu dài", "duplicate_key", "title", "title: Phiếu dài"),
    ("title: Phiếu ngắn", "title: &a Phiếu\nlanguages: [vi, *a]", "alias", "languages[2]", "languages"),
    ("title: Phiếu ngắn", "title: !!python/name:os.system x", "yaml_tag", "title", "title"),
    ("title: Phiếu ngắn", "title: !vi Phiếu", "yaml_tag", "title", "title"),
    ("title: Phiếu ngắn", "title: Phiếu: ngắn", "bad_yaml", "", "title"),
    ("title: Phiếu ngắn", f"title: {'[' * 50}{']' * 50}", "too_deep", "title[1][1]", "title"),
    ("title: Phiếu ngắn", "[a]: b", "wrong_type", "", "key: one_form"),
    ("title: Phiếu ngắn", "languages: [en]\ntitle: Phiếu", "language_vi", "languages", "languages"),
    ("title: Phiếu ngắn", "languages: [vi, English]\ntitle: {vi: P}", "bad_language", "languages[2]", "languages"),
    ("title: Phiếu ngắn", "languages: vi\ntitle: Phiếu", "wrong_type", "languages", "languages"),
    ("  phan_luong: Phân luồng học sinh", "  phan_luong:", "missing_vi", "topics.phan_luong", "  phan_luong"),
    ("levels:\n  ca_nhan: Vai trò của bản thân", "levels: ca_nhan", "wrong_type", "levels", "levels"),
    ("items:", "  don_vi: Vai trò của đơn vị\nitems:", "level_without_items", "levels.don_vi", "  don_vi"),
    ("items:", "items: []\nitem:", "no_items", "items", "items: []"),
    ("levels:", "mastery: {cut: 1.2}\nlevels:", "bad_number", "mastery.cut", "mastery"),
    ("levels:", "mastery: {cut: '4,5'}\nlevels:", "bad_number", "mastery.cut", "mastery"),
    ("levels:", "mastery: {cut: 1/0}\nlevels:", "bad_number", "mastery.cut", "mastery"),
    ("levels:", "mastery: 4/5\nlevels:", "wrong_type", "mastery", "mastery"),
    ("levels:", "mastery: {must_pass: [ONE-9]}\nlevels:", "must_pass_unknown", "mastery.must_pass[1]", "mastery"),
    ("levels:", "mastery: {cut: 1/2, topic_cut: 0}\nlevels:", "guess_too_easy", "mastery", "mastery"),
    ("  - id: ONE-1", "  - id: ONE-2", "duplicate_id", "items[2].id", "  - id: ONE-2\n" + ITEM_TWO),
    ("  - id: ONE-1", "  - id: ONE 1", "bad_code", "items[1].id", "  - id: ONE 1"),
    ("    level: ca_nhan\n", "", "missing_field", "items[1].level", "  - id: ONE-1"),
    ("    topic: phan_luong\n", "", "missing_field", "items[1].topic", "  - id: ONE-1"),
    ("    topic: phan_luong", "    topic: doi_ngu", "unknown_value", "items[1].topic", "    topic: doi_ngu"),
    ("    level: ca_nhan", "    level: don_vi", "unknown_value", "items[1].level", "    level: don_vi"),
    ("    level: ca_nhan", "    level: ca_nhan\n    form: C", "unknown_value", "items[1].form", "    form: C"),
    ("    level: ca_nhan", "    level: ca_nhan\n    kind: essay", "unknown_value", "items[1].kind", "    kind"),
    ("    level: ca_nhan", "    level: ca_nhan\n    guess: 40%", "bad_number", "items[1].guess", "    guess"),
    ("    stem: Một cộng một bằng mấy?\n", "", "missing_field", "items[1].stem", "  - id: ONE-1"),
    ("    keep_order: true", "    keep_order: yes", "unknown_value", "items[1].keep_order", "    keep_order"),
    ("        correct: true\n", "", "no_key", "items[1].options", "    options"),
    (
        "        correct: true",
        "        correct: đúng",
        "unknown_value",
        "items[1].options[2].correct",
        "        correct",
    ),
    ("      - Ba", "      - {text: Ba, correct: true}", "two_keys", "items[1].options", "    options"),
    ("      - Ba", "      - hai", "duplicate_option", "items[1].options[3]", "      - hai"),
    ("      - Ba", "      - [Ba]", "wrong_type", "items[1].options[3]", "      - [Ba]"),
    ("      - Ba", "      - {test: Ba, text: B}", "unknown_field", "items[1].options[3].test", "      - {test"),
    ("      - Ba", "      -", "wrong_type", "items[1].options[3]", "      -\n"),
    ("      - Năm", "      - {text: Năm, exclusive: true}", "exclusive_single", "items[1].options[5]", "      - {text"),
    (
        "      - Một\n      - text: Hai\n        correct: true\n      - Ba\n      - Bốn\n      - Năm\n",
        "      - {text: Hai, correct: true}\n",
        "few_options",
        "items[1].options",
        "    options",
    ),
    (
        "      - Ba",
        "\n".join(f"      - Số {number}" for number in range(17)),
        "many_options",
        "items[1].options",
        "    options",
    ),
]


@pytest.mark.parametrize(("old", "new", "code", "path", "at"), ONE_FAULT)
def test_a_fault_is_named_with_its_line_and_place(
    old: str, new: str, code: str, path: str, at: str, tmp_path: Path
) -> None:
    text = changed(ONE_FORM, old, new)
    found = [problem for problem in problems_of(text, tmp_path) if problem.code == code]
    assert [(problem.path, problem.line) for problem in found[:1]] == [(path, line_of(text, at))]
    assert found[0].file.endswith("faulty.yaml")


# The same on the sample with two forms, two languages and unscored questions.
TWO_FORM_FAULT = [
    ("    form: B\n    stem", "    form: A\n    stem", "forms_differ", "items"),
    ("    topic: chuyen_doi_so\n    level: don_vi", "    topic: doi_ngu\n    level: ca_nhan", "forms_differ", "items"),
    ("  en: Trial questionnaire\n", "", "missing_translation", "title"),
    (", en: Number 2}", "}", "missing_translation", "items[1].options[2]"),
    (', en: "Have you heard of it?"}', "}", "missing_translation", "items[7].stem"),
    (
        "  chuyen_doi_so: {vi: Chuyển đổi số, en: Digital transformation}\n"
        "  doi_ngu: {vi: Đội ngũ nhà giáo, en: Teachers}",
        "  doi_ngu: Đội ngũ\n  chuyen_doi_so: Chuyển đổi số",
        "category_order",
        "topics",
    ),
    ("levels:", "  co_so_vat_chat: Cơ sở vật chất\nlevels:", "topic_without_items", "topics.co_so_vat_chat"),
    ("    level: don_vi\n    form: A", "    level: ca_nhan\n    form: A", "forms_differ", "items"),
    ("levels:", "  the_thao: Thể thao\nlevels:", "unknown_value", "topics.the_thao"),
    ("    purpose: reach", "    purpose: reach\n    demanded: true", "unscored_demanded", "items[7].demanded"),
    ("    purpose: reach", "    purpose: reach\n    guess: 0.5", "unscored_field", "items[7].guess"),
    ("    purpose: reach", "    purpose: reach\n    level: don_vi", "unscored_field", "items[7].level"),
    ("    purpose: reach", "    purpose: gossip", "unknown_value", "items[7].purpose"),
    ("en: Not yet}", "en: Not yet}\n        correct: true", "unscored_key", "items[7].options[2]"),
    ("en: Zalo group}", "en: Zalo group}\n        exclusive: true", "exclusive_not_last", "items[8].options[2]"),
    ("en: Four}", "en: Four}\n        exclusive: true", "exclusive_key", "items[5].options[3]"),
    ("must_pass: [SMALL-3]", "must_pass: [SMALL-REACH]", "must_pass_unknown", "mastery.must_pass[1]"),
]


@pytest.mark.parametrize(("old", "new", "code", "path"), TWO_FORM_FAULT)
def test_a_fault_of_forms_languages_or_unscored_questions_is_named(
    old: str, new: str, code: str, path: str, tmp_path: Path
) -> None:
    found = problems_of(changed(SMALL, old, new), tmp_path)
    assert (code, path) in [(problem.code, problem.path) for problem in found]


NO_INSTRUMENT = [
    (b"", "wrong_type", 1, "an empty file"),
    (b"- a\n- b\n", "wrong_type", 1, "a list"),
    (b"key: a\nb: [", "bad_yaml", 3, "an open bracket, noticed at the end of the file"),
    (b"key: a\n\tb: c\n", "bad_yaml", 2, "a tab as indentation"),
    (b"key: a\nb: \x01\n", "bad_yaml", 2, "a character that YAML does not allow"),
    ("key: tên".encode("utf-16"), "not_utf8", 1, "another encoding"),
    (b"# " + b"x" * MAX_BYTES, "file_too_large", 1, "too large"),
    (ONE_FORM.encode() + b"---\nkey: b\n", "several_documents", ONE_FORM.count("\n") + 1, "two documents"),
    (b"[" * 100_000, "too_deep", 1, "nested without end"),
]


@pytest.mark.parametrize(("content", "code", "line", "remark"), NO_INSTRUMENT)
def test_a_file_that_is_no_instrument_is_refused(
    content: bytes, code: str, line: int, remark: str, tmp_path: Path
) -> None:
    found = problems_of(content, tmp_path)
    assert (code, line) in [(problem.code, problem.line) for problem in found], remark


def test_each_kind_of_problem_has_a_row_here_or_a_test_of_its_own() -> None:
    own_tests = {
        "file_missing",
        "file_unreadable",
        "folder_empty",
        "duplicate_code",
        "many_items",
        "page_budget",
    }
    rows = {row[2] for row in ONE_FAULT} | {row[2] for row in TWO_FORM_FAULT} | {row[1] for row in NO_INSTRUMENT}
    assert rows | own_tests == set(MESSAGES)
