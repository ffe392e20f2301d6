"""What a person reads of the figures: sections of sentences and tables, which the text and the HTML page both show."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from analysis.command.figures import Figures
from analysis.command.labels import name, word
from analysis.planning import MoreAnswers, more_answers
from analysis.records import Design, Estimate, Reason, Verdict
from analysis.results import Difference, Result
from analysis.rounding import (
    NOT_SHOWN,
    Language,
    format_count,
    format_interval,
    format_points,
    format_value,
    localised,
    round_percent,
)
from analysis.wording import sentences, shown_text, strength_text, verdict_text
from analysis.wording_changes import change_sentences

# With one of these, more answers of the same kind would not settle the verdict.
_NOT_SETTLED_BY_ANSWERS = {Reason.TOO_FEW_CLASSES, Reason.ROSTER_TOO_SMALL, Reason.POPULATION_UNKNOWN}


@dataclass(frozen=True, slots=True)
class Grid:
    """A table: the names of its columns and its rows, all as texts."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Section:
    """A heading (level 1 or 2), then sentences, then a table if there is one."""

    heading: str
    level: int
    sentences: tuple[str, ...] = ()
    grid: Grid | None = None


def figure_sections(found: Figures, lang: Language) -> list[Section]:
    """Return everything a reader wants of a table, most important first; methods and p-values stand last."""
    sections = [Section(word("results", lang), 1, (_settings(found, lang),))]
    by_group: dict[tuple[str, str], list[Result]] = {}
    for one in found.results.results:
        by_group.setdefault((one.audience, one.wave), []).append(one)
    dropped = {(one.audience, one.wave): one.estimate for one in found.without_blanks}
    sections += [
        _group_section(group, found.design_of(key[0]), lang, dropped.get(key)) for key, group in by_group.items()
    ]
    differences = found.results.differences
    if differences:
        sections.append(Section(word("changes", lang), 1))
        sections += [_change_section(one, found.design.target, lang) for one in differences if one.topic is None]
        sections.append(Section(word("method", lang), 2, (), _change_grid(differences, lang)))
    return sections


def percent(share: float | Fraction, lang: Language) -> str:
    """Write a share in whole percent, without regard to any target.

    >>> percent(Fraction(9, 10), "vi")
    '90%'
    """
    return localised(round_percent(share, decimals=0, target=Fraction(1)), lang) + "%"


def _settings(found: Figures, lang: Language) -> str:
    target, confidence = percent(found.design.target, lang), percent(found.design.confidence, lang)
    return word("settings", lang, target=target, confidence=confidence, plan=found.design.plan_version or "")


def _group_section(
    group: Sequence[Result], design: Design, lang: Language, without_blanks: Estimate | None = None
) -> Section:
    """One audience in one wave: the sentences of its headline, then headline and topics as a table."""
    first = group[0]
    lines: tuple[str, ...] = ()
    if first.topic is None:
        settling = _settling(first.estimate, design)
        lines = sentences(first.estimate, lang, target=design.target, more=settling.answers if settling else None)
        if first.estimate.strength is not None:
            lines += (strength_text(first.estimate.strength, lang),)
    if without_blanks is not None and without_blanks.value is not None:
        lines += (_without_blanks_line(without_blanks, design, lang),)
    columns = tuple(word(code, lang) for code in ("topic", "share", "counts", "interval", "rate", "verdict"))
    rows = tuple(_result_row(one, design, lang) for one in group)
    return Section(f"{name(first.audience, lang)}, {name(first.wave, lang)}", 2, lines, Grid(columns, rows))


def _without_blanks_line(found: Estimate, design: Design, lang: Language) -> str:
    return word(
        "without_blanks",
        lang,
        share=format_value(found.value, answered=found.answered, target=design.target, lang=lang),
        interval=format_interval(found.low, found.high, answered=found.answered, target=design.target, lang=lang),
    )


def _settling(estimate: Estimate, design: Design) -> MoreAnswers | None:
    """Return what would settle an open verdict, where more answers of the same kind would."""
    if estimate.verdict is not Verdict.NOT_YET_SHOWN or _NOT_SETTLED_BY_ANSWERS & set(estimate.reasons):
        return None
    if estimate.population is None or not 0 < estimate.answered <= estimate.population:
        return None
    # The present share is the weighted one: in classes of unequal response it is not that of the raw counts.
    understood = round((estimate.value or 0.0) * estimate.answered)
    return more_answers(estimate.answered, understood, estimate.population, design)


def _result_row(one: Result, design: Design, lang: Language) -> tuple[str, ...]:
    found = one.estimate
    people = f"{format_count(found.understood, lang)}/{format_count(found.answered, lang)}"
    if found.population is not None:
        people += f" ({format_count(found.population, lang)})"
    return (
        name(one.topic, lang) if one.topic else word("headline", lang),
        format_value(found.value, answered=found.answered, target=design.target, lang=lang),
        people,
        format_interval(found.low, found.high, answered=found.answered, target=design.target, lang=lang),
        percent(min(found.response_rate, 1.0), lang) if found.response_rate is not None else NOT_SHOWN,
        verdict_text(found.verdict, lang) if found.verdict else NOT_SHOWN,
    )


def _change_section(one: Difference, target: Fraction, lang: Language) -> Section:
    waves = word("from_to", lang, earlier=name(one.earlier, lang), later=name(one.later, lang))
    lines = change_sentences(one.change, lang, answered=one.answered, target=target)
    return Section(f"{name(one.audience, lang)}, {waves}", 2, lines)


def _change_grid(differences: Sequence[Difference], lang: Language) -> Grid:
    codes = ("audience", "topic", "wave", "difference", "interval", "shown", "p", "p_holm", "method")
    return Grid(tuple(word(code, lang) for code in codes), tuple(_change_row(one, lang) for one in differences))


def _change_row(one: Difference, lang: Language) -> tuple[str, ...]:
    change = one.change
    low = format_points(change.low, answered=one.answered, direction="down", lang=lang)
    high = format_points(change.high, answered=one.answered, direction="up", lang=lang)
    return (
        name(one.audience, lang),
        name(one.topic, lang) if one.topic else word("headline", lang),
        word("from_to", lang, earlier=name(one.earlier, lang), later=name(one.later, lang)),
        format_points(change.value, answered=one.answered, lang=lang),
        NOT_SHOWN if change.low is None else f"{low} … {high}",
        shown_text(change.shown, lang),
        p_value(change.p, lang),
        p_value(change.p_holm, lang),
        change.method.value,
    )


def p_value(value: float | None, lang: Language) -> str:
    """Write a p-value with four decimals, never as nothing.

    >>> p_value(0.03, "vi"), p_value(1e-9, "en")
    ('0,0300', '<0.0001')
    """
    if value is not None and value < 0.0001:
        return "<" + number(0.0001, 4, lang)
    return number(value, 4, lang)


def number(value: float | None, decimals: int, lang: Language) -> str:
    """Write a number with so many decimals the reader's way; `NOT_SHOWN` when there is none.

    >>> number(0.0123, 3, "vi"), number(None, 2, "en")
    ('0,012', '–')
    """
    if value is None:
        return NOT_SHOWN
    text = f"{value:.{decimals}f}".replace("-", "−")
    return text.replace(".", ",") if lang == "vi" else text
