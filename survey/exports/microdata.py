"""Makes the table of single answers: which people, which detail of place, and which columns may leave. Plain data only.

A reporting group with 1 to 9 answers in a wave is left out of both waves. The class is given only where every class has
at least 10 answers in each wave that it answered; else the grade under the same rule; else no place at all.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from analysis.mastery import FIRST_ANSWERED_BIT, FIRST_TOPIC_BIT, HEADLINE_BIT, Answer, has_bit
from analysis.suppression import MINIMUM_OUTSIDE
from survey.core.errors import Invalid
from survey.core.vocabulary import reporting_group
from survey.exports.codebooks import Variable, item_variables, variables
from survey.instruments.definitions import InstrumentDefinition
from survey.reports.lines import WAVE_NAMES
from survey.responses.counts import GroupPopulation, WaveCounts
from survey.responses.microdata import AnswerRecord, WaveRecords


class TooFewAnswers(Invalid):
    """Every reporting group has too few answers to be given out."""


CLASS, GRADE, NOWHERE = "class", "grade", ""


@dataclass(frozen=True, slots=True)
class MicrodataInput:
    """What the export of one audience of a campaign in one organisation is made from."""

    title: str
    organisation: str
    audience: str
    is_demo: bool
    waves: tuple[WaveRecords, ...]
    counts: tuple[WaveCounts, ...]


@dataclass(frozen=True, slots=True)
class Microdata:
    """The table of answers with its code book and headcounts.

    detail: how closely the place is given: CLASS, GRADE or NOWHERE. left_out: reporting groups that are too small.
    """

    variables: tuple[Variable, ...]
    rows: tuple[tuple[str, ...], ...]
    population: tuple[tuple[str, str, str, str], ...]
    detail: str
    left_out: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Person:
    wave: str
    group: str
    place: GroupPopulation | None
    definition: InstrumentDefinition
    record: AnswerRecord


def build_microdata(source: MicrodataInput) -> Microdata:
    """Return the answers that may leave; raises TooFewAnswers where nothing may."""
    people = [person for wave in source.waves for person in _people(wave, source)]
    sizes = Counter((person.wave, person.group) for person in people)
    small = {group for (_wave, group), number in sizes.items() if number < MINIMUM_OUTSIDE}
    kept = [person for person in people if person.group not in small]
    if not kept:
        raise TooFewAnswers
    detail = next(level for level in (CLASS, GRADE, NOWHERE) if _is_safe(kept, level))
    definitions = [wave.definition for wave in source.waves]
    columns = variables(definitions)
    rows = sorted(tuple(_row(person, columns, detail)) for person in kept)
    groups = {person.group for person in kept}
    return Microdata(columns, tuple(rows), tuple(_population(source, groups, detail)), detail, tuple(sorted(small)))


def _people(wave: WaveRecords, source: MicrodataInput) -> Iterable[_Person]:
    counts = next(one for one in source.counts if one.wave_id == wave.wave_id)
    places = {one.group_id: one for one in counts.populations if one.group_id is not None}
    for record in wave.records:
        place = None if record.group_id is None else places.get(record.group_id)
        group = reporting_group(source.audience, None if place is None else place.staff_kind)
        if group is not None:
            yield _Person(WAVE_NAMES[wave.kind], str(group), place, wave.definition, record)


def _is_safe(people: Sequence[_Person], level: str) -> bool:
    if level == NOWHERE:
        return True
    cells = Counter((person.wave, person.group, _place(person.place, level)) for person in people)
    return all(number >= MINIMUM_OUTSIDE and place for (_wave, _group, place), number in cells.items())


def _place(place: GroupPopulation | None, level: str) -> str:
    if place is None or level == NOWHERE:
        return ""
    if level == CLASS:
        return place.name
    return "" if place.grade is None else str(place.grade)


def _row(person: _Person, columns: Sequence[Variable], detail: str) -> Iterable[str]:
    asked = zip(person.definition.items_of(person.record.form), person.record.answers, strict=True)
    values = {
        "wave": person.wave,
        "audience": person.group,
        "stratum": _place(person.place, detail),
        "form": person.record.form,
        **_judgements(person.definition, person.record.pattern),
        **{column.name: _code(answer) for item, answer in asked for column in item_variables(item)},
    }
    return (values.get(column.name, "") for column in columns)


def _judgements(definition: InstrumentDefinition, pattern: int) -> Mapping[str, str]:
    asked = {item.topic for form in definition.forms for item in definition.scored_items(form)}
    places = [(place, code) for place, code in enumerate(definition.topic_codes) if code in asked]
    has_all = all(has_bit(pattern, FIRST_ANSWERED_BIT + place) for place, _code in places)
    found = {"understood": _bit(pattern, HEADLINE_BIT) if has_all else ""}
    for place, code in places:
        is_answered = has_bit(pattern, FIRST_ANSWERED_BIT + place)
        found[f"topic:{code}"] = _bit(pattern, FIRST_TOPIC_BIT + place) if is_answered else ""
    return found


def _bit(pattern: int, bit: int) -> str:
    return "1" if has_bit(pattern, bit) else "0"


def _code(answer: Answer) -> str:
    """Return an answer as the command reads it: 2, 1+3, 0 for "Tôi chưa rõ", empty for not answered."""
    return "+".join(str(option) for option in sorted(answer or ()))


def _population(source: MicrodataInput, groups: Iterable[str], detail: str) -> Iterable[tuple[str, str, str, str]]:
    """Yield audience, stratum, wave and size; nothing where a headcount is missing."""
    kinds = {wave.wave_id: WAVE_NAMES[wave.kind] for wave in source.waves}
    wanted = frozenset(groups)
    sums: dict[tuple[str, str, str], int | None] = {}
    for counts in source.counts:
        for group, stratum, number in _headcounts(counts, source.audience, detail):
            key = group, stratum, kinds[counts.wave_id]
            known = sums.get(key, 0)
            sums[key] = None if number is None or known is None else known + number
    return ((*key, str(size)) for key, size in sorted(sums.items()) if size is not None and key[0] in wanted)


def _headcounts(counts: WaveCounts, audience: str, detail: str) -> Iterable[tuple[str, str, int | None]]:
    inner = [one for one in counts.populations if one.group_id is not None]
    if not any(one.number is not None for one in inner):
        inner = [one for one in counts.populations if one.group_id is None]
    for one in inner:
        group = reporting_group(audience, one.staff_kind)
        if group is not None:
            yield str(group), _place(one, detail), one.number
