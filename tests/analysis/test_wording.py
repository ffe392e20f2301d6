"""The sentences a principal reads say what the records say, in both languages."""

from __future__ import annotations

import re
from dataclasses import replace
from string import Formatter

import pytest

from analysis.briefing import briefing
from analysis.phrases import CAUSE, PHRASES, REASONS, SHOWN, STRENGTHS, VERDICTS
from analysis.records import Change, Estimate, PairedCounts, Reason, Shown, Strength, Verdict
from analysis.rounding import Language
from analysis.wording import (
    briefing_sentence,
    cause_text,
    public_share,
    reason_text,
    sentences,
    shown_text,
    strength_text,
    verdict_text,
)
from analysis.wording_changes import change_sentences

MET = Estimate(
    value=30 / 31,
    low=33 / 36,
    high=35 / 36,
    low_count=33,
    high_count=35,
    understood=30,
    answered=31,
    population=36,
    verdict=Verdict.MET,
    target_count=33,
    tipping=0.6,
)
CHANGE = Change(
    value=0.2293,
    low=0.0234,
    high=0.4116,
    before=14 / 26,
    after=0.7674,
    shown=Shown.INCREASE,
    paired=PairedCounts(gained=7, lost=2, both=10, neither=5, midp=0.1, tango_low=-0.04, tango_high=0.43),
)


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_every_code_has_words_in_both_languages(lang: Language) -> None:
    assert all(verdict_text(code, lang) for code in Verdict)
    assert all(strength_text(code, lang) for code in Strength)
    assert all(shown_text(code, lang) for code in Shown)
    assert all(reason_text(code, lang) for code in Reason)
    assert cause_text(lang)


def test_both_languages_use_the_same_numbers_or_a_subset() -> None:
    for key, texts in PHRASES.items():
        parts = {lang: {name for _, name, _, _ in Formatter().parse(text) if name} for lang, text in texts.items()}
        assert parts["vi"] <= parts["en"], key
    for table in (VERDICTS, STRENGTHS, SHOWN, REASONS, {"cause": CAUSE}):
        assert all(set(texts) == {"vi", "en"} for texts in table.values())


def test_the_fixed_wordings_of_the_verdict() -> None:
    assert [verdict_text(code) for code in Verdict] == ["Đạt", "Chưa đạt", "Chưa đủ căn cứ kết luận"]


def test_an_unknown_code_is_refused() -> None:
    with pytest.raises(ValueError, match="no_such_code"):
        reason_text("no_such_code")


@pytest.mark.parametrize(
    ("changes", "lang", "expected"),
    [
        ({}, "vi", "30/31 người trả lời (trong 36 người) hiểu rõ."),
        ({}, "en", "30 of 31 who answered (of 36) clearly understand."),
        ({}, "vi", "Suy ra 33–35 người."),
        ({}, "en", "So 33 to 35 of the 36."),
        ({}, "vi", "Đạt: ít nhất 33/36 người, chỉ tiêu 33."),
        ({}, "vi", "Chỉ tiêu đạt nếu ít nhất 60% trong số 5 người chưa trả lời hiểu rõ."),
        ({"verdict": Verdict.NOT_MET, "high_count": 30}, "vi", "Chưa đạt: nhiều nhất 30/36 người, chỉ tiêu 33."),
        ({"tipping": -0.2}, "vi", "Chỉ tiêu đạt, dù 5 người chưa trả lời hiểu rõ hay không."),
        ({"tipping": 1.6}, "vi", "Dù cả 5 người chưa trả lời đều hiểu rõ thì vẫn chưa đạt chỉ tiêu."),
        ({"tipping": 0.601}, "en", "The target holds if at least 61% of the 5 who did not answer understand."),
        ({"value": 0.91}, "vi", "Tính theo sĩ số từng lớp: 91%."),
        ({"reasons": (Reason.LOW_RESPONSE,)}, "vi", "Tỷ lệ trả lời còn thấp hơn mức tối thiểu của kế hoạch."),
        (
            {"population": None, "low_count": None, "high_count": None, "target_count": None, "tipping": None},
            "vi",
            "Tỷ lệ thật nằm trong khoảng 91–98% (độ tin cậy 95%).",
        ),
    ],
)
def test_model_lines_stand_in_the_sentences(changes: dict[str, object], lang: Language, expected: str) -> None:
    assert expected in sentences(replace(MET, **changes), lang)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("more", "settled", "expected"),
    [
        (6, True, "Chưa đủ căn cứ kết luận: cần thêm 6 phiếu."),
        (1, True, "Chưa đủ căn cứ kết luận: cần thêm 1 phiếu."),
        (None, False, "Chưa đủ căn cứ kết luận: dù mọi người trả lời, với tỷ lệ hiện nay cũng không kết luận được."),
        (None, True, "Chưa đủ căn cứ kết luận: từ 33 đến 35 trong 36 người, chỉ tiêu 33."),
    ],
)
def test_an_open_verdict_says_what_would_settle_it(more: int | None, settled: bool, expected: str) -> None:
    undecided = replace(MET, verdict=Verdict.NOT_YET_SHOWN)
    assert expected in sentences(undecided, more=more, settled_by_more=settled)


