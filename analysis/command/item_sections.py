"""What a person who revises a questionnaire reads: items, reliability, drift, as sections."""

from __future__ import annotations

from collections.abc import Iterable

from analysis.command.item_figures import DriftFigure, ItemFigure, ItemFigures, ScaleFigure
from analysis.command.labels import FLAGS, SCALE_REASONS, name, word
from analysis.command.sections import Grid, Section, number, p_value, percent
from analysis.items import ItemFlag, OptionAnalysis
from analysis.rounding import NOT_SHOWN, Language, format_count


def item_sections(found: ItemFigures, lang: Language) -> list[Section]:
    """Return the item analysis of every audience and wave, then reliability and drift; empty without items."""
    if not found.items:
        return []
    sections = [Section(word("items", lang), 1)]
    groups: dict[tuple[str, str], list[ItemFigure]] = {}
    for one in found.items:
        groups.setdefault((one.audience, one.wave), []).append(one)
    for (audience, wave), part in groups.items():
        sections.append(Section(f"{name(audience, lang)}, {name(wave, lang)}", 2, (), _item_grid(part, lang)))
    sections.append(Section(word("scales", lang), 2, (), _scale_grid(found.scales, lang)))
    if found.drifts:
        sections.append(Section(word("drift", lang), 2, (), _drift_grid(found.drifts, lang)))
    return sections


def _item_grid(items: Iterable[ItemFigure], lang: Language) -> Grid:
    codes = ("item", "form", "people", "difficulty", "dont_know", "blank", "discrimination", "options", "flags")
    return Grid(tuple(word(code, lang) for code in codes), tuple(_item_row(one, lang) for one in items))


def _item_row(one: ItemFigure, lang: Language) -> tuple[str, ...]:
    found = one.analysis
    return (
        found.item,
        one.form or NOT_SHOWN,
        format_count(found.n, lang),
        NOT_SHOWN if found.difficulty is None else percent(found.difficulty, lang),
        format_count(found.dont_know, lang),
        format_count(found.blank, lang),
        number(found.discrimination, 2, lang),
        "; ".join(_option(option, lang) for option in found.options),
        ", ".join(FLAGS[flag][lang] for flag in found.flags),
    )


def _option(option: OptionAnalysis, lang: Language) -> str:
    marks = [FLAGS[flag][lang] for flag in option.flags if flag is ItemFlag.NON_FUNCTIONAL]
    note = f" ({marks[0]})" if marks else ""
    return f"{option.option}{'*' if option.is_key else ''}: {percent(option.share, lang)}{note}"


def _scale_grid(scales: Iterable[ScaleFigure], lang: Language) -> Grid:
    codes = ("audience", "wave", "form", "people", "alpha", "interval")
    rows = tuple(
        (
            name(one.audience, lang),
            name(one.wave, lang),
            one.form or NOT_SHOWN,
            format_count(one.reliability.persons, lang),
            number(one.reliability.alpha, 2, lang)
            if one.reliability.alpha is not None
            else ", ".join(SCALE_REASONS[reason][lang] for reason in one.reliability.reasons),
            f"{number(one.reliability.low, 2, lang)} … {number(one.reliability.high, 2, lang)}",
        )
        for one in scales
    )
    return Grid(tuple(word(code, lang) for code in codes), rows)


def _drift_grid(drifts: Iterable[DriftFigure], lang: Language) -> Grid:
    codes = ("audience", "wave", "item", "delta", "p", "category")
    rows = tuple(
        (
            name(one.audience, lang),
            word("from_to", lang, earlier=name(one.earlier, lang), later=name(one.later, lang)),
            one.item,
            number(one.drift.delta, 2, lang),
            p_value(one.drift.p, lang),
            one.drift.category or NOT_SHOWN,
        )
        for one in drifts
    )
    return Grid(tuple(word(code, lang) for code in codes), rows)
