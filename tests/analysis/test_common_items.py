"""Waves with different forms are compared on the items they share: a mean share right, and nothing about the target."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from random import Random
from statistics import mean, variance
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from analysis.class_changes import ClassPair, class_change
from analysis.command.run import main
from analysis.common_items import CommonScores, MeanScore, common_items_change, mean_score, welch_change
from analysis.records import Change, ClusterCounts, Design, Method, Reason, Sampling
from analysis.results import Link, all_results
from analysis.wording_changes import change_sentences

histograms = st.integers(1, 6).flatmap(
    lambda items: st.lists(st.integers(0, 9), min_size=items + 1, max_size=items + 1)
)


@st.composite
def two_histograms(draw: st.DrawFn) -> tuple[list[int], list[int]]:
    items = draw(st.integers(1, 8))
    wave = st.lists(st.integers(0, 12), min_size=items + 1, max_size=items + 1).filter(any)
    return draw(wave), draw(wave)


def score(histogram: Sequence[int]) -> MeanScore:
    found = mean_score(histogram)
    assert found is not None
    return found


@given(histograms.filter(lambda histogram: sum(histogram) > 1))
def test_a_histogram_gives_the_mean_and_variance_of_its_persons(histogram: list[int]) -> None:
    items = len(histogram) - 1
    shares = [right / items for right, persons in enumerate(histogram) for _ in range(persons)]
    found = score(histogram)
    assert (found.answered, found.mean) == (len(shares), pytest.approx(mean(shares)))
    assert found.variance == pytest.approx(variance(shares))


def test_nobody_has_no_mean_and_no_items_no_share() -> None:
    assert mean_score([0, 0]) is None
    with pytest.raises(ValueError, match="at least one item"):
        mean_score([3])


@given(two_histograms())
def test_swapping_the_waves_mirrors_the_change(waves: tuple[list[int], list[int]]) -> None:
    first, second = map(score, waves)
    forth, back = welch_change(first, second), welch_change(second, first)
    assert back.value == -(forth.value or 0.0)
    assert (back.p is None, back.df) == (forth.p is None, pytest.approx(forth.df))
    if forth.low is not None and forth.high is not None:
        assert (back.low, back.high) == (pytest.approx(-forth.high), pytest.approx(-forth.low))
        assert back.p == pytest.approx(forth.p)


@given(two_histograms())
def test_waves_that_are_the_same_have_changed_by_nothing(waves: tuple[list[int], list[int]]) -> None:
    same = score(waves[0])
    result = welch_change(same, same)
    assert result.value == 0
    if result.low is not None and result.high is not None:
        assert result.low == -result.high
        assert result.p == 1


@given(two_histograms())
def test_interval_and_p_agree_and_stay_in_range(waves: tuple[list[int], list[int]]) -> None:
    result = welch_change(*map(score, waves))
    if result.p is None or result.low is None or result.high is None or result.value is None or result.df is None:
        return
    assert -1 <= result.low <= result.value <= result.high <= 1
    smaller, total = (choose(sum(wave) - 1 for wave in waves) for choose in (min, sum))
    assert smaller - 1e-9 <= result.df <= total + 1e-9
    if abs(result.p - 0.05) > 1e-9:
        assert (result.p < 0.05) == (result.low > 0 or result.high < 0)


@pytest.mark.parametrize(
    ("before", "after"),
    [([0, 5], [0, 5]), ([5, 0], [0, 5]), ([1, 0], [3, 4]), ([3, 4], [0, 1])],
)
def test_without_a_spread_within_the_waves_nothing_can_be_shown(before: list[int], after: list[int]) -> None:
    result = welch_change(score(before), score(after))
    assert result.value is not None
    assert (result.low, result.high, result.p, result.se) == (None, None, None, None)


def line(wave: str, form: str, answered: int, stratum: str | None = None, cluster: str | None = None) -> ClusterCounts:
    return ClusterCounts(wave, "parents", None, form, stratum, cluster, None, None, answered, 0)


def class_waves(number: int) -> tuple[CommonScores, list[ClusterCounts], list[ClusterCounts]]:
    random = Random(number)
    names = [f"{6 + place % 4}{'ABC'[place // 4]}" for place in range(number)]
    before, after = (
        {(name, ""): [random.randint(1, low), random.randint(1, 9), random.randint(1, high)] for name in names}
        for low, high in ((9, 4), (4, 9))
    )
    first, second = (
        [line(wave, form, sum(histogram), name) for (name, _), histogram in counts.items()]
        for wave, form, counts in (("before", "A", before), ("after", "B", after))
    )
    return CommonScores(2, before, after), first, second


def test_nine_classes_are_their_own_controls() -> None:
    scores, before, after = class_waves(9)
    sizes = {name: 30 + place for place, (name, _) in enumerate(scores.before)}
    result = common_items_change(scores, before, after, Design(), sizes)
    pairs = [
        ClassPair(name, sizes[name], score(scores.before[name, ""]).mean, score(scores.after[name, ""]).mean)
        for name in sizes
    ]
    expected = class_change(sorted(pairs, key=lambda pair: pair.name))
    assert result is not None
    assert (result.method, result.test, result.df) == (Method.COMMON_ITEMS_CLASSES, "class_t", 8)
    assert (result.value, result.low, result.high, result.p) == pytest.approx(
        (expected.value, expected.low, expected.high, expected.p)
    )
    assert result.reasons == (Reason.COMMON_ITEMS,)


def test_fewer_classes_give_welchs_interval_of_all_persons() -> None:
    scores, before, after = class_waves(8)
    result = common_items_change(scores, before, after, Design(), {})
    assert result is not None
    shares = [
        [right / 2 for histogram in wave.values() for right, persons in enumerate(histogram) for _ in range(persons)]
        for wave in (scores.before, scores.after)
    ]
    limits = stats.ttest_ind(shares[1], shares[0], equal_var=False).confidence_interval()
    assert result.method is Method.COMMON_ITEMS_WELCH
    assert (result.low, result.high) == (pytest.approx(limits.low), pytest.approx(limits.high))


def test_a_class_that_answered_once_is_left_out_and_named() -> None:
    scores, before, after = class_waves(10)
    silent = after.pop().stratum
    shorter = CommonScores(2, scores.before, {name: one for name, one in scores.after.items() if name[0] != silent})
    result = common_items_change(shorter, before, after, Design(), {})
    assert result is not None
    assert (result.left_out, result.df) == ((silent,), 8)
    assert result.reasons == (Reason.COMMON_ITEMS, Reason.CLASSES_LEFT_OUT)


def test_a_sample_of_few_classes_is_not_taken_for_a_sample_of_persons() -> None:
    before, after = ([line(wave, form, 4, "6", "6A")] for wave, form in (("before", "A"), ("after", "B")))
    scores = CommonScores(1, {("6", "6A"): [3, 1]}, {("6", "6A"): [1, 3]})
    assert common_items_change(scores, before, after, Design(sampling=Sampling.CLUSTER), {}) is None


def test_waves_that_share_their_forms_never_take_the_common_items() -> None:
    link = Link("parents", None, "before", "after")
    scores = CommonScores(1, {("", ""): [15, 5]}, {("", ""): [5, 15]})
    for form, method in (("A", Method.NEWCOMBE_UNPAIRED), ("B", Method.COMMON_ITEMS_WELCH)):
        lines = [line("before", "A", 20), line("after", form, 20)]
        found = all_results(lines, ["before", "after"], lambda audience: Design(), scores={link: scores})
        assert found.differences[0].change.method is method


CHANGE = Change(
    value=0.15, low=0.05, high=0.25, before=0.55, after=0.895, common_items=8, method=Method.COMMON_ITEMS_WELCH
)


@pytest.mark.parametrize(
    ("lang", "said", "never"),
    [("vi", "8 câu chung của hai đợt, chưa cho thấy thay đổi", "người hiểu rõ."), ("en", "8 questions both", "target")],
)
def test_the_sentence_names_the_items_and_not_the_people(lang: Any, said: str, never: str) -> None:
    (sentence, *_) = change_sentences(CHANGE, lang, answered=40)
    assert said in sentence
    assert never not in sentence
    assert "90%" in sentence  # a mean share right is not cut to its side of the target


# From here on: the command.

ITEMS = [
    ("x1", ""),
    ("x2", ""),
    ("x3", ""),
    ("x4A", "A"),
    ("x4B", "B"),
    ("y1", ""),
    ("y2", ""),
    ("y3A", "A"),
    ("y3B", "B"),
]


def write(folder: Path, rows: Sequence[Sequence[object]], items: Sequence[tuple[str, str]]) -> list[str]:
    key = [("item", "form", "topic", "key"), *((name, form, name[0], 1) for name, form in items)]
    head = ("wave", "audience", "stratum", "form", "code", *(f"item:{name}" for name, _ in items))
    for file, table in (("r.csv", [head, *rows]), ("k.csv", key)):
        (folder / file).write_text("\n".join(",".join(map(str, row)) for row in table), encoding="utf-8")
    return [str(folder / "r.csv"), "--key", str(folder / "k.csv")]


def responses(
    persons: int, items: Sequence[tuple[str, str]] = ITEMS, classes: Sequence[str] = ("",)
) -> list[tuple[object, ...]]:
    random, rows = Random(persons), list[tuple[object, ...]]()
    for wave, form, share in (("before", "A", 0.5), ("after", "B", 0.8)):
        for number in range(persons):
            cells = [
                "" if own not in ("", form) else "1" if random.random() < share else random.choice(["2", "0", ""])
                for _, own in items
            ]
            rows.append((wave, "parents", classes[number % len(classes)], form, f"m{number}", *cells))
    return rows


def changes_of(words: Sequence[str], capsysbinary: pytest.CaptureFixture[bytes]) -> Mapping[str | None, dict[str, Any]]:
    assert main([*words, "--json"]) == 0
    return {one["topic"]: one for one in json.loads(capsysbinary.readouterr().out)["changes"]}


def shares_of(rows: Sequence[Sequence[object]], wave: str, common: Sequence[str]) -> list[float]:
    """Score by hand: the share right among the common items of everybody who answered something in each topic."""
    places = {name: 5 + number for number, (name, _) in enumerate(ITEMS)}
    topics = {name[0] for name in common}
    return [
        sum(row[places[name]] == "1" for name in common) / len(common)
        for row in rows
        if row[0] == wave and all(any(row[at] != "" for name, at in places.items() if name[0] == t) for t in topics)
    ]


@pytest.mark.parametrize(
    ("topic", "common"), [(None, ("x1", "x2", "x3", "y1", "y2")), ("x", ("x1", "x2", "x3")), ("y", ("y1", "y2"))]
)
def test_the_command_compares_different_forms_on_their_common_items(
    topic: str | None, common: tuple[str, ...], tmp_path: Path, capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    rows = responses(60)
    found = changes_of(write(tmp_path, rows, ITEMS), capsysbinary)[topic]
    before, after = (shares_of(rows, wave, common) for wave in ("before", "after"))
    test = stats.ttest_ind(after, before, equal_var=False)
    limits = test.confidence_interval()
    assert (found["method"], found["common_items"], found["paired"]) == ("common_items_welch", len(common), None)
    assert found["reasons"] == ["common_items"]
    assert (found["before"], found["after"]) == (pytest.approx(mean(before)), pytest.approx(mean(after)))
    assert (found["low"], found["high"]) == (pytest.approx(limits.low), pytest.approx(limits.high))
    assert found["p"] == pytest.approx(test.pvalue)
    assert found["p_holm"] is not None


def test_the_command_compares_each_class_with_itself(
    tmp_path: Path, capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    classes = [f"{grade}{letter}" for grade in (6, 7, 8) for letter in "ABC"]
    found = changes_of(write(tmp_path, responses(90, classes=classes), ITEMS), capsysbinary)[None]
    assert (found["method"], found["df"]) == ("common_items_classes", 8)


def test_below_three_common_items_in_five_nothing_is_concluded(
    tmp_path: Path, capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    items = [("x1", ""), ("x2A", "A"), ("x2B", "B"), ("y1", ""), ("y2", "")]
    for found in changes_of(write(tmp_path, responses(60, items), items), capsysbinary).values():
        assert (found["common_items"], found["shown"], found["p_holm"]) == (None, "not_shown", None)
        assert "forms_not_linked" in found["reasons"]


def test_the_text_says_that_it_speaks_of_shares_right(
    tmp_path: Path, capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    assert main(write(tmp_path, responses(60), ITEMS)) == 0
    text = capsysbinary.readouterr().out.decode()
    assert "Ở 5 câu chung của hai đợt, tỷ lệ trả lời đúng trung bình tăng" in text
    assert "không phải tỷ lệ người hiểu rõ" in text