def test_nobody_answered_is_one_plain_sentence() -> None:
    assert sentences(Estimate(population=36, reasons=(Reason.NO_DATA,))) == ("Chưa có ai trong 36 người trả lời.",)


def test_a_full_count_infers_nothing() -> None:
    whole = replace(MET, answered=36, understood=33, value=33 / 36, low_count=33, high_count=33, tipping=None)
    assert not any(line.startswith("Suy ra") for line in sentences(whole))


def test_a_change_is_said_in_points_with_its_pairs_and_its_caveat() -> None:
    assert change_sentences(CHANGE, answered=26) == (
        "Tăng 23 điểm phần trăm, từ 54% lên 77% (khoảng tin cậy 95%: +2 đến +42).",
        "Trong 24 người làm cả hai đợt: 7 người mới hiểu rõ, 2 người không còn hiểu rõ.",
        cause_text(),
    )


@pytest.mark.parametrize(
    ("changes", "start"),
    [
        ({"shown": Shown.NOT_SHOWN}, "Chưa cho thấy thay đổi: từ 54% đến 77%, chênh +23 điểm phần trăm"),
        ({"shown": Shown.DECREASE, "value": -0.1}, "Giảm 10 điểm phần trăm"),
        ({"value": None}, "Không tính được thay đổi."),
    ],
)
def test_a_change_never_claims_no_change(changes: dict[str, object], start: str) -> None:
    assert change_sentences(replace(CHANGE, **changes), answered=26)[0].startswith(start)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("tests", "said"),
    [
        ({"p": 0.04, "p_holm": 0.08}, "xét nhiều nhóm cùng một lúc"),
        ({"p": 0.06, "p_holm": 0.06}, "sát ranh giới"),
        ({"p": 0.06, "p_holm": None}, "sát ranh giới"),
        ({"p": 0.04, "p_holm": 0.08, "low": -0.3, "high": -0.01}, "xét nhiều nhóm cùng một lúc"),
    ],
)
def test_an_interval_clear_of_zero_that_concludes_nothing_says_why(tests: dict[str, object], said: str) -> None:
    change = replace(CHANGE, shown=Shown.NOT_SHOWN, **tests)  # type: ignore[arg-type]
    assert re.search(said, change_sentences(change, answered=26)[1])


@pytest.mark.parametrize(
    "settled",
    [
        {"p": 0.01, "p_holm": 0.01},
        {"shown": Shown.NOT_SHOWN, "low": -0.02, "p": 0.06, "p_holm": 0.06},
        # Forms that are not linked have a sentence of their own.
        {"shown": Shown.NOT_SHOWN, "p": None, "reasons": (Reason.FORMS_NOT_LINKED,)},
    ],
)
def test_other_changes_need_no_such_sentence(settled: dict[str, object]) -> None:
    lines = change_sentences(replace(CHANGE, **settled), answered=26)  # type: ignore[arg-type]
    assert not any("chưa kết luận" in line for line in lines)


def test_transitions_of_fewer_than_ten_matched_persons_are_not_said() -> None:
    few = replace(CHANGE, paired=PairedCounts(3, 1, 3, 2, 0.6, None, None))
    assert not any("cả hai đợt" in line and "người mới" in line for line in change_sentences(few, answered=26))


@pytest.mark.parametrize(
    ("understood", "answered", "text"),
    [(39, 40, "từ 95% trở lên"), (1, 30, "không quá 10%"), (37, 40, "93%")],
)
def test_public_shares_near_the_ends_are_coded_in_words(understood: int, answered: int, text: str) -> None:
    assert public_share(understood, answered) == text


@pytest.mark.parametrize(
    ("confirmed", "known_not", "text"),
    [
        (40, 0, "Đạt: cả 40 người đã được quán triệt."),
        (38, 0, "Chưa đủ căn cứ kết luận: 38/40 người đã được quán triệt, còn 2 người chưa xác nhận."),
        (38, 1, "Chưa đạt: 38/40 người đã được quán triệt, 1 người chắc chắn chưa."),
    ],
)
def test_the_briefing_sentence_counts_and_never_estimates(confirmed: int, known_not: int, text: str) -> None:
    assert briefing_sentence(briefing(40, confirmed, known_not=known_not)) == text


def test_an_empty_roster_has_no_briefing_sentence() -> None:
    assert briefing_sentence(briefing(0, 0)) == ""
