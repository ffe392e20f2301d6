"""The sentences a principal reads: verdicts, reasons and model lines, in Vietnamese and English.

What belongs here: records in, sentences out. Nothing is estimated here, and only the standard library is imported, so
that web workers may use it. The texts stand in `analysis.phrases`, the rounding in `analysis.rounding`.
"""

from __future__ import annotations

from fractions import Fraction

from analysis.briefing import Briefing
from analysis.phrases import CAUSE, PHRASES, REASONS, SHOWN, STRENGTHS, VERDICTS
from analysis.records import Estimate, Reason, Shown, Strength, Verdict
from analysis.rounding import (
    TARGET,
    Language,
    exact,
    format_count,
    format_interval,
    localised,
    round_percent,
)
from analysis.rounding import format_share as format_share
from analysis.rounding import format_value as format_value
from analysis.suppression import extreme_share


def verdict_text(verdict: Verdict | str, lang: Language = "vi") -> str:
    """Return the fixed wording of a verdict. Raises ValueError for an unknown code.

    >>> verdict_text("met"), verdict_text("not_met"), verdict_text("not_yet_shown")
    ('Đạt', 'Chưa đạt', 'Chưa đủ căn cứ kết luận')
    """
    return VERDICTS[Verdict(verdict)][lang]


def strength_text(strength: Strength | str, lang: Language = "vi") -> str:
    """Say in a sentence how much a verdict leans on those who did not answer. Raises ValueError for an unknown code.

    >>> strength_text("certain", "en")
    'Certain: those who did not answer cannot change this conclusion.'
    """
    return STRENGTHS[Strength(strength)][lang]


def shown_text(shown: Shown | str, lang: Language = "vi") -> str:
    """Return the fixed wording of what a change shows; never "no change". Raises ValueError for an unknown code.

    >>> shown_text("not_shown")
    'Chưa cho thấy thay đổi'
    """
    return SHOWN[Shown(shown)][lang]


def reason_text(code: Reason | str, lang: Language = "vi") -> str:
    """Say a reason code in a sentence. Raises ValueError for an unknown code.

    >>> reason_text("no_data")
    'Chưa có ai trả lời.'
    """
    return REASONS[Reason(code)][lang]


def cause_text(lang: Language = "vi") -> str:
    """Return the fixed sentence that a comparison of two waves alone does not prove a cause.

    >>> cause_text("en")
    'Without comparison schools this does not prove that the campaign caused the change.'
    """
    return CAUSE[lang]


def public_share(understood: int, answered: int, *, target: Fraction = TARGET, lang: Language = "vi") -> str:
    """Write a share for a public table, with shares near 0 and 100 % coded ("từ 95% trở lên").

    Raises ValueError for impossible counts. Cells that are too small must have been hidden before.

    >>> public_share(39, 40), public_share(37, 40)
    ('từ 95% trở lên', '93%')
    """
    coded = extreme_share(understood, answered)
    if coded is None:
        return format_share(understood, answered, target=target, lang=lang)
    return PHRASES[coded.side][lang].format(bound=whole_percent(coded.bound, lang))


def sentences(
    estimate: Estimate,
    lang: Language = "vi",
    *,
    target: Fraction = TARGET,
    more: int | None = None,
    settled_by_more: bool = True,
) -> tuple[str, ...]:
    """Return what a principal reads about one group: counts, what follows, the verdict, the tipping point, reasons.

    Parameters: `estimate` with its counts; `target` for rounding and where no headcount is known; `more` answers that
    would settle an open verdict, as `analysis.planning.more_answers` gives them, None where not asked;
    `settled_by_more` False says that no number of answers would.
    Returns one to many sentences in reading order, each complete.

    >>> for line in sentences(Estimate(value=30 / 31, low=33 / 36, high=35 / 36, low_count=33, high_count=35,
    ...         understood=30, answered=31, population=36, verdict=Verdict.MET, target_count=33, tipping=0.6)):
    ...     print(line)
    30/31 người trả lời (trong 36 người) hiểu rõ.
    Suy ra 33–35 người.
    Đạt: ít nhất 33/36 người, chỉ tiêu 33.
    Chỉ tiêu đạt nếu ít nhất 60% trong số 5 người chưa trả lời hiểu rõ.
    """
    lines = [_counts(estimate, lang)]
    if estimate.value is not None:
        lines += [_weighted(estimate, lang, target), _so(estimate, lang, target)]
        lines.append(verdict_sentence(estimate, lang, target=target, more=more, settled_by_more=settled_by_more))
        lines.append(_tipping(estimate, lang))
    lines += [reason_text(reason, lang) for reason in estimate.reasons if reason is not Reason.NO_DATA]
    return tuple(line for line in lines if line)


def _say(key: str, lang: Language, **parts: str) -> str:
    return PHRASES[key][lang].format(**parts)


