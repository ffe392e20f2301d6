"""The script inside the respondent's page: small, old-fashioned enough for old phones, and named by its hash."""

from __future__ import annotations

import base64
import gzip
import hashlib
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey.responses.minifying import small_script, small_style
from survey.responses.scripts import POLICY, RECEIPT_SCRIPT, SCRIPT, STYLE
from tests.pages import PageClient

BUDGET = 4_096
SOURCES = sorted((Path(__file__).resolve().parents[2] / "templates" / "responses").glob("_*.js"))

# What the browser of Android 8 (Chrome 62) or older in-app browsers stumble over, and an example of each.
TOO_YOUNG = {
    "arrow function": (r"=>", "list.map(x => x)"),
    "let, const or class": (r"\b(let|const|class)\s", "let x = 1;"),
    "template string": (r"`", "var x = `a`;"),
    "optional chaining": (r"\?\.(?!\d)", "a?.b"),
    "nullish": (r"\?\?", "a ?? b"),
    "spread or rest": (r"\.\.\.", "f(...list)"),
    "async or await": (r"\b(async|await)\b", "async function f() {}"),
    "power": (r"\*\*", "2 ** 3"),
    "catch without a name": (r"\bcatch\s*\{", "try { f(); } catch {}"),
    "number with underscores": (r"\d_\d", "1_000"),
    "new functions": (r"\b(allSettled|replaceAll|flatMap|fromEntries|matchAll|globalThis)\b", "a.flatMap(f)"),
    "newer array reading": (r"\.(at|flat|includes|padStart|closest|append|replaceWith|submitter)\(", "a.at(-1)"),
}


def without_words(script: str) -> str:
    """Return a script without what stands in strings and comments."""
    return re.sub(r"'(?:[^'\\]|\\.)*'|//[^\n]*", "''", script)


@pytest.mark.parametrize("name", TOO_YOUNG)
def test_nothing_in_the_scripts_is_younger_than_old_phones(name: str) -> None:
    pattern, example = TOO_YOUNG[name]
    assert re.search(pattern, example)
    for source in SOURCES:
        assert not re.search(pattern, without_words(source.read_text(encoding="utf-8"))), source.name
    for script in (SCRIPT, RECEIPT_SCRIPT):
        assert not re.search(pattern, without_words(script))


def test_the_scripts_stay_within_four_kilobytes_compressed() -> None:
    assert 1_000 < len(gzip.compress(SCRIPT.encode(), 9)) <= BUDGET
    assert len(gzip.compress(RECEIPT_SCRIPT.encode(), 9)) <= 512


def test_the_policy_names_exactly_the_bytes_that_stand_in_the_page(client: PageClient, code: str) -> None:
    page = client.visit(f"/S/{code}")
    (script,) = re.findall(r"<script>(.*?)</script>", page, re.DOTALL)
    (style,) = re.findall(r"<style>(.*?)</style>", page, re.DOTALL)
    assert (script, style) == (SCRIPT, STYLE)
    for text in (script, style, RECEIPT_SCRIPT):
        digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
        assert f"'sha256-{digest}'" in POLICY
    assert "connect-src 'self'" in POLICY
    assert not re.search(r"\son\w+=|\sstyle=|javascript:", page)


def test_the_script_asks_nobody_but_the_own_server_and_keeps_nothing_else(client: PageClient) -> None:
    assert not re.search(r"https?:|//|\bcookie\b|XMLHttpRequest|sendBeacon|eval\(|innerHTML|insertAdjacent", SCRIPT)
    assert SCRIPT.count("fetch(") == 1
    assert SCRIPT.count("localStorage.setItem") == 1


# What is written, and what is left of it.
SMALLER: list[tuple[str, str, str]] = [
    ("// a remark\nvar number = 1;\nsay(number);\n", "var a=1;say(a)", "remark, spaces, name"),
    ("var data = {data: data.data};", "var a={data:a.data};", "keys and properties stay"),
    ("var text = 'text // text';", "var a='text // text';", "strings stay"),
    ("var found = /^(found|a b)$/.test(found);", "var a=/^(found|a b)$/.test(a);", "regular expressions stay"),
    ("function name(value) { return typeof value; }", "function b(a){return typeof a}", "functions and what they take"),
    ("try { go(); } catch (error) { say(error); }", "try{go()}catch(a){say(a)}", "caught errors"),
    (
        "for (var i = 0; i < list.length; i++) say(list[i]);",
        "for(var i=0;i<list.length;i++)say(list[i])",
        "counting up",
    ),
    ("var left = a - -1 / b;", "var c=a- -1/b;", "names of others are not taken; two minus signs stay two"),
]


@pytest.mark.parametrize(("written", "small"), [row[:2] for row in SMALLER], ids=[row[2] for row in SMALLER])
def test_a_script_is_made_smaller_without_changing_what_it_says(written: str, small: str) -> None:
    made = small_script(written)
    assert made.rstrip(";") == small.rstrip(";")


@given(st.text(alphabet="abcdefgh/ '\"{}();:,.", max_size=40))
def test_words_in_strings_survive_whatever_they_are(words: str) -> None:
    text = words.replace("'", "")
    assert f"'{text}'" in small_script(f"var number = '{text}';\n// '\nsay(number);")


def test_a_style_is_made_smaller() -> None:
    assert small_style("/* a remark */\n.a > b ,\n.c { color : red ; }\n") == ".a>b,.c{color:red}"
