"""The sentences a principal reads about a change between two waves, in Vietnamese and English.

What belongs here: records in, sentences out, as in `analysis.wording`; only the standard library is imported.
"""

from __future__ import annotations

from fractions import Fraction

from analysis.phrases import PHRASES
from analysis.records import Change, PairedCounts, Shown
from analysis.rounding import (
    TARGET,
    Direction,
    Language,
    exact,
    format_count,
    format_points,
    format_value,
)
from analysis.suppression import MINIMUM_DETAIL
from analysis.wording import cause_text, reason_text, whole_percent


def change_sentences(
    change: Change, lang: Language = "vi", *, answered: int, target: Fraction = TARGET
) -> tuple[str, ...]:
    """Return what a principal reads about a change: the points with their interval, the matched persons, the caveat.

    Parameters: `change` with `p_holm` and `shown` settled; `answered` is the smaller wave's number of answers, which
    decides the decimals. Transition counts below `suppression.MINIMUM_DETAIL` matched persons are left out.

    >>> change_sentences(Change(value=0.23, low=0.02, high=0.42, before=0.6, after=0.83, shown=Shown.INCREASE),
    ...     answered=26)[0]
    'Tăng 23 điểm phần trăm, từ 60% lên 83% (khoảng tin cậy 95%: +2 đến +42).'
    """
    lines = [_change(change, lang, answered, target), *_why_not(change, lang)]
    if change.paired is not None and _matched(change.paired) >= MINIMUM_DETAIL:
        lines.append(_pairs(change.paired, lang))
    lines += [reason_text(reason, lang) for reason in change.reasons]
    if change.value is not None:
        lines.append(cause_text(lang))
    return tuple(lines)


def _matched(paired: PairedCounts) -> int:
    return paired.gained + paired.lost + paired.both + paired.neither


def _change(change: Change, lang: Language, answered: int, target: Fraction) -> str:
    if change.value is None:
        return _say("no_change_figure", lang)
    key = {Shown.INCREASE: "increase", Shown.DECREASE: "decrease", Shown.NOT_SHOWN: "not_shown"}[change.shown]
    moved = key != "not_shown"
    if change.common_items is not None:
        # A mean share right has no target to be rounded against.
        key, target = f"{key}_items", Fraction(1)
    ends: tuple[tuple[float | None, Direction], ...] = ((change.low, "down"), (change.high, "up"))
    low, high = (format_points(end, answered=answered, direction=direction, lang=lang) for end, direction in ends)
    return _say(
        key,
        lang,
        points=format_points(
            abs(change.value) if moved else change.value, answered=answered, lang=lang, signed=not moved
        ),
        before=format_value(change.before, answered=answered, target=target, lang=lang),
        after=format_value(change.after, answered=answered, target=target, lang=lang),
        confidence=whole_percent(exact(change.confidence), lang),
        low=low,
        high=high,
        items=format_count(change.common_items or 0, lang),
    )


def _why_not(change: Change, lang: Language) -> list[str]:
    """Say why nothing is concluded although the printed interval lies on one side of 0; else an empty list."""
    is_clear = change.low is not None and change.high is not None and (change.low > 0 or change.high < 0)
    if change.shown is not Shown.NOT_SHOWN or not is_clear or change.p is None:
        return []
    limit = 1 - change.confidence
    if change.p > limit:
        return [PHRASES["borderline"][lang]]
    return [PHRASES["several_tests"][lang]] if change.p_holm is not None and change.p_holm > limit else []


def _pairs(paired: PairedCounts, lang: Language) -> str:
    return _say(
        "pairs",
        lang,
        total=format_count(_matched(paired), lang),
        gained=format_count(paired.gained, lang),
        lost=format_count(paired.lost, lang),
    )


def _say(key: str, lang: Language, **parts: str) -> str:
    return PHRASES[key][lang].format(**parts)