def whole_percent(share: float | Fraction, lang: Language) -> str:
    """Write a percentage that is not compared with the target: a level of confidence, a bound, a tipping share."""
    percent = round_percent(share, decimals=0, target=Fraction(1))
    return localised(percent, lang) + "%"


def _count(number: int | None, lang: Language) -> str:
    return format_count(number or 0, lang)


def _counts(estimate: Estimate, lang: Language) -> str:
    population = _count(estimate.population, lang)
    if estimate.answered == 0:
        return _say("nobody" if estimate.population is None else "nobody_of", lang, population=population)
    return _say(
        "counts" if estimate.population is None else "counts_of",
        lang,
        understood=_count(estimate.understood, lang),
        answered=_count(estimate.answered, lang),
        population=population,
    )


def _weighted(estimate: Estimate, lang: Language, target: Fraction) -> str:
    """Say the weighted share where it prints differently from what the two counts give."""
    value = format_value(estimate.value, answered=estimate.answered, target=target, lang=lang)
    raw = format_share(estimate.understood, estimate.answered, target=target, lang=lang)
    return "" if value == raw else _say("weighted", lang, share=value)


def _so(estimate: Estimate, lang: Language, target: Fraction) -> str:
    if estimate.answered == estimate.population:
        return ""  # Everybody answered: nothing has to be inferred.
    if estimate.low_count is not None and estimate.high_count is not None:
        return _say(
            "so_all" if estimate.low_count == estimate.high_count else "so",
            lang,
            low=_count(estimate.low_count, lang),
            high=_count(estimate.high_count, lang),
            population=_count(estimate.population, lang),
        )
    if estimate.low is None or estimate.high is None:
        return ""
    interval = format_interval(estimate.low, estimate.high, answered=estimate.answered, target=target, lang=lang)
    return _say("so_share", lang, interval=interval, confidence=whole_percent(exact(estimate.confidence), lang))


def verdict_sentence(
    estimate: Estimate,
    lang: Language = "vi",
    *,
    target: Fraction = TARGET,
    more: int | None = None,
    settled_by_more: bool = True,
) -> str:
    """Say the verdict with the figures that carry it, or what would settle it. Empty where there is no verdict.

    Parameters as `sentences`.

    >>> verdict_sentence(Estimate(verdict=Verdict.NOT_YET_SHOWN), more=6)
    'Chưa đủ căn cứ kết luận: cần thêm 6 phiếu.'
    """
    if estimate.verdict is None:
        return ""
    verdict = verdict_text(estimate.verdict, lang)
    if estimate.verdict is Verdict.NOT_YET_SHOWN and not settled_by_more:
        return _say("never", lang, verdict=verdict)
    if estimate.verdict is Verdict.NOT_YET_SHOWN and more:
        return _say("more_one" if more == 1 else "more", lang, verdict=verdict, more=_count(more, lang))
    if estimate.low_count is None or estimate.high_count is None or estimate.target_count is None:
        return _say("verdict_share", lang, verdict=verdict, target=whole_percent(target, lang))
    return _say(
        estimate.verdict.value,
        lang,
        verdict=verdict,
        low=_count(estimate.low_count, lang),
        high=_count(estimate.high_count, lang),
        population=_count(estimate.population, lang),
        target=_count(estimate.target_count, lang),
    )


def _tipping(estimate: Estimate, lang: Language) -> str:
    if estimate.tipping is None or estimate.population is None:
        return ""
    silent = _count(estimate.population - estimate.answered, lang)
    if estimate.tipping <= 0:
        return _say("tipping_certain", lang, silent=silent)
    if estimate.tipping > 1:
        return _say("tipping_impossible", lang, silent=silent)
    # Rounded up: with the printed share the target must indeed hold.
    percent = round_percent(estimate.tipping, decimals=0, target=Fraction(1), direction="up")
    return _say("tipping", lang, silent=silent, share=localised(percent, lang) + "%")


def briefing_sentence(record: Briefing, lang: Language = "vi") -> str:
    """Say how many of a roster have been briefed, with the verdict; never a percentage with an interval.

    >>> briefing_sentence(Briefing(40, 38, 0, 2, Verdict.NOT_YET_SHOWN))
    'Chưa đủ căn cứ kết luận: 38/40 người đã được quán triệt, còn 2 người chưa xác nhận.'
    """
    if record.verdict is None:
        return ""
    keys = {Verdict.MET: "briefed_met", Verdict.NOT_MET: "briefed_not_met", Verdict.NOT_YET_SHOWN: "briefed_open"}
    return _say(
        keys[record.verdict],
        lang,
        verdict=verdict_text(record.verdict, lang),
        roster=_count(record.roster, lang),
        confirmed=_count(record.confirmed, lang),
        known=_count(record.known_not, lang),
        open=_count(record.open, lang),
    )
